//! `GET /portal`: the public description of this installation.

use axum::Json;
use axum::extract::State;
use padlock_contract::session::{Demo, DemoAccount, Portal};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::Api;
use crate::demo;

/// Returns the routes of this module.
pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(show))
}

/// Returns what anyone may know: whether this is the demo, and which accounts it has.
#[utoipa::path(get, path = "/portal", tag = "Portal", responses((status = 200, body = Portal)))]
pub(crate) async fn show(State(api): State<Api>) -> Json<Portal> {
    let demo = api.config.demo.is_some().then(|| Demo {
        password: demo::PASSWORD.to_owned(),
        accounts: demo::PEOPLE
            .iter()
            .map(|person| DemoAccount {
                login: person.login.to_owned(),
                name: person.name.to_owned(),
                role: person.role.to_owned(),
            })
            .collect(),
    });
    Json(Portal { demo })
}
