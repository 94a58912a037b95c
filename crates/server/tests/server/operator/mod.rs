//! The commands of the operator and the monitoring of the server.

mod accounts;
mod backups;
mod damaged_installations;
mod earlier_versions;
mod environments;
mod keys;
mod log;
mod monitoring;
mod moves;
mod terminal;

use padlock_domain::second_factor::totp::Seed;
use padlock_trials::{Client, Installation, PASSWORD, SamplePackage, totp_code};
use serde_json::json;

use crate::support::{DANA, TESS, installation};

/// Adds Tess and Dana and an app whose Technical Contact is Tess.
fn add_team(installation: &Installation) {
    for (login, name) in [(TESS, "Tess Tanaka"), (DANA, "Dana Dahl")] {
        installation.run(&["account", "add", login, "--name", name], PASSWORD);
    }
    let member = format!("{DANA}=test,acceptance");
    let options = ["--name", "Shop", "--technical-contact", TESS, "--member", &member];
    installation.run(&[["app", "add", "shop"].as_slice(), &options].concat(), "");
}

fn installation_with_team() -> Installation {
    let installation = installation();
    add_team(&installation);
    installation
}

/// Uploads a package and deploys it to Test.
fn deploy(client: &Client, version: &str) {
    let id = client.upload_package("shop", &SamplePackage::new(version, 5).to_bytes());
    client.deploy("shop", "test", &json!({ "package_id": id }));
}

/// Returns whether the server accepts the codes of an authenticator app.
fn is_accepted(seed: &Seed, client: &Client) -> bool {
    // The code that confirmed the enrolment was used. If its time step is over, the current code is another one.
    [0, 1].into_iter().any(|offset| {
        let response = client.post("/verify-2fa-code", &json!({ "code": totp_code(seed, offset) })).unwrap();
        response.status == 200 || response.error_code() == "code_already_used"
    })
}
