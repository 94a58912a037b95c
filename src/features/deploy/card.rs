//! The card of an environment.

use leptos::prelude::*;

use super::view_model::{Address, CardAction, CardActionKind, CardModel, DeployedBy};
use crate::ui::{
    Button, ButtonKind, Glyph, Health, Menu, MenuItem, Padlock, PadlockState, Timestamp, health, icon, unique_id,
    version as version_text,
};

#[component]
pub(super) fn EnvironmentCard(
    #[prop(into)] card: Signal<CardModel>,
    #[prop(into)] on_action: Callback<CardActionKind>,
) -> impl IntoView {
    let id = unique_id("environment");
    let heading_id = id.clone();
    let name = Memo::new(move |_| card.with(|card| card.name.clone()));
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
                <h3 id=id translate="no">{move || name.get()}</h3>
                {move || health(state.get())}
            </header>
            <div class="environment-version">
                <RollingVersion version/>
                {move || padlock_with_label(padlock.get())}
            </div>
            <p class="environment-facts">{move || facts.get().view()}</p>
            <p class="environment-address">{move || address.get().map(link)}</p>
            {move || note.get().map(|note| view! { <p class="environment-note">{note}</p> })}
            <CardActions actions name on_action/>
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
    Deployed {
        runtime: Option<String>,
        since: Option<String>,
        stopped: bool,
        by: Option<DeployedBy>,
        activity_href: String,
    },
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
                by: card.deployed_by.clone(),
                activity_href: card.activity_href.clone(),
            }
        }
    }

    fn view(self) -> AnyView {
        match self {
            Self::Empty(sentence) => sentence.into_any(),
            Self::Progress(sentence) => view! { <span class="environment-progress">{sentence}</span> }.into_any(),
            Self::Deployed { runtime, since, stopped, by, activity_href } => {
                let separator = (runtime.is_some() && since.is_some()).then_some(" · ");
                let runtime = runtime.map(|runtime| format!("runtime {runtime}"));
                let since = since.map(|since| {
                    view! {
                        {stopped.then_some("stopped ")}
                        "since "
                        <Timestamp at=since since=true/>
                    }
                });
                let by = by.map(|DeployedBy { name, is_earlier }| {
                    let words = if is_earlier { ", deployed by " } else { " by " };
                    view! { {words}<span translate="no">{name}</span> }
                });
                view! {
                    <span translate="no">{runtime}</span>
                    {separator}
                    <a class="environment-history" href=activity_href>{since}{by}</a>
                }
                .into_any()
            }
        }
    }
}

/// The buttons and the menu of a card. A button is kept when its state changes, so that it keeps the focus.
#[component]
fn CardActions(
    actions: Memo<Vec<CardAction>>,
    name: Memo<String>,
    on_action: Callback<CardActionKind>,
) -> impl IntoView {
    let button_kinds = Memo::new(move |_| {
        let buttons = |actions: &Vec<CardAction>| {
            actions.iter().filter(|action| !action.in_menu).map(|action| action.kind).collect::<Vec<_>>()
        };
        actions.with(buttons)
    });
    let has_menu = Memo::new(move |_| actions.with(|actions| actions.iter().any(|action| action.in_menu)));
    let menu_items = Signal::derive(move || {
        let in_menu = |actions: &Vec<CardAction>| {
            actions.iter().filter(|action| action.in_menu).map(|action| menu_item(action, on_action)).collect()
        };
        actions.with(in_menu)
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
                context=name
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
                <Menu label=Signal::derive(move || ["More for ", &name.get()].concat()) glyph=Glyph::More kind=ButtonKind::Bare items=menu_items/>
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
                {old.map(|old| view! { <span class="rolling-out" aria-hidden="true">{version_text(old)}</span> })}
                <span class="rolling-in">{new.map(version_text)}</span>
            </span>
        }
    }
}
