//! The promotion line: the environments in promotion order, with a connector between each two.

use leptos::prelude::*;

use super::card::EnvironmentCard;
use super::connector::Connector;
use super::view_model::{CardActionKind, CardModel, ConnectorModel};

/// How many environments stand side by side. More than these stand one below the other.
const MAX_IN_A_ROW: usize = 3;

/// Shows the promotion line. `connectors` has one item less than `cards`: item n leads from card n to card n + 1.
#[component]
pub fn PromotionLine(
    /// The environments in promotion order.
    #[prop(into)]
    cards: Signal<Vec<CardModel>>,
    /// The connectors between the environments.
    #[prop(into)]
    connectors: Signal<Vec<ConnectorModel>>,
    /// Called with the slug of an environment and the action to run on it.
    #[prop(into)]
    on_action: Callback<(String, CardActionKind)>,
    /// Called with the slug of the environment from which to transport to the next one.
    #[prop(into)]
    on_transport: Callback<String>,
) -> impl IntoView {
    // Keyed by position and slug, not by content: a card keeps its elements when its content changes, so that a button
    // keeps the focus and a new version rolls in.
    let keys = Memo::new(move |_| {
        cards.with(|cards| cards.iter().map(|card| card.slug.clone()).enumerate().collect::<Vec<_>>())
    });
    let connector_and_card = move |(index, slug): (usize, String)| {
        let card = Memo::new(move |_| cards.with(|cards| cards.get(index).cloned().unwrap_or_default()));
        let connector = index.checked_sub(1).map(|previous| {
            let connector =
                Memo::new(move |_| connectors.with(|connectors| connectors.get(previous).cloned().unwrap_or_default()));
            let from = Memo::new(move |_| {
                cards.with(|cards| cards.get(previous).map(|card| card.slug.clone()).unwrap_or_default())
            });
            let transport = move |()| on_transport.run(from.get_untracked());
            view! { <li class="line-connector"><Connector connector on_transport=transport/></li> }
        });
        let run_action = move |kind| on_action.run((slug.clone(), kind));
        view! {
            {connector}
            <li class="line-card"><EnvironmentCard card on_action=run_action/></li>
        }
    };
    view! {
        <div class="line-box" data-many={move || (keys.with(Vec::len) > MAX_IN_A_ROW).then_some("")}>
            <ol class="line">
                <For each=move || keys.get() key=Clone::clone children=connector_and_card/>
            </ol>
        </div>
    }
}
