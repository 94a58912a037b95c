//! The connector between the cards of two environments: the state of the transport, and its button.

use leptos::prelude::*;

use super::view_model::{ConnectorModel, ConnectorState};
use crate::ui::{self, Button, ButtonKind, Glyph, focus_page_if_lost, icon};

#[component]
pub(super) fn Connector(
    #[prop(into)] connector: Signal<ConnectorModel>,
    #[prop(into)] on_transport: Callback<()>,
) -> impl IntoView {
    let state = Memo::new(move |_| connector.with(|connector| connector.state.clone()));
    let to = Memo::new(move |_| connector.with(|connector| connector.to.clone()));
    let transport = Memo::new(move |_| connector.with(|connector| connector.transport.clone()));
    let has_button = Memo::new(move |_| transport.with(Option::is_some));
    // The button disappears when the transport has succeeded; if it had the focus, the page gets the focus.
    Effect::new(move |had_button: Option<bool>| {
        let has_button = has_button.get();
        if had_button == Some(true) && !has_button {
            request_animation_frame(focus_page_if_lost);
        }
        has_button
    });
    let action = Memo::new(move |_| transport.get().unwrap_or_default());
    let version = Memo::new(move |_| state.with(version_of));
    // The position of the version on the connector, for the style sheet.
    let percent = move || match state.get() {
        ConnectorState::Transporting { stage, stage_count, .. } if stage_count > 0 => {
            ((stage * 100).saturating_sub(50) / stage_count).min(100)
        }
        ConnectorState::Transporting { .. } => 0,
        _ => 50,
    };
    view! {
        <div class="connector" data-state={move || state.with(state_name)}>
            <div class="connector-track" aria-hidden="true" style:--way={move || format!("{}%", percent())}>
                <span class="connector-load">
                    {move || match state.get() {
                        ConnectorState::Same { stopped: None } => icon(Glyph::Check).into_any(),
                        ConnectorState::Same { stopped: Some(_) } => icon(Glyph::Stop).into_any(),
                        ConnectorState::Failed { .. } => icon(Glyph::Close).into_any(),
                        ConnectorState::Nothing => ().into_any(),
                        _ => ui::version(version.get()).into_any(),
                    }}
                </span>
            </div>
            <div class="connector-body">
                <p class="connector-text">{move || state.with(sentence)}</p>
                {move || has_button.get().then(|| view! {
                    <div class="connector-act">
                        <Button
                            label="Transport"
                            context=Signal::derive(move || format!("to {}", to.get()))
                            kind=ButtonKind::Primary
                            padlock=Signal::derive(move || action.with(|action| action.padlock))
                            forbidden_reason=Signal::derive(move || action.with(|action| action.refusal_reason.clone()))
                            busy=Signal::derive(move || action.with(|action| action.busy))
                            description=Signal::derive(move || {
                                let version = version.get();
                                if version.is_empty() { version } else { format!("Carries {version}.") }
                            })
                            on_press=on_transport
                        />
                    </div>
                })}
            </div>
        </div>
    }
}

fn state_name(state: &ConnectorState) -> &'static str {
    match state {
        ConnectorState::Nothing => "nothing",
        ConnectorState::Same { stopped: None } => "same",
        ConnectorState::Same { stopped: Some(_) } => "stopped",
        ConnectorState::Waiting { .. } => "waiting",
        ConnectorState::Transporting { .. } => "transporting",
        ConnectorState::Failed { .. } => "failed",
    }
}

/// The version to transport; empty if there is none.
fn version_of(state: &ConnectorState) -> String {
    match state {
        ConnectorState::Waiting { version }
        | ConnectorState::Transporting { version, .. }
        | ConnectorState::Failed { version, .. } => version.clone(),
        ConnectorState::Nothing | ConnectorState::Same { .. } => String::new(),
    }
}

fn sentence(state: &ConnectorState) -> String {
    match state {
        ConnectorState::Nothing => "nothing to transport".to_owned(),
        ConnectorState::Same { stopped: None } => "same version".to_owned(),
        ConnectorState::Same { stopped: Some(name) } => format!("same version, {name} does not run"),
        ConnectorState::Waiting { .. } => "waiting".to_owned(),
        ConnectorState::Transporting { stage, stage_count, stage_label, .. } => {
            format!("transporting {stage}\u{a0}of\u{a0}{stage_count}: {stage_label}")
        }
        ConnectorState::Failed { cause, .. } => cause.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_its_sentence() {
        assert_eq!(sentence(&ConnectorState::Same { stopped: None }), "same version");
        let stopped = ConnectorState::Same { stopped: Some("Production".into()) };
        assert_eq!(sentence(&stopped), "same version, Production does not run");
        let transporting = ConnectorState::Transporting {
            version: "1.2.0".into(),
            stage: 2,
            stage_count: 4,
            stage_label: "unpacking".into(),
        };
        assert_eq!(sentence(&transporting), "transporting 2\u{a0}of\u{a0}4: unpacking");
        let cause = "The transport failed while unpacking: the server's disk is full. 1.1.0 is still running.";
        let failed = ConnectorState::Failed { version: "1.2.0".into(), cause: cause.into() };
        assert_eq!(sentence(&failed), cause);
    }
}
