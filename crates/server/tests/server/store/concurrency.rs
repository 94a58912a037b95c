//! A hundred concurrent transactions of which exactly one may succeed.

use std::sync::Arc;

use futures::future::BoxFuture;
use padlock_api::ports::{Attempt, Insert, StoreResult, Transaction, Update};
use padlock_domain::SecretHash;
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;
use padlock_server::system::{SystemClock, SystemEntropy};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::fixtures::{SampleData, TestStore, account, at, deployment, for_each_store};
use super::second_factor::{codes, enrolled};
use super::sessions::{session, window};

for_each_store!(
    one_change_of_a_revision_succeeds,
    one_deployment_to_an_environment_begins,
    one_account_with_a_login_is_added,
    accounts_with_different_logins_are_all_added,
    a_step_a_recovery_code_a_secret_and_an_attempt_are_used_once,
);

const MANY: usize = 100;

/// Runs 100 transactions at once, commits each, and returns how many returned `true`.
async fn count_successes<F>(store: &TestStore, transaction: F) -> usize
where
    F: for<'a> Fn(&'a mut dyn Transaction, usize) -> BoxFuture<'a, StoreResult<bool>> + Send + Sync + 'static,
{
    let (barrier, transaction) = (Arc::new(Barrier::new(MANY)), Arc::new(transaction));
    let mut tasks = JoinSet::new();
    for n in 0..MANY {
        let (store, barrier, transaction) = (store.shared(), Arc::clone(&barrier), Arc::clone(&transaction));
        tasks.spawn(async move {
            barrier.wait().await;
            let transaction = &*transaction;
            let committed = store.write(&SystemClock, &SystemEntropy, |mut tx| async move {
                let success = transaction(&mut *tx, n).await?;
                tx.commit(success).await
            });
            committed.await.unwrap().into_value()
        });
    }
    tasks.join_all().await.into_iter().filter(|success| *success).count()
}

async fn one_change_of_a_revision_succeeds(store: TestStore) {
    let environment = SampleData::insert(&*store).await.environments.remove(0);
    let (id, revision) = (environment.id, environment.revision);
    let successes = count_successes(&store, move |tx, _| {
        let mut environment = environment.clone();
        environment.revision += 1;
        Box::pin(async move { Ok(tx.save_environment(&environment, revision).await? == Update::Applied) })
    });
    assert_eq!(successes.await, 1);
    let environment = store.read().await.unwrap().environment(id).await.unwrap().unwrap();
    assert_eq!(environment.revision, revision + 1);
}

async fn one_deployment_to_an_environment_begins(store: TestStore) {
    let SampleData { tess, environments, package, .. } = SampleData::insert(&*store).await;
    let id = environments[0].id;
    let successes = count_successes(&store, move |tx, _| {
        let (package, tess) = (package.clone(), tess.clone());
        Box::pin(async move {
            let environment = tx.environment(id).await?.unwrap();
            let (revision, deployment) = (environment.revision, deployment(&environment, &package, &tess, 1));
            let Ok(environment) = environment.begin_deployment(deployment.id) else { return Ok(false) };
            tx.add_deployment(&deployment).await?;
            Ok(tx.save_environment(&environment, revision).await? == Update::Applied)
        })
    });
    assert_eq!(successes.await, 1);
    assert_eq!(store.read().await.unwrap().unfinished_deployments().await.unwrap().len(), 1);
}

fn add_account(tx: &mut dyn Transaction, login: String) -> BoxFuture<'_, StoreResult<bool>> {
    Box::pin(async move { Ok(tx.add_account(&account(&login)).await? == Insert::Inserted) })
}

async fn one_account_with_a_login_is_added(store: TestStore) {
    let successes = count_successes(&store, |tx, _| add_account(tx, "same@padlock.example".to_owned()));
    assert_eq!(successes.await, 1);
}

async fn accounts_with_different_logins_are_all_added(store: TestStore) {
    let successes = count_successes(&store, |tx, n| add_account(tx, format!("{n}@padlock.example")));
    assert_eq!(successes.await, MANY);
}

async fn a_step_a_recovery_code_a_secret_and_an_attempt_are_used_once(store: TestStore) {
    let (tess, factor) = enrolled(&*store).await;
    let session = session(&tess, 1, 0);
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    tx.add_session(&session).await.unwrap();
    tx.commit().await.unwrap();
    for operation in 0..5 {
        let (tess, factor, session) = (tess.id, factor.id, session.clone());
        let successes = count_successes(&store, move |tx, _| {
            let session = session.clone();
            Box::pin(async move {
                let update = match operation {
                    0 => tx.consume_step(factor, Step::from_number(101)).await,
                    1 => tx.consume_recovery_code(tess, &codes()[0], at(1)).await,
                    2 => {
                        let (old, new) = (&session.secret_hash, &SecretHash([9; 32]));
                        tx.open_authorised_window(session.id, old, new, &window(1, 9)).await
                    }
                    3 => {
                        let one = Attempts { count: 1, wait_until: None };
                        tx.save_attempts(factor, Attempts::default(), one).await
                    }
                    _ => return Ok(tx.remove_second_factor(factor).await?.is_ok()),
                };
                Ok(update? == Update::Applied)
            })
        });
        assert_eq!(successes.await, 1, "operation {operation}");
    }
}
