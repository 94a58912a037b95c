//! Second factors, their recovery codes and pending enrolments.

use padlock_api::ports::{
    Attempt, EncryptedSecret, EnrolmentDetailsRecord, EnrolmentRecord, Insert, MailCodeRecord, NotFound,
    RecoveryCodeRecord, SecondFactorDetailsRecord, SecondFactorRecord, Store, Transaction, Update,
};
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;
use padlock_domain::{Account, EnrolmentId, SessionId};

use super::fixtures::{SampleData, TestStore, account, at, for_each_store, unique};

for_each_store!(
    an_account_has_one_factor_and_its_steps_only_increase,
    an_attempt_is_recorded_only_on_the_expected_count,
    recovery_codes_are_consumed_once_and_replaced_together,
    an_account_has_one_pending_enrolment_and_one_mail_code,
);

fn authenticator(last_step: i64) -> SecondFactorDetailsRecord {
    let seed = EncryptedSecret("v1.00000000.seed".to_owned());
    SecondFactorDetailsRecord::Authenticator { seed, last_step: Step::from_number(last_step) }
}

fn new_factor(of: &Account) -> SecondFactorRecord {
    SecondFactorRecord {
        id: EnrolmentId::new(at(0), unique()),
        account: of.id,
        details: authenticator(100),
        required_at_sign_in: true,
        enrolled_at: at(5),
        attempts: Attempts::default(),
        recovery_codes_saved: false,
    }
}

pub(super) fn codes() -> Vec<RecoveryCodeRecord> {
    (1..=12)
        .map(|number| RecoveryCodeRecord {
            number,
            code: EncryptedSecret(format!("v1.00000000.{number}")),
            used_at: None,
        })
        .collect()
}

/// Inserts the sample data, and a second factor with recovery codes for Tess.
pub(super) async fn enrolled(store: &dyn Store) -> (Account, SecondFactorRecord) {
    let tess = SampleData::insert(store).await.tess;
    let factor = new_factor(&tess);
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    assert_eq!(tx.add_second_factor(&factor).await.unwrap(), Insert::Inserted);
    tx.put_recovery_codes(tess.id, &codes()).await.unwrap();
    tx.commit().await.unwrap();
    (tess, factor)
}

async fn stored(tx: &mut dyn Transaction, of: &Account) -> SecondFactorRecord {
    tx.second_factor(of.id).await.unwrap().unwrap()
}

