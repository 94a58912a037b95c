//! Environments.

use padlock_api::ports::{Attempt, Insert, Update};
use padlock_domain::{EnvironmentId, EnvironmentState, Release};

use super::fixtures::{SampleData, TestStore, at, deployment, environment, for_each_store, unique};

for_each_store!(every_state_of_an_environment_can_be_saved_once_per_revision);

async fn every_state_of_an_environment_can_be_saved_once_per_revision(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    assert_eq!(tx.environments(data.shop.id).await.unwrap(), data.environments);
    let taken = environment(&data.shop, "test", 9);
    assert_eq!(tx.add_environment(&taken).await.unwrap(), Insert::Duplicate, "the slug is taken");
    let taken = environment(&data.shop, "other", 0);
    assert_eq!(tx.add_environment(&taken).await.unwrap(), Insert::Duplicate, "the position is taken");
    tx.commit().await.unwrap();

    let mut target = data.environments[0].clone();
    let active = deployment(&target, &data.package, &data.tess, 1);
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    tx.add_deployment(&active).await.unwrap();
    let release = Release { deployment: active.id, package: data.package.to_ref(), since: at(2) };
    for state in [
        EnvironmentState::Stopped(release.clone()),
        EnvironmentState::Starting(release.clone()),
        EnvironmentState::Running(release.clone()),
        EnvironmentState::Failed(release),
        EnvironmentState::Empty,
    ] {
        let revision = target.revision;
        target.state = state;
        target.active_deployment = Some(active.id);
        target.revision += 1;
        assert_eq!(tx.save_environment(&target, revision).await.unwrap(), Update::Applied);
        assert_eq!(tx.environment(target.id).await.unwrap().as_ref(), Some(&target));
        assert_eq!(tx.save_environment(&target, revision).await.unwrap(), Update::Stale, "an old revision");
    }
    let unknown = EnvironmentId::new(at(0), unique());
    assert_eq!(tx.environment(unknown).await.unwrap(), None);
    let mut missing = target.clone();
    missing.id = unknown;
    assert_eq!(tx.save_environment(&missing, target.revision).await.unwrap(), Update::Stale);
    let all = tx.all_environments().await.unwrap();
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|(app, _)| *app == data.shop));
    assert!(all.iter().any(|(_, environment)| *environment == target));
    tx.commit().await.unwrap();
}
