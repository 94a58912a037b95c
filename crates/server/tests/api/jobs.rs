//! Jobs: emails that are tried again, deployments that are not, and the cleanup.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use padlock_api::jobs::Job;
use padlock_api::ports::{Attempt, Email, JobClaim, JobEnd, JobRecord, Mail, MailError};
use padlock_domain::{DeploymentId, JobId, SignedDuration, Timestamp};
use serde_json::json;

use crate::for_each_backend;
use crate::test_api::{TestApi, wait_until};

for_each_backend!(
    an_email_of_an_operators_command_is_sent_after_the_next_start,
    a_deployment_whose_lease_is_lost_is_interrupted,
    a_deployment_of_a_disabled_account_does_not_begin,
    the_cleanup_comes_again_after_an_hour,
);

/// A mail server that refuses some emails first.
#[derive(Default)]
struct UnreliableMail {
    /// How many emails are still refused, and whether for good.
    refusals: AtomicU32,
    for_good: bool,
    sent: Mutex<Vec<Email>>,
}

#[async_trait]
impl Mail for UnreliableMail {
    async fn send(&self, email: Email) -> Result<(), MailError> {
        let refused = self.refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
        match refused {
            true if self.for_good => Err(MailError::Permanent("550 no such mailbox".to_owned())),
            true => Err(MailError::Temporary("451 try later".to_owned())),
            false => {
                self.sent.lock().unwrap().push(email);
                Ok(())
            }
        }
    }

    fn is_set_up(&self) -> bool {
        true
    }
}

/// Returns an API in which the owner of an account gets an email, the first ones of which are refused.
async fn api_with_refused_email(refusals: u32, for_good: bool) -> (TestApi, Arc<UnreliableMail>) {
    let mail = Arc::new(UnreliableMail { refusals: refusals.into(), for_good, ..UnreliableMail::default() });
    let api = TestApi::in_memory_with(|ports| ports.mail = mail.clone()).await;
    api.operator().set_disabled(&"tess@padlock.example".parse().unwrap(), true).await.unwrap();
    (api, mail)
}

/// Waits until the only job about an email is in this state.
async fn wait_for_email_job(api: &TestApi, is_so: impl Fn(&JobRecord) -> bool) -> JobRecord {
    let find = async || {
        let jobs = api.ports.store.read().await.unwrap().open_jobs(100).await.unwrap();
        jobs.into_iter().find(|job| job.kind == "notification_email")
    };
    wait_until(async || find().await.is_some_and(|job| is_so(&job))).await;
    find().await.unwrap()
}

