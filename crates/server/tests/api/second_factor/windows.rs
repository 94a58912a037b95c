//! The authorised window is computed from a sealed proof, whatever the database and the clock say.

use padlock_api::ports::Attempt;
use padlock_domain::{AuthorisedWindow, SealedWindow, Session, SessionId, SignedDuration};

use crate::client::Client;
use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    no_value_in_the_database_opens_a_window,
    a_stored_end_does_not_lengthen_a_window,
    moving_the_clock_never_lengthens_a_window,
    a_window_of_the_future_is_closed_for_good,
);

async fn session_of(api: &TestApi, client: &Client) -> Session {
    let id = client.get("/session").await.expect(200).json()["id"].as_str().unwrap().to_owned();
    let mut tx = api.ports.store.read().await.unwrap();
    tx.session_by_id(id.parse::<SessionId>().unwrap()).await.unwrap().unwrap()
}

/// Writes a window into the row of a session, as somebody could who can write to the database.
async fn overwrite_window(api: &TestApi, session: &Session, window: &SealedWindow) {
    let mut tx = api.ports.store.begin_write(&Attempt::default()).await.unwrap();
    let secret = &session.secret_hash;
    let _ = tx.open_authorised_window(session.id, secret, secret, window).await.unwrap();
    tx.commit().await.unwrap();
}

async fn no_value_in_the_database_opens_a_window(api: TestApi) {
    let (tess, _) = api.browser_with_authenticator("tess").await;
    let other = api.browser("tess").await;
    let sealed = session_of(&api, &tess).await.window.unwrap();
    let now = api.now();
    for seal in [String::new(), "v1".to_owned(), sealed.seal.clone()] {
        for claimed in [AuthorisedWindow::open(now), sealed.claimed] {
            overwrite_window(&api, &session_of(&api, &other).await, &SealedWindow { claimed, seal: seal.clone() })
                .await;
            assert!(!other.is_unlocked().await, "{claimed:?} {seal}");
            other.operate("production", "restart").await.problem(401, "step_up_required");
            let sessions = other.get("/sessions").await.expect(200).json();
            let open = sessions["items"].as_array().unwrap().iter().filter(|s| !s["authorised_until"].is_null());
            assert_eq!(open.count(), 1, "that of the session with the proof");
        }
    }
    // Her own session with a proof that is dated later.
    let later = AuthorisedWindow { proved_at: now, ..sealed.claimed };
    overwrite_window(&api, &session_of(&api, &tess).await, &SealedWindow { claimed: later, ..sealed.clone() }).await;
    assert!(!tess.is_unlocked().await);
    overwrite_window(&api, &session_of(&api, &tess).await, &sealed).await;
    assert!(tess.is_unlocked().await);
}

async fn a_stored_end_does_not_lengthen_a_window(api: TestApi) {
    let (tess, _) = api.browser_with_authenticator("tess").await;
    let session = session_of(&api, &tess).await;
    let mut window = session.window.clone().unwrap();
    let end = tess.get("/session").await.expect(200).json()["authorised_until"].clone();
    let far = api.now() + SignedDuration::from_hours(10_000);
    (window.claimed.until, window.claimed.used_at) = (far, far);
    overwrite_window(&api, &session, &window).await;
    assert_eq!(tess.get("/session").await.expect(200).json()["authorised_until"], end);
    api.clock.advance(SignedDuration::from_hours(8));
    assert!(!tess.is_unlocked().await);
    tess.operate("production", "restart").await.problem(401, "step_up_required");
}

async fn moving_the_clock_never_lengthens_a_window(api: TestApi) {
    let (mut tess, authenticator) = api.browser_with_authenticator("tess").await;
    let hours = |n| api.clock.advance(SignedDuration::from_hours(n));
    hours(5);
    tess.verify(&authenticator.code(&api)).await.expect(200);
    assert!(tess.is_unlocked().await);
    hours(-3);
    assert!(!tess.is_unlocked().await, "a proof dated later than now is none");
    tess.operate("production", "restart").await.problem(401, "step_up_required");
    hours(11);
    assert!(!tess.is_unlocked().await);
}

async fn a_window_of_the_future_is_closed_for_good(api: TestApi) {
    let (tess, _) = api.browser_with_authenticator("tess").await;
    api.correct_after_clock_change().await.unwrap();
    assert!(tess.is_unlocked().await, "nothing to close");
    api.clock.advance(SignedDuration::from_hours(-1));
    api.correct_after_clock_change().await.unwrap();
    api.clock.advance(SignedDuration::from_hours(2));
    assert!(!tess.is_unlocked().await, "it would last for an hour longer");
}
