//! Accounts, sessions, apps and teams.

use std::collections::BTreeMap;

use padlock_api::ports::{Insert, NotFound, Update};
use padlock_domain::account::PasswordHash;
use padlock_domain::app::{Membership, Promotion};
use padlock_domain::ids::SessionId;
use padlock_domain::permission::PermissionSet;
use padlock_domain::session::{AuthorisedWindow, MfaChallenge, SecretHash, Session, SessionKind};

use crate::support::{World, account, app, at, commit, some_permissions, stores, unique};

#[tokio::test]
async fn accounts_are_found_by_id_and_by_login() {
    for (name, store, _folder) in stores().await {
        let mut work = store.write().await.unwrap();
        assert!(!work.any_account().await.unwrap(), "{name}");
        let mut tess = account("tess@padlock.example");
        tess.disabled = true;
        assert_eq!(work.add_account(&tess).await.unwrap(), Insert::Inserted);
        assert_eq!(work.add_account(&account("tess@padlock.example")).await.unwrap(), Insert::Duplicate, "{name}");
        let omar = account("omar@padlock.example");
        assert_eq!(work.add_account(&omar).await.unwrap(), Insert::Inserted);
        commit(work).await;

        let mut work = store.read().await.unwrap();
        assert!(work.any_account().await.unwrap());
        assert_eq!(work.account(tess.id).await.unwrap().as_ref(), Some(&tess), "{name}");
        assert_eq!(work.account_by_login(&omar.login).await.unwrap().as_ref(), Some(&omar), "{name}");
        let nobody = account("nobody@padlock.example");
        assert_eq!(work.account(nobody.id).await.unwrap(), None);
        assert_eq!(work.account_by_login(&nobody.login).await.unwrap(), None);
        let mut names = work.display_names(&[omar.id, nobody.id, tess.id]).await.unwrap();
        names.sort();
        let mut expected = vec![(tess.id, tess.name), (omar.id, omar.name)];
        expected.sort();
        assert_eq!(names, expected, "{name}");
        assert!(work.display_names(&[]).await.unwrap().is_empty());
        let many: Vec<_> = (0..1_200).map(|_| account("x@x").id).chain([omar.id]).collect();
        assert_eq!(work.display_names(&many).await.unwrap().len(), 1, "{name}");
    }
}

fn session(of: &padlock_domain::account::Account, n: u8, seen: i64) -> Session {
    Session {
        id: SessionId::new(at(i64::from(n)), unique()),
        secret: SecretHash([n; 32]),
        account: of.id,
        kind: if n.is_multiple_of(2) { SessionKind::Cookie } else { SessionKind::Bearer },
        user_agent: "Mozilla/5.0 (X11)".to_owned(),
        created_at: at(i64::from(n)),
        last_seen_at: at(seen),
        window: n.is_multiple_of(2).then(|| AuthorisedWindow { until: at(9_999), used_at: at(1) }),
    }
}

#[tokio::test]
async fn sessions_live_until_they_are_ended() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let omar = account("omar@padlock.example");
        let (old, new, other) = (session(&world.tess, 1, 10), session(&world.tess, 2, 20), session(&omar, 3, 30));
        let mut work = store.write().await.unwrap();
        assert_eq!(work.add_account(&omar).await.unwrap(), Insert::Inserted);
        for session in [&old, &new, &other] {
            work.add_session(session).await.unwrap();
        }
        assert_eq!(work.session(&old.secret).await.unwrap().as_ref(), Some(&old), "{name}");
        assert_eq!(work.session(&SecretHash([9; 32])).await.unwrap(), None);
        assert_eq!(work.sessions_of(world.tess.id).await.unwrap(), [new.clone(), old.clone()], "{name}");

        work.update_last_seen(old.id, at(40)).await.unwrap();
        work.update_last_seen(old.id, at(35)).await.unwrap();
        assert_eq!(work.session(&old.secret).await.unwrap().unwrap().last_seen_at, at(40), "{name}: never backwards");

        assert_eq!(work.end_session(omar.id, old.id).await.unwrap(), Err(NotFound), "{name}: not his");
        assert_eq!(work.end_session(world.tess.id, old.id).await.unwrap(), Ok(()));
        assert_eq!(work.end_session(world.tess.id, old.id).await.unwrap(), Err(NotFound));
        work.update_last_seen(old.id, at(50)).await.unwrap();
        assert_eq!(work.session(&old.secret).await.unwrap(), None, "{name}: ended stays ended");

        work.add_session(&session(&world.tess, 4, 5)).await.unwrap();
        assert_eq!(work.end_other_sessions(world.tess.id, new.id).await.unwrap(), 1, "{name}");
        assert_eq!(work.sessions_of(omar.id).await.unwrap().len(), 1);
        assert_eq!(work.delete_expired_sessions(at(20), at(2)).await.unwrap(), 0, "{name}");
        assert_eq!(work.delete_expired_sessions(at(21), at(0)).await.unwrap(), 1, "{name}: idle");
        assert_eq!(work.delete_expired_sessions(at(0), at(4)).await.unwrap(), 1, "{name}: old");
        commit(work).await;
    }
}

