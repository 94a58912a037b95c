//! Event streams.

use std::time::Duration;

use futures::FutureExt;
use http_body_util::BodyExt;
use padlock_domain::SignedDuration;
use serde_json::json;

use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    an_account_can_open_four_event_streams,
    a_stream_sends_its_first_bytes_at_once_and_asks_proxies_not_to_buffer,
    a_stream_ends_with_its_session,
    a_stream_ends_when_the_account_is_disabled,
    a_stream_ends_when_the_session_gets_another_secret,
);

async fn an_account_can_open_four_event_streams(api: TestApi) {
    let (ines, dana) = (api.browser("ines").await, api.browser("dana").await);
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(ines.open_stream("/apps/shop/events").await);
    }
    assert!(streams.iter().all(|stream| stream.status() == 200));
    assert_eq!(ines.open_stream("/apps/shop/events").await.status(), 429);
    assert_eq!(dana.open_stream("/apps/shop/events").await.status(), 200);
    streams.pop();
    assert_eq!(ines.open_stream("/apps/shop/events").await.status(), 200, "another stream has ended");
}

async fn a_stream_sends_its_first_bytes_at_once_and_asks_proxies_not_to_buffer(api: TestApi) {
    let stream = api.browser("ines").await.open_stream("/apps/shop/events").await;
    assert_eq!(stream.headers()["x-accel-buffering"], "no");
    let mut body = stream.into_body();
    for expected in ["retry: 2000\n\n", "event: heartbeat\ndata: {}\n\n"] {
        let frame = body.frame().now_or_never().unwrap().unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), expected);
    }
}

/// Reads a stream to its end, which must come soon, and returns its text.
async fn read_to_end(stream: axum::response::Response) -> String {
    let body = tokio::time::timeout(Duration::from_secs(5), stream.into_body().collect()).await;
    let bytes = body.unwrap().unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

async fn a_stream_ends_with_its_session(api: TestApi) {
    let ines = api.browser("ines").await;
    let (signed_out, expired) = (api.browser("ines").await, api.browser("ines").await);
    let stream = signed_out.open_stream("/apps/shop/events").await;
    signed_out.delete("/session").await.expect(204);
    // A change after the end must not be sent.
    ines.operate("acceptance", "restart").await.expect(200);
    assert!(!read_to_end(stream).await.contains("event: change"));
    let stream = expired.open_stream("/apps/shop/events").await;
    api.clock.advance(SignedDuration::from_hours(31 * 24));
    read_to_end(stream).await;
}

async fn a_stream_ends_when_the_account_is_disabled(api: TestApi) {
    let (ines, dana) = (api.browser("ines").await, api.browser("dana").await);
    let hers = ines.open_stream("/apps/shop/events").await;
    let mut another = dana.open_stream("/apps/shop/events").await.into_body();
    api.operator().set_disabled(&"ines@padlock.example".parse().unwrap(), true).await.unwrap();
    dana.operate("test", "restart").await.expect(200);
    assert!(!read_to_end(hers).await.contains("event: change"));
    for expected in ["retry: 2000", "event: heartbeat", "event: change"] {
        let frame = another.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(String::from_utf8_lossy(&frame).contains(expected), "another member's stream goes on");
    }
}

async fn a_stream_ends_when_the_session_gets_another_secret(api: TestApi) {
    let mut tess = api.browser("tess").await;
    let stream = tess.open_stream("/apps/shop/events").await;
    tess.enrol(&api).await;
    read_to_end(stream).await;
}

#[tokio::test]
async fn a_stream_ends_when_its_member_is_deactivated() {
    let api = TestApi::on_disk().await;
    let (ines, dana) = (api.browser("ines").await, api.browser("dana").await);
    let stream = ines.open_stream("/apps/shop/events").await;
    let file = api.data.as_ref().unwrap().path().join("padlock.sqlite");
    let pool = sqlx::SqlitePool::connect(file.to_str().unwrap()).await.unwrap();
    let update = "UPDATE memberships SET deactivated = 1
        WHERE account = (SELECT id FROM accounts WHERE login = 'ines@padlock.example')";
    assert!(sqlx::query(update).execute(&pool).await.unwrap().rows_affected() > 0);
    dana.operate("test", "restart").await.expect(200);
    assert!(!read_to_end(stream).await.contains("event: change"));
    assert_eq!(ines.get("/apps").await.expect(200).json()["items"], json!([]));
}
