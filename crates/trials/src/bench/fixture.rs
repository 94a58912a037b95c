//! A running server with one app.

use std::path::Path;

use padlock_trials::{Client, Installation, ServerProcess};

const OWNER: &str = "owner@padlock.example";

pub(crate) struct Fixture {
    pub(crate) installation: Installation,
    pub(crate) server: ServerProcess,
    /// Signed in as the app's Technical Contact.
    pub(crate) client: Client,
}

impl Fixture {
    pub(crate) fn start(program: &Path) -> Self {
        let installation = Installation::with_apps(program, OWNER, &["shop"]);
        let server = installation.start();
        let client = Client::signed_in(server.portal, OWNER);
        Self { installation, server, client }
    }
}
