//! A database that is busy, or full, at any one of its writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use padlock_api::memory::MemoryStore;
use padlock_api::ports::{Store, StoreError, Transaction};
use serde_json::{Value, json};

use crate::client::Client;
use crate::world::World;

/// A store that refuses one of its next writes, or more in a row.
struct Moody {
    store: MemoryStore,
    full: bool,
    row: i64,
    /// How many writes are left until the first that is refused.
    left: Arc<AtomicI64>,
}

impl Moody {
    fn refusing(row: i64, full: bool) -> (Self, Arc<AtomicI64>) {
        let left = Arc::new(AtomicI64::new(-row));
        (Self { store: MemoryStore::default(), full, row, left: left.clone() }, left)
    }
}

#[async_trait]
impl Store for Moody {
    async fn read(&self) -> Result<Box<dyn Transaction>, StoreError> {
        self.store.read().await
    }

    async fn write(&self) -> Result<Box<dyn Transaction>, StoreError> {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        match left <= 1 && left > 1 - self.row {
            true if self.full => Err(StoreError::Full),
            true => Err(StoreError::Busy),
            false => self.store.write().await,
        }
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.store.ready().await
    }
}

/// What Test comes to when nothing is under way any more.
async fn settled(dana: &Client) -> Value {
    for _ in 0..400 {
        let card = dana.card("shop", "test").await;
        let job = &card["deployment"]["state"];
        if card["status"] != "starting" && (job == "done" || job == "failed" || job.is_null()) {
            return card;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it never ends: {}", dana.card("shop", "test").await);
}

#[tokio::test]
async fn whichever_write_is_refused() {
    for full in [false, true] {
        let (store, left) = Moody::refusing(1, full);
        let world = World::in_memory_over(Arc::new(store)).await;
        let dana = world.browser("dana").await;
        let (old, new) = (dana.package("shop", "1.1.0").await, dana.package("shop", "1.2.0").await);
        for nth in 1..=7 {
            for (act, body) in [
                ("stop", json!({})),
                ("start", json!({})),
                ("restart", json!({})),
                ("deployments", json!({ "package_id": old })),
                ("deployments", json!({ "package_id": new })),
            ] {
                // Stopped for a start, running for the rest.
                let before = settled(&dana).await;
                if act == "start" && before["status"] == "running" {
                    dana.post("/apps/shop/environments/test/stop", json!({})).await.expect(200);
                } else if act != "start" && before["status"] == "stopped" {
                    dana.post("/apps/shop/environments/test/start", json!({})).await.expect(200);
                }
                let before = settled(&dana).await;
                left.store(nth, Ordering::SeqCst);
                let answer = dana.post(&format!("/apps/shop/environments/test/{act}"), body).await;
                let after = settled(&dana).await;
                left.store(-1, Ordering::SeqCst);
                let told = format!("{act}, {nth}, full: {full}: {} {after}", answer.status);
                let changed = (&before["status"], &before["version"]) != (&after["status"], &after["version"]);
                match answer.status.as_u16() {
                    200 if act == "stop" => assert_eq!(after["status"], "stopped", "{told}"),
                    200 => assert_eq!(after["status"], "running", "{told}"),
                    202 if after["deployment"]["state"] == "failed" => assert!(full && !changed, "{told}"),
                    202 => assert_eq!(after["status"], "running", "{told}"),
                    503 => assert!(!full && !changed, "{told}"),
                    507 => assert!(full && !changed, "{told}"),
                    _ => panic!("{told}"),
                }
                let running = after["status"] == "running";
                assert_eq!(after["health"], if running { "ok" } else { "off" }, "{told}");
            }
        }
    }
}

/// A session whose use is due to be written down reads all the same.
#[tokio::test]
async fn reading_needs_no_writing() {
    for full in [false, true] {
        let (store, left) = Moody::refusing(1, full);
        let world = World::in_memory_over(Arc::new(store)).await;
        let dana = world.browser("dana").await;
        let seen = async || dana.get("/sessions").await.expect(200).json()["items"][0]["last_seen_at"].clone();
        let before = seen().await;
        world.clock.advance(padlock_domain::SignedDuration::from_hours(1));
        left.store(1, Ordering::SeqCst);
        assert_eq!(seen().await, before);
        assert_ne!(seen().await, before, "the next request tries again");
    }
}

/// A disk that is full for longer than anybody would try: when there is room again, no environment is left waiting for a
/// job that has ended.
#[tokio::test]
async fn however_long_it_lasts() {
    let (store, left) = Moody::refusing(40, true);
    let world = World::in_memory_over(Arc::new(store)).await;
    let dana = world.browser("dana").await;
    let old = dana.package("shop", "1.1.0").await;
    for act in ["deployments", "restart"] {
        // After the first, which begins it.
        left.store(2, Ordering::SeqCst);
        let path = format!("/apps/shop/environments/test/{act}");
        let body = if act == "restart" { json!({}) } else { json!({ "package_id": old }) };
        let begun = dana.post(&path, body).await;
        assert!(begun.status.is_success(), "{act}: {}", begun.status);
        let card = settled(&dana).await;
        assert_eq!((&card["status"], &card["version"]), (&json!("running"), &json!("1.2.0")), "{act}: {card}");
        assert_eq!(card["deployment"]["reason"]["code"], "disk_full");
    }
    let job = dana.deploy("shop", "test", json!({ "package_id": old })).await.expect(202).json();
    assert_eq!(dana.ended("shop", "test", &job["id"]).await["state"], "done");
}

/// A right code that meets a refusal is not burnt by it, a wrong one is no free guess, and neither opens anything.
#[tokio::test]
async fn a_code_is_not_lost() {
    for full in [false, true] {
        let (store, left) = Moody::refusing(1, full);
        let world = World::in_memory_over(Arc::new(store)).await;
        let mut tess = world.browser("tess").await;
        let phone = tess.enrol(&world).await.phone;
        tess.post("/session/lock", json!({})).await.expect(204);
        let mut refused = 0;
        for nth in 1..=4 {
            let code = phone.next_code(&world);
            left.store(nth, Ordering::SeqCst);
            let answer = tess.verify(&code).await;
            left.store(-1, Ordering::SeqCst);
            if !answer.status.is_success() {
                assert_eq!(answer.status, if full { 507 } else { 503 }, "{nth}");
                refused += 1;
                assert!(!tess.is_unlocked().await, "{nth}: a failure of the database never allows");
                tess.verify(&code).await.expect(200);
            }
            assert!(tess.is_unlocked().await, "{nth}");
            tess.post("/session/lock", json!({})).await.expect(204);
        }
        assert!(refused >= 2, "{refused}: the try is charged in one write, and spent in another");
        let attempts_left =
            tess.verify(&phone.wrong_code(&world)).await.problem(401, "wrong_code")["attempts_left"].clone();
        assert_eq!(attempts_left, 4, "right codes have ended the row");
    }
}
