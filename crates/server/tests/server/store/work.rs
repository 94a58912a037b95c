//! Environments, packages and deployments.

use padlock_api::ports::{Insert, Update};
use padlock_domain::deployment::{Completion, Failure, Stage, StageStart};
use padlock_domain::environment::{Release, Slot};
use padlock_domain::ids::EnvironmentId;

use crate::support::{World, account, app, at, commit, deployment, environment, package, stores, unique};

#[tokio::test]
async fn environments_keep_every_state() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let mut work = store.write().await.unwrap();
        assert_eq!(work.environments(world.shop.id).await.unwrap(), world.environments, "{name}");
        let taken = environment(&world.shop, "test", 9);
        assert_eq!(work.add_environment(&taken).await.unwrap(), Insert::Duplicate, "{name}: the slug is taken");
        let taken = environment(&world.shop, "other", 0);
        assert_eq!(work.add_environment(&taken).await.unwrap(), Insert::Duplicate, "{name}: the place is taken");
        commit(work).await;

        let mut target = world.environments[0].clone();
        let job = deployment(&target, &world.package, &world.tess, 1);
        let mut work = store.write().await.unwrap();
        work.add_deployment(&job).await.unwrap();
        let release = Release { deployment: job.id, package: world.package.to_ref(), since: at(2) };
        for slot in [
            Slot::Stopped(release.clone()),
            Slot::Starting(release.clone()),
            Slot::Running(release.clone()),
            Slot::Failed(release),
            Slot::Empty,
        ] {
            let was = target.revision;
            target.slot = slot;
            target.job = Some(job.id);
            target.revision += 1;
            assert_eq!(work.save_environment(&target, was).await.unwrap(), Update::Applied, "{name}");
            assert_eq!(work.environment(target.id).await.unwrap().as_ref(), Some(&target), "{name}");
            assert_eq!(work.save_environment(&target, was).await.unwrap(), Update::Stale, "{name}: decided on the old");
        }
        let unknown = EnvironmentId::new(at(0), unique());
        assert_eq!(work.environment(unknown).await.unwrap(), None);
        let mut nowhere = target.clone();
        nowhere.id = unknown;
        assert_eq!(work.save_environment(&nowhere, target.revision).await.unwrap(), Update::Stale);
        let all = work.all_environments().await.unwrap();
        assert_eq!(all.len(), 3, "{name}");
        assert!(all.iter().all(|(app, _)| *app == world.shop), "{name}");
        assert!(all.iter().any(|(_, environment)| *environment == target), "{name}");
        commit(work).await;
    }
}

#[tokio::test]
async fn packages_are_listed_from_the_newest() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let crm = app("crm", world.tess.id);
        let mut work = store.write().await.unwrap();
        assert_eq!(work.add_app(&crm).await.unwrap(), Insert::Inserted);
        let packages: Vec<_> = (1..=5).map(|n| package(&world.shop, &world.tess, n)).collect();
        for package in &packages {
            work.add_package(package).await.unwrap();
        }
        work.add_package(&package(&crm, &world.tess, 9)).await.unwrap();
        let page = work.packages(world.shop.id, None, 2).await.unwrap();
        assert_eq!(page.iter().map(|r| &r.package).collect::<Vec<_>>(), [&packages[4], &packages[3]], "{name}");
        let page = work.packages(world.shop.id, Some(packages[3].id), 10).await.unwrap();
        assert_eq!(
            page.iter().map(|r| r.package.id).collect::<Vec<_>>(),
            [2, 1, 0].map(|n: usize| packages[n].id).into_iter().chain([world.package.id]).collect::<Vec<_>>(),
            "{name}"
        );
        assert_eq!(work.package(world.shop.id, packages[0].id).await.unwrap().as_ref(), Some(&packages[0]), "{name}");
        assert_eq!(work.package(crm.id, packages[0].id).await.unwrap(), None, "{name}: another app's");
        assert_eq!(work.all_package_ids().await.unwrap().len(), 7);
        commit(work).await;
    }
}

