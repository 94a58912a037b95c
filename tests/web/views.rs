//! The behaviour of Leptos that the pages rely on: which nodes a rebuilt view keeps, and what tracks signals.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{HtmlElement, HtmlInputElement};

use crate::stage::{TestPage, focused, mount_test_view, settle};

fn texts(page: &TestPage, selector: &str) -> Vec<String> {
    let found = page.root.query_selector_all(selector).unwrap();
    (0..found.length()).filter_map(|index| found.get(index)?.text_content()).collect()
}

#[wasm_bindgen_test]
async fn keyed_rows_keep_their_nodes_when_they_move() {
    let rows = RwSignal::new(vec!["a", "b", "c"]);
    let built = RwSignal::new(0);
    let page = mount_test_view(move || {
        let row = move |name: &'static str| {
            built.update(|built| *built += 1);
            view! { <li><button>{name}</button></li> }
        };
        view! { <ul><For each=move || rows.get() key=|name| *name children=row/><li>"end"</li></ul> }
    })
    .await;
    let second: HtmlElement = page.find("li:nth-child(2) button");
    second.focus().unwrap();
    rows.set(vec!["x", "a", "b"]);
    settle().await;
    assert_eq!(texts(&page, "li"), ["x", "a", "b", "end"]);
    assert_eq!(built.get_untracked(), 4, "only the new row is built");
    assert_eq!(focused(), second.unchecked_into(), "the row that was kept still has the focus");
    rows.set(vec!["b", "x"]);
    settle().await;
    assert_eq!(texts(&page, "li"), ["b", "x", "end"]);
    rows.set(Vec::new());
    settle().await;
    assert_eq!(texts(&page, "li"), ["end"]);
}

#[wasm_bindgen_test]
async fn a_rebuilt_view_reuses_its_elements() {
    let count = RwSignal::new(1);
    let pressed = RwSignal::new(0);
    let page = mount_test_view(move || {
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
    let button: HtmlElement = page.find("button");
    button.focus().unwrap();
    count.set(3);
    settle().await;
    assert_eq!(focused(), button.clone().unchecked_into());
    assert_eq!(button.title(), "3");
    assert_eq!(page.root.text_content().unwrap(), "3more012end");
    button.click();
    assert_eq!(pressed.get_untracked(), 3, "the latest handler runs, once");
    count.set(1);
    settle().await;
    assert_eq!(page.root.text_content().unwrap(), "10end");
}

#[wasm_bindgen_test]
async fn attributes_properties_classes_and_styles_update_with_signals() {
    let on = RwSignal::new(true);
    let page = mount_test_view(move || {
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
    let input: HtmlInputElement = page.find("input");
    let state = || {
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
    assert_eq!(state(), ("input is-mono".into(), Some(String::new()), "on".into(), "1".into(), true, true));
    on.set(false);
    settle().await;
    assert_eq!(state(), ("input".into(), None, "off".into(), "2".into(), false, false));
}

#[wasm_bindgen_test]
async fn a_context_is_visible_only_below_its_provider() {
    #[derive(Clone, PartialEq, Debug)]
    struct Word(&'static str);
    #[component]
    fn Inner(word: &'static str) -> impl IntoView {
        let inherited = use_context::<Word>();
        provide_context(Word(word));
        let own = use_context::<Word>();
        view! { <p>{inherited.map(|Word(word)| word)}{own.map(|Word(word)| word)}</p> }
    }
    let page = mount_test_view(|| {
        provide_context(Word("outer "));
        view! { {move || view! { <Inner word="one"/> }}{move || view! { <Inner word="two"/> }} }
    })
    .await;
    assert_eq!(texts(&page, "p"), ["outer one", "outer two"]);
}

#[wasm_bindgen_test]
async fn a_removed_view_is_cleaned_up_and_its_effects_stop() {
    let (open, count) = (RwSignal::new(true), RwSignal::new(0));
    let (seen, cleanups) = (RwSignal::new(Vec::new()), RwSignal::new(0));
    let page = mount_test_view(move || {
        let inside = move || {
            let own = RwSignal::new("own");
            Effect::new(move |_| seen.update(|seen| seen.push(count.get())));
            on_cleanup(move || cleanups.update(|cleanups| *cleanups += 1));
            view! { <p>{move || [own.get(), &count.get().to_string()].concat()}</p> }
        };
        view! { {move || open.get().then(inside)} }
    })
    .await;
    count.set(1);
    settle().await;
    assert_eq!((texts(&page, "p"), cleanups.get_untracked()), (vec!["own1".to_owned()], 0));
    // Both in one batch: the inner view must not read signals that are disposed of with it.
    open.set(false);
    count.set(2);
    settle().await;
    assert_eq!((texts(&page, "p").len(), cleanups.get_untracked()), (0, 1));
    assert_eq!(seen.get_untracked(), [0, 1]);
    open.set(true);
    settle().await;
    assert_eq!((texts(&page, "p"), seen.get_untracked()), (vec!["own2".to_owned()], vec![0, 1, 2]));
}

#[wasm_bindgen_test]
async fn an_inner_view_updates_without_the_outer_one() {
    let (outer, inner) = (RwSignal::new("a"), RwSignal::new(1));
    let built = StoredValue::new((0, 0));
    let page = mount_test_view(move || {
        view! {
            {move || {
                built.update_value(|built| built.0 += 1);
                let name = outer.get();
                view! {
                    <p>{name}{move || {
                        built.update_value(|built| built.1 += 1);
                        inner.get().to_string()
                    }}</p>
                }
            }}
        }
    })
    .await;
    let paragraph: HtmlElement = page.find("p");
    inner.set(2);
    settle().await;
    assert_eq!((texts(&page, "p"), built.get_value()), (vec!["a2".to_owned()], (1, 2)));
    outer.set("b");
    settle().await;
    assert_eq!((texts(&page, "p"), built.get_value()), (vec!["b2".to_owned()], (2, 3)));
    inner.set(3);
    settle().await;
    assert_eq!((texts(&page, "p"), built.get_value()), (vec!["b3".to_owned()], (2, 4)));
    assert_eq!(page.find::<HtmlElement>("p"), paragraph, "it is the same element throughout");
}

#[wasm_bindgen_test]
async fn effects_run_in_order_after_mounting_and_once_per_batch_of_changes() {
    let (first, second) = (RwSignal::new(1), RwSignal::new(1));
    let log = StoredValue::new(Vec::new());
    let record = move |name: &str, value: i32| {
        let is_mounted = document().query_selector("p.effects").unwrap().is_some();
        log.update_value(|log| log.push(format!("{name} {value} {is_mounted}")));
    };
    let sum = Memo::new(move |_| first.get() + second.get());
    let _page = mount_test_view(move || {
        Effect::new(move |_| record("one", sum.get()));
        Effect::new(move |previous: Option<i32>| {
            record("two", previous.unwrap_or_default());
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
    assert_eq!(log.get_value(), Vec::<String>::new(), "the value of the memo has not changed");
}
