//! Deployments.

use padlock_api::ports::{Attempt, Update};
use padlock_domain::deployment::{DeploymentEnd, Failure, Stage, StageStart};

use padlock_domain::DeploymentId;

use super::fixtures::{SampleData, TestStore, at, deployment, for_each_store, unique};

for_each_store!(a_deployment_ends_once, deployments_of_several_environments_are_read_at_once);

async fn a_deployment_ends_once(store: TestStore) {
    let failures = [
        Failure::Interrupted,
        Failure::PermissionWithdrawn,
        Failure::HashMismatch,
        Failure::Unreadable,
        Failure::DiskFull,
        Failure::DidNotStart,
        Failure::Internal,
    ];
    let data = SampleData::insert(&*store).await;
    let target = &data.environments[0];
    let outcomes = failures.into_iter().map(Err).chain([Ok(())]);
    for (outcome, second) in outcomes.zip(1..) {
        let mut deployment = deployment(target, &data.package, &data.tess, second);
        deployment.from = Some(data.environments[1].id);
        deployment.replaces = Some(data.package.to_ref());
        deployment.start = second % 2 == 0;
        let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
        tx.add_deployment(&deployment).await.unwrap();
        assert_eq!(tx.deployment(deployment.id).await.unwrap().as_ref(), Some(&deployment));
        assert_eq!(tx.unfinished_deployments().await.unwrap(), [deployment.clone()]);
        deployment.stages = Stage::ALL.map(|stage| StageStart { stage, at: at(second) }).into();
        assert_eq!(tx.save_deployment(&deployment).await.unwrap(), Update::Applied);
        deployment.end = Some(DeploymentEnd { at: at(second + 1), outcome });
        assert_eq!(tx.save_deployment(&deployment).await.unwrap(), Update::Applied);
        let latest = tx.latest_deployments(&[data.environments[2].id, target.id]).await.unwrap();
        assert_eq!(latest, std::slice::from_ref(&deployment));
        let mut again = deployment.clone();
        again.end = None;
        assert_eq!(tx.save_deployment(&again).await.unwrap(), Update::Stale, "the deployment has ended");
        assert!(tx.unfinished_deployments().await.unwrap().is_empty());
        tx.commit().await.unwrap();
    }
}

async fn deployments_of_several_environments_are_read_at_once(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let [test, acceptance, production] = &data.environments[..] else { panic!() };
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let mut added = Vec::new();
    for (environment, second) in [(test, 1), (acceptance, 2), (test, 3), (acceptance, 4), (test, 5)] {
        let deployment = deployment(environment, &data.package, &data.tess, second);
        tx.add_deployment(&deployment).await.unwrap();
        added.push(deployment);
    }
    let mut latest = tx.latest_deployments(&[test.id, acceptance.id, production.id]).await.unwrap();
    latest.sort_by_key(|deployment| deployment.id);
    assert_eq!(latest, [added[3].clone(), added[4].clone()]);
    assert_eq!(tx.latest_deployments(&[]).await.unwrap(), []);
    let unknown = DeploymentId::new(at(9), unique());
    let mut found = tx.deployments(&[added[2].id, unknown, added[0].id]).await.unwrap();
    found.sort_by_key(|deployment| deployment.id);
    assert_eq!(found, [added[0].clone(), added[2].clone()]);
    tx.commit().await.unwrap();
}
