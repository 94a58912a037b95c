//! The audit trail: what went in comes out, and whatever it is looked through for, each entry once.

use padlock_api::ports::{ActivityFilter, Store, Transaction};
use padlock_domain::activity::{Entry, Event};
use padlock_domain::deployment::Failure;
use padlock_domain::ids::{AccountId, ActivityId, EnvironmentId};

use crate::support::{World, account, app, at, commit, stores, unique};

#[tokio::test]
async fn it_keeps_every_kind_of_entry() {
    let (version, file_name) = ("1.0.0".to_owned(), "shop.mda".to_owned());
    let events = [
        Event::PackageUploaded { version: version.clone(), file_name: file_name.clone() },
        Event::PackageDeleted { version: version.clone(), file_name: file_name.clone() },
        Event::PackageExpired { version: version.clone(), file_name: file_name.clone() },
        Event::PackageDownloaded { version: version.clone(), file_name },
        Event::Deployed { version: version.clone(), replaced: None },
        Event::Transported { version: version.clone(), replaced: Some("0.9".to_owned()) },
        Event::DeploymentFailed { version, reason: Failure::DiskFull },
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
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let mut work = store.write().await.unwrap();
        let mut entries = Vec::new();
        for (event, second) in events.iter().zip(0..) {
            let by = (second % 3 == 0).then_some(world.tess.id);
            let on = (second % 2 == 0).then_some(world.environments[0].id);
            entries.insert(0, add(work.as_mut(), &world, second, by, on, event.clone()).await);
        }
        let all = ActivityFilter::default();
        let page = work.activity(world.shop.id, &all, None, 100).await.unwrap();
        assert_eq!((page.entries, page.next), (entries.clone(), None), "{name}");
        let page = work.activity(world.shop.id, &all, Some(entries[3].id), 2).await.unwrap();
        assert_eq!((page.entries.as_slice(), page.next), (&entries[4..6], Some(entries[5].id)), "{name}");
        let nobodys = app("nobody", account("x@x").id).id;
        assert!(work.activity(nobodys, &all, None, 10).await.unwrap().entries.is_empty());
        commit(work).await;
    }
}

#[tokio::test]
async fn every_filter_and_every_two_of_them() {
    for (name, store, _folder) in stores().await {
        let (world, entries) = many(&*store, 240).await;
        let someone = AccountId::new(at(0), unique());
        let [test, acceptance, _] = &world.environments[..] else { panic!() };
        let mut read = store.read().await.unwrap();
        for account in [None, Some(world.tess.id), Some(someone)] {
            for environment in [None, Some(test.id), Some(acceptance.id)] {
                for kind in [None, Some("started"), Some("stopped"), Some("restarted")] {
                    for (from, until) in [(None, None), (Some(60), None), (None, Some(61)), (Some(50), Some(170))] {
                        let (from, until) = (from.map(at), until.map(at));
                        let filter = ActivityFilter { account, environment, kind, from, until };
                        let fits = |entry: &&Entry| {
                            (account.is_none() || entry.account == account)
                                && (environment.is_none() || entry.environment == environment)
                                && kind.is_none_or(|kind| entry.event.kind() == kind)
                                && from.is_none_or(|from| entry.at >= from)
                                && until.is_none_or(|until| entry.at < until)
                        };
                        let expected: Vec<_> = entries.iter().filter(fits).cloned().collect();
                        assert_eq!(walk(read.as_mut(), &world, &filter, 7).await, expected, "{name}: {filter:?}");
                    }
                }
            }
        }
    }
}

/// What hardly anything fits is far down a long trail; no page may go all the way, and all together must.
#[tokio::test]
async fn a_needle_in_a_long_trail_is_found_page_by_page() {
    for (name, store, _folder) in stores().await {
        let world = World::make(&*store).await;
        let mut work = store.write().await.unwrap();
        let (by, on) = (Some(world.tess.id), Some(world.environments[0].id));
        let needle = add(work.as_mut(), &world, 0, by, on, Event::Restarted).await;
        for second in 1..12_000 {
            // Both columns are frequent; together they are not.
            let (by, event) = if second % 2 == 0 { (by, Event::Started) } else { (None, Event::Restarted) };
            add(work.as_mut(), &world, second, by, on, event).await;
        }
        commit(work).await;
        let filter = ActivityFilter { account: by, kind: Some("restarted"), ..ActivityFilter::default() };
        let mut read = store.read().await.unwrap();
        assert_eq!(walk(read.as_mut(), &world, &filter, 50).await, [needle], "{name}");
        if name == "sqlite" {
            let first = read.activity(world.shop.id, &filter, None, 50).await.unwrap();
            assert!(first.entries.is_empty() && first.next.is_some(), "a page looks only so far: {first:?}");
        }
    }
}

/// Every entry that fits, by pages of this size; insists that no page is larger and that there is an end.
async fn walk(tx: &mut dyn Transaction, world: &World, filter: &ActivityFilter, size: u32) -> Vec<Entry> {
    let mut found = Vec::new();
    let mut before = None;
    for _ in 0..1_000 {
        let page = tx.activity(world.shop.id, filter, before, size).await.unwrap();
        assert!(page.entries.len() <= size as usize);
        found.extend(page.entries);
        match page.next {
            None => return found,
            next => before = next,
        }
    }
    panic!("there is no end to it");
}

/// A world with so many entries, newest first: by someone or by nobody, on an environment or on none, several in the same
/// second.
async fn many(store: &dyn Store, count: i64) -> (World, Vec<Entry>) {
    let world = World::make(store).await;
    let mut work = store.write().await.unwrap();
    let mut entries = Vec::new();
    for n in 0..count {
        let by = (n % 2 == 0).then_some(world.tess.id);
        let on = (n % 3 != 0).then(|| world.environments[usize::from(n % 3 == 1)].id);
        let event = match n % 5 {
            0 => Event::Started,
            1 | 2 => Event::Stopped,
            _ => Event::StartFailed,
        };
        entries.push(add(work.as_mut(), &world, n / 2 * 2, by, on, event).await);
    }
    commit(work).await;
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.id));
    (world, entries)
}

async fn add(
    tx: &mut dyn Transaction,
    world: &World,
    second: i64,
    account: Option<AccountId>,
    environment: Option<EnvironmentId>,
    event: Event,
) -> Entry {
    let id = ActivityId::new(at(second), unique());
    let entry = Entry { id, app: world.shop.id, environment, account, at: at(second), event };
    tx.add_activity(&entry).await.unwrap();
    entry
}