async fn an_account_has_one_factor_and_its_steps_only_increase(store: TestStore) {
    let (tess, factor) = enrolled(&*store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    assert_eq!(stored(&mut *tx, &tess).await, factor);
    assert_eq!(tx.second_factor(account("x@x").id).await.unwrap(), None);
    assert_eq!(tx.add_second_factor(&new_factor(&tess)).await.unwrap(), Insert::Duplicate, "the account has one");
    for (step, expected) in [(100, Update::Stale), (99, Update::Stale), (102, Update::Applied), (101, Update::Stale)] {
        assert_eq!(tx.consume_step(factor.id, Step::from_number(step)).await.unwrap(), expected, "{step}");
    }
    let unknown = EnrolmentId::new(at(0), unique());
    assert_eq!(tx.consume_step(unknown, Step::from_number(999)).await.unwrap(), Update::Stale);
    assert_eq!(stored(&mut *tx, &tess).await.details, authenticator(102));
    assert_eq!(tx.remove_second_factor(unknown).await.unwrap(), Err(NotFound));
    assert_eq!(tx.remove_second_factor(factor.id).await.unwrap(), Ok(()));
    assert_eq!(tx.remove_second_factor(factor.id).await.unwrap(), Err(NotFound));
    assert_eq!(tx.add_second_factor(&new_factor(&tess)).await.unwrap(), Insert::Inserted, "the account has none now");
    tx.commit().await.unwrap();
}

async fn an_attempt_is_recorded_only_on_the_expected_count(store: TestStore) {
    let (tess, factor) = enrolled(&*store).await;
    let once = Attempts { count: 1, wait_until: None };
    let waiting = Attempts { count: 2, wait_until: Some(at(60)) };
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    assert_eq!(tx.save_attempts(factor.id, once, waiting).await.unwrap(), Update::Stale, "there were no attempts");
    assert_eq!(tx.save_attempts(factor.id, Attempts::default(), once).await.unwrap(), Update::Applied);
    assert_eq!(tx.save_attempts(factor.id, once, waiting).await.unwrap(), Update::Applied);
    let other_wait = Attempts { wait_until: None, ..waiting };
    assert_eq!(tx.save_attempts(factor.id, other_wait, once).await.unwrap(), Update::Stale, "another wait");
    assert_eq!(stored(&mut *tx, &tess).await.attempts, waiting);
    assert_eq!(tx.clear_attempts(factor.id).await.unwrap(), Ok(()));
    assert_eq!(stored(&mut *tx, &tess).await.attempts, Attempts::default());
    tx.commit().await.unwrap();
}

async fn recovery_codes_are_consumed_once_and_replaced_together(store: TestStore) {
    let (tess, _) = enrolled(&*store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    assert_eq!(tx.recovery_codes(tess.id).await.unwrap(), codes());
    let third = codes()[2].clone();
    let another = RecoveryCodeRecord { code: EncryptedSecret("v1.00000000.another".to_owned()), ..third.clone() };
    assert_eq!(tx.consume_recovery_code(tess.id, &another, at(9)).await.unwrap(), Update::Stale);
    assert_eq!(tx.consume_recovery_code(tess.id, &third, at(9)).await.unwrap(), Update::Applied);
    assert_eq!(tx.consume_recovery_code(tess.id, &third, at(10)).await.unwrap(), Update::Stale);
    assert_eq!(tx.consume_recovery_code(account("x@x").id, &codes()[3], at(10)).await.unwrap(), Update::Stale);
    assert_eq!(tx.recovery_codes(tess.id).await.unwrap()[2].used_at, Some(at(9)));
    assert_eq!(tx.mark_recovery_codes_saved(tess.id).await.unwrap(), Ok(()));
    assert!(stored(&mut *tx, &tess).await.recovery_codes_saved);
    tx.put_recovery_codes(tess.id, &codes()[..2]).await.unwrap();
    assert_eq!(tx.recovery_codes(tess.id).await.unwrap(), codes()[..2]);
    assert!(!stored(&mut *tx, &tess).await.recovery_codes_saved, "the new codes are not saved");
    tx.commit().await.unwrap();
}

async fn an_account_has_one_pending_enrolment_and_one_mail_code(store: TestStore) {
    let tess = SampleData::insert(&*store).await.tess;
    let pending = |replaces| EnrolmentRecord {
        attempts: 0,
        id: EnrolmentId::new(at(0), unique()),
        account: tess.id,
        session: SessionId::new(at(0), unique()),
        details: EnrolmentDetailsRecord::Authenticator { seed: EncryptedSecret("v1.00000000.pending".to_owned()) },
        replaces,
        expires_at: at(900),
    };
    let (first, second) = (pending(None), pending(Some(EnrolmentId::new(at(0), unique()))));
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    tx.put_enrolment(&first).await.unwrap();
    tx.put_enrolment(&second).await.unwrap();
    assert_eq!(tx.enrolment(first.id).await.unwrap(), None, "replaced by the second");
    assert_eq!(tx.enrolment(second.id).await.unwrap().as_ref(), Some(&second));
    assert_eq!(tx.remove_enrolment(first.id).await.unwrap(), Err(NotFound));
    assert_eq!(tx.remove_enrolment(second.id).await.unwrap(), Ok(()));
    assert_eq!(tx.remove_enrolment(second.id).await.unwrap(), Err(NotFound));

    let mailed = MailCodeRecord {
        account: tess.id,
        code: EncryptedSecret("v1.00000000.mail".to_owned()),
        sent_at: at(3),
        attempts: 0,
        consecutive_sends: 2,
    };
    tx.put_mail_code(&mailed).await.unwrap();
    assert_eq!(tx.record_mail_code_attempt(tess.id, 1).await.unwrap(), Update::Stale);
    assert_eq!(tx.record_mail_code_attempt(tess.id, 0).await.unwrap(), Update::Applied);
    assert_eq!(tx.mail_code(tess.id).await.unwrap().unwrap().attempts, 1);
    tx.put_mail_code(&mailed).await.unwrap();
    assert_eq!(tx.mail_code(tess.id).await.unwrap(), Some(mailed), "a new code resets the attempts");
    tx.put_enrolment(&first).await.unwrap();
    assert_eq!(tx.delete_expired_challenges_and_codes(at(3)).await.unwrap(), 0);
    assert_eq!(tx.delete_expired_challenges_and_codes(at(4)).await.unwrap(), 1, "the mail code");
    assert_eq!(tx.delete_expired_challenges_and_codes(at(901)).await.unwrap(), 1, "the enrolment");
    assert_eq!(tx.remove_mail_code(tess.id).await.unwrap(), Err(NotFound));
    tx.commit().await.unwrap();
}
