//! `check`: whether everything is in order, line by line.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::installation::Installation;
use super::{backup_file, counted, failed, human, say};
use crate::cli::{Check, Serve};
use crate::http::Spa;
use crate::mail::Smtp;
use crate::serve::Stop;
use crate::store::{PackageFile, SqliteStore};
use crate::system::SystemEntropy;
use crate::{disk, key_file, settings};

/// Below this an upload and its unpacking may not fit any more.
const ROOM_WANTED: u64 = 4 * 1024 * 1024 * 1024;
/// Below this nothing goes well for long.
const ROOM_NEEDED: u64 = 512 * 1024 * 1024;

const UNREADABLE: &str = "the database cannot be read";

/// What came of looking at one thing.
enum Found {
    Fine(String),
    /// Worth knowing.
    Note(String),
    Wrong(String),
}

use Found::{Fine, Note, Wrong};

pub(super) async fn run(options: &Check) -> Result<(), Stop> {
    let serve = &options.serve;
    let mut report = Report::default();
    report.add("settings", settings(serve));
    let installation = match Installation::open(&serve.data).await {
        Ok(installation) => installation,
        Err(Stop::Usage(why) | Stop::Failed(why)) => {
            report.add("data folder", Wrong(why));
            return report.end();
        }
    };
    let (folder, store) = (&installation.folder, &installation.store);
    let served = if folder.is_served() { "a server runs on it" } else { "no server runs on it" };
    let found = format!("{}; {served}", folder.path().display());
    let open = disk::is_open_to_others(folder.path());
    report.add(
        "data folder",
        if open { Note(format!("{found}; others can look into it: chmod 700")) } else { Fine(found) },
    );
    report.add("database", database(store).await?);
    report.add("keys", keys(serve, folder.path(), store).await?);
    report.add("packages", packages(folder.path(), store, options.hashes).await?);
    report.add("free disk", room(folder.path()));
    report.add("accounts", accounts(&installation).await?);
    store.close().await;
    report.end()
}

#[derive(Default)]
struct Report {
    wrong: usize,
}

impl Report {
    fn add(&mut self, what: &str, found: Found) {
        let (word, text) = match found {
            Fine(text) => ("ok", text),
            Note(text) => ("note", text),
            Wrong(text) => {
                self.wrong += 1;
                ("WRONG", text)
            }
        };
        say(&format!("{word:<7}{what:<13}{text}"));
    }

    fn end(self) -> Result<(), Stop> {
        match self.wrong {
            0 => Ok(()),
            1 => Err(Stop::Failed("one thing is wrong".to_owned())),
            n => Err(Stop::Failed(format!("{n} things are wrong"))),
        }
    }
}

fn settings(serve: &Serve) -> Found {
    let checked = settings::check(serve).and_then(|()| settings::addresses(serve, serve.listen, serve.apps_listen));
    let (origin, apps) = match checked {
        Ok(addresses) => addresses,
        Err(why) => return Wrong(why),
    };
    if let Err(error) = Spa::open(&serve.dist) {
        return Wrong(format!("no app in {}: {error}", serve.dist.display()));
    }
    match (&serve.smtp_url, &serve.mail_from) {
        (Some(url), Some(from)) => match Smtp::new(url, from.clone()) {
            Ok(_) => Fine(format!("{origin} and {apps}; mail from {from}")),
            Err(why) => Wrong(why),
        },
        _ => Note(format!("{origin} and {apps}; no mail server: nobody is told anything by mail")),
    }
}

async fn database(store: &SqliteStore) -> Result<Found, Stop> {
    let faults = store.integrity_errors().await.map_err(failed(UNREADABLE))?;
    Ok(faulty(&faults).unwrap_or_else(|| Fine("sound".to_owned())))
}

/// The first fault, and how many more there are.
fn faulty(faults: &[String]) -> Option<Found> {
    let (first, more) = faults.split_first()?;
    Some(Wrong(if more.is_empty() { first.clone() } else { format!("{first}; and {} more", more.len()) }))
}

async fn keys(serve: &Serve, data: &Path, store: &SqliteStore) -> Result<Found, Stop> {
    let path = key_file::path(serve.key_file.as_deref(), data);
    let in_use = store.encryption_key_ids().await.map_err(failed(UNREADABLE))?;
    if key_file::is_within(&path, data) {
        return Ok(Wrong(format!("{} lies in the data folder: move it, and name it with --key-file", path.display())));
    }
    if in_use.is_empty() && !path.exists() {
        return Ok(Note(format!("{} is made at the first start", path.display())));
    }
    let keys = match key_file::keys(&path) {
        Ok(keys) => keys,
        Err(why) => return Ok(Wrong(why)),
    };
    let (number, shown) = (keys.len(), path.display().to_string());
    let Some(vault) = key_file::ring(keys, Arc::new(SystemEntropy)) else {
        return Ok(Wrong(format!("there is no key in {shown}")));
    };
    Ok(match store.verify_secrets(&vault).await {
        Ok(secrets) => Fine(format!("{shown}: {} for {}", counted(number, "key"), counted(secrets, "secret"))),
        Err(error) => Wrong(format!("{shown}: {error}")),
    })
}

async fn packages(data: &Path, store: &SqliteStore, hashes: bool) -> Result<Found, Stop> {
    let packages = store.package_files().await.map_err(failed(UNREADABLE))?;
    let faults: Vec<String> =
        packages.iter().filter_map(|package| fault(package, &path_of(data, package), hashes)).collect();
    let bytes = packages.iter().map(|package| package.size).sum();
    let compared = if hashes { "every hash compared" } else { "sizes compared" };
    let fine = || Fine(format!("{}, {}; {compared}", counted(packages.len(), "file"), human(bytes)));
    Ok(faulty(&faults).unwrap_or_else(fine))
}

fn path_of(data: &Path, package: &PackageFile) -> PathBuf {
    data.join(backup_file::package_name(package.id))
}

fn fault(package: &PackageFile, path: &Path, hashes: bool) -> Option<String> {
    let shown = path.display();
    let size = match fs::metadata(path) {
        Ok(meta) => meta.len(),
        Err(error) => return Some(format!("{shown}: {error}")),
    };
    if size != package.size {
        return Some(format!("{shown} has {size} bytes, not {}", package.size));
    }
    if !hashes {
        return None;
    }
    match backup_file::hash(path) {
        Ok((_, hash)) if hash == package.sha256.to_string() => None,
        Ok(_) => Some(format!("{shown} is not what was uploaded")),
        Err(error) => Some(format!("{shown}: {error}")),
    }
}

fn room(data: &Path) -> Found {
    let free = match rustix::fs::statvfs(data) {
        Ok(stat) => stat.f_bavail.saturating_mul(stat.f_frsize),
        Err(error) => return Wrong(format!("cannot be told: {error}")),
    };
    if free < ROOM_NEEDED {
        Wrong(format!("{}: too little to go on with", human(free)))
    } else if free < ROOM_WANTED {
        Note(format!("{}: the next large package may not fit", human(free)))
    } else {
        Fine(human(free))
    }
}

async fn accounts(installation: &Installation) -> Result<Found, Stop> {
    let all = installation.operator().accounts().await.map_err(failed("the accounts cannot be read"))?;
    let able = all.iter().filter(|listed| !listed.account.disabled).count();
    Ok(match (all.len(), able) {
        (_, 0) => Note("nobody can sign in: padlock-server account add LOGIN --name NAME".to_owned()),
        (all, able) if all == able => Fine(format!("{all}")),
        (all, able) => Fine(format!("{all}, of which {} disabled", all - able)),
    })
}
