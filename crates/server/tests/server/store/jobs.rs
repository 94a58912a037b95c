//! Jobs, their leases and their ends.

use std::sync::Arc;

use padlock_api::jobs::Job;
use padlock_api::ports::{
    Attempt, Insert, JobClaim, JobEnd, JobRecord, JobStatistics, Lease, NotFound, Store, StoreResult, Transaction,
    UNKNOWN_KIND, Update,
};
use padlock_domain::{AccountEntryId, AccountId, JobId, Timestamp};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::fixtures::{TestStore, at, for_each_store, unique};

for_each_store!(
    jobs_are_claimed_in_the_order_in_which_they_may_run,
    a_hundred_concurrent_claims_get_different_jobs,
    an_expired_lease_is_claimed_by_another_worker_and_its_attempt_is_stale,
    an_attempt_ends_once,
    a_failed_job_is_tried_again_on_request,
    every_failed_job_is_tried_again_at_once,
    open_jobs_of_other_kinds_fail,
    ended_jobs_are_deleted_after_their_time,
);

const EMAIL: &str = "notification_email";

/// Returns a job that may run from this second on.
fn job(run_at: i64) -> JobRecord {
    let job = Job::NotificationEmail { account: AccountId::min_at(at(0)), entry: AccountEntryId::min_at(at(0)) };
    JobRecord {
        id: JobId::new(at(run_at), unique()),
        kind: job.kind().to_owned(),
        payload: serde_json::to_string(&job).unwrap(),
        created_at: at(0),
        run_at: at(run_at),
        give_up_at: Some(at(86_400)),
        attempts: 0,
        lease: None,
        last_error: None,
        end: None,
    }
}

async fn add(store: &dyn Store, jobs: &[JobRecord]) {
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    for job in jobs {
        assert_eq!(tx.add_job(job).await.unwrap(), Insert::Inserted);
    }
    tx.commit().await.unwrap();
}

/// Lets a worker claim a job at this second, for 30 seconds.
async fn claim(store: &dyn Store, worker: &str, second: i64) -> Option<JobRecord> {
    let claim = JobClaim { kinds: &["cleanup", EMAIL], worker, running: &[], now: at(second), until: at(second + 30) };
    store.claim_job(claim).await.unwrap()
}

/// Runs a statement in a transaction.
async fn write<T>(store: &dyn Store, statement: impl AsyncFnOnce(&mut dyn Transaction) -> StoreResult<T>) -> T {
    let mut tx = store.begin_write(&Attempt::default()).await.unwrap();
    let result = statement(tx.as_mut()).await.unwrap();
    tx.commit().await.unwrap();
    result
}

async fn find(store: &dyn Store, id: JobId) -> Option<JobRecord> {
    store.read().await.unwrap().job(id).await.unwrap()
}

async fn jobs_are_claimed_in_the_order_in_which_they_may_run(store: TestStore) {
    let (late, early, future) = (job(20), job(10), job(100));
    let deployment = JobRecord { kind: "deployment".to_owned(), ..job(0) };
    add(&*store, &[late.clone(), early.clone(), future.clone(), deployment]).await;
    assert_eq!(write(&*store, async |tx| tx.add_job(&late).await).await, Insert::Duplicate);
    assert_eq!(claim(&*store, "a", 9).await, None, "no job of these kinds may run yet");
    let claimed = claim(&*store, "a", 30).await.unwrap();
    let lease = Some(Lease { worker: "a".to_owned(), until: at(60) });
    assert_eq!(claimed, JobRecord { attempts: 1, lease, ..early.clone() });
    assert_eq!(find(&*store, early.id).await, Some(claimed));
    assert_eq!(claim(&*store, "b", 30).await.unwrap().id, late.id);
    assert_eq!(claim(&*store, "b", 30).await, None, "the others are leased or in the future");
    let mut tx = store.read().await.unwrap();
    let statistics = tx.job_statistics(at(30)).await.unwrap();
    assert_eq!(statistics, JobStatistics { oldest_waiting: Some(at(0)), failed: 0 });
    assert_eq!(tx.open_jobs(10).await.unwrap().len(), 4);
    assert_eq!(
        tx.open_jobs(3).await.unwrap().iter().map(|job| job.run_at).collect::<Vec<_>>(),
        [at(0), at(10), at(20)]
    );
}

