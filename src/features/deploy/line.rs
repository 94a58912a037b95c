//! The promotion line: environments in their order, and between each two the one true sentence.

use leptos::prelude::*;

use crate::ui::attr;

use super::{
    card::EnvironmentCard,
    joint::Joint,
    model::{CardActKind, CardModel, JointModel},
};

/// The line. `joints` holds one fewer than `cards`: the joint before card n + 1 at n.
#[component]
pub fn PromotionLine(
    /// The environments in promotion order.
    #[prop(into)]
    cards: Signal<Vec<CardModel>>,
    /// What stands between them.
    #[prop(into)]
    joints: Signal<Vec<JointModel>>,
    /// Something is to be done with an environment (by slug).
    #[prop(into)]
    on_act: Callback<(String, CardActKind)>,
    /// What runs on an environment (by slug) is to be carried to the next one.
    #[prop(into)]
    on_transport: Callback<String>,
) -> impl IntoView {
    // Keyed by place, so that a card keeps its nodes while its content changes: that is what lets
    // a number roll over and the focus stay on its button.
    let slugs = Memo::new(move |_| {
        cards.with(|cards| cards.iter().map(|card| card.slug.clone()).enumerate().collect::<Vec<_>>())
    });
    let place = move |(at, slug): (usize, String)| {
        let card = Memo::new(move |_| cards.with(|cards| cards.get(at).cloned().unwrap_or_default()));
        let before = at.checked_sub(1);
        let joint = before.map(|before| {
            let joint = Memo::new(move |_| joints.with(|joints| joints.get(before).cloned().unwrap_or_default()));
            let from = Memo::new(move |_| {
                cards.with(|cards| cards.get(before).map(|card| card.slug.clone()).unwrap_or_default())
            });
            let transport = move |()| on_transport.run(from.get_untracked());
            view! { <li class="line-joint"><Joint joint on_transport=transport/></li> }
        });
        let act = move |kind| on_act.run((slug.clone(), kind));
        view! {
            {joint}
            <li class="line-card"><EnvironmentCard card on_act=act/></li>
        }
    };
    view! {
        <div class="line-box">
            <ol class="line" data-count=attr(move || slugs.with(Vec::len).to_string())>
                <For each=move || slugs.get() key=Clone::clone children=place/>
            </ol>
        </div>
    }
}
