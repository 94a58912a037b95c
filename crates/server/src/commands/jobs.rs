//! `jobs …`.

use padlock_api::operator::JobSummary;
use padlock_api::ports::JobEnd;
use padlock_domain::Timestamp;

use super::installation::{open_operator, operator_error};
use super::output::{count, print_line};
use crate::cli::JobsCommand;
use crate::command_error::CommandError;

pub(super) async fn run(command: &JobsCommand) -> Result<(), CommandError> {
    let (JobsCommand::List(data)
    | JobsCommand::Retry(crate::cli::RetryJobsOptions { data, .. })
    | JobsCommand::Drop(crate::cli::DropJobOptions { data, .. })) = command;
    let (_installation, operator) = open_operator(data).await?;
    match command {
        JobsCommand::List(_) => {
            let jobs = operator.jobs().await.map_err(operator_error)?;
            if jobs.is_empty() {
                print_line("No job waits, and none has failed.");
            }
            let now = operator.clock.now();
            jobs.iter().for_each(|job| print_line(&line(job, now)));
        }
        JobsCommand::Retry(options) => {
            let retried = match options.id {
                Some(id) => operator.retry_job(id).await.map(|()| 1),
                None => operator.retry_failed_jobs().await,
            };
            match usize::try_from(retried.map_err(operator_error)?).unwrap_or(usize::MAX) {
                0 => print_line("No job has failed."),
                jobs => print_line(&format!("{} will run again as soon as the server is there.", count(jobs, "job"))),
            }
        }
        JobsCommand::Drop(options) => {
            operator.drop_job(options.id).await.map_err(operator_error)?;
            print_line("The job is dropped.");
        }
    }
    Ok(())
}

/// Returns the line about a job: `01a2… notification_email to tess@example.net: the padlock was opened; failed at
/// 2026-11-30T14:42Z, tried 3 times: 550 no such mailbox`.
fn line(JobSummary { job, subject }: &JobSummary, now: Timestamp) -> String {
    let time = |at: Timestamp| at.strftime("%FT%RZ");
    let state = match job.end {
        Some(JobEnd::Failed(at) | JobEnd::Done(at)) => format!("failed at {}", time(at)),
        None if job.is_leased(now) => "is running".to_owned(),
        None if job.run_at > now => format!("waits until {}", time(job.run_at)),
        None => format!("waits since {}", time(job.run_at)),
    };
    let tried = match job.attempts {
        0 => "not tried yet".to_owned(),
        1 => "tried once".to_owned(),
        n => format!("tried {n} times"),
    };
    let error = job.last_error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
    let subject = subject.as_ref().map(|subject| format!("{subject}; ")).unwrap_or_default();
    format!("{}  {:18}  {subject}{state}, {tried}{error}", job.id, job.kind)
}
