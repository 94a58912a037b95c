//! All or nothing.

use std::time::Duration;

use padlock_api::ports::{Insert, StoreError};

use crate::support::{World, account, commit, stores};

#[tokio::test]
async fn a_dropped_transaction_changes_nothing() {
    for (name, store, _folder) in stores().await {
        let tess = account("tess@padlock.example");
        let mut work = store.write().await.unwrap();
        assert_eq!(work.add_account(&tess).await.unwrap(), Insert::Inserted);
        drop(work);
        assert!(!store.read().await.unwrap().any_account().await.unwrap(), "{name}");
        let mut work = store.write().await.unwrap();
        assert_eq!(work.add_account(&tess).await.unwrap(), Insert::Inserted, "{name}: the next one is free to");
        commit(work).await;
    }
}

#[tokio::test]
async fn a_reading_transaction_sees_one_state_and_cannot_write() {
    for (name, store, _folder) in stores().await {
        let mut reading = store.read().await.unwrap();
        assert!(!reading.any_account().await.unwrap());
        World::make(&*store).await;
        assert!(!reading.any_account().await.unwrap(), "{name}: it began before");
        assert!(reading.add_account(&account("x@x")).await.is_err(), "{name}");
        drop(reading);
        assert!(store.read().await.unwrap().any_account().await.unwrap());
        store.ready().await.unwrap();
    }
}

/// A client that hangs up drops the handler at whatever point it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_cancelled_at_any_point_is_whole_or_nothing() {
    for (name, store, _folder) in stores().await {
        let (mut whole, mut nothing) = (0, 0);
        for n in 0..300_u64 {
            let (first, second) = (account(&format!("a{n}@x")), account(&format!("b{n}@x")));
            let unit = async {
                let mut work = store.write().await?;
                let _ = work.add_account(&first).await?;
                tokio::task::yield_now().await;
                let _ = work.add_account(&second).await?;
                work.commit().await
            };
            let patience = Duration::from_micros(n * 20 % 3_000);
            let done: Option<Result<(), StoreError>> = tokio::time::timeout(patience, unit).await.ok();
            let mut look = store.read().await.unwrap();
            let there =
                (look.account(first.id).await.unwrap().is_some(), look.account(second.id).await.unwrap().is_some());
            drop(look);
            match (&done, there) {
                // Cancelled while the commit was on its way: whole, or not at all.
                (None, (true, true)) | (Some(Ok(())), (true, true)) => whole += 1,
                (None, (false, false)) => nothing += 1,
                _ => panic!("{name}: {done:?} left {there:?}"),
            }
        }
        if name == "sqlite" {
            assert!(whole > 0 && nothing > 0, "{name}: {whole} whole, {nothing} nothing");
        }
        // Nothing is stuck: neither the writer nor a lock.
        let mut work = store.write().await.unwrap();
        assert_eq!(work.add_account(&account("last@x")).await.unwrap(), Insert::Inserted, "{name}");
        commit(work).await;
    }
}
