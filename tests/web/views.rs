//! What `crates/view` makes of views: what stays in the page, and what follows signals.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::stage::{Stage, focused, settle, stage};

fn texts(stage: &Stage, selector: &str) -> Vec<String> {
    let found = stage.root.query_selector_all(selector).unwrap();
    (0..found.length()).filter_map(|at| found.get(at)?.text_content()).collect()
}

#[wasm_bindgen_test]
async fn rows_go_where_their_keys_go_and_keep_their_nodes() {
    let rows = RwSignal::new(vec!["a", "b", "c"]);
    let made = RwSignal::new(0);
    let stage = stage(move || {
        let row = move |name: &'static str| {
            made.update(|made| *made += 1);
            view! { <li><button>{name}</button></li> }
        };
        view! { <ul><For each=move || rows.get() key=|name| *name children=row/><li>"end"</li></ul> }
    })
    .await;
    let second: HtmlElement = stage.find("li:nth-child(2) button");
    second.focus().unwrap();
    rows.set(vec!["x", "a", "b"]);
    settle().await;
    assert_eq!(texts(&stage, "li"), ["x", "a", "b", "end"]);
    assert_eq!(made.get_untracked(), 4, "only the new row is made");
    assert_eq!(focused(), second.unchecked_into(), "the row that stayed kept its focus");
    rows.set(vec!["b", "x"]);
    settle().await;
    assert_eq!(texts(&stage, "li"), ["b", "x", "end"]);
    rows.set(Vec::new());
    settle().await;
    assert_eq!(texts(&stage, "li"), ["end"]);
}

#[wasm_bindgen_test]
async fn a_view_made_again_keeps_what_is_alike() {
    let count = RwSignal::new(1);
    let pressed = RwSignal::new(0);
    let stage = stage(move || {
        view! {
            {move || {
                let now = count.get();
                view! {
                    <button title=now.to_string() on:click=move |_| pressed.set(now)>{now.to_string()}</button>
                    {(now > 1).then(|| view! { <em>"more"</em> })}
                    {(0..now).map(|at| view! { <i>{at.to_string()}</i> }).collect_view()}
                }
            }}
            <b>"end"</b>
        }
    })
    .await;
    let button: HtmlElement = stage.find("button");
    button.focus().unwrap();
    count.set(3);
    settle().await;
    assert_eq!(focused(), button.clone().unchecked_into());
    assert_eq!(button.title(), "3");
    assert_eq!(stage.root.text_content().unwrap(), "3more012end");
    button.click();
    assert_eq!(pressed.get_untracked(), 3, "what is pressed is what was made last, once");
    count.set(1);
    settle().await;
    assert_eq!(stage.root.text_content().unwrap(), "10end");
}

#[wasm_bindgen_test]
async fn attributes_properties_classes_and_styles_follow_signals() {
    let on = RwSignal::new(true);
    let stage = stage(move || {
        view! {
            <input
                class="input"
                class:is-mono=on
                type="checkbox"
                data-on=move || on.get().then_some("")
                aria-label=move || if on.get() { "on" } else { "off" }
                style:--way=move || if on.get() { "1" } else { "2" }
                prop:checked=move || on.get()
                disabled=on
            />
        }
    })
    .await;
    let input: HtmlInputElement = stage.find("input");
    let seen = || {
        let attribute = |name| input.get_attribute(name);
        let way = HtmlElement::style(&input).get_property_value("--way").unwrap();
        (
            input.class_name(),
            attribute("data-on"),
            attribute("aria-label").unwrap(),
            way,
            input.checked(),
            input.disabled(),
        )
    };
    assert_eq!(seen(), ("input is-mono".into(), Some(String::new()), "on".into(), "1".into(), true, true));
    on.set(false);
    settle().await;
    assert_eq!(seen(), ("input".into(), None, "off".into(), "2".into(), false, false));
}

