//! The controls of the demo.

use serde_json::json;

use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(the_clock_of_a_demo_only_advances);

async fn the_clock_of_a_demo_only_advances(api: TestApi) {
    let anonymous = api.anonymous();
    let before = anonymous.get("/demo/clock").await.expect(200).json();
    assert_eq!(before["ahead_seconds"], 0);
    let after = anonymous.post("/demo/clock", json!({ "advance_seconds": 28_800 })).await.expect(200).json();
    assert_eq!(after["ahead_seconds"], 28_800);
    assert!(after["now"].as_str().unwrap() > before["now"].as_str().unwrap());
    for bad in [json!({ "advance_seconds": -1 }), json!({ "advance_seconds": 99_999_999 }), json!({})] {
        anonymous.post("/demo/clock", bad).await.problem(422, "invalid_fields");
    }
    let real = api.restarted(|config| config.demo = None).anonymous();
    real.post("/demo/clock", json!({ "advance_seconds": 1 })).await.problem(404, "not_found");
    real.get("/demo/clock").await.problem(404, "not_found");
    real.get("/demo/outbox").await.problem(404, "not_found");
}
