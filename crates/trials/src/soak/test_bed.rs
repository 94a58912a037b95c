//! The installation under test, its workers and its visitors.

use padlock_test_postgres::{Programs, Server};
use padlock_trials::{Client, ExpectedState, Installation, ServerProcess, Worker, assert_integrity};

use crate::options::Options;
use crate::report::Report;
use crate::simulated_user::SimulatedUser;

const APPS: [&str; 3] = ["shop", "crm", "intranet"];
const VISITORS: u64 = 8;

pub(crate) struct TestBed {
    pub(crate) installation: Installation,
    pub(crate) rng: fastrand::Rng,
    pub(crate) workers: Vec<Worker>,
    pub(crate) visitors: Vec<SimulatedUser>,
    /// `None` only while the server is restarted.
    server: Option<ServerProcess>,
    /// The database server, unless the data is in SQLite.
    database: Option<Server>,
}

fn start_postgres() -> Server {
    Server::start(Programs::find().unwrap()).unwrap()
}

impl TestBed {
    pub(crate) fn new(options: &Options) -> Self {
        let mut installation = Installation::new(&options.server);
        let database = options.postgres.then(start_postgres);
        installation.use_database(database.as_ref().map(Server::url).as_deref());
        let logins: Vec<_> = (0..VISITORS).map(|n| format!("visitor{n}@padlock.example")).collect();
        for login in &logins {
            installation.add_account(login);
        }
        // Each app has an owner of its own because an account may have three uploads at once.
        let owner = |app: &str| format!("{app}@padlock.example");
        for app in APPS {
            installation.add_account(&owner(app));
            installation.add_app(app, &owner(app));
            for login in &logins {
                installation.run(&["app", "add-member", app, login], "");
            }
        }
        let mut rng = fastrand::Rng::with_seed(options.seed);
        let server = installation.start();
        let worker = |app| Worker::new(Client::signed_in(server.portal, &owner(app)), app, rng.u64(..));
        let workers = APPS.map(worker).into();
        let visitors =
            logins.iter().map(|login| SimulatedUser::sign_in_and_enrol(server.portal, login, rng.fork())).collect();
        Self { installation, rng, workers, visitors, server: Some(server), database }
    }

    /// Returns whether the data is in PostgreSQL.
    pub(crate) const fn is_on_postgres(&self) -> bool {
        self.database.is_some()
    }

    /// Borrows the server, the workers and the visitors for different threads.
    pub(crate) fn split(&mut self) -> (&ServerProcess, &mut [Worker], &mut [SimulatedUser]) {
        (self.server.as_ref().unwrap(), &mut self.workers, &mut self.visitors)
    }

    /// As [`Self::split`], with the database server.
    pub(crate) fn split_with_database(
        &mut self,
    ) -> (&ServerProcess, &mut [Worker], &mut [SimulatedUser], Option<&mut Server>) {
        (self.server.as_ref().unwrap(), &mut self.workers, &mut self.visitors, self.database.as_mut())
    }

    /// Ends the server with `end` and starts it again with `start`.
    fn restart(&mut self, end: impl FnOnce(ServerProcess), start: impl FnOnce(&Installation) -> ServerProcess) {
        end(self.server.take().unwrap());
        let server = start(&self.installation);
        let workers = self.workers.iter_mut().map(|worker| &mut worker.client);
        for client in workers.chain(self.visitors.iter_mut().map(|visitor| &mut visitor.client)) {
            client.portal = server.portal;
        }
        self.server = Some(server);
    }

    /// Starts the server again after it received SIGKILL.
    pub(crate) fn restart_killed(&mut self) {
        self.restart(|server| drop(server.wait()), Installation::start);
    }

    pub(crate) fn kill_and_restart(&mut self) {
        self.restart(|server| drop(server.kill()), Installation::start);
    }

    pub(crate) fn stop_and_start(&mut self, start: impl FnOnce(&Installation) -> ServerProcess) {
        self.restart(|server| drop(server.stop()), start);
    }

    /// Asserts that the server has the state that the workers expect.
    pub(crate) fn verify(&mut self, killed: bool, when: &str) {
        let (server, workers, _) = self.split();
        for worker in workers {
            worker.verify(server, killed, when);
        }
        let expected: Vec<_> = self.workers.iter().map(|worker| &worker.expected).collect();
        ExpectedState::wait_for_files(&expected, &self.installation.data(), when);
    }

    /// Stops the server and checks its data.
    pub(crate) fn finish(mut self, report: &mut Report) {
        self.server.take().unwrap().stop();
        if self.database.is_none() {
            assert_integrity(&self.installation.database());
            report.line("PRAGMA integrity_check", "ok");
        }
        for line in self.installation.run(&["check", "--hashes"], "").lines() {
            let (name, result) = line.split_at(line.len().min(20));
            report.line(name.trim(), result.trim());
        }
    }
}
