//! The joint between two cards: what waits, what travels, what failed.

use leptos::prelude::*;

use super::model::{JointModel, JointState, TransportAct};
use crate::ui::{Button, ButtonKind, Glyph, attr, focus_page_if_lost, icon, live};

#[component]
pub(super) fn Joint(
    #[prop(into)] joint: Signal<JointModel>,
    #[prop(into)] on_transport: Callback<()>,
) -> impl IntoView {
    let state = Memo::new(move |_| joint.with(|joint| joint.state.clone()));
    let to = Memo::new(move |_| joint.with(|joint| joint.to.clone()));
    let transport = Memo::new(move |_| joint.with(|joint| joint.transport.clone()));
    let there = Memo::new(move |_| transport.with(Option::is_some));
    // A transport that lands takes its button along, and the focus where it was there.
    Effect::new(move |before: Option<bool>| {
        let now = there.get();
        if before == Some(true) && !now {
            request_animation_frame(focus_page_if_lost);
        }
        now
    });
    let act = Memo::new(move |_| transport.get().unwrap_or_default());
    let field = move |read: fn(&TransportAct) -> String| Signal::derive(move || act.with(read));
    let version = Memo::new(move |_| state.with(carried));
    // How far the version is along the line, for the style sheet.
    let way = move || match state.get() {
        JointState::Transporting { stage, of, .. } if of > 0 => ((stage * 100).saturating_sub(50) / of).min(100),
        JointState::Transporting { .. } => 0,
        _ => 50,
    };
    view! {
        <div class="joint" data-state=attr(move || state.with(name))>
            <div class="joint-track" aria-hidden="true" style:--way=attr(move || format!("{}%", way()))>
                <span class="joint-load">
                    {live(move || match state.get() {
                        JointState::Same => icon(Glyph::Check).into_any(),
                        JointState::Failed { .. } => icon(Glyph::Close).into_any(),
                        JointState::Nothing => ().into_any(),
                        _ => view! { <span>{version.get()}</span> }.into_any(),
                    })}
                </span>
            </div>
            <div class="joint-body">
                <p class="joint-says">{live(move || state.with(sentence))}</p>
                {live(move || there.get().then(|| view! {
                    <div class="joint-act">
                        <Button
                            label="Transport"
                            context=Signal::derive(move || format!("to {}", to.get()))
                            kind=ButtonKind::Primary
                            padlock=Signal::derive(move || act.with(|act| act.padlock))
                            refused=field(|act| act.refused.clone())
                            busy=Signal::derive(move || act.with(|act| act.busy))
                            description=Signal::derive(move || {
                                let version = version.get();
                                if version.is_empty() { version } else { format!("Carries {version}.") }
                            })
                            on_press=on_transport
                        />
                    </div>
                }))}
            </div>
        </div>
    }
}

fn name(state: &JointState) -> &'static str {
    match state {
        JointState::Nothing => "nothing",
        JointState::Same => "same",
        JointState::Waiting { .. } => "waiting",
        JointState::Transporting { .. } => "transporting",
        JointState::Failed { .. } => "failed",
    }
}

fn carried(state: &JointState) -> String {
    match state {
        JointState::Waiting { version }
        | JointState::Transporting { version, .. }
        | JointState::Failed { version, .. } => version.clone(),
        JointState::Nothing | JointState::Same => String::new(),
    }
}

/// The sentence under the line.
fn sentence(state: &JointState) -> String {
    match state {
        JointState::Nothing => "nothing to transport".to_owned(),
        JointState::Same => "same version".to_owned(),
        JointState::Waiting { .. } => "waiting".to_owned(),
        JointState::Transporting { stage, of, doing, .. } => format!("transporting {stage}\u{a0}of\u{a0}{of}: {doing}"),
        JointState::Failed { version, why, still } => {
            let still = match still {
                Some(still) => format!("{still} is still running."),
                None => "Nothing was changed.".to_owned(),
            };
            format!("{version} failed {why}. {still}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joint_says_one_true_sentence() {
        assert_eq!(sentence(&JointState::Same), "same version");
        let going = JointState::Transporting { version: "1.2.0".into(), stage: 2, of: 4, doing: "unpacking".into() };
        assert_eq!(sentence(&going), "transporting 2\u{a0}of\u{a0}4: unpacking");
        let failed = |still: Option<&str>| JointState::Failed {
            version: "1.2.0".into(),
            why: "while unpacking".into(),
            still: still.map(Into::into),
        };
        assert_eq!(sentence(&failed(Some("1.1.0"))), "1.2.0 failed while unpacking. 1.1.0 is still running.");
        assert_eq!(sentence(&failed(None)), "1.2.0 failed while unpacking. Nothing was changed.");
    }
}