#[wasm_bindgen_test]
async fn what_is_provided_is_found_below_and_nowhere_else() {
    #[derive(Clone, PartialEq, Debug)]
    struct Word(&'static str);
    #[component]
    fn Inner(word: &'static str) -> impl IntoView {
        let above = use_context::<Word>();
        provide_context(Word(word));
        let own = use_context::<Word>();
        view! { <p>{above.map(|Word(word)| word)}{own.map(|Word(word)| word)}</p> }
    }
    let stage = stage(|| {
        provide_context(Word("outer "));
        view! { {move || view! { <Inner word="one"/> }}{move || view! { <Inner word="two"/> }} }
    })
    .await;
    assert_eq!(texts(&stage, "p"), ["outer one", "outer two"]);
}

#[wasm_bindgen_test]
async fn what_goes_is_cleaned_up_and_follows_nothing_any_more() {
    let (open, count) = (RwSignal::new(true), RwSignal::new(0));
    let (seen, gone) = (RwSignal::new(Vec::new()), RwSignal::new(0));
    let stage = stage(move || {
        let inside = move || {
            let own = RwSignal::new("own");
            Effect::new(move |_| seen.update(|seen| seen.push(count.get())));
            on_cleanup(move || gone.update(|gone| *gone += 1));
            view! { <p>{move || [own.get(), &count.get().to_string()].concat()}</p> }
        };
        view! { {move || open.get().then(inside)} }
    })
    .await;
    count.set(1);
    settle().await;
    assert_eq!((texts(&stage, "p"), gone.get_untracked()), (vec!["own1".to_owned()], 0));
    // Both at once: what is inside must not read what goes with it.
    open.set(false);
    count.set(2);
    settle().await;
    assert_eq!((texts(&stage, "p").len(), gone.get_untracked()), (0, 1));
    assert_eq!(seen.get_untracked(), [0, 1]);
    open.set(true);
    settle().await;
    assert_eq!((texts(&stage, "p"), seen.get_untracked()), (vec!["own2".to_owned()], vec![0, 1, 2]));
}

#[wasm_bindgen_test]
async fn a_view_inside_a_view_changes_alone() {
    let (outer, inner) = (RwSignal::new("a"), RwSignal::new(1));
    let made = StoredValue::new((0, 0));
    let stage = stage(move || {
        view! {
            {move || {
                made.update_value(|made| made.0 += 1);
                let name = outer.get();
                view! {
                    <p>{name}{move || {
                        made.update_value(|made| made.1 += 1);
                        inner.get().to_string()
                    }}</p>
                }
            }}
        }
    })
    .await;
    let paragraph: HtmlElement = stage.find("p");
    inner.set(2);
    settle().await;
    assert_eq!((texts(&stage, "p"), made.get_value()), (vec!["a2".to_owned()], (1, 2)));
    outer.set("b");
    settle().await;
    assert_eq!((texts(&stage, "p"), made.get_value()), (vec!["b2".to_owned()], (2, 3)));
    inner.set(3);
    settle().await;
    assert_eq!((texts(&stage, "p"), made.get_value()), (vec!["b3".to_owned()], (2, 4)));
    assert_eq!(stage.find::<HtmlElement>("p"), paragraph, "it is the same element throughout");
}

#[wasm_bindgen_test]
async fn effects_run_in_their_order_when_the_page_is_there_and_once_for_all_changes() {
    let (first, second) = (RwSignal::new(1), RwSignal::new(1));
    let log = StoredValue::new(Vec::new());
    let note = move |what: &str, now: i32| {
        let shown = document().query_selector("p.effects").unwrap().is_some();
        log.update_value(|log| log.push(format!("{what} {now} {shown}")));
    };
    let sum = Memo::new(move |_| first.get() + second.get());
    let _stage = stage(move || {
        Effect::new(move |_| note("one", sum.get()));
        Effect::new(move |before: Option<i32>| {
            note("two", before.unwrap_or_default());
            sum.get()
        });
        view! { <p class="effects"></p> }
    })
    .await;
    assert_eq!(log.get_value(), ["one 2 true", "two 0 true"]);
    log.set_value(Vec::new());
    first.set(2);
    second.set(3);
    settle().await;
    assert_eq!(log.get_value(), ["one 5 true", "two 2 true"]);
    log.set_value(Vec::new());
    first.set(3);
    second.set(2);
    settle().await;
    assert_eq!(log.get_value(), Vec::<String>::new(), "what a memo gives is the same as before");
}
