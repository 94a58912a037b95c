//! The state that the server must have, derived from the responses of one client, and its comparison with the actual state.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use crate::client::Client;
use crate::clock::Stopwatch;
use crate::sample_package::SamplePackage;
use crate::site::served_version;

/// How long a running server may take to remove replaced files.
const CLEANUP_TIMEOUT: Duration = Duration::from_secs(3);
const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// The state of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvironmentState {
    /// The deployed version.
    pub version: Option<String>,
    /// Whether the environment is running.
    pub running: bool,
}

/// What the server has acknowledged for one app and its Test environment, and the possible results of requests without a
/// response.
#[derive(Debug)]
pub struct ExpectedState {
    /// The slug of the app.
    pub app: String,
    /// Every package that was ever sent, by version.
    pub sent: BTreeMap<String, SamplePackage>,
    /// The acknowledged packages: id and version.
    pub packages: BTreeMap<String, String>,
    /// The packages whose deletion was requested without a response.
    pub unconfirmed_deletions: BTreeSet<String>,
    /// The packages whose deletion was acknowledged.
    pub deleted: BTreeSet<String>,
    /// The possible states of the environment: the last known one, then the requested one, if any.
    pub possible: Vec<EnvironmentState>,
    /// The deployment that was acknowledged and whose end is not known.
    pub acknowledged_deployment: Option<String>,
    /// How requests with unknown results ended, and how often.
    pub outcomes: BTreeMap<&'static str, u32>,
}

impl ExpectedState {
    /// Returns the state of an app without packages and deployments.
    #[must_use]
    pub fn new(app: &str) -> Self {
        Self {
            app: app.to_owned(),
            sent: BTreeMap::new(),
            packages: BTreeMap::new(),
            unconfirmed_deletions: BTreeSet::new(),
            deleted: BTreeSet::new(),
            possible: vec![EnvironmentState { version: None, running: false }],
            acknowledged_deployment: None,
            outcomes: BTreeMap::new(),
        }
    }

    /// Returns the last known state of the environment.
    #[must_use]
    pub fn environment(&self) -> &EnvironmentState {
        &self.possible[0]
    }

    /// Replaces the possible states by the requested one if the change was made, else by the one before it.
    pub(crate) fn resolve(&mut self, done: bool) {
        self.possible = vec![self.possible.swap_remove(usize::from(done))];
    }

    /// Returns the path of the environment in the API.
    #[must_use]
    pub fn environment_path(&self) -> String {
        format!("/apps/{}/environments/test", self.app)
    }

    /// Compares the expected state with what an idle server reports and serves: every acknowledged change must be there,
    /// every other change must be there completely or not at all. Afterwards the results of all requests are known.
    /// `killed` tells whether the server was killed since the last comparison.
    ///
    /// # Errors
    /// Returns a description of the difference.
    pub fn verify(&mut self, client: &Client, environments: SocketAddr, killed: bool) -> Result<(), String> {
        let path = self.environment_path();
        let environment = get_json(client, &path)?;
        let status = environment["status"].as_str().unwrap_or_default();
        if !["empty", "stopped", "running"].contains(&status) {
            return Err(format!("{path} is {status}"));
        }
        let actual = EnvironmentState {
            version: environment["version"].as_str().map(str::to_owned),
            running: status == "running",
        };
        if !self.possible.contains(&actual) {
            return Err(format!("{path} is {actual:?}, not one of {:?}", self.possible));
        }
        let expected = actual.version.clone().filter(|_| actual.running);
        let served = served_version(environments, &self.app, &self.sent)?;
        if served != expected {
            return Err(format!("{path} serves {served:?}, not {expected:?}"));
        }
        self.verify_deployments(client, &environment["deployment"], &actual, killed)?;
        self.verify_packages(client)?;
        if self.possible.len() > 1 {
            let outcome = match (&self.acknowledged_deployment, self.possible.last() == Some(&actual)) {
                (Some(_), true) => "acknowledged deployments done",
                (Some(_), false) => "acknowledged deployments interrupted",
                (None, true) => "done without a response",
                (None, false) => "not started",
            };
            *self.outcomes.entry(outcome).or_default() += 1;
        }
        self.possible = vec![actual];
        self.acknowledged_deployment = None;
        Ok(())
    }

