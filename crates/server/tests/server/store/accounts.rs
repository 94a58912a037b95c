//! Accounts.

use padlock_api::ports::{Attempt, Insert, NotFound, Update};
use padlock_domain::PasswordHash;
use padlock_domain::password::PasswordForm;

use super::fixtures::{TestStore, account, add_account, for_each_store};

for_each_store!(accounts_are_found_by_id_and_by_login, an_operator_changes_one_account_and_no_other);

async fn accounts_are_found_by_id_and_by_login(store: TestStore) {
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    assert!(!tx.any_account().await.unwrap());
    let mut tess = account("tess@padlock.example");
    tess.disabled = true;
    assert_eq!(tx.add_account(&tess).await.unwrap(), Insert::Inserted);
    assert_eq!(tx.add_account(&account("tess@padlock.example")).await.unwrap(), Insert::Duplicate);
    let omar = add_account(&mut *tx, "omar@padlock.example").await;
    tx.commit().await.unwrap();

    let mut tx = store.read().await.unwrap();
    assert!(tx.any_account().await.unwrap());
    assert_eq!(tx.account(tess.id).await.unwrap().as_ref(), Some(&tess));
    assert_eq!(tx.account_by_login(&omar.login).await.unwrap().as_ref(), Some(&omar));
    let unknown = account("nobody@padlock.example");
    assert_eq!(tx.account(unknown.id).await.unwrap(), None);
    assert_eq!(tx.account_by_login(&unknown.login).await.unwrap(), None);
    let mut names = tx.display_names(&[omar.id, unknown.id, tess.id]).await.unwrap();
    names.sort();
    let mut expected = vec![(tess.id, tess.name), (omar.id, omar.name)];
    expected.sort();
    assert_eq!(names, expected);
    assert!(tx.display_names(&[]).await.unwrap().is_empty());
    let many: Vec<_> = (0..1_200).map(|_| account("x@x").id).chain([omar.id]).collect();
    assert_eq!(tx.display_names(&many).await.unwrap().len(), 1);
}

async fn an_operator_changes_one_account_and_no_other(store: TestStore) {
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let tess = add_account(&mut *tx, "tess@padlock.example").await;
    let omar = add_account(&mut *tx, "omar@padlock.example").await;
    assert_eq!(tx.all_accounts().await.unwrap(), [omar.clone(), tess.clone()], "ordered by login");
    let other = PasswordHash::new("$argon2id$another".to_owned(), PasswordForm::Nfc);
    assert_eq!(tx.set_password(tess.id, &other).await.unwrap(), Ok(()));
    assert_eq!(tx.set_disabled(tess.id, true).await.unwrap(), Update::Applied);
    assert_eq!(tx.set_disabled(tess.id, true).await.unwrap(), Update::Stale, "already disabled");
    assert_eq!(tx.set_support_agent(tess.id, true).await.unwrap(), Update::Applied);
    assert_eq!(tx.set_support_agent(omar.id, false).await.unwrap(), Update::Stale, "not a support agent");
    let unknown = account("nobody@padlock.example").id;
    assert_eq!(tx.set_password(unknown, &other).await.unwrap(), Err(NotFound));
    assert_eq!(tx.set_disabled(unknown, true).await.unwrap(), Update::Stale);
    tx.commit().await.unwrap();
    let mut tx = store.read().await.unwrap();
    let now = tx.account(tess.id).await.unwrap().unwrap();
    assert_eq!((&now.password_hash, now.disabled, now.support_agent), (&other, true, true));
    assert_eq!(tx.account(omar.id).await.unwrap().as_ref(), Some(&omar), "unchanged");
}
