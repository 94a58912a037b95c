//! Sessions and their authorised windows.

use padlock_api::ports::{Attempt, NotFound, Update};
use padlock_domain::{Account, AuthorisedWindow, SealedWindow, SecretHash, Session, SessionId, SessionKind};

use super::fixtures::{SampleData, TestStore, add_account, at, challenge, for_each_store, unique};

for_each_store!(
    a_session_can_be_used_until_it_ends,
    ending_all_access_ends_sessions_and_challenges_of_one_account,
    opening_a_window_replaces_the_secret_and_closing_is_final,
);

pub(super) fn session(of: &Account, n: u8, last_seen: i64) -> Session {
    Session {
        id: SessionId::new(at(i64::from(n)), unique()),
        secret_hash: SecretHash([n; 32]),
        account: of.id,
        kind: if n.is_multiple_of(2) { SessionKind::Cookie } else { SessionKind::Bearer },
        user_agent: "Mozilla/5.0 (X11)".to_owned(),
        created_at: at(i64::from(n)),
        last_seen_at: at(last_seen),
        window: n.is_multiple_of(2).then(|| window(1, 9_999)),
    }
}

pub(super) fn window(proved: i64, until: i64) -> SealedWindow {
    let claimed = AuthorisedWindow { proved_at: at(proved), until: at(until), used_at: at(proved) };
    SealedWindow { claimed, seal: "v1.key.seal".to_owned() }
}

async fn a_session_can_be_used_until_it_ends(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let omar = add_account(&mut *tx, "omar@padlock.example").await;
    let (old, new, other) = (session(&data.tess, 1, 10), session(&data.tess, 2, 20), session(&omar, 3, 30));
    for session in [&old, &new, &other] {
        tx.add_session(session).await.unwrap();
    }
    assert_eq!(tx.session(&old.secret_hash).await.unwrap().as_ref(), Some(&old));
    assert_eq!(tx.session(&SecretHash([9; 32])).await.unwrap(), None);
    assert_eq!(tx.sessions_of(data.tess.id).await.unwrap(), [new.clone(), old.clone()]);

    tx.update_last_seen(old.id, at(40)).await.unwrap();
    tx.update_last_seen(old.id, at(35)).await.unwrap();
    assert_eq!(tx.session(&old.secret_hash).await.unwrap().unwrap().last_seen_at, at(40), "never earlier than before");

    assert_eq!(tx.end_session(omar.id, old.id).await.unwrap(), Err(NotFound), "the session of another account");
    assert_eq!(tx.end_session(data.tess.id, old.id).await.unwrap(), Ok(()));
    assert_eq!(tx.end_session(data.tess.id, old.id).await.unwrap(), Err(NotFound));
    tx.update_last_seen(old.id, at(50)).await.unwrap();
    assert_eq!(tx.session(&old.secret_hash).await.unwrap(), None, "use does not revive it");

    tx.add_session(&session(&data.tess, 4, 5)).await.unwrap();
    assert_eq!(tx.end_other_sessions(data.tess.id, new.id).await.unwrap(), 1);
    assert_eq!(tx.sessions_of(omar.id).await.unwrap().len(), 1);
    assert_eq!(tx.delete_expired_sessions(at(20), at(2)).await.unwrap(), 0);
    assert_eq!(tx.delete_expired_sessions(at(21), at(0)).await.unwrap(), 1, "idle");
    assert_eq!(tx.delete_expired_sessions(at(0), at(4)).await.unwrap(), 1, "old");
    tx.commit().await.unwrap();
}

async fn ending_all_access_ends_sessions_and_challenges_of_one_account(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let omar = add_account(&mut *tx, "omar@padlock.example").await;
    let (hers, his) = (session(&data.tess, 1, 10), session(&omar, 3, 30));
    for session in [&hers, &his] {
        tx.add_session(session).await.unwrap();
    }
    let challenge = challenge(&data.tess);
    tx.add_mfa_challenge(&challenge).await.unwrap();
    tx.end_all_access(data.tess.id).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.session(&hers.secret_hash).await.unwrap(), None);
    assert_eq!(tx.mfa_challenge(&challenge.secret_hash).await.unwrap(), None);
    assert_eq!(tx.session(&his.secret_hash).await.unwrap(), Some(his), "the session of another account");
}

async fn opening_a_window_replaces_the_secret_and_closing_is_final(store: TestStore) {
    let tess = SampleData::insert(&*store).await.tess;
    let (first, second) = (session(&tess, 1, 0), session(&tess, 3, 0));
    let window = window(10, 100);
    let new = SecretHash([9; 32]);
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    tx.add_session(&first).await.unwrap();
    tx.add_session(&Session { window: Some(window.clone()), ..second.clone() }).await.unwrap();
    let rotated = tx.open_authorised_window(first.id, &second.secret_hash, &new, &window).await.unwrap();
    assert_eq!(rotated, Update::Stale, "the secret of the other session");
    assert_eq!(tx.open_authorised_window(first.id, &first.secret_hash, &new, &window).await.unwrap(), Update::Applied);
    assert_eq!(tx.session(&first.secret_hash).await.unwrap(), None, "the old secret is invalid");
    let open = Session { secret_hash: new, window: Some(window.clone()), ..first.clone() };
    assert_eq!(tx.session(&new).await.unwrap().as_ref(), Some(&open));
    assert_eq!(tx.session_by_id(first.id).await.unwrap(), Some(open));
    tx.record_window_use(first.id, at(20)).await.unwrap();
    tx.record_window_use(first.id, at(15)).await.unwrap();
    let used = tx.session(&new).await.unwrap().unwrap().window.map(|window| window.claimed);
    assert_eq!(used, Some(AuthorisedWindow { used_at: at(20), ..window.claimed }), "never earlier than before");
    tx.close_window(first.id).await.unwrap();
    tx.record_window_use(first.id, at(30)).await.unwrap();
    assert_eq!(tx.session(&new).await.unwrap().unwrap().window, None, "use does not open it again");
    assert!(
        tx.session(&second.secret_hash).await.unwrap().unwrap().window.is_some(),
        "the window of the other session"
    );
    assert!(tx.any_window_proved_after(at(9)).await.unwrap());
    assert!(!tx.any_window_proved_after(at(10)).await.unwrap());
    assert_eq!(tx.close_windows_proved_after(at(10)).await.unwrap(), 0);
    let reopened = tx.open_authorised_window(first.id, &new, &new, &self::window(11, 100)).await.unwrap();
    assert_eq!(reopened, Update::Applied);
    assert_eq!(tx.close_windows_proved_after(at(10)).await.unwrap(), 1, "only the window of the first session");
    tx.close_windows(tess.id).await.unwrap();
    assert_eq!(tx.session(&second.secret_hash).await.unwrap().unwrap().window, None);
    tx.commit().await.unwrap();
}
