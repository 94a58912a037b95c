//! The installation that everything happens in: its server, its workers and their books.

use padlock_trials::{Books, Client, Place, Process, Worker, dist, sound};
use tempfile::TempDir;

use crate::options::Options;
use crate::report::Report;
use crate::visitor::Visitor;

/// Where people work.
const APPS: [&str; 3] = ["shop", "crm", "intranet"];
/// Who look on.
const VISITORS: u64 = 8;

/// A place with a server that runs, but while it is restarted.
pub(crate) struct Installation {
    pub(crate) place: Place,
    pub(crate) rng: fastrand::Rng,
    pub(crate) workers: Vec<Worker>,
    pub(crate) visitors: Vec<Visitor>,
    server: Option<Process>,
    _folder: TempDir,
}

impl Installation {
    pub(crate) fn new(options: &Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        dist(&folder.path().join("dist"));
        let place = Place::new(&options.server, folder.path());
        let logins: Vec<_> = (0..VISITORS).map(|n| format!("visitor{n}@padlock.example")).collect();
        for login in &logins {
            place.add_account(login);
        }
        // Each has its own: nobody may have more than three uploads under way.
        let owner = |app: &str| format!("{app}@padlock.example");
        for app in APPS {
            place.add_account(&owner(app));
            place.add_app(app, &owner(app));
            for login in &logins {
                place.works(&["app", "add-member", app, login], "");
            }
        }
        let mut rng = fastrand::Rng::with_seed(options.seed);
        let server = place.start();
        let worker = |app| Worker::new(Client::signed_in(server.portal, &owner(app)), app, rng.u64(..));
        let workers = APPS.map(worker).into();
        let visitors = logins.iter().map(|login| Visitor::enrolled(server.portal, login, rng.fork())).collect();
        Self { place, rng, workers, visitors, server: Some(server), _folder: folder }
    }

    /// Everything but the books, for threads that share it.
    pub(crate) fn parts(&mut self) -> (&Process, &mut [Worker], &mut [Visitor]) {
        (self.server.as_ref().unwrap(), &mut self.workers, &mut self.visitors)
    }

    /// Ends the server, at once or in order, and starts it anew.
    pub(crate) fn restart(&mut self, end: impl FnOnce(Process), start: impl FnOnce(&Place) -> Process) {
        end(self.server.take().unwrap());
        let server = start(&self.place);
        for worker in &mut self.workers {
            worker.client.to = server.portal;
        }
        for visitor in &mut self.visitors {
            visitor.client.to = server.portal;
        }
        self.server = Some(server);
    }

    pub(crate) fn kill(&mut self) {
        self.restart(|server| drop(server.kill()), Place::start);
    }

    pub(crate) fn stop(&mut self, start: impl FnOnce(&Place) -> Process) {
        let end = |server: Process| {
            let (code, log) = server.stop();
            assert_eq!(code, Some(0), "{log}");
        };
        self.restart(end, start);
    }

    /// Compares all books with what the server says, serves, and has on its disk.
    pub(crate) fn compare(&mut self, killed: bool, when: &str) {
        let (server, workers, _) = self.parts();
        for worker in &mut *workers {
            worker.settle().unwrap_or_else(|error| panic!("{when}: {}: {error}", worker.books.app));
            let compared = worker.books.compare(&worker.client, server.apps, killed);
            compared.unwrap_or_else(|wrong| panic!("{when}: {wrong}"));
        }
        let books: Vec<_> = self.workers.iter().map(|worker| &worker.books).collect();
        Books::compare_files_soon(&books, &self.place.data()).unwrap_or_else(|wrong| panic!("{when}: {wrong}"));
    }

    /// Ends the server in order for good, and looks at what is left.
    pub(crate) fn end(mut self, report: &mut Report) {
        let (code, log) = self.server.take().unwrap().stop();
        assert_eq!(code, Some(0), "{log}");
        sound(&self.place.database());
        report.line("PRAGMA integrity_check", "ok");
        for line in self.place.works(&["check", "--hashes"], "").lines() {
            let (name, found) = line.split_at(line.len().min(20));
            report.line(name.trim(), found.trim());
        }
    }
}
