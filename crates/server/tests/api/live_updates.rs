//! Event streams.

use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(an_account_can_open_32_event_streams);

async fn an_account_can_open_32_event_streams(api: TestApi) {
    let (ines, dana) = (api.browser("ines").await, api.browser("dana").await);
    let mut streams = Vec::new();
    for _ in 0..32 {
        streams.push(ines.open_stream("/apps/shop/events").await);
    }
    assert!(streams.iter().all(|stream| stream.status() == 200));
    assert_eq!(ines.open_stream("/apps/shop/events").await.status(), 429);
    assert_eq!(dana.open_stream("/apps/shop/events").await.status(), 200);
    streams.pop();
    assert_eq!(ines.open_stream("/apps/shop/events").await.status(), 200, "another stream has ended");
}
