//! The card of an environment.

use leptos::prelude::*;

use super::view_model::{Address, CardAction, CardActionKind, CardModel};
use crate::ui::{
    Button, ButtonKind, Glyph, Health, Menu, MenuItem, Padlock, PadlockState, Timestamp, health, icon, unique_id,
};

/// The number of actions that are buttons on the card; the others are in its menu.
const BUTTON_COUNT: usize = 2;

#[component]
pub(super) fn EnvironmentCard(
    #[prop(into)] card: Signal<CardModel>,
    #[prop(into)] on_action: Callback<CardActionKind>,
) -> impl IntoView {
    let id = unique_id("environment");
    let heading_id = id.clone();
    let padlock = Memo::new(move |_| card.with(|card| card.padlock));
    let state = Memo::new(move |_| card.with(|card| card.health));
    let version = Memo::new(move |_| card.with(|card| card.version.clone()));
    let actions = Memo::new(move |_| card.with(|card| card.actions.clone()));
    let facts = Memo::new(move |_| card.with(Facts::from_card));
    let address = Memo::new(move |_| card.with(|card| card.address.clone()));
    let note = Memo::new(move |_| card.with(|card| card.note.clone().filter(|_| card.health != Health::Empty)));
    view! {
        <article
            class="card environment"
            data-health=move || state.get().name()
            data-padlock=move || (padlock.get() == PadlockState::NotForYou).then_some("not-for-you")
            aria-labelledby=heading_id
        >
            <header class="environment-head">
                <h3 id=id>{move || card.with(|card| card.name.clone())}</h3>
                {move || health(state.get())}
            </header>
            <div class="environment-version">
                <RollingVersion version/>
                {move || padlock_with_label(padlock.get())}
            </div>
            <p class="environment-facts">{move || facts.get().view()}</p>
            <p class="environment-address">{move || address.get().map(link)}</p>
            {move || note.get().map(|note| view! { <p class="environment-note">{note}</p> })}
            <CardActions actions on_action/>
        </article>
    }
}

fn padlock_with_label(padlock: PadlockState) -> Option<impl IntoView> {
    let label = match padlock {
        PadlockState::None => return None,
        PadlockState::Closed => "locked",
        PadlockState::Open => "unlocked",
        PadlockState::NotForYou => "not for you",
    };
    Some(view! { <span class="environment-padlock"><Padlock state=padlock/>{label}</span> })
}

fn link(address: Address) -> impl IntoView {
    view! {
        <a href=address.href target="_blank" rel="noreferrer">
            <span>{address.label}</span>
            {icon(Glyph::External)}
        </a>
    }
}

/// The line below the version.
#[derive(Clone, PartialEq)]
enum Facts {
    Empty(String),
    Progress(String),
    Deployed { runtime: Option<String>, since: Option<String>, stopped: bool },
}

impl Facts {
    fn from_card(card: &CardModel) -> Self {
        if let Some(progress) = &card.progress {
            Self::Progress(progress.clone())
        } else if card.health == Health::Empty {
            let note = card.note.as_deref().unwrap_or_default();
            Self::Empty(format!("Nothing runs here yet. {note}"))
        } else {
            Self::Deployed {
                runtime: card.runtime.clone(),
                since: card.since.clone(),
                stopped: card.health == Health::Stopped,
            }
        }
    }

    fn view(self) -> AnyView {
        match self {
            Self::Empty(sentence) => sentence.into_any(),
            Self::Progress(sentence) => view! { <span class="environment-progress">{sentence}</span> }.into_any(),
            Self::Deployed { runtime, since, stopped } => {
                let separator = (runtime.is_some() && since.is_some()).then_some(" · ");
                view! {
                    {runtime.map(|runtime| format!("runtime {runtime}"))}
                    {separator}
                    {since.map(|since| view! {
                        {stopped.then_some("stopped ")}
                        "since "
                        <Timestamp at=since since=true/>
                    })}
                }
                .into_any()
            }
        }
    }
}

/// The buttons and the menu of a card. A button is kept when its state changes, so that it keeps the focus.
#[component]
fn CardActions(actions: Memo<Vec<CardAction>>, on_action: Callback<CardActionKind>) -> impl IntoView {
    let button_kinds = Memo::new(move |_| {
        actions.with(|actions| actions.iter().take(BUTTON_COUNT).map(|action| action.kind).collect::<Vec<_>>())
    });
    let has_menu = Memo::new(move |_| actions.with(|actions| actions.len() > BUTTON_COUNT));
    let menu_items = Signal::derive(move || {
        actions.with(|actions| actions.iter().skip(BUTTON_COUNT).map(|action| menu_item(action, on_action)).collect())
    });
    let button = move |kind: CardActionKind| {
        let action =
            Memo::new(move |_| actions.with(|actions| actions.iter().find(|action| action.kind == kind).cloned()));
        let padlock = move || action.with(|action| action.as_ref().map(|action| action.padlock).unwrap_or_default());
        // `forbidden_reason` is for a missing permission, `unavailable_reason` for any other reason.
        let reason_if = move |forbidden: bool| {
            let reason =
                |action: &CardAction| (is_forbidden(action) == forbidden).then(|| action.refusal_reason.clone());
            action.with(|action| action.as_ref().and_then(reason).unwrap_or_default())
        };
        let busy = move || action.with(|action| action.as_ref().is_some_and(|action| action.busy));
        view! {
            <Button
                label=kind.label()
                kind=ButtonKind::Bare
                padlock=Signal::derive(padlock)
                forbidden_reason=Signal::derive(move || reason_if(true))
                unavailable_reason=Signal::derive(move || reason_if(false))
                busy=Signal::derive(busy)
                on_press=move || on_action.run(kind)
            />
        }
    };
    view! {
        <footer class="environment-acts">
            <For each=move || button_kinds.get() key=|kind| *kind children=button/>
            {move || has_menu.get().then(|| view! {
                <Menu label="More" glyph=Glyph::More kind=ButtonKind::Bare items=menu_items/>
            })}
        </footer>
    }
}

fn menu_item(action: &CardAction, on_action: Callback<CardActionKind>) -> MenuItem {
    let kind = action.kind;
    let item = MenuItem::press(kind.label(), move || on_action.run(kind));
    let item = item.padlock(action.padlock);
    let reason = action.refusal_reason.as_str();
    let item = if is_forbidden(action) { item.forbidden(reason) } else { item.unavailable(reason) };
    if kind == CardActionKind::Clear { item.danger() } else { item }
}

/// Whether the visitor lacks a permission for the action.
fn is_forbidden(action: &CardAction) -> bool {
    action.padlock == PadlockState::NotForYou
}

/// Shows the version. When it changes, the old one rolls out and the new one rolls in.
#[component]
fn RollingVersion(version: Memo<Option<String>>) -> impl IntoView {
    let last = StoredValue::new(None::<String>);
    move || {
        let new = version.get();
        let old = last.get_value().filter(|old| Some(old) != new.as_ref());
        last.set_value(new.clone());
        let rolls = old.is_some().then_some("");
        view! {
            <span class="rolling" data-rolls=rolls>
                {old.map(|old| view! { <span class="rolling-out" aria-hidden="true">{old}</span> })}
                <span class="rolling-in">{new}</span>
            </span>
        }
    }
}