#[tokio::test]
async fn apps_are_seen_by_their_members() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let omar = account("omar@padlock.example");
        let mut crm = app("crm", omar.id);
        crm.promotion = Promotion::Free;
        let mut work = store.write().await.unwrap();
        assert_eq!(work.add_account(&omar).await.unwrap(), Insert::Inserted);
        assert_eq!(work.add_app(&crm).await.unwrap(), Insert::Inserted);
        assert_eq!(work.add_app(&app("crm", omar.id)).await.unwrap(), Insert::Duplicate, "{name}: the slug is taken");
        let [test, acceptance, _] = &world.environments[..] else { panic!() };
        let granted = BTreeMap::from([(test.id, some_permissions()), (acceptance.id, PermissionSet::NONE)]);
        let member = |app, account, deactivated, granted| Membership {
            app,
            account,
            technical_contact: account == omar.id && app == crm.id,
            deploy_permissions: true,
            deactivated,
            granted,
        };
        let in_shop = member(world.shop.id, omar.id, false, granted);
        let in_crm = member(crm.id, omar.id, false, BTreeMap::new());
        let gone = member(crm.id, world.tess.id, true, BTreeMap::new());
        for membership in [&in_shop, &in_crm, &gone] {
            work.add_membership(membership).await.unwrap();
        }
        commit(work).await;

        let mut work = store.read().await.unwrap();
        assert_eq!(work.apps_of(omar.id).await.unwrap(), [crm.clone(), world.shop.clone()], "{name}: by name");
        assert_eq!(
            work.apps_of(world.tess.id).await.unwrap(),
            std::slice::from_ref(&world.shop),
            "{name}: not where deactivated"
        );
        assert_eq!(work.all_apps().await.unwrap().len(), 2);
        assert_eq!(work.app("crm").await.unwrap().as_ref(), Some(&crm));
        assert_eq!(work.app(&crm.id.to_string()).await.unwrap().as_ref(), Some(&crm), "{name}");
        for unknown in ["", "CRM", "none", "00000000-0000-7000-8000-000000000000", "' OR 1=1 --"] {
            assert_eq!(work.app(unknown).await.unwrap(), None, "{name} {unknown}");
        }
        for membership in [in_shop, in_crm, gone] {
            let found = work.membership(membership.app, membership.account).await.unwrap();
            assert_eq!(found, Some(membership), "{name}");
        }
        assert_eq!(work.membership(crm.id, account("x@x").id).await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_the_operator_decides_about_accounts() {
    for (name, store, _folder) in stores().await {
        let (tess, omar) = (account("tess@padlock.example"), account("omar@padlock.example"));
        let mut work = store.write().await.unwrap();
        for account in [&tess, &omar] {
            assert_eq!(work.add_account(account).await.unwrap(), Insert::Inserted);
        }
        assert_eq!(work.all_accounts().await.unwrap(), [omar.clone(), tess.clone()], "{name}: by login");
        let other = PasswordHash::new("$argon2id$another".to_owned());
        assert_eq!(work.set_password(tess.id, &other).await.unwrap(), Ok(()));
        assert_eq!(work.set_disabled(tess.id, true).await.unwrap(), Update::Applied);
        assert_eq!(work.set_disabled(tess.id, true).await.unwrap(), Update::Stale, "{name}: it is already");
        assert_eq!(work.set_support_agent(tess.id, true).await.unwrap(), Update::Applied);
        assert_eq!(work.set_support_agent(omar.id, false).await.unwrap(), Update::Stale, "{name}: he is none");
        let nobody = account("nobody@padlock.example").id;
        assert_eq!(work.set_password(nobody, &other).await.unwrap(), Err(NotFound));
        assert_eq!(work.set_disabled(nobody, true).await.unwrap(), Update::Stale);
        commit(work).await;
        let mut work = store.read().await.unwrap();
        let now = work.account(tess.id).await.unwrap().unwrap();
        assert_eq!((&now.password, now.disabled, now.support_agent), (&other, true, true), "{name}");
        assert_eq!(work.account(omar.id).await.unwrap().as_ref(), Some(&omar), "{name}: nobody else");
    }
}

#[tokio::test]
async fn everything_that_an_account_has_begun_ends_at_once() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let omar = account("omar@padlock.example");
        let mut work = store.write().await.unwrap();
        assert_eq!(work.add_account(&omar).await.unwrap(), Insert::Inserted);
        let (hers, his) = (session(&world.tess, 1, 10), session(&omar, 3, 30));
        for session in [&hers, &his] {
            work.add_session(session).await.unwrap();
        }
        let waiting = MfaChallenge {
            id: SessionId::new(at(4), unique()),
            secret: SecretHash([4; 32]),
            account: world.tess.id,
            kind: SessionKind::Cookie,
            user_agent: String::new(),
            created_at: at(4),
            attempts: 0,
        };
        work.add_mfa_challenge(&waiting).await.unwrap();
        work.end_all_access(world.tess.id).await.unwrap();
        commit(work).await;
        let mut work = store.read().await.unwrap();
        assert_eq!(work.session(&hers.secret).await.unwrap(), None, "{name}");
        assert_eq!(work.mfa_challenge(&waiting.secret).await.unwrap(), None, "{name}");
        assert_eq!(work.session(&his.secret).await.unwrap(), Some(his), "{name}: not his");
    }
}
