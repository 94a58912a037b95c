//! Sign-ins that wait for a code.

use padlock_api::ports::{Attempt, NotFound, Update};

use super::fixtures::{SampleData, TestStore, at, challenge, for_each_store};

for_each_store!(a_challenge_is_not_a_session);

async fn a_challenge_is_not_a_session(store: TestStore) {
    let tess = SampleData::insert(&*store).await.tess;
    let challenge = challenge(&tess);
    let (id, secret_hash) = (challenge.id, challenge.secret_hash);
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    tx.add_mfa_challenge(&challenge).await.unwrap();
    assert_eq!(tx.session(&secret_hash).await.unwrap(), None);
    assert!(tx.sessions_of(tess.id).await.unwrap().is_empty());
    assert_eq!(tx.mfa_challenge(&secret_hash).await.unwrap().as_ref(), Some(&challenge));
    assert_eq!(tx.save_challenge_attempts(id, 1, 2).await.unwrap(), Update::Stale);
    assert_eq!(tx.save_challenge_attempts(id, 0, 1).await.unwrap(), Update::Applied);
    assert_eq!(tx.mfa_challenge(&secret_hash).await.unwrap().unwrap().attempts, 1);
    assert_eq!(tx.remove_mfa_challenge(id).await.unwrap(), Ok(()));
    assert_eq!(tx.remove_mfa_challenge(id).await.unwrap(), Err(NotFound));
    tx.add_mfa_challenge(&challenge).await.unwrap();
    assert_eq!(tx.delete_expired_challenges_and_codes(at(5)).await.unwrap(), 1);
    tx.commit().await.unwrap();
}