#[tokio::test]
async fn an_email_that_is_refused_for_now_is_tried_again_for_a_day() {
    let (api, mail) = api_with_refused_email(u32::MAX, false).await;
    let mut delays = Vec::new();
    for attempts in 1..=6 {
        let job = wait_for_email_job(&api, |job| job.attempts == attempts && job.lease.is_none()).await;
        assert_eq!((job.last_error.as_deref(), job.end), (Some("451 try later"), None));
        let delay = job.run_at.duration_since(api.now());
        delays.push(delay.as_secs());
        api.clock.advance(delay + SignedDuration::from_secs(1));
    }
    // Five seconds, doubled each time; half of it is random.
    for (delay, longest) in delays.iter().zip([5, 10, 20, 40, 80, 160]) {
        assert!((longest / 2 - 1..=longest).contains(delay), "{delays:?}");
    }
    api.clock.advance(SignedDuration::from_hours(24));
    let job = wait_for_email_job(&api, |job| job.end.is_some()).await;
    assert!(matches!(job.end, Some(JobEnd::Failed(_))), "{job:?}");
    assert!(mail.sent.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_email_that_is_refused_for_good_is_not_tried_again() {
    let (api, mail) = api_with_refused_email(1, true).await;
    let job = wait_for_email_job(&api, |job| job.end.is_some()).await;
    assert_eq!((job.attempts, job.last_error.as_deref()), (1, Some("550 no such mailbox")));
    assert!(mail.sent.lock().unwrap().is_empty());
    // The operator corrects the address of the account, or the mail server, and lets it be tried again.
    let mut tx = api.ports.store.begin_write(&Attempt::default()).await.unwrap();
    let _ = tx.retry_job(job.id, api.now(), None).await.unwrap();
    tx.commit().await.unwrap();
    wait_until(async || mail.sent.lock().unwrap().len() == 1).await;
    assert_eq!(mail.sent.lock().unwrap()[0].subject, "Padlock: your account was disabled");
}

#[tokio::test]
async fn jobs_do_not_wait_for_a_clock_that_was_moved_back() {
    let mail = Arc::new(UnreliableMail { refusals: 1.into(), ..UnreliableMail::default() });
    let api = TestApi::in_memory_with(|ports| ports.mail = mail.clone()).await;
    api.clock.advance(SignedDuration::from_hours(24));
    api.operator().set_disabled(&"tess@padlock.example".parse().unwrap(), true).await.unwrap();
    wait_for_email_job(&api, |job| job.attempts == 1 && job.lease.is_none()).await;
    api.clock.advance(SignedDuration::from_hours(-24));
    api.correct_after_clock_change().await.unwrap();
    api.clock.advance(SignedDuration::from_hours(2));
    wait_until(async || mail.sent.lock().unwrap().len() == 1).await;
}

#[tokio::test]
async fn a_job_of_a_later_version_fails_at_the_start_and_is_kept() {
    let api = TestApi::in_memory().await;
    let (kind, payload) = ("pigeon".to_owned(), r#"{"kind":"pigeon"}"#.to_owned());
    let job = JobRecord { kind, payload, ..job(&api, &Job::Cleanup {}, 7) };
    add(&api, &job).await;
    api.recover().await.unwrap();
    wait_until(async || find(&api, job.id).await.is_some_and(|job| job.end.is_some())).await;
    let failed = find(&api, job.id).await.unwrap();
    assert!(matches!(failed.end, Some(JobEnd::Failed(_))) && failed.payload == job.payload, "{failed:?}");
}

fn job(api: &TestApi, job: &Job, id: u8) -> JobRecord {
    let now = api.now();
    JobRecord {
        id: JobId::new(now, [id; 10]),
        kind: job.kind().to_owned(),
        payload: serde_json::to_string(job).unwrap(),
        created_at: now,
        run_at: now,
        give_up_at: None,
        attempts: 0,
        lease: None,
        last_error: None,
        end: None,
    }
}

async fn add(api: &TestApi, job: &JobRecord) {
    let mut tx = api.ports.store.begin_write(&Attempt::default()).await.unwrap();
    let _ = tx.add_job(job).await.unwrap();
    tx.commit().await.unwrap();
}

async fn find(api: &TestApi, id: JobId) -> Option<JobRecord> {
    api.ports.store.read().await.unwrap().job(id).await.unwrap()
}

/// The server was killed after the commit and before it sent the email.
async fn an_email_of_an_operators_command_is_sent_after_the_next_start(api: TestApi) {
    api.close();
    api.operator().set_disabled(&"tess@padlock.example".parse().unwrap(), true).await.unwrap();
    let now = api.now();
    let kinds = &[Job::NOTIFICATION_EMAIL];
    let claim = JobClaim { kinds, worker: "the worker of the test", running: &[], now, until: now };
    let lost = api.ports.store.claim_job(claim).await.unwrap().unwrap();
    let api = api.restarted(|_| {});
    api.recover().await.unwrap();
    let emails = api.emails().await;
    assert_eq!(emails.iter().filter(|email| email.subject == "Padlock: your account was disabled").count(), 1);
    let job = find(&api, lost.id).await.unwrap();
    assert!(matches!(job.end, Some(JobEnd::Done(_))) && job.payload.is_empty() && job.attempts == 2, "{job:?}");
}

/// Adds a deployment whose job has this number of attempts and no lease, and returns it when a worker has looked at it.
async fn deployment_after(api: TestApi, attempts: u32, requested_by: &str) -> serde_json::Value {
    let dana = api.browser("dana").await;
    let mut tx = api.ports.store.begin_write(&Attempt::default()).await.unwrap();
    let app = tx.app("shop").await.unwrap().unwrap();
    let environment = tx.environments(app.id).await.unwrap().remove(0);
    let mut deployment = tx.latest_deployments(&[environment.id]).await.unwrap().remove(0);
    deployment.id = DeploymentId::new(api.now(), [3; 10]);
    let login = format!("{requested_by}@padlock.example").parse().unwrap();
    deployment.requested_by = tx.account_by_login(&login).await.unwrap().unwrap().id;
    (deployment.end, deployment.stages) = (None, Vec::new());
    let revision = environment.revision;
    tx.add_deployment(&deployment).await.unwrap();
    let _ = tx.save_environment(&environment.begin_deployment(deployment.id).unwrap(), revision).await.unwrap();
    let job = job(&api, &Job::Deployment { deployment: deployment.id }, 0);
    let _ = tx.add_job(&JobRecord { id: deployment.id.into(), attempts, ..job }).await.unwrap();
    tx.commit().await.unwrap();
    let ended = dana.wait_for_deployment("shop", "test", &json!(deployment.id.to_string())).await;
    assert_eq!(dana.card("shop", "test").await["version"], "1.2.0", "the old version goes on");
    wait_until(async || find(&api, deployment.id.into()).await.is_some_and(|job| job.end.is_some())).await;
    ended
}

async fn a_deployment_whose_lease_is_lost_is_interrupted(api: TestApi) {
    let ended = deployment_after(api, 1, "dana").await;
    assert_eq!((&ended["state"], &ended["reason"]["code"]), (&json!("failed"), &json!("interrupted")));
}

async fn a_deployment_of_a_disabled_account_does_not_begin(api: TestApi) {
    api.operator().set_disabled(&"ines@padlock.example".parse().unwrap(), true).await.unwrap();
    let ended = deployment_after(api, 0, "ines").await;
    assert_eq!((&ended["state"], &ended["reason"]["code"]), (&json!("failed"), &json!("permission_withdrawn")));
}

async fn the_cleanup_comes_again_after_an_hour(api: TestApi) {
    let find_cleanup = async || {
        let id = JobId::min_at(Timestamp::UNIX_EPOCH);
        api.ports.store.read().await.unwrap().job(id).await.unwrap().unwrap()
    };
    for _ in 0..2 {
        let now = api.now();
        wait_until(async || find_cleanup().await.run_at > now).await;
        let wait = find_cleanup().await.run_at.duration_since(now);
        assert!((59 * 60..=61 * 60).contains(&wait.as_secs()), "{wait:?}");
        api.clock.advance(SignedDuration::from_hours(1));
    }
}
