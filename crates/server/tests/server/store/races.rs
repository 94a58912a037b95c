//! A hundred at once: exactly one wins.

use std::sync::Arc;

use padlock_api::ports::{Insert, Store, Update};
use padlock_domain::ids::DeploymentId;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::{World, account, at, deployment, stores, unique};

const MANY: usize = 100;

/// Runs `one` a hundred times at once and returns how many succeeded.
pub(super) async fn winners<F>(store: &Arc<dyn Store>, one: impl Fn(Arc<dyn Store>, usize) -> F) -> usize
where
    F: Future<Output = bool> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(MANY));
    let mut tasks = JoinSet::new();
    for n in 0..MANY {
        let (barrier, run) = (Arc::clone(&barrier), one(Arc::clone(store), n));
        tasks.spawn(async move {
            barrier.wait().await;
            run.await
        });
    }
    tasks.join_all().await.into_iter().filter(|won| *won).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_change_onto_one_revision() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        // Everyone decided on the same state, outside the transaction that saves.
        let seen = world.environments[0].clone();
        let won = winners(&store, |store, _| {
            let mut environment = seen.clone();
            async move {
                environment.revision += 1;
                let mut work = store.write().await.unwrap();
                let update = work.save_environment(&environment, environment.revision - 1).await.unwrap();
                work.commit().await.unwrap();
                update == Update::Applied
            }
        })
        .await;
        assert_eq!(won, 1, "{name}");
        let now = store.read().await.unwrap().environment(seen.id).await.unwrap().unwrap();
        assert_eq!(now.revision, seen.revision + 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_job_on_one_environment() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let target = world.environments[0].id;
        let won = winners(&store, |store, _| {
            let (package, tess) = (world.package.clone(), world.tess.clone());
            async move {
                let mut work = store.write().await.unwrap();
                let environment = work.environment(target).await.unwrap().unwrap();
                let was = environment.revision;
                let job = DeploymentId::new(at(1), unique());
                let mut coming = deployment(&environment, &package, &tess, 1);
                coming.id = job;
                let Ok(environment) = environment.begin_job(job) else { return false };
                work.add_deployment(&coming).await.unwrap();
                let update = work.save_environment(&environment, was).await.unwrap();
                work.commit().await.unwrap();
                update == Update::Applied
            }
        })
        .await;
        assert_eq!(won, 1, "{name}");
        assert_eq!(store.read().await.unwrap().unfinished_deployments().await.unwrap().len(), 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_account_with_one_login() {
    for (name, store, _folder) in stores().await {
        let won = winners(&store, |store, _| async move {
            let mut work = store.write().await.unwrap();
            let insert = work.add_account(&account("same@padlock.example")).await.unwrap();
            work.commit().await.unwrap();
            insert == Insert::Inserted
        })
        .await;
        assert_eq!(won, 1, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_gets_in_with_their_own() {
    for (name, store, _folder) in stores().await {
        let won = winners(&store, |store, n| async move {
            let mut work = store.write().await.unwrap();
            let insert = work.add_account(&account(&format!("{n}@padlock.example"))).await.unwrap();
            work.commit().await.unwrap();
            insert == Insert::Inserted
        })
        .await;
        assert_eq!(won, MANY, "{name}");
    }
}
