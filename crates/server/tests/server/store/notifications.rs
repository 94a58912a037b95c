//! The notices of accounts.

use padlock_api::ports::{Attempt, NotFound};
use padlock_domain::{AccountEntry, AccountEntryId, AccountEvent};

use super::fixtures::{SampleData, TestStore, account, at, for_each_store, unique};

for_each_store!(a_notice_is_listed_until_its_owner_dismisses_it);

async fn a_notice_is_listed_until_its_owner_dismisses_it(store: TestStore) {
    let tess = SampleData::insert(&*store).await.tess;
    let entry = |second, event| AccountEntry {
        id: AccountEntryId::new(at(second), unique()),
        account: tess.id,
        at: at(second),
        device: "Firefox on Linux".to_owned(),
        event,
    };
    let first = entry(1, AccountEvent::SecondFactorEnrolled);
    let without_notice = entry(2, AccountEvent::WindowOpened);
    let last = entry(3, AccountEvent::RecoveryCodeUsed { left: 11 });
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    for entry in [&first, &without_notice, &last] {
        tx.add_account_entry(entry).await.unwrap();
    }
    assert_eq!(tx.notices(tess.id, 10).await.unwrap(), [last.clone(), first.clone()]);
    assert_eq!(tx.notices(tess.id, 1).await.unwrap(), std::slice::from_ref(&last));
    assert_eq!(tx.dismiss_notice(account("x@x").id, last.id).await.unwrap(), Err(NotFound));
    assert_eq!(tx.dismiss_notice(tess.id, without_notice.id).await.unwrap(), Err(NotFound));
    assert_eq!(tx.dismiss_notice(tess.id, last.id).await.unwrap(), Ok(()));
    assert_eq!(tx.dismiss_notice(tess.id, last.id).await.unwrap(), Err(NotFound));
    assert_eq!(tx.notices(tess.id, 10).await.unwrap(), [first]);
    tx.commit().await.unwrap();
}
