//! Somebody who uploads, deploys, stops, starts and deletes in one app, one act after another, as chance has it.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use serde_json::{Value, json};

use crate::books::{Books, Held};
use crate::client::{Answer, Client};
use crate::clock::Watch;
use crate::sample::Sample;

/// How often an act was answered with a status.
pub type Tally = BTreeMap<(&'static str, u16), u64>;

/// How long anything may be under way. A deployment that fails for want of room ends when there is some.
const PATIENCE: Duration = Duration::from_secs(8);
/// How long to wait before looking again at what is under way.
const PAUSE: Duration = Duration::from_millis(5);

/// The worker, and the books on what it was told.
#[derive(Debug)]
pub struct Worker {
    /// Who it is.
    pub client: Client,
    /// What it was told.
    pub books: Books,
    /// What it did.
    pub tally: Tally,
    rng: fastrand::Rng,
    versions: u32,
}

impl Worker {
    /// Nothing was ever done in this app.
    #[must_use]
    pub fn new(client: Client, app: &str, seed: u64) -> Self {
        let rng = fastrand::Rng::with_seed(seed);
        Self { client, books: Books::new(app), tally: Tally::new(), rng, versions: 0 }
    }

    /// A number below this one, as chance has it.
    pub fn below(&mut self, end: u64) -> u64 {
        self.rng.u64(0..end)
    }

    /// Does something. What the server refuses for want of room, or because it is busy, is refused.
    ///
    /// # Errors
    /// When there was no whole answer, or it is under way still: the books then know what may have come of it.
    ///
    /// # Panics
    /// When the server answers what it may not.
    pub fn act(&mut self) -> io::Result<()> {
        let held = self.books.held().clone();
        match self.rng.u8(0..100) {
            0..25 => self.upload(),
            25..70 => self.deploy(),
            70..80 => self.delete(&held),
            _ => match held {
                Held { version: None, .. } => self.upload(),
                Held { version, running: false } => self.power("start", Held { version, running: true }),
                Held { version, .. } if self.rng.bool() => self.power("restart", Held { version, running: true }),
                Held { version, .. } => self.power("stop", Held { version, running: false }),
            },
        }
    }

    /// Uploads a new version.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub fn upload(&mut self) -> io::Result<()> {
        self.versions += 1;
        let version = format!("1.{}.0-{}", self.versions, self.books.app);
        let sample = Sample::small(&version, self.rng.usize(10..60));
        self.books.samples.insert(version.clone(), sample.clone());
        let path = format!("/apps/{}/packages?file_name={version}.mda", self.books.app);
        let answer = self.client.upload(&path, &sample.bytes())?;
        if let Some(package) = self.fine("upload", &answer, 201) {
            let text = |field: &str| package[field].as_str().unwrap().to_owned();
            self.books.packages.insert(text("id"), text("version"));
        }
        Ok(())
    }

    fn deploy(&mut self) -> io::Result<()> {
        let Some(id) = self.pick(|_| true) else { return self.upload() };
        let start = self.rng.u8(0..5) > 0;
        self.install(&id, start).map(drop)
    }

    /// Deploys a package and sees it run; says whether it came to that.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub fn deploy_this(&mut self, id: &str) -> io::Result<bool> {
        self.install(id, true)
    }

    fn install(&mut self, package: &str, start: bool) -> io::Result<bool> {
        let before = self.books.held().clone();
        let version = self.books.packages[package].clone();
        self.books.may.push(Held { version: Some(version), running: start });
        let form = json!({ "package_id": package, "start": start });
        let answer = self.client.post(&format!("{}/deployments", self.books.environment()), &form)?;
        match self.fine("deploy", &answer, 202) {
            Some(job) => self.see_it_end(job["id"].as_str().unwrap()),
            None => {
                self.books.may = vec![before];
                Ok(false)
            }
        }
    }

    /// Sees a deployment of this package to its end, which somebody else has asked for in the worker's name.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub fn finish_deployment(&mut self, package: &str, id: &str) -> io::Result<bool> {
        let version = self.books.packages[package].clone();
        self.books.may.push(Held { version: Some(version), running: true });
        self.see_it_end(id)
    }

    fn see_it_end(&mut self, id: &str) -> io::Result<bool> {
        let path = format!("{}/deployments/{id}", self.books.environment());
        self.books.asked = Some(id.to_owned());
        let job = self.wait(&path, |job| job["state"] == "done" || job["state"] == "failed")?;
        let done = job["state"] == "done";
        if !done {
            *self.tally.entry(("deployment failed", 0)).or_default() += 1;
        }
        self.books.may.remove(usize::from(!done));
        self.books.asked = None;
        Ok(done)
    }

    /// Restarts what runs.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub fn restart(&mut self) -> io::Result<()> {
        let held = self.books.held().clone();
        self.power("restart", held)
    }

    /// Waits until nothing is under way any more.
    ///
    /// # Errors
    /// As [`Self::act`].
    pub fn settle(&mut self) -> io::Result<()> {
        let ended = |job: &Value| job.is_null() || job["state"] == "done" || job["state"] == "failed";
        let settled = |card: &Value| card["status"] != "starting" && ended(&card["deployment"]);
        self.wait(&self.books.environment(), settled).map(drop)
    }

    fn power(&mut self, act: &'static str, after: Held) -> io::Result<()> {
        let before = self.books.held().clone();
        self.books.may.push(after.clone());
        let path = format!("{}/{act}", self.books.environment());
        let answer = self.client.act(&path)?;
        self.books.may = match self.fine(act, &answer, 200) {
            Some(_) => {
                // It may be on its way when the answer is given.
                self.settle()?;
                vec![after]
            }
            None => vec![before],
        };
        Ok(())
    }

    fn delete(&mut self, held: &Held) -> io::Result<()> {
        let Some(id) = self.pick(|version| Some(version) != held.version.as_deref()) else { return self.upload() };
        self.books.going.insert(id.clone());
        let answer = self.client.delete(&format!("/apps/{}/packages/{id}", self.books.app))?;
        self.books.going.remove(&id);
        if self.fine("delete", &answer, 204).is_some() {
            self.books.packages.remove(&id);
            self.books.gone.insert(id);
        }
        Ok(())
    }

    /// One of the packages.
    fn pick(&mut self, fits: impl Fn(&str) -> bool) -> Option<String> {
        let all: Vec<_> = self.books.packages.iter().filter(|(_, version)| fits(version)).collect();
        self.rng.choice(all).map(|(id, _)| id.clone())
    }

    /// Looks until it has come to something, for so long as a server without room may take for it.
    fn wait(&mut self, path: &str, ended: impl Fn(&Value) -> bool) -> io::Result<Value> {
        let watch = Watch::start();
        while watch.spent() < PATIENCE {
            let answer = self.client.get(path)?;
            if let Some(value) = self.fine("look", &answer, 200).filter(&ended) {
                return Ok(value);
            }
            std::thread::sleep(PAUSE);
        }
        Err(io::ErrorKind::TimedOut.into())
    }

    /// What was answered, if it was a yes. A no has a reason.
    fn fine(&mut self, act: &'static str, answer: &Answer, yes: u16) -> Option<Value> {
        *self.tally.entry((act, answer.status)).or_default() += 1;
        if answer.status == yes {
            return Some(answer.json());
        }
        let code = answer.code();
        let refused = matches!((answer.status, code.as_str()), (503, "unavailable") | (507, "disk_full"));
        assert!(refused, "{act}: {}\n{}", answer.head, answer.text());
        None
    }
}
