//! `check`: reports the state of an installation, one line for each aspect.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::Arc;

use padlock_domain::SignedDuration;

use super::installation::Installation;
use super::output::{count, format_size, print_line};
use crate::backups::package_name;
use crate::cli::{CheckOptions, ServeOptions};
use crate::command_error::{CommandError, Context};
use crate::data_folder::DataFolder;
use crate::http::Spa;
use crate::mail::Smtp;
use crate::store::{PackageFile, SqlStore};
use crate::system::SystemEntropy;
use crate::{disk, key_file, settings};

/// Below this, a large upload and its unpacked site may not fit.
const LOW_DISK_BYTES: u64 = 4 * 1024 * 1024 * 1024;
/// Below this, a server does not continue for long.
pub(super) const MIN_FREE_DISK_BYTES: u64 = 512 * 1024 * 1024;

/// How long a job may wait before somebody should look.
const JOB_OVERDUE: SignedDuration = SignedDuration::from_mins(10);
/// How many files with wide permissions are named.
const MAX_NAMED_PATHS: usize = 20;

const UNREADABLE: &str = "the database cannot be read";

enum Finding {
    Ok(String),
    Warning(String),
    Error(String),
}

pub(super) async fn run(options: &CheckOptions) -> Result<(), CommandError> {
    let serve = &options.serve;
    let mut report = Report::default();
    report.add("settings", check_settings(serve));
    let installation = match Installation::open(&serve.data, serve.database.as_ref()).await {
        Ok(installation) => installation,
        Err(CommandError::Usage(why) | CommandError::Failed(why)) => {
            report.add("data folder", Finding::Error(why));
            return report.finish();
        }
    };
    let (data, store) = (installation.folder.path(), &installation.store);
    report.add("data folder", check_data_folder(&installation));
    report.add("permissions", check_permissions(serve, &installation.folder));
    report.add("database", check_database(store).await?);
    report.add("keys", check_keys(serve, data, store).await?);
    report.add("packages", check_packages(data, store, options.hashes).await?);
    report.add("free disk", check_free_disk(data));
    report.add("accounts", check_accounts(&installation).await?);
    report.add("jobs", check_jobs(&installation).await?);
    report.add("environments", check_environments(serve, store).await?);
    store.close().await;
    report.finish()
}

#[derive(Default)]
struct Report {
    errors: usize,
}

impl Report {
    fn add(&mut self, aspect: &str, finding: Finding) {
        let (label, text) = match finding {
            Finding::Ok(text) => ("ok", text),
            Finding::Warning(text) => ("note", text),
            Finding::Error(text) => {
                self.errors += 1;
                ("WRONG", text)
            }
        };
        print_line(&format!("{label:<7}{aspect:<13}{text}"));
    }

    fn finish(self) -> Result<(), CommandError> {
        match self.errors {
            0 => Ok(()),
            1 => Err(CommandError::Failed("one thing is wrong".to_owned())),
            n => Err(CommandError::Failed(format!("{n} things are wrong"))),
        }
    }
}

fn check_settings(serve: &ServeOptions) -> Finding {
    let addresses =
        settings::validate(serve).and_then(|()| settings::public_addresses(serve, serve.listen, serve.apps_listen));
    let (origin, apps) = match addresses {
        Ok(addresses) => addresses,
        Err(why) => return Finding::Error(why),
    };
    if let Err(error) = Spa::open(&serve.dist) {
        return Finding::Error(format!("no app in {}: {error}", serve.dist.display()));
    }
    match (&serve.smtp_url, &serve.mail_from) {
        (Some(url), Some(from)) => match Smtp::new(url, from.clone()) {
            Ok(_) => Finding::Ok(format!("{origin} and {apps}; mail from {from}")),
            Err(why) => Finding::Error(why),
        },
        _ => Finding::Warning(format!("{origin} and {apps}; no mail server: nobody receives emails")),
    }
}

fn check_data_folder(installation: &Installation) -> Finding {
    let folder = &installation.folder;
    let server = if installation.is_in_use() { "a server is running on it" } else { "no server is running on it" };
    let text = format!("{}; {server}", folder.path().display());
    if disk::is_accessible_by_others(folder.path()) {
        Finding::Warning(format!("{text}; others can look into it: chmod 700"))
    } else {
        Finding::Ok(text)
    }
}

