//! Made-up content for the kit.

use crate::{
    features::deploy::model::{Address, CardAct, CardActKind, CardModel, JointModel, JointState, TransportAct},
    ui::{Column, Health, MenuItem, PadlockState, Segment, Stage, StageState},
};

pub(super) const ASK: &str =
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

type Package = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

pub(super) const fn packages() -> [Package; 3] {
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
        Column::figures("Size"),
        Column::figures("Expires"),
        Column::acts("Deploy"),
    ]
}

pub(super) fn act(kind: CardActKind, padlock: PadlockState, refused: &str) -> CardAct {
    CardAct { kind, padlock, refused: refused.into(), busy: false }
}

/// A card that runs `version`.
pub(super) fn card(name: &str, health: Health, version: &str) -> CardModel {
    let slug = name.to_lowercase();
    let label = format!("{slug}.shop.localhost");
    let open = PadlockState::None;
    CardModel {
        name: name.into(),
        health,
        version: (!version.is_empty()).then(|| version.into()),
        runtime: Some("10.6".into()),
        since: Some("2025-11-03T15:12:00Z".into()),
        address: Some(Address { href: format!("http://{label}:8081/"), label }),
        acts: vec![
            act(CardActKind::Details, open, ""),
            act(CardActKind::Restart, open, ""),
            act(CardActKind::Stop, open, ""),
            act(CardActKind::Clear, open, ""),
        ],
        slug,
        ..CardModel::default()
    }
}

/// The same card behind a padlock.
pub(super) fn guarded(card: CardModel, padlock: PadlockState) -> CardModel {
    let refused = if padlock == PadlockState::NotForYou { ASK } else { "" };
    let acts = card.acts.iter().map(|one| act(one.kind, padlock, refused)).collect();
    CardModel { padlock, acts, ..card }
}

pub(super) fn joint(to: &str, state: JointState, transport: Option<TransportAct>) -> JointModel {
    JointModel { to: to.into(), state, transport }
}

/// The line of `shop` as the demo begins.
pub(super) fn shop() -> (Vec<CardModel>, Vec<JointModel>) {
    let cards = vec![
        card("Test", Health::Running, "1.2.0"),
        card("Acceptance", Health::Running, "1.2.0"),
        guarded(card("Production", Health::Running, "1.1.0"), PadlockState::Closed),
    ];
    let locked = TransportAct { padlock: PadlockState::Closed, ..TransportAct::default() };
    let joints = vec![
        joint("Acceptance", JointState::Same, None),
        joint("Production", JointState::Waiting { version: "1.2.0".into() }, Some(locked)),
    ];
    (cards, joints)
}