    fn verify_deployments(
        &self,
        client: &Client,
        latest: &Value,
        actual: &EnvironmentState,
        killed: bool,
    ) -> Result<(), String> {
        if !latest.is_null() && latest["state"] != "done" && latest["state"] != "failed" {
            return Err(format!("no job works on the deployment {latest}"));
        }
        let Some(id) = &self.acknowledged_deployment else { return Ok(()) };
        let deployment = get_json(client, &format!("{}/deployments/{id}", self.environment_path()))?;
        let (before, after) = (self.possible.first(), self.possible.last());
        match deployment["state"].as_str().unwrap_or_default() {
            "done" if Some(actual) == after => Ok(()),
            "failed" if Some(actual) == before && (!killed || deployment["reason"]["code"] == "interrupted") => Ok(()),
            _ => Err(format!("the environment is {actual:?}, its deployment {deployment}")),
        }
    }

    fn verify_packages(&mut self, client: &Client) -> Result<(), String> {
        let mut listed = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let page = get_json(client, &format!("/apps/{}/packages?limit=100{cursor}", self.app))?;
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
            if listed.get(id) != Some(version) && !self.unconfirmed_deletions.contains(id) {
                return Err(format!("the upload of {version} ({id}) was acknowledged, but it is missing"));
            }
        }
        if let Some(id) = self.deleted.iter().find(|id| listed.contains_key(*id)) {
            return Err(format!("the deletion of {id} was acknowledged, but it is still there"));
        }
        for (id, version) in listed.iter().filter(|(id, _)| !self.packages.contains_key(*id)) {
            let package = self.sent.get(version).ok_or_else(|| format!("{version} was never sent"))?;
            let content = client.get(&format!("/apps/{}/packages/{id}/content", self.app));
            let content = content.map_err(|error| format!("{version}: {error}"))?;
            if content.status != 200 || content.body != package.to_bytes() {
                return Err(format!("the upload of {version} was not acknowledged, and it is incomplete"));
            }
        }
        self.packages = listed;
        self.unconfirmed_deletions.clear();
        Ok(())
    }

    /// Calls [`Self::verify_files`] until it succeeds or a timeout ends: a running server removes replaced files shortly
    /// after it reports the end of a deployment.
    pub fn wait_for_files(all: &[&Self], data: &Path, when: &str) {
        let stopwatch = Stopwatch::start();
        while Self::find_wrong_files(all, data).is_err() && stopwatch.elapsed() < CLEANUP_TIMEOUT {
            std::thread::sleep(POLL_INTERVAL);
        }
        Self::verify_files(all, data, when);
    }

    /// Asserts that the data folder of an idle server contains the expected files and no others. All states must have been
    /// verified with [`Self::verify`].
    pub fn verify_files(all: &[&Self], data: &Path, when: &str) {
        Self::find_wrong_files(all, data).unwrap_or_else(|error| panic!("{when}: {error}"));
    }

    fn find_wrong_files(all: &[&Self], data: &Path) -> Result<(), String> {
        let names = |folder: &str| {
            let entries = std::fs::read_dir(data.join(folder)).into_iter().flatten().flatten();
            entries.map(|entry| entry.file_name().into_string().unwrap()).collect::<BTreeSet<_>>()
        };
        let temporary = names("tmp");
        if !temporary.is_empty() {
            return Err(format!("temporary files are left: {temporary:?}"));
        }
        let packages: BTreeSet<_> =
            all.iter().flat_map(|state| state.packages.keys()).map(|id| format!("{id}.mda")).collect();
        if names("packages") != packages {
            return Err(format!("the package files are {:?}, not {packages:?}", names("packages")));
        }
        let mut deployed: Vec<_> = all.iter().filter_map(|state| state.environment().version.clone()).collect();
        for release in names("releases") {
            let folder = data.join("releases").join(&release);
            let index = std::fs::read(folder.join("index.html")).unwrap_or_default();
            let version = String::from_utf8_lossy(&index).lines().next().unwrap_or_default().to_owned();
            let found = deployed.iter().position(|deployed| *deployed == version);
            deployed.remove(found.ok_or_else(|| format!("release {release} of {version:?} is not deployed"))?);
            let package = all.iter().find_map(|state| state.sent.get(&version));
            package.ok_or_else(|| format!("{version} was never sent"))?.verify_folder(&folder)?;
        }
        if deployed.is_empty() { Ok(()) } else { Err(format!("the releases of {deployed:?} are missing")) }
    }
}

fn get_json(client: &Client, path: &str) -> Result<Value, String> {
    let response = client.get(path).map_err(|error| format!("{path}: {error}"))?;
    if response.status == 200 {
        Ok(response.json())
    } else {
        Err(format!("{path}: {} {}", response.status, response.text()))
    }
}
