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
