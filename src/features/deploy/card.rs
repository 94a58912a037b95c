//! An environment's card.

use leptos::prelude::*;

use super::model::{Address, CardAct, CardActKind, CardModel};
use crate::ui::{
    Button, ButtonKind, Glyph, Health, Menu, MenuItem, Padlock, PadlockState, Timestamp, attr, health, icon, live,
    unique,
};

/// How many acts stand on the card itself.
const ON_CARD: usize = 2;

#[component]
pub(super) fn EnvironmentCard(
    #[prop(into)] card: Signal<CardModel>,
    #[prop(into)] on_act: Callback<CardActKind>,
) -> impl IntoView {
    let id = unique("environment");
    let named_by = id.clone();
    let padlock = Memo::new(move |_| card.with(|card| card.padlock));
    let state = Memo::new(move |_| card.with(|card| card.health));
    let version = Memo::new(move |_| card.with(|card| card.version.clone()));
    let acts = Memo::new(move |_| card.with(|card| card.acts.clone()));
    let facts = Memo::new(move |_| card.with(Facts::of));
    let address = Memo::new(move |_| card.with(|card| card.address.clone()));
    let note = Memo::new(move |_| card.with(|card| card.note.clone().filter(|_| card.health != Health::Empty)));
    view! {
        <article
            class="card environment"
            data-health=attr(move || state.get().name())
            data-padlock=attr(move || (padlock.get() == PadlockState::NotForYou).then_some("not-for-you"))
            aria-labelledby=named_by
        >
            <header class="environment-head">
                <h3 id=id>{live(move || card.with(|card| card.name.clone()))}</h3>
                {live(move || health(state.get()))}
            </header>
            <div class="environment-version">
                <Rolling version/>
                {live(move || guard(padlock.get()))}
            </div>
            <p class="environment-facts">{live(move || facts.get().view())}</p>
            <p class="environment-address">{live(move || address.get().map(link))}</p>
            {live(move || note.get().map(|note| view! { <p class="environment-note">{note}</p> }))}
            <Acts acts on_act/>
        </article>
    }
}

/// The card's own padlock, with its word.
fn guard(padlock: PadlockState) -> Option<impl IntoView> {
    let word = match padlock {
        PadlockState::None => return None,
        PadlockState::Closed => "locked",
        PadlockState::Open => "unlocked",
        PadlockState::NotForYou => "not for you",
    };
    Some(view! { <span class="environment-guard"><Padlock state=padlock/>{word}</span> })
}

fn link(address: Address) -> impl IntoView {
    view! {
        <a href=address.href target="_blank" rel="noreferrer">
            <span>{address.label}</span>
            {icon(Glyph::External)}
        </a>
    }
}

/// The line under the version.
#[derive(Clone, PartialEq)]
enum Facts {
    Nothing(String),
    Progress(String),
    Runs { runtime: Option<String>, since: Option<String>, stopped: bool },
}

impl Facts {
    fn of(card: &CardModel) -> Self {
        if let Some(progress) = &card.progress {
            Self::Progress(progress.clone())
        } else if card.health == Health::Empty {
            let next = card.note.as_deref().unwrap_or_default();
            Self::Nothing(format!("Nothing runs here yet. {next}"))
        } else {
            Self::Runs {
                runtime: card.runtime.clone(),
                since: card.since.clone(),
                stopped: card.health == Health::Stopped,
            }
        }
    }

    fn view(self) -> AnyView {
        match self {
            Self::Nothing(sentence) => sentence.into_any(),
            Self::Progress(sentence) => view! { <span class="environment-progress">{sentence}</span> }.into_any(),
            Self::Runs { runtime, since, stopped } => {
                let dot = (runtime.is_some() && since.is_some()).then_some(" · ");
                view! {
                    {runtime.map(|runtime| format!("runtime {runtime}"))}
                    {dot}
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

/// The acts. Each button stays the same one while its state changes, so that it keeps the focus.
#[component]
fn Acts(acts: Memo<Vec<CardAct>>, on_act: Callback<CardActKind>) -> impl IntoView {
    let shown = Memo::new(move |_| acts.with(|acts| acts.iter().take(ON_CARD).map(|act| act.kind).collect::<Vec<_>>()));
    let more = Memo::new(move |_| acts.with(|acts| acts.len() > ON_CARD));
    let rest =
        Signal::derive(move || acts.with(|acts| acts.iter().skip(ON_CARD).map(|act| item(act, on_act)).collect()));
    let button = move |kind: CardActKind| {
        let act = Memo::new(move |_| acts.with(|acts| acts.iter().find(|act| act.kind == kind).cloned()));
        let padlock = move || act.with(|act| act.as_ref().map(|act| act.padlock).unwrap_or_default());
        // What nobody can do just now wears no padlock of its own.
        let why = move |lacking: bool| {
            let said =
                |act: &CardAct| ((act.padlock == PadlockState::NotForYou) == lacking).then(|| act.refused.clone());
            act.with(|act| act.as_ref().and_then(said).unwrap_or_default())
        };
        let busy = move || act.with(|act| act.as_ref().is_some_and(|act| act.busy));
        view! {
            <Button
                label=kind.label()
                kind=ButtonKind::Bare
                padlock=Signal::derive(padlock)
                refused=Signal::derive(move || why(true))
                not_now=Signal::derive(move || why(false))
                busy=Signal::derive(busy)
                on_press=move || on_act.run(kind)
            />
        }
    };
    view! {
        <footer class="environment-acts">
            <For each=move || shown.get() key=|kind| *kind children=button/>
            {live(move || more.get().then(|| view! {
                <Menu label="More" glyph=Glyph::More kind=ButtonKind::Bare items=rest/>
            }))}
        </footer>
    }
}

fn item(act: &CardAct, on_act: Callback<CardActKind>) -> MenuItem {
    let kind = act.kind;
    let item = MenuItem::press(kind.label(), move || on_act.run(kind));
    let item = item.padlock(act.padlock);
    let lacking = act.padlock == PadlockState::NotForYou;
    let item = if lacking { item.refused(act.refused.as_str()) } else { item.not_now(act.refused.as_str()) };
    if kind == CardActKind::Clear { item.danger() } else { item }
}

/// The version. When it changes, the old number rolls out and the new one in.
#[component]
fn Rolling(version: Memo<Option<String>>) -> impl IntoView {
    let before = StoredValue::new(None::<String>);
    move || {
        let now = version.get();
        let old = before.get_value().filter(|old| Some(old) != now.as_ref());
        before.set_value(now.clone());
        let rolls = old.is_some().then_some("");
        view! {
            <span class="rolling" data-rolls=rolls>
                {old.map(|old| view! { <span class="rolling-out" aria-hidden="true">{old}</span> })}
                <span class="rolling-in">{now}</span>
            </span>
        }
    }
}
