//! A database that is busy or full at any one of its writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use padlock_api::memory::MemoryStore;
use padlock_api::ports::{Attempt, JobClaim, JobRecord, ReadTransaction, Store, StoreError, Transaction};
use serde_json::{Value, json};

use crate::client::Client;
use crate::test_api::TestApi;

/// A store in memory that refuses some consecutive writes.
struct FailingStore {
    store: MemoryStore,
    full: bool,
    failures: i64,
    /// The number of the write that is refused first, counted from the next one.
    first_failure: Arc<AtomicI64>,
}

impl FailingStore {
    /// Returns an API whose store refuses nothing until the returned number is set.
    async fn api(failures: i64, full: bool) -> (TestApi, Arc<AtomicI64>) {
        let first_failure = Arc::new(AtomicI64::new(-failures));
        let store = Self { store: MemoryStore::default(), full, failures, first_failure: first_failure.clone() };
        (TestApi::in_memory_with(|ports| ports.store = Arc::new(store)).await, first_failure)
    }
}

#[async_trait]
impl Store for FailingStore {
    async fn read(&self) -> Result<Box<dyn ReadTransaction>, StoreError> {
        self.store.read().await
    }

    async fn begin_write(&self, attempt: &Attempt) -> Result<Box<dyn Transaction>, StoreError> {
        let number = self.first_failure.fetch_sub(1, Ordering::SeqCst);
        match number <= 1 && number > 1 - self.failures {
            true if self.full => Err(StoreError::Full),
            true => Err(StoreError::Busy),
            false => self.store.begin_write(attempt).await,
        }
    }

    async fn claim_job(&self, claim: JobClaim<'_>) -> Result<Option<JobRecord>, StoreError> {
        self.store.claim_job(claim).await
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.store.ready().await
    }
}

/// Waits until no operation on Test is under way, and returns its card.
async fn wait_until_idle(dana: &Client) -> Value {
    for _ in 0..400 {
        let card = dana.card("shop", "test").await;
        let deployment = &card["deployment"]["state"];
        if card["status"] != "starting" && (deployment == "done" || deployment == "failed" || deployment.is_null()) {
            return card;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the operation does not end: {}", dana.card("shop", "test").await);
}

#[tokio::test]
async fn a_refused_write_leaves_the_environment_in_a_consistent_state() {
    for full in [false, true] {
        let (api, first_failure) = FailingStore::api(1, full).await;
        let dana = api.browser("dana").await;
        let (old, new) = (dana.package("shop", "1.1.0").await, dana.package("shop", "1.2.0").await);
        for nth in 1..=7 {
            for (operation, body) in [
                ("stop", json!({})),
                ("start", json!({})),
                ("restart", json!({})),
                ("deployments", json!({ "package_id": old })),
                ("deployments", json!({ "package_id": new })),
            ] {
                let before = wait_until_idle(&dana).await;
                if operation == "start" && before["status"] == "running" {
                    dana.operate("test", "stop").await.expect(200);
                } else if operation != "start" && before["status"] == "stopped" {
                    dana.operate("test", "start").await.expect(200);
                }
                let before = wait_until_idle(&dana).await;
                first_failure.store(nth, Ordering::SeqCst);
                let response = dana.post(&format!("/apps/shop/environments/test/{operation}"), body).await;
                let after = wait_until_idle(&dana).await;
                first_failure.store(-1, Ordering::SeqCst);
                let context = format!("{operation}, {nth}, full: {full}: {} {after}", response.status);
                let changed = (&before["status"], &before["version"]) != (&after["status"], &after["version"]);
                match response.status.as_u16() {
                    200 if operation == "stop" => assert_eq!(after["status"], "stopped", "{context}"),
                    200 => assert_eq!(after["status"], "running", "{context}"),
                    202 if after["deployment"]["state"] == "failed" => assert!(full && !changed, "{context}"),
                    202 => assert_eq!(after["status"], "running", "{context}"),
                    503 => assert!(!full && !changed, "{context}"),
                    507 => assert!(full && !changed, "{context}"),
                    _ => panic!("{context}"),
                }
                let running = after["status"] == "running";
                assert_eq!(after["health"], if running { "ok" } else { "off" }, "{context}");
            }
        }
    }
}

/// The first request after an hour updates the last use of the session.
#[tokio::test]
async fn reads_succeed_when_writes_fail() {
    for full in [false, true] {
        let (api, first_failure) = FailingStore::api(1, full).await;
        let dana = api.browser("dana").await;
        let last_seen_at = async || dana.get("/sessions").await.expect(200).json()["items"][0]["last_seen_at"].clone();
        let before = last_seen_at().await;
        api.clock.advance(padlock_domain::SignedDuration::from_hours(1));
        first_failure.store(1, Ordering::SeqCst);
        assert_eq!(last_seen_at().await, before);
        assert_ne!(last_seen_at().await, before, "the next request updates it");
    }
}

/// When the database accepts writes again, no environment waits for a deployment that has ended.
#[tokio::test]
async fn deployments_end_although_the_database_is_full_for_long() {
    let (api, first_failure) = FailingStore::api(40, true).await;
    let dana = api.browser("dana").await;
    let old = dana.package("shop", "1.1.0").await;
    for operation in ["deployments", "restart"] {
        // The first write begins the deployment.
        first_failure.store(2, Ordering::SeqCst);
        let path = format!("/apps/shop/environments/test/{operation}");
        let body = if operation == "restart" { json!({}) } else { json!({ "package_id": old }) };
        let response = dana.post(&path, body).await;
        assert!(response.status.is_success(), "{operation}: {}", response.status);
        let card = wait_until_idle(&dana).await;
        assert_eq!((&card["status"], &card["version"]), (&json!("running"), &json!("1.2.0")), "{operation}: {card}");
        assert_eq!(card["deployment"]["reason"]["code"], "disk_full");
    }
    let deployment = dana.deploy("shop", "test", json!({ "package_id": old })).await.expect(202).json();
    assert_eq!(dana.wait_for_deployment("shop", "test", &deployment["id"]).await["state"], "done");
}

#[tokio::test]
async fn a_refused_write_neither_loses_a_code_nor_opens_the_session() {
    for full in [false, true] {
        let (api, first_failure) = FailingStore::api(1, full).await;
        let (mut tess, authenticator) = api.browser_with_authenticator("tess").await;
        tess.post("/session/lock", json!({})).await.expect(204);
        let mut refused = 0;
        for nth in 1..=4 {
            let code = authenticator.next_code(&api);
            first_failure.store(nth, Ordering::SeqCst);
            let response = tess.verify(&code).await;
            first_failure.store(-1, Ordering::SeqCst);
            if !response.status.is_success() {
                assert_eq!(response.status, if full { 507 } else { 503 }, "{nth}");
                refused += 1;
                assert!(!tess.is_unlocked().await, "{nth}: the session must remain locked");
                tess.verify(&code).await.expect(200);
            }
            assert!(tess.is_unlocked().await, "{nth}");
            tess.post("/session/lock", json!({})).await.expect(204);
        }
        assert!(refused >= 2, "{refused}: the attempt and the use of the code are two writes");
        let attempts_left =
            tess.verify(&authenticator.wrong_code(&api)).await.problem(401, "wrong_code")["attempts_left"].clone();
        assert_eq!(attempts_left, 4, "correct codes have reset the attempts");
    }
}
