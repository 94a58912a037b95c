//! The list of the stages of a long operation.

use leptos::prelude::*;

use super::{Glyph, icon};

/// The state of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageState {
    /// Not started yet.
    Waiting,
    /// In progress.
    Running,
    /// Completed.
    Done,
    /// Failed; the stages after it are not run.
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

/// One stage of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The name, such as "Unpack".
    pub name: String,
    /// The state.
    pub state: StageState,
    /// How long it took, or why it failed; may be empty.
    pub note: String,
}

/// Renders the list of stages.
pub fn stages(stages: Vec<Stage>) -> impl IntoView {
    let items = stages
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
    view! { <ol class="stages">{items}</ol> }
}
