//! A new installation with one app, served.

use std::path::Path;

use padlock_trials::{Client, Place, Process, dist};
use tempfile::TempDir;

const OWNER: &str = "owner@padlock.example";

pub(crate) struct Shop {
    pub(crate) place: Place,
    pub(crate) server: Process,
    /// The app's Technical Contact.
    pub(crate) client: Client,
    /// Goes with what is in it.
    pub(crate) _folder: TempDir,
}

impl Shop {
    pub(crate) fn open(program: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        dist(&folder.path().join("dist"));
        let place = Place::new(program, folder.path());
        place.add_account(OWNER);
        place.add_app("shop", OWNER);
        let server = place.start();
        let client = Client::signed_in(server.portal, OWNER);
        Self { place, server, client, _folder: folder }
    }
}
