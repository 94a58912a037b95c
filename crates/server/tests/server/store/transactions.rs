//! Isolation and atomicity of transactions.

use std::time::Duration;

use padlock_api::ports::{Attempt, Insert, StoreError};

use super::fixtures::{SampleData, TestStore, account, add_account, for_each_store};

for_each_store!(
    a_dropped_transaction_changes_nothing,
    a_read_transaction_sees_one_snapshot,
    a_cancelled_transaction_is_applied_completely_or_not_at_all,
);

async fn a_dropped_transaction_changes_nothing(store: TestStore) {
    let tess = account("tess@padlock.example");
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    assert_eq!(tx.add_account(&tess).await.unwrap(), Insert::Inserted);
    drop(tx);
    assert!(!store.read().await.unwrap().any_account().await.unwrap());
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    assert_eq!(tx.add_account(&tess).await.unwrap(), Insert::Inserted, "the login is still free");
    tx.commit().await.unwrap();
}

async fn a_read_transaction_sees_one_snapshot(store: TestStore) {
    let mut reading = store.read().await.unwrap();
    assert!(!reading.any_account().await.unwrap());
    SampleData::insert(&*store).await;
    assert!(!reading.any_account().await.unwrap(), "the transaction began before the insert");
    drop(reading);
    assert!(store.read().await.unwrap().any_account().await.unwrap());
    store.ready().await.unwrap();
}

/// When a client disconnects, its handler is dropped at an arbitrary await point.
async fn a_cancelled_transaction_is_applied_completely_or_not_at_all(store: TestStore) {
    let (mut complete, mut nothing) = (0, 0);
    for n in 0..300_u64 {
        let (first, second) = (account(&format!("a{n}@x")), account(&format!("b{n}@x")));
        let transaction = async {
            let mut tx = store.begin_write(&Attempt::default()).await?;
            let _ = tx.add_account(&first).await?;
            tokio::task::yield_now().await;
            let _ = tx.add_account(&second).await?;
            tx.commit().await
        };
        let timeout = Duration::from_micros(n * 20 % 3_000);
        let done: Option<Result<(), StoreError>> = tokio::time::timeout(timeout, transaction).await.ok();
        let mut tx = store.read().await.unwrap();
        let inserted = (tx.account(first.id).await.unwrap().is_some(), tx.account(second.id).await.unwrap().is_some());
        drop(tx);
        match (&done, inserted) {
            // A transaction that was cancelled during its commit may have been applied.
            (None, (true, true)) | (Some(Ok(())), (true, true)) => complete += 1,
            (None, (false, false)) => nothing += 1,
            _ => panic!("{done:?} left {inserted:?}"),
        }
    }
    if !store.is_in_memory() {
        assert!(complete > 0 && nothing > 0, "{complete} complete, {nothing} nothing");
    }
    // Neither the writer nor a lock is blocked.
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    add_account(&mut *tx, "last@x").await;
    tx.commit().await.unwrap();
}
