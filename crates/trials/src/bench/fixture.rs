//! A running server with one app.

use std::path::Path;

use padlock_trials::{Client, Installation, ServerProcess};

use crate::engine::{Database, Engine};

const OWNER: &str = "owner@padlock.example";

pub(crate) struct Fixture {
    pub(crate) installation: Installation,
    pub(crate) server: ServerProcess,
    /// Signed in as the app's Technical Contact.
    pub(crate) client: Client,
    pub(crate) database: Database,
}

impl Fixture {
    pub(crate) fn start(program: &Path, engine: &Engine) -> Self {
        let mut installation = Installation::new(program);
        let database = engine.create_database(&mut installation);
        installation.add_account(OWNER);
        installation.add_app("shop", OWNER);
        let server = installation.start();
        let client = Client::signed_in(server.portal, OWNER);
        Self { installation, server, client, database }
    }
}
