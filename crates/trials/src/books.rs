//! What one person was told about an app's packages and its Test, and whether the server stands by it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::client::Client;
use crate::clock::Watch;
use crate::sample::{Sample, Served, served};

/// How long a server may take to tidy up behind itself, and how often that is looked at.
const SOON: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(20);

/// What an environment holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The version that lies there.
    pub version: Option<String>,
    /// Whether it is served.
    pub running: bool,
}

/// What was acknowledged, and what may have come of what was not.
#[derive(Debug)]
pub struct Books {
    /// The app.
    pub app: String,
    /// Every version that was ever sent.
    pub samples: BTreeMap<String, Sample>,
    /// Packages that are there for sure: id and version.
    pub packages: BTreeMap<String, String>,
    /// Packages whose deletion was asked for, and not answered.
    pub going: BTreeSet<String>,
    /// Packages that are gone for sure.
    pub gone: BTreeSet<String>,
    /// What the environment may hold: what it held before, then what is asked for, if something is.
    pub may: Vec<Held>,
    /// The deployment that is under way for sure.
    pub asked: Option<String>,
    /// How what was left open turned out, and how often.
    pub turned_out: BTreeMap<&'static str, u32>,
}

impl Books {
    /// An app that nothing was ever done in.
    #[must_use]
    pub fn new(app: &str) -> Self {
        Self {
            app: app.to_owned(),
            samples: BTreeMap::new(),
            packages: BTreeMap::new(),
            going: BTreeSet::new(),
            gone: BTreeSet::new(),
            may: vec![Held { version: None, running: false }],
            asked: None,
            turned_out: BTreeMap::new(),
        }
    }

    /// What the environment holds, as far as it is known.
    #[must_use]
    pub fn held(&self) -> &Held {
        &self.may[0]
    }

    /// Where the environment is in the API.
    #[must_use]
    pub fn environment(&self) -> String {
        format!("/apps/{}/environments/test", self.app)
    }

