//! Second factors, what waits for a code, and what owners are told.

use std::sync::Arc;

use padlock_api::ports::{
    EncryptedSecret, EnrolmentRecord, Insert, MailCodeRecord, NotFound, RecoveryCodeRecord, SecondFactorRecord, Store,
    Transaction, Update,
};
use padlock_domain::account::Account;
use padlock_domain::account_entry::{AccountEntry, AccountEvent};
use padlock_domain::ids::{AccountEntryId, EnrolmentId, SessionId};
use padlock_domain::second_factor::attempts::Attempts;
use padlock_domain::second_factor::totp::Step;
use padlock_domain::session::{AuthorisedWindow, MfaChallenge, SecretHash, Session, SessionKind};

use super::races::winners;
use crate::support::{World, account, at, commit, stores, unique};

fn factor(of: &Account) -> SecondFactorRecord {
    SecondFactorRecord {
        id: EnrolmentId::new(at(0), unique()),
        account: of.id,
        seed: EncryptedSecret("v1.00000000.seed".to_owned()),
        last_step: Step::from_number(100),
        sign_in: true,
        enrolled_at: at(5),
        attempts: Attempts::default(),
        codes_saved: false,
    }
}

fn codes() -> Vec<RecoveryCodeRecord> {
    (1..=12)
        .map(|number| RecoveryCodeRecord {
            number,
            code: EncryptedSecret(format!("v1.00000000.{number}")),
            used_at: None,
        })
        .collect()
}

fn session(of: &Account) -> Session {
    Session {
        id: SessionId::new(at(0), unique()),
        secret: SecretHash([7; 32]),
        account: of.id,
        kind: SessionKind::Cookie,
        user_agent: String::new(),
        created_at: at(0),
        last_seen_at: at(0),
        window: None,
    }
}

/// A store with one person, enrolled.
async fn enrolled(store: &dyn Store) -> (Account, SecondFactorRecord) {
    let tess = World::make(store).await.tess;
    let row = factor(&tess);
    let mut work = store.write().await.unwrap();
    assert_eq!(work.add_second_factor(&row).await.unwrap(), Insert::Inserted);
    work.put_recovery_codes(tess.id, &codes()).await.unwrap();
    commit(work).await;
    (tess, row)
}

