//! The stages of something long, one under the other.

use leptos::prelude::*;

use super::{Glyph, icon};

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// Not begun.
    Waiting,
    /// Going on.
    Running,
    /// Done.
    Done,
    /// Went wrong; nothing after it happens.
    Failed,
}

impl StageState {
    const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// One stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What is done in it: "Unpack".
    pub name: String,
    /// How far it is.
    pub state: StageState,
    /// How long it took, or why it failed; may be empty.
    pub note: String,
}

/// The list.
pub fn stages(list: Vec<Stage>) -> impl IntoView {
    let lines = list
        .into_iter()
        .map(|Stage { name, state, note }| {
            let glyph = match state {
                StageState::Done => icon(Glyph::Check).into_any(),
                StageState::Failed => icon(Glyph::Error).into_any(),
                StageState::Running => view! { <span class="spinner"></span> }.into_any(),
                StageState::Waiting => view! { <span class="stage-dot"></span> }.into_any(),
            };
            view! {
                <li
                    class="stage"
                    data-state=state.name()
                    aria-current=(state == StageState::Running).then_some("step")
                >
                    <span class="stage-glyph" aria-hidden="true">{glyph}</span>
                    <span class="stage-name">{name}</span>
                    <span class="visually-hidden">{state.name()}</span>
                    <span class="stage-note">{note}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="stages">{lines}</ol> }
}
