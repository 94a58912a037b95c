//! Packages and where they were deployed.

use padlock_api::ports::{Attempt, Insert, Update};
use padlock_domain::deployment::DeploymentEnd;
use padlock_domain::{EnvironmentState, Release};

use super::fixtures::{SampleData, TestStore, app, at, deployment, for_each_store, package};

for_each_store!(
    packages_are_listed_from_the_newest,
    deployments_of_packages_are_recorded,
    a_package_in_use_is_not_deleted,
);

async fn packages_are_listed_from_the_newest(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let crm = app("crm", data.tess.id);
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    assert_eq!(tx.add_app(&crm).await.unwrap(), Insert::Inserted);
    let packages: Vec<_> = (1..=5).map(|n| package(&data.shop, &data.tess, n)).collect();
    for package in &packages {
        tx.add_package(package).await.unwrap();
    }
    tx.add_package(&package(&crm, &data.tess, 9)).await.unwrap();
    let page = tx.packages(data.shop.id, None, 2).await.unwrap();
    assert_eq!(
        page.iter().map(|r| r.package.clone()).collect::<Vec<_>>(),
        [4, 3].map(|n: usize| packages[n].to_summary())
    );
    let page = tx.packages(data.shop.id, Some(packages[3].id), 10).await.unwrap();
    assert_eq!(
        page.iter().map(|r| r.package.id).collect::<Vec<_>>(),
        [2, 1, 0].map(|n: usize| packages[n].id).into_iter().chain([data.package.id]).collect::<Vec<_>>()
    );
    assert_eq!(tx.package(data.shop.id, packages[0].id).await.unwrap().unwrap().package, packages[0]);
    assert!(tx.package(crm.id, packages[0].id).await.unwrap().is_none(), "a package of another app");
    assert_eq!(tx.all_package_ids().await.unwrap().len(), 7);
    tx.commit().await.unwrap();
}

async fn deployments_of_packages_are_recorded(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let [test, acceptance, _] = &data.environments[..] else { panic!() };
    let (first, second) = (package(&data.shop, &data.tess, 1), package(&data.shop, &data.tess, 2));
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    tx.add_package(&first).await.unwrap();
    tx.add_package(&second).await.unwrap();
    assert_eq!(tx.package(data.shop.id, first.id).await.unwrap().unwrap().last_deployed_at, None);
    tx.record_deployment(first.id, test.id, true, at(10)).await.unwrap();
    tx.record_deployment(second.id, test.id, false, at(20)).await.unwrap();
    tx.record_deployment(first.id, acceptance.id, false, at(30)).await.unwrap();
    assert!(tx.has_run(first.id, test.id).await.unwrap());
    assert!(!tx.has_run(second.id, test.id).await.unwrap(), "deployed without a start");
    assert!(!tx.has_run(first.id, acceptance.id).await.unwrap());
    tx.record_deployment(first.id, test.id, false, at(40)).await.unwrap();
    assert!(tx.has_run(first.id, test.id).await.unwrap(), "it ran before");
    assert_eq!(tx.package(data.shop.id, first.id).await.unwrap().unwrap().last_deployed_at, Some(at(40)));
    assert_eq!(tx.recently_deployed(data.shop.id, 9).await.unwrap(), [first.id, second.id]);
    assert_eq!(tx.recently_deployed(data.shop.id, 1).await.unwrap(), [first.id]);
    for (before, expected) in [
        (0, vec![]),
        (1, vec![data.package.id]),
        (21, vec![data.package.id, second.id]),
        (41, vec![data.package.id, first.id, second.id]),
    ] {
        let mut found: Vec<_> =
            tx.idle_packages(data.shop.id, at(before)).await.unwrap().iter().map(|r| r.package.id).collect();
        found.sort();
        assert_eq!(found, expected, "{before}");
    }
    tx.commit().await.unwrap();
}

async fn a_package_in_use_is_not_deleted(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let mut target = data.environments[0].clone();
    let mut deployment = deployment(&target, &data.package, &data.tess, 1);
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    tx.add_deployment(&deployment).await.unwrap();
    tx.record_deployment(data.package.id, target.id, true, at(1)).await.unwrap();
    let (unknown_app, app, id) = (app("unknown", data.tess.id).id, data.shop.id, data.package.id);
    assert_eq!(tx.delete_package(app, id).await.unwrap(), Update::Stale, "being deployed");
    deployment.end = Some(DeploymentEnd { at: at(2), outcome: Ok(()) });
    assert_eq!(tx.save_deployment(&deployment).await.unwrap(), Update::Applied);
    target.state =
        EnvironmentState::Stopped(Release { deployment: deployment.id, package: data.package.to_ref(), since: at(2) });
    target.revision += 1;
    assert_eq!(tx.save_environment(&target, 1).await.unwrap(), Update::Applied);
    assert_eq!(tx.delete_package(app, id).await.unwrap(), Update::Stale, "deployed");
    target.state = EnvironmentState::Empty;
    target.revision += 1;
    assert_eq!(tx.save_environment(&target, 2).await.unwrap(), Update::Applied);
    assert_eq!(tx.delete_package(unknown_app, id).await.unwrap(), Update::Stale, "a package of another app");
    assert_eq!(tx.delete_package(app, id).await.unwrap(), Update::Applied);
    assert_eq!(tx.delete_package(app, id).await.unwrap(), Update::Stale, "deleted before");
    assert!(!tx.has_run(id, target.id).await.unwrap());
    assert_eq!(tx.deployment(deployment.id).await.unwrap(), Some(deployment), "the deployment remains");
    tx.commit().await.unwrap();
}
