//! Deployments.

use padlock_api::ports::{Attempt, Update};
use padlock_domain::deployment::{DeploymentEnd, Failure, Stage, StageStart};

use super::fixtures::{SampleData, TestStore, at, deployment, for_each_store};

for_each_store!(a_deployment_ends_once);

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
        assert_eq!(tx.latest_deployment(target.id).await.unwrap().as_ref(), Some(&deployment));
        let mut again = deployment.clone();
        again.end = None;
        assert_eq!(tx.save_deployment(&again).await.unwrap(), Update::Stale, "the deployment has ended");
        assert!(tx.unfinished_deployments().await.unwrap().is_empty());
        assert_eq!(tx.latest_deployment(data.environments[2].id).await.unwrap(), None);
        tx.commit().await.unwrap();
    }
}
