//! A phone with an authenticator app, as far as the API can tell.

use padlock_api::demo::PASSWORD;
use padlock_domain::SignedDuration;
use padlock_domain::second_factor::totp::{Seed, Step};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::world::World;

pub(crate) struct Phone {
    seed: Seed,
}

/// What an enrolment leaves.
pub(crate) struct Enrolled {
    pub(crate) phone: Phone,
    pub(crate) recovery_codes: Vec<String>,
    pub(crate) answer: Value,
}

impl Phone {
    /// Scans what a pending enrolment shows.
    pub(crate) fn scan(pending: &Value) -> Self {
        Self { seed: Seed::from_base32(pending["secret"].as_str().unwrap()).unwrap() }
    }

    /// The code it shows now.
    pub(crate) fn code(&self, world: &World) -> String {
        self.code_at(world, 0)
    }

    /// The code of so many steps from now.
    pub(crate) fn code_at(&self, world: &World, by: i64) -> String {
        self.seed.code_at(Step::at(world.now()).plus(by)).expose()
    }

    /// A code that is none of those around now.
    pub(crate) fn wrong_code(&self, world: &World) -> String {
        let near: Vec<_> = (-25..=25).map(|by| self.code_at(world, by)).collect();
        (0..).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).unwrap()
    }

    /// The next code, half a minute later: whatever was used before is behind it.
    pub(crate) fn next_code(&self, world: &World) -> String {
        world.clock.advance(SignedDuration::from_secs(30));
        self.code(world)
    }
}

impl Client {
    /// Asks for an enrolment.
    pub(crate) async fn begin_enrolment(&self) -> Answer {
        self.post("/account/second-factor", json!({ "method": "authenticator", "password": PASSWORD })).await
    }

    pub(crate) async fn confirm(&self, pending: &Value, code: &str) -> Answer {
        let form = json!({ "enrolment_id": pending["enrolment_id"], "code": code });
        self.post("/account/second-factor/confirm", form).await
    }

    /// Enrols an authenticator app, to the end.
    pub(crate) async fn enrol(&mut self, world: &World) -> Enrolled {
        self.enrol_for(world, false).await
    }

    /// The same, with a code at sign-in from now on or without.
    pub(crate) async fn enrol_for(&mut self, world: &World, sign_in: bool) -> Enrolled {
        let pending = self.begin_enrolment().await.expect(201).json();
        let phone = Phone::scan(&pending);
        let form = json!({ "enrolment_id": pending["enrolment_id"], "code": phone.code(world), "sign_in": sign_in });
        let answer = self.post("/account/second-factor/confirm", form).await.expect(200);
        self.adopt(&answer);
        let answer = answer.json();
        let codes = answer["recovery_codes"].as_array().unwrap();
        let recovery_codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        Enrolled { phone, recovery_codes, answer }
    }

    /// Whether this session's window is open.
    pub(crate) async fn is_unlocked(&self) -> bool {
        let session = self.get("/session").await.expect(200).json();
        assert_eq!(session["assurance"] == "second_factor", !session["authorised_until"].is_null());
        !session["authorised_until"].is_null()
    }
}