#[tokio::test]
async fn where_packages_have_been() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let [test, acceptance, _] = &world.environments[..] else { panic!() };
        let (first, second) = (package(&world.shop, &world.tess, 1), package(&world.shop, &world.tess, 2));
        let mut work = store.write().await.unwrap();
        work.add_package(&first).await.unwrap();
        work.add_package(&second).await.unwrap();
        assert_eq!(work.last_deployed_at(first.id).await.unwrap(), None);
        work.record_deployment(first.id, test.id, true, at(10)).await.unwrap();
        work.record_deployment(second.id, test.id, false, at(20)).await.unwrap();
        work.record_deployment(first.id, acceptance.id, false, at(30)).await.unwrap();
        assert!(work.has_run(first.id, test.id).await.unwrap(), "{name}");
        assert!(!work.has_run(second.id, test.id).await.unwrap(), "{name}: put there, never ran");
        assert!(!work.has_run(first.id, acceptance.id).await.unwrap());
        work.record_deployment(first.id, test.id, false, at(40)).await.unwrap();
        assert!(work.has_run(first.id, test.id).await.unwrap(), "{name}: what ran has run");
        assert_eq!(work.last_deployed_at(first.id).await.unwrap(), Some(at(40)), "{name}");
        assert_eq!(work.recently_deployed(world.shop.id, 9).await.unwrap(), [first.id, second.id], "{name}");
        assert_eq!(work.recently_deployed(world.shop.id, 1).await.unwrap(), [first.id], "{name}");
        let idle = |before| (world.shop.id, at(before));
        for (before, expected) in [
            (0, vec![]),
            (1, vec![world.package.id]),
            (21, vec![world.package.id, second.id]),
            (41, vec![world.package.id, first.id, second.id]),
        ] {
            let (app, before) = idle(before);
            let mut found: Vec<_> =
                work.idle_packages(app, before).await.unwrap().iter().map(|r| r.package.id).collect();
            found.sort();
            assert_eq!(found, expected, "{name} {before}");
        }
        commit(work).await;
    }
}

#[tokio::test]
async fn a_package_in_use_is_not_deleted() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let mut target = world.environments[0].clone();
        let mut coming = deployment(&target, &world.package, &world.tess, 1);
        let mut work = store.write().await.unwrap();
        work.add_deployment(&coming).await.unwrap();
        work.record_deployment(world.package.id, target.id, true, at(1)).await.unwrap();
        let (app, id) = (world.shop.id, world.package.id);
        assert_eq!(work.delete_package(app, id).await.unwrap(), Update::Stale, "{name}: on its way");
        coming.end = Some(Completion { at: at(2), outcome: Ok(()) });
        assert_eq!(work.save_deployment(&coming).await.unwrap(), Update::Applied);
        target.slot = Slot::Stopped(Release { deployment: coming.id, package: world.package.to_ref(), since: at(2) });
        target.revision += 1;
        assert_eq!(work.save_environment(&target, 1).await.unwrap(), Update::Applied);
        assert_eq!(work.delete_package(app, id).await.unwrap(), Update::Stale, "{name}: lies there");
        target.slot = Slot::Empty;
        target.revision += 1;
        assert_eq!(work.save_environment(&target, 2).await.unwrap(), Update::Applied);
        assert_eq!(work.delete_package(app_of_nobody(), id).await.unwrap(), Update::Stale, "{name}: another app's");
        assert_eq!(work.delete_package(app, id).await.unwrap(), Update::Applied, "{name}");
        assert_eq!(work.delete_package(app, id).await.unwrap(), Update::Stale, "{name}: gone");
        assert!(!work.has_run(id, target.id).await.unwrap());
        assert_eq!(work.deployment(coming.id).await.unwrap(), Some(coming), "{name}: its history stays");
        commit(work).await;
    }
}

fn app_of_nobody() -> padlock_domain::ids::AppId {
    app("nobody", account("x@x").id).id
}

#[tokio::test]
async fn deployments_end_once() {
    let failures = [
        Failure::Interrupted,
        Failure::PermissionWithdrawn,
        Failure::HashMismatch,
        Failure::Unreadable,
        Failure::DiskFull,
        Failure::DidNotStart,
        Failure::Internal,
    ];
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let target = &world.environments[0];
        let outcomes = failures.into_iter().map(Err).chain([Ok(())]);
        for (outcome, second) in outcomes.zip(1..) {
            let mut one = deployment(target, &world.package, &world.tess, second);
            one.from = Some(world.environments[1].id);
            one.replaces = Some(world.package.to_ref());
            one.start = second % 2 == 0;
            let mut work = store.write().await.unwrap();
            work.add_deployment(&one).await.unwrap();
            assert_eq!(work.deployment(one.id).await.unwrap().as_ref(), Some(&one), "{name}");
            assert_eq!(work.unfinished_deployments().await.unwrap(), [one.clone()], "{name}");
            one.stages = Stage::ALL.map(|stage| StageStart { stage, at: at(second) }).into();
            assert_eq!(work.save_deployment(&one).await.unwrap(), Update::Applied);
            one.end = Some(Completion { at: at(second + 1), outcome });
            assert_eq!(work.save_deployment(&one).await.unwrap(), Update::Applied);
            assert_eq!(work.latest_deployment(target.id).await.unwrap().as_ref(), Some(&one), "{name}");
            let mut again = one.clone();
            again.end = None;
            assert_eq!(work.save_deployment(&again).await.unwrap(), Update::Stale, "{name}: it has ended");
            assert!(work.unfinished_deployments().await.unwrap().is_empty());
            assert_eq!(work.latest_deployment(world.environments[2].id).await.unwrap(), None);
            commit(work).await;
        }
    }
}
