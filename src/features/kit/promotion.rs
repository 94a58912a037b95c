//! The promotion line in every state, and once alive.

use std::time::Duration;

use leptos::prelude::*;

use super::{samples, specimen};
use crate::{
    features::deploy::{
        PromotionLine,
        model::{CardActKind, CardModel, JointModel, JointState, TransportAct},
    },
    ui::{Health, PadlockState},
};

const STAGES: [&str; 4] = ["checking", "unpacking", "switching over", "starting"];

pub(super) fn group() -> AnyView {
    view! {
        {specimen("Alive: press Transport", alive())}
        {specimen("Nothing yet, starting, stopped", still(beginnings()))}
        {specimen("Warning, critical, failed", still(troubles()))}
        {specimen("In maintenance, not for you, under way", still(others()))}
    }
    .into_any()
}

/// A line that carries its version over in four stages.
pub(super) fn alive() -> impl IntoView {
    let (cards, joints) = samples::shop();
    let (cards, joints) = (RwSignal::new(cards), RwSignal::new(joints));
    let transport = move |_from: String| step(cards, joints, 0);
    view! { <PromotionLine cards joints on_act=move |_: (String, CardActKind)| () on_transport=transport/> }
}

fn step(cards: RwSignal<Vec<CardModel>>, joints: RwSignal<Vec<JointModel>>, stage: usize) {
    let version = "1.2.0".to_owned();
    let state = match STAGES.get(stage) {
        Some(doing) => JointState::Transporting { version, stage: stage + 1, of: STAGES.len(), doing: (*doing).into() },
        None => JointState::Same,
    };
    let landed = state == JointState::Same;
    let gone = joints.try_update(|joints| {
        if let Some(last) = joints.last_mut() {
            last.transport = None;
            last.state = state;
        }
    });
    if landed {
        cards.try_update(|cards| {
            if let Some(last) = cards.last_mut() {
                last.version = Some("1.2.0".into());
            }
        });
    } else if gone.is_some() {
        set_timeout(move || step(cards, joints, stage + 1), Duration::from_millis(1100));
    }
}

fn still((cards, joints): (Vec<CardModel>, Vec<JointModel>)) -> impl IntoView {
    view! {
        <PromotionLine
            cards=RwSignal::new(cards)
            joints=RwSignal::new(joints)
            on_act=move |_: (String, CardActKind)| ()
            on_transport=move |_: String| ()
        />
    }
}

fn beginnings() -> (Vec<CardModel>, Vec<JointModel>) {
    let empty = CardModel {
        runtime: None,
        since: None,
        address: None,
        acts: Vec::new(),
        note: Some("Deploy a package to Test.".into()),
        ..samples::card("Test", Health::Empty, "")
    };
    let cards = vec![
        empty,
        samples::card("Acceptance", Health::Starting, "1.0.0"),
        samples::guarded(samples::card("Production", Health::Stopped, "1.0.0"), PadlockState::Open),
    ];
    let joints = vec![
        samples::joint("Acceptance", JointState::Nothing, None),
        samples::joint("Production", JointState::Same, None),
    ];
    (cards, joints)
}

fn troubles() -> (Vec<CardModel>, Vec<JointModel>) {
    let note = |card: CardModel, note: &str| CardModel { note: Some(note.into()), ..card };
    let cards = vec![
        note(samples::card("Test", Health::Warning, "1.3.0-rc.1"), "Answers slowly: 2.4 s in the last minute."),
        note(samples::card("Acceptance", Health::Critical, "1.2.0"), "3 of the last 10 requests failed."),
        note(
            samples::guarded(samples::card("Production", Health::Failed, "1.1.0"), PadlockState::Closed),
            "It stopped while starting. The log says why.",
        ),
    ];
    let again = TransportAct { padlock: PadlockState::Closed, ..TransportAct::default() };
    let failed =
        JointState::Failed { version: "1.2.0".into(), why: "while unpacking".into(), still: Some("1.1.0".into()) };
    let joints = vec![
        samples::joint(
            "Acceptance",
            JointState::Waiting { version: "1.3.0-rc.1".into() },
            Some(TransportAct::default()),
        ),
        samples::joint("Production", failed, Some(again)),
    ];
    (cards, joints)
}

fn others() -> (Vec<CardModel>, Vec<JointModel>) {
    let barred = samples::guarded(samples::card("Production", Health::Running, "1.1.0"), PadlockState::NotForYou);
    let cards = vec![
        CardModel {
            note: Some("Closed for maintenance until 16:00.".into()),
            ..samples::card("Test", Health::Maintenance, "1.2.0")
        },
        samples::card("Acceptance", Health::Starting, "1.2.0"),
        CardModel { note: Some("Ask Tess Tanaka for Transport Rights.".into()), ..barred },
    ];
    let going = JointState::Transporting { version: "1.2.0".into(), stage: 2, of: 4, doing: "unpacking".into() };
    let refused = TransportAct { refused: samples::ASK.into(), padlock: PadlockState::NotForYou, busy: false };
    let joints = vec![
        samples::joint("Acceptance", going, None),
        samples::joint("Production", JointState::Waiting { version: "1.2.0".into() }, Some(refused)),
    ];
    (cards, joints)
}
