//! An authenticator app, and its enrolment.

use padlock_api::demo::PASSWORD;
use padlock_domain::SignedDuration;
use padlock_domain::second_factor::totp::{Seed, Step};
use serde_json::{Value, json};

use crate::client::{Client, Response};
use crate::test_api::TestApi;

pub(crate) struct Authenticator {
    seed: Seed,
}

/// The result of an enrolment.
pub(crate) struct Enrolled {
    pub(crate) authenticator: Authenticator,
    pub(crate) recovery_codes: Vec<String>,
    pub(crate) response: Value,
}

impl Authenticator {
    /// Takes over the secret of a pending enrolment.
    pub(crate) fn scan(pending: &Value) -> Self {
        Self { seed: Seed::from_base32(pending["secret"].as_str().unwrap()).unwrap() }
    }

    /// Returns the current code.
    pub(crate) fn code(&self, api: &TestApi) -> String {
        self.code_at(api, 0)
    }

    /// Returns the code that is `offset` time steps from now.
    pub(crate) fn code_at(&self, api: &TestApi, offset: i64) -> String {
        self.seed.code_at(Step::at(api.now()).plus(offset)).expose()
    }

    /// Returns a code that is wrong for several minutes before and after now.
    pub(crate) fn wrong_code(&self, api: &TestApi) -> String {
        let near: Vec<_> = (-25..=25).map(|by| self.code_at(api, by)).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }

    /// Advances the clock by one time step and returns the code, which has not been used before.
    pub(crate) fn next_code(&self, api: &TestApi) -> String {
        api.clock.advance(SignedDuration::from_secs(30));
        self.code(api)
    }
}

impl Client {
    /// Begins an enrolment.
    pub(crate) async fn begin_enrolment(&self) -> Response {
        self.post("/account/second-factor", json!({ "method": "authenticator", "password": PASSWORD })).await
    }

    pub(crate) async fn confirm(&self, pending: &Value, code: &str) -> Response {
        let form = json!({ "enrolment_id": pending["enrolment_id"], "code": code });
        self.post("/account/second-factor/confirm", form).await
    }

    /// Enrols an authenticator app.
    pub(crate) async fn enrol(&mut self, api: &TestApi) -> Enrolled {
        self.enrol_for(api, false).await
    }

    /// Enrols an authenticator app; with `at_sign_in`, a code is required at each sign-in from now on.
    pub(crate) async fn enrol_for(&mut self, api: &TestApi, at_sign_in: bool) -> Enrolled {
        let pending = self.begin_enrolment().await.expect(201).json();
        let authenticator = Authenticator::scan(&pending);
        let form =
            json!({ "enrolment_id": pending["enrolment_id"], "code": authenticator.code(api), "sign_in": at_sign_in });
        let response = self.post("/account/second-factor/confirm", form).await.expect(200);
        self.update_secret(&response);
        let response = response.json();
        let codes = response["recovery_codes"].as_array().unwrap();
        let recovery_codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        Enrolled { authenticator, recovery_codes, response }
    }

    /// Returns whether the authorised window of this session is open.
    pub(crate) async fn is_unlocked(&self) -> bool {
        let session = self.get("/session").await.expect(200).json();
        assert_eq!(session["assurance"] == "second_factor", !session["authorised_until"].is_null());
        !session["authorised_until"].is_null()
    }
}
