//! Sample data for the kit page.

use crate::{
    features::deploy::view_model::{
        Address, CardAction, CardActionKind, CardModel, ConnectorModel, ConnectorState, TransportAction,
    },
    ui::{Column, Health, MenuItem, PadlockState, Segment, Stage, StageState},
};

/// The reason that a refused button gives.
pub(super) const REFUSAL: &str =
    "You need Transport Rights on Production. Tess Tanaka, the Technical Contact, can grant them.";

pub(super) fn stage(name: &str, state: StageState, note: &str) -> Stage {
    Stage { name: name.into(), state, note: note.into() }
}

pub(super) fn segments() -> Vec<Segment> {
    ["Test", "Acceptance", "Production"]
        .map(|label| Segment { value: label.to_lowercase(), label: label.into() })
        .into()
}

pub(super) fn deploy_menu() -> Vec<MenuItem> {
    vec![
        MenuItem::press("Deploy to Test", || ()),
        MenuItem::press("Deploy to Acceptance", || ()),
        MenuItem::press("Deploy to Production", || ()).padlock(PadlockState::Closed),
    ]
}

/// Version, file name, environments, time of upload, uploader, size.
type PackageRow = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

pub(super) const fn packages() -> [PackageRow; 3] {
    [
        ("1.2.0", "shop-1.2.0.mda", "Test, Acceptance", "2025-11-12T09:30:00Z", "Dana Dahl", "3.1 MB"),
        ("1.1.0", "shop-1.1.0.mda", "Production", "2025-11-03T15:12:00Z", "Omar Okafor", "3.0 MB"),
        ("1.0.0", "shop-1.0.0.mda", "", "2025-10-20T08:01:00Z", "Dana Dahl", "2.8 MB"),
    ]
}

pub(super) fn package_columns() -> Vec<Column> {
    vec![
        Column::text("Version"),
        Column::text("Package"),
        Column::text("Runs on"),
        Column::text("Uploaded"),
        Column::numbers("Size"),
        Column::numbers("Expires"),
        Column::actions("Deploy"),
    ]
}

pub(super) fn action(kind: CardActionKind, padlock: PadlockState, refusal_reason: &str) -> CardAction {
    CardAction { kind, padlock, refusal_reason: refusal_reason.into(), busy: false, in_menu: false }
}

/// The card of an environment on which `version` runs; empty if nothing is deployed.
pub(super) fn card(name: &str, health: Health, version: &str) -> CardModel {
    let slug = name.to_lowercase();
    let label = format!("{slug}--shop.localhost");
    CardModel {
        name: name.into(),
        health,
        version: (!version.is_empty()).then(|| version.into()),
        runtime: Some("10.6".into()),
        since: Some("2025-11-03T15:12:00Z".into()),
        address: Some(Address { href: format!("http://{label}:8081/"), label }),
        actions: vec![
            action(CardActionKind::Details, PadlockState::None, ""),
            action(CardActionKind::Restart, PadlockState::None, ""),
            action(CardActionKind::Stop, PadlockState::None, ""),
            action(CardActionKind::Clear, PadlockState::None, ""),
        ],
        slug,
        ..CardModel::default()
    }
}

/// Puts a padlock on a card and on its actions.
pub(super) fn with_padlock(card: CardModel, padlock: PadlockState) -> CardModel {
    let refusal_reason = if padlock == PadlockState::NotForYou { REFUSAL } else { "" };
    let actions = card.actions.iter().map(|one| action(one.kind, padlock, refusal_reason)).collect();
    CardModel { padlock, actions, ..card }
}

pub(super) fn connector(to: &str, state: ConnectorState, transport: Option<TransportAction>) -> ConnectorModel {
    ConnectorModel { to: to.into(), state, transport }
}

/// The promotion line of the app `shop` as in the demo data.
pub(super) fn shop_line() -> (Vec<CardModel>, Vec<ConnectorModel>) {
    let cards = vec![
        card("Test", Health::Running, "1.2.0"),
        card("Acceptance", Health::Running, "1.2.0"),
        with_padlock(card("Production", Health::Running, "1.1.0"), PadlockState::Closed),
    ];
    let locked = TransportAction { padlock: PadlockState::Closed, ..TransportAction::default() };
    let connectors = vec![
        connector("Acceptance", ConnectorState::Same { stopped: None }, None),
        connector("Production", ConnectorState::Waiting { version: "1.2.0".into() }, Some(locked)),
    ];
    (cards, connectors)
}
