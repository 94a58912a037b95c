//! A client that performs random operations in one app: uploads, deployments, stops, starts and deletions.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::Client;
use crate::clock::Stopwatch;
use crate::expected_state::{EnvironmentState, ExpectedState};
use crate::http::Response;
use crate::sample_package::SamplePackage;
use crate::server_process::ServerProcess;

/// The number of responses by operation and status.
pub type ResponseCounts = BTreeMap<(&'static str, u16), u64>;

/// How long an operation may take. A deployment that fails because the disk is full ends when there is space again.
const TIMEOUT: Duration = Duration::from_secs(8);
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// A client and the state that the server must have according to its responses.
#[derive(Debug)]
pub struct Worker {
    /// The client.
    pub client: Client,
    /// The state that the server must have.
    pub expected: ExpectedState,
    /// The responses so far.
    pub responses: ResponseCounts,
    /// Whether a response 503 leaves open what has happened, because the connection to the database may have been lost in the
    /// middle of a commit.
    pub busy_is_unknown: bool,
    rng: fastrand::Rng,
    versions: u32,
}

impl Worker {
    /// Creates a worker for an app without packages and deployments.
    #[must_use]
    pub fn new(client: Client, app: &str, seed: u64) -> Self {
        let rng = fastrand::Rng::with_seed(seed);
        Self {
            client,
            expected: ExpectedState::new(app),
            responses: ResponseCounts::new(),
            busy_is_unknown: false,
            rng,
            versions: 0,
        }
    }

    /// Returns a random number below `end`.
    pub fn random_below(&mut self, end: u64) -> u64 {
        self.rng.u64(0..end)
    }

    /// Performs a random operation. The server may refuse it because the disk is full or the database is busy.
    ///
    /// # Errors
    /// Returns an error if there was no complete response, or the operation did not end in time. The expected state
    /// then contains all possible results.
    pub fn run_random_operation(&mut self) -> io::Result<()> {
        let EnvironmentState { version, running } = self.expected.environment().clone();
        match self.rng.u8(0..100) {
            0..25 => self.upload(),
            25..70 => self.deploy_random(),
            70..80 => self.delete_random(version.as_deref()),
            _ if version.is_none() => self.upload(),
            _ if !running => self.change_lifecycle("start", EnvironmentState { version, running: true }),
            _ if self.rng.bool() => self.change_lifecycle("restart", EnvironmentState { version, running }),
            _ => self.change_lifecycle("stop", EnvironmentState { version, running: false }),
        }
    }

    /// Uploads a package with a new version.
    pub fn upload(&mut self) -> io::Result<()> {
        self.versions += 1;
        let app = &self.expected.app;
        let version = format!("1.{}.0-{app}", self.versions);
        let package = SamplePackage::new(&version, self.rng.usize(10..60));
        let path = format!("/apps/{app}/packages?file_name={version}.mda");
        self.expected.sent.insert(version, package.clone());
        let response = self.client.upload(&path, &package.to_bytes())?;
        if let Some(package) = self.record("upload", &response, 201)? {
            let text = |field: &str| package[field].as_str().unwrap().to_owned();
            self.expected.packages.insert(text("id"), text("version"));
        }
        Ok(())
    }

    fn deploy_random(&mut self) -> io::Result<()> {
        let Some(id) = self.random_package(|_| true) else { return self.upload() };
        let start = self.rng.u8(0..5) > 0;
        self.deploy(&id, start).map(drop)
    }

    /// Deploys a package and waits for the end; returns whether the deployment was successful.
    pub fn deploy(&mut self, package: &str, start: bool) -> io::Result<bool> {
        let version = self.expected.packages[package].clone();
        self.expected.possible.push(EnvironmentState { version: Some(version), running: start });
        let form = json!({ "package_id": package, "start": start });
        let response = self.client.post(&format!("{}/deployments", self.expected.environment_path()), &form)?;
        match self.record("deploy", &response, 202)? {
            Some(deployment) => self.wait_for_deployment(deployment["id"].as_str().unwrap()),
            None => {
                self.expected.resolve(false);
                Ok(false)
            }
        }
    }

    /// Waits for the end of a deployment of this package that another client started; returns whether it was successful.
    pub fn finish_deployment(&mut self, package: &str, id: &str) -> io::Result<bool> {
        let version = self.expected.packages[package].clone();
        self.expected.possible.push(EnvironmentState { version: Some(version), running: true });
        self.wait_for_deployment(id)
    }

    fn wait_for_deployment(&mut self, id: &str) -> io::Result<bool> {
        let path = format!("{}/deployments/{id}", self.expected.environment_path());
        self.expected.acknowledged_deployment = Some(id.to_owned());
        let deployment = self.wait_until(&path, has_ended)?;
        let done = deployment["state"] == "done";
        if !done {
            *self.responses.entry(("deployment failed", 0)).or_default() += 1;
        }
        self.expected.resolve(done);
        self.expected.acknowledged_deployment = None;
        Ok(done)
    }

    /// Restarts the environment.
    pub fn restart(&mut self) -> io::Result<()> {
        let state = self.expected.environment().clone();
        self.change_lifecycle("restart", state)
    }

    /// Waits until no operation is under way.
    ///
    /// # Errors
    /// Returns an error if that takes too long.
    pub fn wait_until_idle(&mut self) -> io::Result<()> {
        let is_idle = |environment: &Value| {
            let deployment = &environment["deployment"];
            environment["status"] != "starting" && (deployment.is_null() || has_ended(deployment))
        };
        self.wait_until(&self.expected.environment_path(), is_idle).map(drop)
    }

    /// Waits until no operation is under way and asserts that the server has the expected state.
    pub fn verify(&mut self, server: &ServerProcess, killed: bool, when: &str) {
        self.wait_until_idle().unwrap_or_else(|error| panic!("{when}: {}: {error}", self.expected.app));
        let verified = self.expected.verify(&self.client, server.environments, killed);
        verified.unwrap_or_else(|error| panic!("{when}: {error}"));
    }

    fn change_lifecycle(&mut self, operation: &'static str, after: EnvironmentState) -> io::Result<()> {
        self.expected.possible.push(after);
        let path = format!("{}/{operation}", self.expected.environment_path());
        let response = self.client.post_empty(&path)?;
        let done = self.record(operation, &response, 200)?.is_some();
        if done {
            // The environment may still be starting when the response is sent.
            self.wait_until_idle()?;
        }
        self.expected.resolve(done);
        Ok(())
    }

    fn delete_random(&mut self, deployed: Option<&str>) -> io::Result<()> {
        let Some(id) = self.random_package(|version| Some(version) != deployed) else { return self.upload() };
        self.expected.unconfirmed_deletions.insert(id.clone());
        let response = self.client.delete(&format!("/apps/{}/packages/{id}", self.expected.app))?;
        let deleted = self.record("delete", &response, 204)?.is_some();
        self.expected.unconfirmed_deletions.remove(&id);
        if deleted {
            self.expected.packages.remove(&id);
            self.expected.deleted.insert(id);
        }
        Ok(())
    }

    fn random_package(&mut self, matches: impl Fn(&str) -> bool) -> Option<String> {
        let candidates: Vec<_> = self.expected.packages.iter().filter(|(_, version)| matches(version)).collect();
        self.rng.choice(candidates).map(|(id, _)| id.clone())
    }

    fn wait_until(&mut self, path: &str, condition: impl Fn(&Value) -> bool) -> io::Result<Value> {
        let stopwatch = Stopwatch::start();
        while stopwatch.elapsed() < TIMEOUT {
            let response = self.client.get(path)?;
            if let Some(value) = self.record("read", &response, 200)?.filter(&condition) {
                return Ok(value);
            }
            std::thread::sleep(POLL_INTERVAL);
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    /// Counts a response and returns its body if it has the status of success. Panics unless another status is one of
    /// those that a full disk or a busy database explains.
    fn record(&mut self, operation: &'static str, response: &Response, success: u16) -> io::Result<Option<Value>> {
        *self.responses.entry((operation, response.status)).or_default() += 1;
        if response.status == success {
            return Ok(Some(response.json()));
        }
        let refused =
            matches!((response.status, response.error_code().as_str()), (503, "unavailable") | (507, "disk_full"));
        assert!(refused, "{operation}: {}\n{}", response.head, response.text());
        if self.busy_is_unknown { Err(io::ErrorKind::ConnectionAborted.into()) } else { Ok(None) }
    }
}

fn has_ended(deployment: &Value) -> bool {
    deployment["state"] == "done" || deployment["state"] == "failed"
}