    /// Compares them with what the server says and serves when nothing is under way: every acknowledged change is there,
    /// the rest is there or not, wholly. What was left open is known afterwards. `killed`: since it was last compared.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn compare(&mut self, client: &Client, apps: SocketAddr, killed: bool) -> Result<(), String> {
        let card = read(client, &self.environment())?;
        let status = card["status"].as_str().unwrap_or_default();
        if !["empty", "stopped", "running"].contains(&status) {
            return Err(format!("{} is {status}", self.environment()));
        }
        let held = Held { version: card["version"].as_str().map(str::to_owned), running: status == "running" };
        if !self.may.contains(&held) {
            return Err(format!("{} holds {held:?}, and may hold {:?}", self.environment(), self.may));
        }
        let expected = match &held {
            Held { version: Some(version), running: true } => Served::Whole(version.clone()),
            _ => Served::Nothing,
        };
        let serves = served(apps, &self.app, &self.samples)?;
        if serves != expected {
            return Err(format!("{} serves {serves:?}, not {expected:?}", self.environment()));
        }
        self.compare_deployments(client, &card["deployment"], &held, killed)?;
        self.compare_packages(client)?;
        if self.may.len() > 1 {
            let done = self.may.last() == Some(&held);
            let how = match (&self.asked, done) {
                (Some(_), true) => "acknowledged deployments done",
                (Some(_), false) => "acknowledged deployments interrupted",
                (None, true) => "done without an answer",
                (None, false) => "not begun",
            };
            *self.turned_out.entry(how).or_default() += 1;
        }
        self.may = vec![held];
        self.asked = None;
        Ok(())
    }

    fn compare_deployments(&self, client: &Client, latest: &Value, held: &Held, killed: bool) -> Result<(), String> {
        let ended = |state: &Value| state == "done" || state == "failed";
        if !latest.is_null() && !ended(&latest["state"]) {
            return Err(format!("nobody works on {latest}"));
        }
        let Some(id) = &self.asked else { return Ok(()) };
        let deployment = read(client, &format!("{}/deployments/{id}", self.environment()))?;
        let (before, after) = (self.may.first(), self.may.last());
        match deployment["state"].as_str().unwrap_or_default() {
            "done" if Some(held) == after => Ok(()),
            "failed" if Some(held) == before && (!killed || deployment["reason"]["code"] == "interrupted") => Ok(()),
            _ => Err(format!("with {held:?} there, {deployment}")),
        }
    }

    fn compare_packages(&mut self, client: &Client) -> Result<(), String> {
        let mut listed = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let page = read(client, &format!("/apps/{}/packages?limit=100{cursor}", self.app))?;
            for package in page["items"].as_array().into_iter().flatten() {
                let text = |field: &str| package[field].as_str().unwrap_or_default().to_owned();
                listed.insert(text("id"), text("version"));
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        for (id, version) in &self.packages {
            if listed.get(id) != Some(version) && !self.going.contains(id) {
                return Err(format!("{version} ({id}) was acknowledged, and is not there"));
            }
        }
        if let Some(id) = self.gone.iter().find(|id| listed.contains_key(*id)) {
            return Err(format!("{id} was deleted, and is there"));
        }
        for (id, version) in listed.iter().filter(|(id, _)| !self.packages.contains_key(*id)) {
            let sample = self.samples.get(version).ok_or_else(|| format!("nobody ever sent {version}"))?;
            let content = client.get(&format!("/apps/{}/packages/{id}/content", self.app));
            let content = content.map_err(|error| format!("{version}: {error}"))?;
            if content.status != 200 || content.body != sample.bytes() {
                return Err(format!("{version} was not acknowledged, and is there by half"));
            }
        }
        self.packages = listed;
        self.going.clear();
        Ok(())
    }

    /// [`Self::compare_files`], beside a server that runs: what was replaced is taken away a moment after its end is told.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn compare_files_soon(all: &[&Self], data: &Path) -> Result<(), String> {
        let watch = Watch::start();
        loop {
            match Self::compare_files(all, data) {
                Err(_) if watch.spent() < SOON => std::thread::sleep(PAUSE),
                compared => return compared,
            }
        }
    }

    /// Compares them with the data folder of a server that has nothing under way, once [`Self::compare`] has: nothing lies
    /// there but what belongs to somebody.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn compare_files(all: &[&Self], data: &Path) -> Result<(), String> {
        let names = |folder: &str| {
            let entries = std::fs::read_dir(data.join(folder)).into_iter().flatten().flatten();
            entries.map(|entry| entry.file_name().into_string().unwrap()).collect::<BTreeSet<_>>()
        };
        let temporary = names("tmp");
        if !temporary.is_empty() {
            return Err(format!("temporary files stay: {temporary:?}"));
        }
        let packages: BTreeSet<_> =
            all.iter().flat_map(|books| books.packages.keys()).map(|id| format!("{id}.mda")).collect();
        if names("packages") != packages {
            return Err(format!("these files are packages: {:?}, not {packages:?}", names("packages")));
        }
        let mut held: Vec<_> = all.iter().filter_map(|books| books.held().version.clone()).collect();
        for release in names("releases") {
            let folder = data.join("releases").join(&release);
            let first = std::fs::read(folder.join("index.html")).unwrap_or_default();
            let version = String::from_utf8_lossy(&first).lines().next().unwrap_or_default().to_owned();
            let place = held.iter().position(|held| *held == version);
            held.remove(place.ok_or_else(|| format!("nothing holds {version:?}, which lies in {release}"))?);
            let sample = all.iter().find_map(|books| books.samples.get(&version));
            sample.ok_or_else(|| format!("nobody ever sent {version}"))?.is_whole(&folder)?;
        }
        if held.is_empty() { Ok(()) } else { Err(format!("there are no releases of {held:?}")) }
    }
}

fn read(client: &Client, path: &str) -> Result<Value, String> {
    let answer = client.get(path).map_err(|error| format!("{path}: {error}"))?;
    if answer.status == 200 { Ok(answer.json()) } else { Err(format!("{path}: {} {}", answer.status, answer.text())) }
}