async fn a_hundred_concurrent_claims_get_different_jobs(store: TestStore) {
    let jobs: Vec<_> = (0..90).map(job).collect();
    add(&*store, &jobs).await;
    let barrier = Arc::new(Barrier::new(100));
    let mut tasks = JoinSet::new();
    for n in 0..100 {
        let (store, barrier) = (store.shared(), Arc::clone(&barrier));
        tasks.spawn(async move {
            barrier.wait().await;
            claim(&*store, &format!("worker {}", n % 3), 1_000).await.map(|job| (job.id, job.attempts))
        });
    }
    let mut claimed: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    // On PostgreSQL a claim may find that others were faster everywhere it looked; the worker looks again.
    while let Some(job) = claim(&*store, "last", 1_000).await {
        claimed.push((job.id, job.attempts));
    }
    claimed.sort_unstable();
    let mut expected: Vec<_> = jobs.iter().map(|job| (job.id, 1)).collect();
    expected.sort_unstable();
    assert_eq!(claimed, expected);
}

async fn an_expired_lease_is_claimed_by_another_worker_and_its_attempt_is_stale(store: TestStore) {
    let JobRecord { id, .. } = job(0);
    add(&*store, &[JobRecord { id, ..job(0) }]).await;
    let first = claim(&*store, "a", 10).await.unwrap();
    assert_eq!(write(&*store, async |tx| tx.renew_job_lease(id, first.attempts, at(50)).await).await, Update::Applied);
    assert_eq!(claim(&*store, "b", 49).await, None, "the lease was renewed");
    let claim_again = JobClaim { kinds: &[EMAIL], worker: "a", running: &[id], now: at(51), until: at(81) };
    assert_eq!(store.claim_job(claim_again).await.unwrap(), None, "the worker runs it, whatever its clock says");
    let second = claim(&*store, "b", 51).await.unwrap();
    assert_eq!((second.id, second.attempts), (id, 2));
    for update in [
        write(&*store, async |tx| tx.renew_job_lease(id, 1, at(500)).await).await,
        write(&*store, async |tx| tx.end_job(id, 1, JobEnd::Done(at(52)), None).await).await,
        write(&*store, async |tx| tx.reschedule_job(id, 1, at(52), None).await).await,
    ] {
        assert_eq!(update, Update::Stale, "the second attempt has the lease");
    }
    assert_eq!(find(&*store, id).await, Some(second));
    assert_eq!(write(&*store, async |tx| tx.release_job_leases("a").await).await, 0);
    assert_eq!(write(&*store, async |tx| tx.release_job_leases("b").await).await, 1, "after a restart");
    assert_eq!(claim(&*store, "b", 52).await.unwrap().attempts, 3);
}

async fn an_attempt_ends_once(store: TestStore) {
    let (done, again, failed) = (job(0), job(1), job(2));
    add(&*store, &[done.clone(), again.clone(), failed.clone()]).await;
    for _ in 0..3 {
        claim(&*store, "a", 10).await.unwrap();
    }
    let ends = async |expected| {
        let updates = [
            write(&*store, async |tx| tx.end_job(done.id, 1, JobEnd::Done(at(11)), None).await).await,
            write(&*store, async |tx| tx.reschedule_job(again.id, 1, at(40), Some("451 later")).await).await,
            write(&*store, async |tx| tx.end_job(failed.id, 1, JobEnd::Failed(at(12)), Some("550 no")).await).await,
        ];
        assert_eq!(updates, [expected; 3]);
    };
    ends(Update::Applied).await;
    ends(Update::Stale).await;
    let ended = |before: JobRecord, run_at, payload: &str, error: Option<&str>, end| JobRecord {
        attempts: 1,
        run_at,
        payload: payload.to_owned(),
        last_error: error.map(str::to_owned),
        end,
        ..before
    };
    let expected = [
        ended(done.clone(), at(0), "", None, Some(JobEnd::Done(at(11)))),
        ended(again.clone(), at(40), &again.payload, Some("451 later"), None),
        ended(failed.clone(), at(2), &failed.payload, Some("550 no"), Some(JobEnd::Failed(at(12)))),
    ];
    for job in expected {
        assert_eq!(find(&*store, job.id).await, Some(job));
    }
    let mut tx = store.read().await.unwrap();
    assert_eq!(tx.job_statistics(at(39)).await.unwrap(), JobStatistics { oldest_waiting: None, failed: 1 });
    let open: Vec<_> = tx.open_jobs(10).await.unwrap().into_iter().map(|job| job.id).collect();
    assert_eq!(open, [failed.id, again.id], "those that failed are first");
}

