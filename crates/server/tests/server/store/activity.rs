//! The audit trail.

use padlock_api::ports::{ActivityFilter, Attempt, ReadTransaction, Store, Transaction};
use padlock_domain::activity::{Entry, Event};
use padlock_domain::deployment::Failure;
use padlock_domain::{AccountId, ActivityId, EnvironmentId, PackageId};

use super::fixtures::{SampleData, TestStore, app, at, for_each_store, unique};

for_each_store!(
    every_kind_of_entry_is_stored,
    filters_can_be_combined,
    entries_stay_in_the_order_in_which_they_were_added_although_clocks_differ,
    a_rare_entry_is_found_although_each_page_reads_a_bounded_number_of_entries,
);

async fn every_kind_of_entry_is_stored(store: TestStore) {
    let (version, file_name) = ("1.0.0".to_owned(), "shop.mda".to_owned());
    let package = Some(PackageId::new(at(0), unique()));
    let events = [
        Event::PackageUploaded { package, version: version.clone(), file_name: file_name.clone() },
        Event::PackageDeleted { version: version.clone(), file_name: file_name.clone() },
        Event::PackageExpired { version: version.clone(), file_name: file_name.clone() },
        Event::PackageDownloaded { package: None, times: 1, version: version.clone(), file_name },
        Event::Deployed { package: None, version: version.clone(), replaced: None, replaced_package: None },
        Event::Transported {
            package,
            version: version.clone(),
            replaced: Some("0.9".to_owned()),
            replaced_package: package,
        },
        Event::DeploymentFailed { package, version, reason: Failure::DiskFull },
        Event::Started,
        Event::Stopped,
        Event::Restarted,
        Event::StartFailed,
        Event::SecondFactorEnrolled,
        Event::SecondFactorReplaced,
        Event::SecondFactorBlocked,
        Event::RecoveryCodeUsed { left: 11 },
        Event::RecoveryCodesRegenerated,
    ];
    let data = SampleData::insert(&*store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let mut entries = Vec::new();
    for (event, second) in events.iter().zip(0..) {
        let by = (second % 3 == 0).then_some(data.tess.id);
        let on = (second % 2 == 0).then_some(data.environments[0].id);
        entries.insert(0, add(tx.as_mut(), &data, second, by, on, event.clone()).await);
    }
    let all = ActivityFilter::default();
    let page = tx.activity(data.shop.id, &all, None, 100).await.unwrap();
    assert_eq!((page.entries, page.next), (entries.clone(), None));
    let page = tx.activity(data.shop.id, &all, Some(entries[3].id), 2).await.unwrap();
    assert_eq!((page.entries.as_slice(), page.next), (&entries[4..6], Some(entries[5].id)));
    let other_app = app("other", data.tess.id).id;
    assert!(tx.activity(other_app, &all, None, 10).await.unwrap().entries.is_empty());
    tx.commit().await.unwrap();
}

async fn filters_can_be_combined(store: TestStore) {
    let (data, entries) = insert_entries(&*store, 240).await;
    let other_account = AccountId::new(at(0), unique());
    let [test, acceptance, _] = &data.environments[..] else { panic!() };
    let mut tx = store.read().await.unwrap();
    for account in [None, Some(data.tess.id), Some(other_account)] {
        for environment in [None, Some(test.id), Some(acceptance.id)] {
            for kind in [None, Some("started"), Some("stopped"), Some("restarted")] {
                for (from, until) in [(None, None), (Some(60), None), (None, Some(61)), (Some(50), Some(170))] {
                    let (from, until) = (from.map(at), until.map(at));
                    let filter = ActivityFilter { account, environment, kind, from, until };
                    let matches = |entry: &&Entry| {
                        (account.is_none() || entry.account == account)
                            && (environment.is_none() || entry.environment == environment)
                            && kind.is_none_or(|kind| entry.event.kind() == kind)
                            && from.is_none_or(|from| entry.at >= from)
                            && until.is_none_or(|until| entry.at < until)
                    };
                    let expected: Vec<_> = entries.iter().filter(matches).cloned().collect();
                    assert_eq!(read_pages(tx.as_mut(), &data, &filter, 7).await, expected, "{filter:?}");
                }
            }
        }
    }
}

async fn entries_stay_in_the_order_in_which_they_were_added_although_clocks_differ(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let mut added = Vec::new();
    // The third machine is 300 seconds behind, the next entry was added after the clock was moved back by an hour.
    for (second, expected) in [(5_000, 5_000), (5_000, 5_000), (4_700, 5_000), (5_001, 5_001), (1_401, 1_401)] {
        let entry = add(tx.as_mut(), &data, second, None, None, Event::Started).await;
        added.push(Entry { at: at(expected), ..entry });
    }
    tx.commit().await.unwrap();
    added.rotate_right(1);
    added.reverse();
    let mut tx = store.read().await.unwrap();
    for size in [1, 2, 10] {
        assert_eq!(read_pages(tx.as_mut(), &data, &ActivityFilter::default(), size).await, added);
    }
    let unknown = Some(ActivityId::new(at(9_000), unique()));
    let page = tx.activity(data.shop.id, &ActivityFilter::default(), unknown, 10).await.unwrap();
    assert_eq!((page.entries, page.next), (Vec::new(), None));
}

async fn a_rare_entry_is_found_although_each_page_reads_a_bounded_number_of_entries(store: TestStore) {
    let data = SampleData::insert(&*store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let (by, on) = (Some(data.tess.id), Some(data.environments[0].id));
    let rare = add(tx.as_mut(), &data, 0, by, on, Event::Restarted).await;
    for second in 1..12_000 {
        // Each of the two values occurs often, both together only once.
        let (by, event) = if second % 2 == 0 { (by, Event::Started) } else { (None, Event::Restarted) };
        add(tx.as_mut(), &data, second, by, on, event).await;
    }
    tx.commit().await.unwrap();
    let filter = ActivityFilter { account: by, kind: Some("restarted"), ..ActivityFilter::default() };
    let mut tx = store.read().await.unwrap();
    assert_eq!(read_pages(tx.as_mut(), &data, &filter, 50).await, [rare]);
    if !store.is_in_memory() {
        let first = tx.activity(data.shop.id, &filter, None, 50).await.unwrap();
        assert!(first.entries.is_empty() && first.next.is_some(), "the entry is beyond the first page: {first:?}");
    }
}

/// Returns all entries that match, page by page.
async fn read_pages(tx: &mut dyn ReadTransaction, data: &SampleData, filter: &ActivityFilter, size: u32) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut before = None;
    for _ in 0..1_000 {
        let page = tx.activity(data.shop.id, filter, before, size).await.unwrap();
        assert!(page.entries.len() <= size as usize);
        found.extend(page.entries);
        match page.next {
            None => return found,
            next => before = next,
        }
    }
    panic!("the pages have no end");
}

/// Inserts different entries, some of them in the same second, and returns them newest first.
async fn insert_entries(store: &dyn Store, count: i64) -> (SampleData, Vec<Entry>) {
    let data = SampleData::insert(store).await;
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let mut entries = Vec::new();
    for n in 0..count {
        let by = (n % 2 == 0).then_some(data.tess.id);
        let on = (n % 3 != 0).then(|| data.environments[usize::from(n % 3 == 1)].id);
        let event = match n % 5 {
            0 => Event::Started,
            1 | 2 => Event::Stopped,
            _ => Event::StartFailed,
        };
        entries.push(add(tx.as_mut(), &data, n / 2 * 2, by, on, event).await);
    }
    tx.commit().await.unwrap();
    entries.reverse();
    (data, entries)
}

async fn add(
    tx: &mut dyn Transaction,
    data: &SampleData,
    second: i64,
    account: Option<AccountId>,
    environment: Option<EnvironmentId>,
    event: Event,
) -> Entry {
    let id = ActivityId::new(at(second), unique());
    let entry = Entry { id, app: data.shop.id, environment, account, at: at(second), event };
    tx.add_activity(&entry).await.unwrap();
    entry
}