async fn stored(work: &mut dyn Transaction, of: &Account) -> SecondFactorRecord {
    work.second_factor(of.id).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_account_has_one_factor_and_its_steps_only_go_on() {
    for (name, store, _folder) in stores().await {
        let (tess, row) = enrolled(&*store).await;
        let mut work = store.write().await.unwrap();
        assert_eq!(stored(&mut *work, &tess).await, row, "{name}");
        assert_eq!(work.second_factor(account("x@x").id).await.unwrap(), None);
        assert_eq!(work.add_second_factor(&factor(&tess)).await.unwrap(), Insert::Duplicate, "{name}: it has one");
        for (step, expected) in
            [(100, Update::Stale), (99, Update::Stale), (102, Update::Applied), (101, Update::Stale)]
        {
            assert_eq!(work.consume_step(row.id, Step::from_number(step)).await.unwrap(), expected, "{name} {step}");
        }
        let stranger = EnrolmentId::new(at(0), unique());
        assert_eq!(work.consume_step(stranger, Step::from_number(999)).await.unwrap(), Update::Stale);
        assert_eq!(stored(&mut *work, &tess).await.last_step, Step::from_number(102), "{name}");
        assert_eq!(work.remove_second_factor(stranger).await.unwrap(), Err(NotFound));
        assert_eq!(work.remove_second_factor(row.id).await.unwrap(), Ok(()));
        assert_eq!(work.remove_second_factor(row.id).await.unwrap(), Err(NotFound), "{name}");
        assert_eq!(work.add_second_factor(&factor(&tess)).await.unwrap(), Insert::Inserted, "{name}: free again");
        commit(work).await;
    }
}

#[tokio::test]
async fn tries_are_charged_to_what_they_were() {
    for (name, store, _folder) in stores().await {
        let (tess, row) = enrolled(&*store).await;
        let once = Attempts { count: 1, wait_until: None };
        let waiting = Attempts { count: 2, wait_until: Some(at(60)) };
        let mut work = store.write().await.unwrap();
        assert_eq!(work.record_attempt(row.id, once, waiting).await.unwrap(), Update::Stale, "{name}: it is at none");
        assert_eq!(work.record_attempt(row.id, Attempts::default(), once).await.unwrap(), Update::Applied);
        assert_eq!(work.record_attempt(row.id, once, waiting).await.unwrap(), Update::Applied);
        let other_wait = Attempts { wait_until: None, ..waiting };
        assert_eq!(work.record_attempt(row.id, other_wait, once).await.unwrap(), Update::Stale, "{name}: another wait");
        assert_eq!(stored(&mut *work, &tess).await.attempts, waiting, "{name}");
        assert_eq!(work.clear_attempts(row.id).await.unwrap(), Ok(()));
        assert_eq!(stored(&mut *work, &tess).await.attempts, Attempts::default(), "{name}");
        commit(work).await;
    }
}

#[tokio::test]
async fn recovery_codes_are_spent_once_and_replaced_whole() {
    for (name, store, _folder) in stores().await {
        let (tess, _) = enrolled(&*store).await;
        let mut work = store.write().await.unwrap();
        assert_eq!(work.recovery_codes(tess.id).await.unwrap(), codes(), "{name}");
        let third = codes()[2].clone();
        let another = RecoveryCodeRecord { code: EncryptedSecret("v1.00000000.another".to_owned()), ..third.clone() };
        assert_eq!(work.consume_recovery_code(tess.id, &another, at(9)).await.unwrap(), Update::Stale, "{name}");
        assert_eq!(work.consume_recovery_code(tess.id, &third, at(9)).await.unwrap(), Update::Applied);
        assert_eq!(work.consume_recovery_code(tess.id, &third, at(10)).await.unwrap(), Update::Stale, "{name}");
        assert_eq!(work.consume_recovery_code(account("x@x").id, &codes()[3], at(10)).await.unwrap(), Update::Stale);
        assert_eq!(work.recovery_codes(tess.id).await.unwrap()[2].used_at, Some(at(9)), "{name}");
        assert_eq!(work.mark_recovery_codes_saved(tess.id).await.unwrap(), Ok(()));
        assert!(stored(&mut *work, &tess).await.codes_saved);
        work.put_recovery_codes(tess.id, &codes()[..2]).await.unwrap();
        assert_eq!(work.recovery_codes(tess.id).await.unwrap(), codes()[..2], "{name}");
        assert!(!stored(&mut *work, &tess).await.codes_saved, "{name}: nobody saved the new ones");
        commit(work).await;
    }
}

#[tokio::test]
async fn an_account_has_one_pending_enrolment_and_one_mailed_code() {
    for (name, store, _folder) in stores().await {
        let tess = World::make(&*store).await.tess;
        let pending = |replaces| EnrolmentRecord {
            id: EnrolmentId::new(at(0), unique()),
            account: tess.id,
            session: SessionId::new(at(0), unique()),
            seed: EncryptedSecret("v1.00000000.pending".to_owned()),
            replaces,
            expires_at: at(900),
        };
        let (first, second) = (pending(None), pending(Some(EnrolmentId::new(at(0), unique()))));
        let mut work = store.write().await.unwrap();
        work.put_enrolment(&first).await.unwrap();
        work.put_enrolment(&second).await.unwrap();
        assert_eq!(work.enrolment(first.id).await.unwrap(), None, "{name}: the second took its place");
        assert_eq!(work.enrolment(second.id).await.unwrap().as_ref(), Some(&second), "{name}");
        assert_eq!(work.remove_enrolment(first.id).await.unwrap(), Err(NotFound));
        assert_eq!(work.remove_enrolment(second.id).await.unwrap(), Ok(()));
        assert_eq!(work.remove_enrolment(second.id).await.unwrap(), Err(NotFound), "{name}");

        let mailed = MailCodeRecord {
            account: tess.id,
            code: EncryptedSecret("v1.00000000.mail".to_owned()),
            sent_at: at(3),
            attempts: 0,
            consecutive_sends: 2,
        };
        work.put_mail_code(&mailed).await.unwrap();
        assert_eq!(work.record_mail_code_attempt(tess.id, 1).await.unwrap(), Update::Stale, "{name}");
        assert_eq!(work.record_mail_code_attempt(tess.id, 0).await.unwrap(), Update::Applied);
        assert_eq!(work.mail_code(tess.id).await.unwrap().unwrap().attempts, 1, "{name}");
        work.put_mail_code(&mailed).await.unwrap();
        assert_eq!(work.mail_code(tess.id).await.unwrap(), Some(mailed), "{name}: another begins anew");
        work.put_enrolment(&first).await.unwrap();
        assert_eq!(work.delete_expired_pending(at(3)).await.unwrap(), 0, "{name}");
        assert_eq!(work.delete_expired_pending(at(4)).await.unwrap(), 1, "{name}: the mailed code");
        assert_eq!(work.delete_expired_pending(at(901)).await.unwrap(), 1, "{name}: the enrolment");
        assert_eq!(work.remove_mail_code(tess.id).await.unwrap(), Err(NotFound), "{name}");
        commit(work).await;
    }
}

#[tokio::test]
async fn windows_open_with_another_secret_and_close() {
    for (name, store, _folder) in stores().await {
        let tess = World::make(&*store).await.tess;
        let (mine, other) = (session(&tess), Session { secret: SecretHash([8; 32]), ..session(&tess) });
        let window = AuthorisedWindow { until: at(100), used_at: at(10) };
        let new = SecretHash([9; 32]);
        let mut work = store.write().await.unwrap();
        work.add_session(&mine).await.unwrap();
        work.add_session(&Session { window: Some(window), ..other.clone() }).await.unwrap();
        let rotated = work.open_authorised_window(mine.id, &other.secret, &new, window).await.unwrap();
        assert_eq!(rotated, Update::Stale, "{name}: another's secret");
        assert_eq!(work.open_authorised_window(mine.id, &mine.secret, &new, window).await.unwrap(), Update::Applied);
        assert_eq!(work.session(&mine.secret).await.unwrap(), None, "{name}: the old one is dead");
        let open = Session { secret: new, window: Some(window), ..mine.clone() };
        assert_eq!(work.session(&new).await.unwrap().as_ref(), Some(&open), "{name}");
        assert_eq!(work.session_by_id(mine.id).await.unwrap(), Some(open), "{name}");
        work.record_window_use(mine.id, at(20)).await.unwrap();
        work.record_window_use(mine.id, at(15)).await.unwrap();
        let used = work.session(&new).await.unwrap().unwrap().window;
        assert_eq!(used, Some(AuthorisedWindow { used_at: at(20), ..window }), "{name}: never backwards");
        work.close_window(mine.id).await.unwrap();
        work.record_window_use(mine.id, at(30)).await.unwrap();
        assert_eq!(work.session(&new).await.unwrap().unwrap().window, None, "{name}: closed stays closed");
        assert!(work.session(&other.secret).await.unwrap().unwrap().window.is_some(), "{name}: not the other's");
        work.close_windows(tess.id).await.unwrap();
        assert_eq!(work.session(&other.secret).await.unwrap().unwrap().window, None, "{name}");
        commit(work).await;
    }
}

#[tokio::test]
async fn what_waits_for_a_code_is_no_session() {
    for (name, store, _folder) in stores().await {
        let tess = World::make(&*store).await.tess;
        let Session { id, secret, account, kind, created_at, .. } = session(&tess);
        let user_agent = "curl/8".to_owned();
        let waiting = MfaChallenge { id, secret, account, kind, user_agent, created_at, attempts: 0 };
        let mut work = store.write().await.unwrap();
        work.add_mfa_challenge(&waiting).await.unwrap();
        assert_eq!(work.session(&secret).await.unwrap(), None, "{name}");
        assert!(work.sessions_of(tess.id).await.unwrap().is_empty(), "{name}");
        assert_eq!(work.mfa_challenge(&secret).await.unwrap().as_ref(), Some(&waiting), "{name}");
        assert_eq!(work.record_challenge_attempt(id, 1, 2).await.unwrap(), Update::Stale);
        assert_eq!(work.record_challenge_attempt(id, 0, 1).await.unwrap(), Update::Applied);
        assert_eq!(work.mfa_challenge(&secret).await.unwrap().unwrap().attempts, 1, "{name}");
        assert_eq!(work.remove_mfa_challenge(id).await.unwrap(), Ok(()));
        assert_eq!(work.remove_mfa_challenge(id).await.unwrap(), Err(NotFound), "{name}");
        work.add_mfa_challenge(&waiting).await.unwrap();
        assert_eq!(work.delete_expired_pending(at(1)).await.unwrap(), 1, "{name}");
        commit(work).await;
    }
}

#[tokio::test]
async fn owners_are_told_until_they_dismiss_it() {
    for (name, store, _folder) in stores().await {
        let tess = World::make(&*store).await.tess;
        let entry = |second, event| AccountEntry {
            id: AccountEntryId::new(at(second), unique()),
            account: tess.id,
            at: at(second),
            device: "Firefox on Linux".to_owned(),
            event,
        };
        let first = entry(1, AccountEvent::SecondFactorEnrolled);
        let quiet = entry(2, AccountEvent::Unlocked);
        let last = entry(3, AccountEvent::RecoveryCodeUsed { left: 11 });
        let mut work = store.write().await.unwrap();
        for entry in [&first, &quiet, &last] {
            work.add_account_entry(entry).await.unwrap();
        }
        assert_eq!(work.notices(tess.id, 10).await.unwrap(), [last.clone(), first.clone()], "{name}");
        assert_eq!(work.notices(tess.id, 1).await.unwrap(), std::slice::from_ref(&last), "{name}");
        assert_eq!(work.dismiss_notice(account("x@x").id, last.id).await.unwrap(), Err(NotFound), "{name}");
        assert_eq!(work.dismiss_notice(tess.id, quiet.id).await.unwrap(), Err(NotFound), "{name}");
        assert_eq!(work.dismiss_notice(tess.id, last.id).await.unwrap(), Ok(()));
        assert_eq!(work.dismiss_notice(tess.id, last.id).await.unwrap(), Err(NotFound), "{name}");
        assert_eq!(work.notices(tess.id, 10).await.unwrap(), [first], "{name}");
        commit(work).await;
    }
}

/// A hundred that looked at the same state, outside of the transaction that saves.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_spend_one_step_one_code_and_one_secret() {
    for (name, store, _folder) in stores().await {
        let (tess, row) = enrolled(&*store).await;
        let mine = session(&tess);
        let mut work = store.write().await.unwrap();
        work.add_session(&mine).await.unwrap();
        commit(work).await;
        let (id, owner) = (row.id, tess.id);
        let spend = |store: Arc<dyn Store>, what: usize| {
            let mine = mine.clone();
            async move {
                let mut work = store.write().await.unwrap();
                let update = match what {
                    0 => work.consume_step(id, Step::from_number(101)).await,
                    1 => work.consume_recovery_code(owner, &codes()[0], at(1)).await,
                    2 => {
                        let window = AuthorisedWindow { until: at(9), used_at: at(1) };
                        work.open_authorised_window(mine.id, &mine.secret, &SecretHash([1; 32]), window).await
                    }
                    3 => {
                        let once = Attempts { count: 1, wait_until: None };
                        work.record_attempt(id, Attempts::default(), once).await
                    }
                    _ => {
                        let removed = work.remove_second_factor(id).await;
                        removed.map(|removed| removed.map_or(Update::Stale, |()| Update::Applied))
                    }
                };
                let update = update.unwrap();
                work.commit().await.unwrap();
                update == Update::Applied
            }
        };
        for what in 0..5 {
            assert_eq!(winners(&store, |store, _| spend(store, what)).await, 1, "{name} {what}");
        }
    }
}