async fn a_failed_job_is_tried_again_on_request(store: TestStore) {
    let (job, waiting) = (job(0), job(500));
    add(&*store, &[job.clone(), waiting.clone()]).await;
    let retry = async |id| write(&*store, async |tx| tx.retry_job(id, at(90), Some(at(900))).await).await;
    assert_eq!(retry(job.id).await, Update::Stale, "it has not failed");
    claim(&*store, "a", 10).await.unwrap();
    let fail = async |tx: &mut dyn Transaction| tx.end_job(job.id, 1, JobEnd::Failed(at(12)), Some("550 no")).await;
    assert_eq!(write(&*store, fail).await, Update::Applied);
    assert_eq!(claim(&*store, "a", 80).await, None);
    assert_eq!(retry(job.id).await, Update::Applied);
    let claimed = claim(&*store, "a", 90).await.unwrap();
    assert_eq!((claimed.id, claimed.attempts, claimed.give_up_at), (job.id, 2, Some(at(900))));
    let remove = async |id, now: Timestamp| write(&*store, async |tx| tx.remove_job(id, now).await).await;
    assert_eq!(remove(job.id, at(91)).await, Err(NotFound), "it runs");
    assert!(store.read().await.unwrap().any_job_due_after(at(400)).await.unwrap());
    assert_eq!(write(&*store, async |tx| tx.bring_jobs_forward(at(400)).await).await, 1, "the clock was ahead");
    assert!(!store.read().await.unwrap().any_job_due_after(at(400)).await.unwrap());
    assert_eq!(find(&*store, waiting.id).await.unwrap().run_at, at(400));
    assert_eq!(remove(waiting.id, at(91)).await, Ok(()));
    assert_eq!(find(&*store, waiting.id).await, None);
}

async fn open_jobs_of_other_kinds_fail(store: TestStore) {
    let other = |end| JobRecord { kind: "pigeon".to_owned(), end, ..job(0) };
    let (open, done, known) = (other(None), other(Some(JobEnd::Done(at(1)))), job(0));
    add(&*store, &[open.clone(), done.clone(), known.clone()]).await;
    let fail = async |tx: &mut dyn Transaction| tx.fail_jobs_of_other_kinds(&[&known.kind, "cleanup"], at(5)).await;
    assert_eq!(write(&*store, fail).await, 1);
    let failed = find(&*store, open.id).await.unwrap();
    assert_eq!((failed.end, failed.last_error.as_deref()), (Some(JobEnd::Failed(at(5))), Some(UNKNOWN_KIND)));
    assert_eq!(find(&*store, done.id).await.unwrap().end, done.end);
    assert_eq!(find(&*store, known.id).await, Some(known));
}

async fn every_failed_job_is_tried_again_at_once(store: TestStore) {
    let ends = [Some(JobEnd::Failed(at(1))), Some(JobEnd::Done(at(2))), Some(JobEnd::Failed(at(3))), None];
    let jobs = ends.map(|end| JobRecord { end, ..job(0) });
    add(&*store, &jobs).await;
    assert_eq!(write(&*store, async |tx| tx.retry_failed_jobs(at(90), Some(at(900))).await).await, 2);
    let retried = JobRecord { end: None, run_at: at(90), give_up_at: Some(at(900)), ..jobs[2].clone() };
    assert_eq!(find(&*store, jobs[2].id).await, Some(retried));
    for job in [&jobs[1], &jobs[3]] {
        assert_eq!(find(&*store, job.id).await.as_ref(), Some(job));
    }
    let done = write(&*store, async |tx| tx.remove_job(jobs[1].id, at(91)).await).await;
    assert_eq!(done, Err(NotFound), "it is done");
}

async fn ended_jobs_are_deleted_after_their_time(store: TestStore) {
    let ends = [Some(JobEnd::Done(at(10))), Some(JobEnd::Done(at(20))), Some(JobEnd::Failed(at(10))), None];
    let jobs = ends.map(|end| JobRecord { end, ..job(0) });
    add(&*store, &jobs).await;
    assert_eq!(write(&*store, async |tx| tx.delete_ended_jobs(at(20), at(5)).await).await, 1);
    let left = [find(&*store, jobs[0].id).await, find(&*store, jobs[1].id).await, find(&*store, jobs[2].id).await];
    assert_eq!(left, [None, Some(jobs[1].clone()), Some(jobs[2].clone())]);
    assert_eq!(write(&*store, async |tx| tx.delete_ended_jobs(at(20), at(11)).await).await, 1);
    assert!(find(&*store, jobs[3].id).await.is_some(), "what has not ended stays");
}
