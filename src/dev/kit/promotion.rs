//! The promotion line in every state, and one whose transport can be started.

use std::time::Duration;

use leptos::prelude::*;

use super::samples;
use super::specimen::specimen;
use crate::{
    features::deploy::{
        PromotionLine,
        view_model::{CardActionKind, CardModel, ConnectorModel, ConnectorState, TransportAction},
    },
    ui::{Health, PadlockState},
};

const STAGES: [&str; 4] = ["checking", "unpacking", "switching over", "starting"];

pub(super) fn group() -> AnyView {
    view! {
        {specimen("Alive: press Transport", working_line())}
        {specimen("Nothing yet, starting, stopped", static_line(early_states()))}
        {specimen("Warning, critical, failed", static_line(problem_states()))}
        {specimen("In maintenance, not for you, under way", static_line(other_states()))}
    }
    .into_any()
}

/// A promotion line whose transport to Production runs through its four stages.
pub(super) fn working_line() -> impl IntoView {
    let (cards, connectors) = samples::shop_line();
    let (cards, connectors) = (RwSignal::new(cards), RwSignal::new(connectors));
    let transport = move |_from: String| run_stage(cards, connectors, 0);
    view! { <PromotionLine cards connectors on_action=move |_: (String, CardActionKind)| () on_transport=transport/> }
}

/// Shows a stage of the transport, by its index in [`STAGES`], and schedules the next one.
fn run_stage(cards: RwSignal<Vec<CardModel>>, connectors: RwSignal<Vec<ConnectorModel>>, stage: usize) {
    let version = "1.2.0".to_owned();
    let state = match STAGES.get(stage) {
        Some(label) => ConnectorState::Transporting {
            version,
            stage: stage + 1,
            stage_count: STAGES.len(),
            stage_label: (*label).into(),
        },
        None => ConnectorState::Same { stopped: None },
    };
    let is_done = matches!(state, ConnectorState::Same { .. });
    let updated = connectors.try_update(|connectors| {
        if let Some(last) = connectors.last_mut() {
            last.transport = None;
            last.state = state;
        }
    });
    if is_done {
        cards.try_update(|cards| {
            if let Some(last) = cards.last_mut() {
                last.version = Some("1.2.0".into());
            }
        });
    } else if updated.is_some() {
        set_timeout(move || run_stage(cards, connectors, stage + 1), Duration::from_millis(1100));
    }
}

fn static_line((cards, connectors): (Vec<CardModel>, Vec<ConnectorModel>)) -> impl IntoView {
    view! {
        <PromotionLine
            cards=RwSignal::new(cards)
            connectors=RwSignal::new(connectors)
            on_action=move |_: (String, CardActionKind)| ()
            on_transport=move |_: String| ()
        />
    }
}

fn early_states() -> (Vec<CardModel>, Vec<ConnectorModel>) {
    let empty = CardModel {
        runtime: None,
        since: None,
        address: None,
        actions: Vec::new(),
        note: Some("Deploy a package to Test.".into()),
        ..samples::card("Test", Health::Empty, "")
    };
    let cards = vec![
        empty,
        samples::card("Acceptance", Health::Starting, "1.0.0"),
        samples::with_padlock(samples::card("Production", Health::Stopped, "1.0.0"), PadlockState::Open),
    ];
    let connectors = vec![
        samples::connector("Acceptance", ConnectorState::Nothing, None),
        samples::connector("Production", ConnectorState::Same { stopped: None }, None),
    ];
    (cards, connectors)
}

fn problem_states() -> (Vec<CardModel>, Vec<ConnectorModel>) {
    let with_note = |card: CardModel, note: &str| CardModel { note: Some(note.into()), ..card };
    let cards = vec![
        with_note(samples::card("Test", Health::Warning, "1.3.0-rc.1"), "Answers slowly: 2.4 s in the last minute."),
        with_note(samples::card("Acceptance", Health::Critical, "1.2.0"), "3 of the last 10 requests failed."),
        with_note(
            samples::with_padlock(samples::card("Production", Health::Failed, "1.1.0"), PadlockState::Closed),
            "It stopped while starting. The log says why.",
        ),
    ];
    let retry = TransportAction { padlock: PadlockState::Closed, ..TransportAction::default() };
    let failed = ConnectorState::Failed {
        version: "1.2.0".into(),
        cause: "The transport failed while unpacking: the server's disk is full. 1.1.0 is still running.".into(),
    };
    let connectors = vec![
        samples::connector(
            "Acceptance",
            ConnectorState::Waiting { version: "1.3.0-rc.1".into() },
            Some(TransportAction::default()),
        ),
        samples::connector("Production", failed, Some(retry)),
    ];
    (cards, connectors)
}

fn other_states() -> (Vec<CardModel>, Vec<ConnectorModel>) {
    let production =
        samples::with_padlock(samples::card("Production", Health::Running, "1.1.0"), PadlockState::NotForYou);
    let cards = vec![
        CardModel {
            note: Some("Closed for maintenance until 16:00.".into()),
            ..samples::card("Test", Health::Maintenance, "1.2.0")
        },
        samples::card("Acceptance", Health::Starting, "1.2.0"),
        CardModel { note: Some("Ask Tess Tanaka for Transport Rights.".into()), ..production },
    ];
    let transporting = ConnectorState::Transporting {
        version: "1.2.0".into(),
        stage: 2,
        stage_count: 4,
        stage_label: "unpacking".into(),
    };
    let refused =
        TransportAction { refusal_reason: samples::REFUSAL.into(), padlock: PadlockState::NotForYou, busy: false };
    let connectors = vec![
        samples::connector("Acceptance", transporting, None),
        samples::connector("Production", ConnectorState::Waiting { version: "1.2.0".into() }, Some(refused)),
    ];
    (cards, connectors)
}