/// Warns about files and folders of the server that others than their owner can access.
fn check_permissions(serve: &ServeOptions, folder: &DataFolder) -> Finding {
    let key_file = key_file::path(serve.key_file.as_deref(), folder.path());
    let mut wide = folder.accessible_by_others();
    wide.extend(disk::wide_mode(&key_file).map(|mode| (key_file, mode)));
    let named: Vec<_> =
        wide.iter().take(MAX_NAMED_PATHS).map(|(path, mode)| format!("{} ({mode:04o})", path.display())).collect();
    let more = match wide.len() - named.len() {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    if named.is_empty() {
        Finding::Ok("only the owner can access the files".to_owned())
    } else {
        Finding::Warning(format!("others can access {}{more}: chmod go-rwx", named.join(", ")))
    }
}

async fn check_database(store: &SqlStore) -> Result<Finding, CommandError> {
    let errors = store.integrity_errors().await.context(UNREADABLE)?;
    let is_exposed = store.is_connection_exposed().await.context(UNREADABLE)?;
    Ok(match summary(&errors) {
        Some(error) => error,
        None if is_exposed => Finding::Warning(
            "sound; the connection is not encrypted: add sslmode=verify-full to the address of the database".to_owned(),
        ),
        None => Finding::Ok("sound".to_owned()),
    })
}

/// Returns the first error and the number of the others; `None` without errors.
fn summary(errors: &[String]) -> Option<Finding> {
    let (first, more) = errors.split_first()?;
    Some(Finding::Error(if more.is_empty() { first.clone() } else { format!("{first}; and {} more", more.len()) }))
}

async fn check_keys(serve: &ServeOptions, data: &Path, store: &SqlStore) -> Result<Finding, CommandError> {
    let path = key_file::path(serve.key_file.as_deref(), data);
    let shown = path.display();
    let key_ids = store.encryption_key_ids().await.context(UNREADABLE)?;
    if key_file::is_within(&path, data) {
        return Ok(Finding::Error(format!("{shown} is in the data folder: move it, and name it with --key-file")));
    }
    if key_ids.is_empty() && !path.exists() {
        return Ok(Finding::Warning(format!("{shown} will be created by the first start")));
    }
    let keys = match key_file::read(&path) {
        Ok(keys) => keys,
        Err(why) => return Ok(Finding::Error(why)),
    };
    Ok(match store.verify_secrets(&keys.keyring(Arc::new(SystemEntropy))).await {
        Ok(secrets) => Finding::Ok(format!("{shown}: {} for {}", count(keys.count(), "key"), count(secrets, "secret"))),
        Err(error) => Finding::Error(format!("{shown}: {error}")),
    })
}

async fn check_packages(data: &Path, store: &SqlStore, hashes: bool) -> Result<Finding, CommandError> {
    let packages = store.package_files().await.context(UNREADABLE)?;
    let errors: Vec<String> = packages.iter().filter_map(|package| package_error(package, data, hashes)).collect();
    let bytes = packages.iter().map(|package| package.size).sum();
    let compared = if hashes { "every hash compared" } else { "sizes compared" };
    let text = format!("{}, {}; {compared}", count(packages.len(), "file"), format_size(bytes));
    Ok(summary(&errors).unwrap_or(Finding::Ok(text)))
}

fn package_error(package: &PackageFile, data: &Path, hashes: bool) -> Option<String> {
    let path = data.join(package_name(package.id));
    let shown = path.display();
    let size = match fs::metadata(&path) {
        Ok(metadata) => metadata.len(),
        Err(error) => return Some(format!("{shown}: {error}")),
    };
    if size != package.size {
        return Some(format!("{shown} has {size} bytes, not {}", package.size));
    }
    if !hashes {
        return None;
    }
    match File::open(&path).and_then(|file| disk::copy_and_hash(file, io::sink())) {
        Ok((_, hash)) if hash == package.sha256 => None,
        Ok(_) => Some(format!("{shown} is not what was uploaded")),
        Err(error) => Some(format!("{shown}: {error}")),
    }
}

fn check_free_disk(data: &Path) -> Finding {
    let free = match disk::free_bytes(data) {
        Ok(free) => free,
        Err(error) => return Finding::Error(format!("unknown: {error}")),
    };
    let text = format_size(free);
    if free < MIN_FREE_DISK_BYTES {
        Finding::Error(format!("{text}: too little to continue"))
    } else if free < LOW_DISK_BYTES {
        Finding::Warning(format!("{text}: the next large package may not fit"))
    } else {
        Finding::Ok(text)
    }
}

/// Warns if a package on one environment can set cookies for another one.
async fn check_environments(serve: &ServeOptions, store: &SqlStore) -> Result<Finding, CommandError> {
    let apps_url = settings::apps_url(serve, serve.apps_listen);
    let hosts = match store.two_environments().await.context(UNREADABLE)? {
        Some(environments) => {
            environments.map(|(app, environment): (String, String)| apps_url.host(&app, &environment))
        }
        None => ["production", "test"].map(|environment| apps_url.host("shop", environment)),
    };
    let [one, other] = &hosts;
    Ok(match settings::shared_site(one, other) {
        Some(site) => Finding::Warning(format!(
            "{one} and {other} are both of {site}: a package on one can set cookies for the other; \
             docs/operations.md, Isolation of environments"
        )),
        None => Finding::Ok(format!("{one} and {other} cannot set cookies for each other")),
    })
}

/// Warns of jobs that have failed, and of jobs that nobody runs.
async fn check_jobs(installation: &Installation) -> Result<Finding, CommandError> {
    let operator = installation.operator();
    let statistics = operator.job_statistics().await.context("the jobs cannot be read")?;
    let overdue =
        statistics.oldest_waiting.is_some_and(|since| operator.clock.now().duration_since(since) > JOB_OVERDUE);
    Ok(match (statistics.failed, overdue) {
        (0, false) => Finding::Ok("none has failed".to_owned()),
        (0, true) if !installation.folder.is_in_use() => {
            Finding::Ok("none has failed; some wait for the server to start".to_owned())
        }
        (0, true) => Finding::Warning("a job has been waiting for long: padlock-server jobs list".to_owned()),
        (failed, _) => Finding::Warning(format!("{failed} failed: padlock-server jobs list")),
    })
}

async fn check_accounts(installation: &Installation) -> Result<Finding, CommandError> {
    let accounts = installation.operator().accounts().await.context("the accounts cannot be read")?;
    let enabled = accounts.iter().filter(|listed| !listed.account.disabled).count();
    Ok(match (accounts.len(), enabled) {
        (_, 0) => Finding::Warning("nobody can sign in: padlock-server account add LOGIN --name NAME".to_owned()),
        (all, enabled) if all == enabled => Finding::Ok(format!("{all}")),
        (all, enabled) => Finding::Ok(format!("{all}, of which {} disabled", all - enabled)),
    })
}
