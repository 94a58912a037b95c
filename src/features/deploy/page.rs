//! The deploy page: the promotion line above the Deployment Package Repository, and the dialogs over both.

use leptos::prelude::*;
use padlock_contract::ErrorCode;
use padlock_contract::environments::Environment;

use super::PromotionLine;
use super::acts::{Asked, on_act};
use super::dialogs::dialogs;
use super::model::{CardModel, JointModel};
use super::wire;
use crate::features::board::Board;
use crate::features::packages::RepositorySection;
use crate::features::shell::{failure_page, no_such_app, page_title, use_mine};
use crate::load::Loaded;
use crate::router::use_router;
use crate::routes::Open;
use crate::ui::{attr, live, skeleton_line};

/// The page.
#[component]
pub fn DeployPage(
    /// The app's slug.
    app: String,
) -> impl IntoView {
    let board = Board::new(app.clone());
    let mine = use_mine();
    let name = Memo::new(move |_| board.app.ready(|app| app.name.clone()).unwrap_or_else(|| app.clone()));
    let (environments, about) = (board.environments.outcome(), board.app.outcome());
    let missing = Memo::new(move |_| match (environments.get(), about.get()) {
        (Loaded::Failed(failure), _) | (_, Loaded::Failed(failure)) => Some(failure),
        _ => None,
    });
    let doomed = RwSignal::new(None);
    let here = board.is_here();
    // The app switcher's list can wait until the page itself is there.
    Effect::new(move |_| {
        if here.get() {
            mine.want();
        }
    });
    let retry = Callback::new(move |()| board.retry());
    move || match missing.get() {
        Some(failure) if failure.code() == Some(ErrorCode::NotFound) => {
            let slug = board.slug.get_value();
            mine.lose(slug.clone());
            no_such_app(&slug)
        }
        Some(failure) => failure_page(&failure, retry),
        None => {
            page_title(Signal::derive(move || ["Deploy · ", &name.get()].concat()));
            view! {
                <div class="page deploy">
                    <header class="page-head">
                        <h1>{live(move || name.get())}</h1>
                    </header>
                    <section class="section" aria-labelledby="environments" aria-busy=attr(move || (!here.get()).then_some("true"))>
                        <div class="section-head">
                            <h2 id="environments">"Environments"</h2>
                        </div>
                        {live(move || if here.get() { line(board).into_any() } else { skeleton_line(3).into_any() })}
                    </section>
                    <RepositorySection board doomed/>
                </div>
                {dialogs(board, doomed)}
            }
            .into_any()
        }
    }
}

fn line(board: Board) -> impl IntoView {
    let router = use_router();
    let asked = Asked::default();
    let cards = Memo::new(move |_| {
        let contact = board.contact();
        let card = |environment: &Environment| {
            let mine = |(slug, kind): &(String, _)| (*slug == environment.slug).then_some(*kind);
            let busy: Vec<_> = asked.with(|asked| asked.iter().filter_map(mine).collect());
            wire::card(environment, &contact, &busy)
        };
        board.environments.ready(|all| all.iter().map(card).collect::<Vec<CardModel>>()).unwrap_or_default()
    });
    let joints = Memo::new(move |_| {
        let joint = |(before, environment): (&Environment, &Environment)| wire::joint(before, environment);
        let joints =
            |all: &Vec<Environment>| all.iter().zip(all.iter().skip(1)).map(joint).collect::<Vec<JointModel>>();
        board.environments.ready(joints).unwrap_or_default()
    });
    let transport = move |from: String| {
        let next = |all: &Vec<Environment>| {
            all.iter().skip_while(|one| one.slug != from).nth(1).map(|environment| environment.slug.clone())
        };
        if let Some(Some(onto)) = board.environments.ready_untracked(next) {
            router.go(&router.route_untracked().opening(Open::Transport(onto)));
        }
    };
    view! { <PromotionLine cards joints on_act=on_act(board, asked) on_transport=transport/> }
}
