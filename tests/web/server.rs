//! A server made of prepared answers: `fetch` is answered here, and what was asked is noted.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

/// Answers `"POST /session/lock"` and the like; several answers to one question come one after the other, and the last
/// one stays.
pub(crate) fn answers(prepared: &[(&str, u16, &str)]) {
    let list = Array::new();
    for (question, status, body) in prepared {
        list.push(&Array::of3(&(*question).into(), &(*status).into(), &(*body).into()));
    }
    set("prepared", &list);
    set("asked", &Array::new());
    let answer = "
        const request = new Request(input, init);
        const path = new URL(request.url).pathname.replace('/api/v1', '');
        const question = `${request.method} ${path}`;
        return request.text().then(text => {
            window.asked.push(text ? `${question} ${text}` : question);
            const mine = window.prepared.filter(([prepared]) => prepared === question);
            if (mine.length === 0) return new Response('{}', { status: 404 });
            if (mine.length > 1) window.prepared.splice(window.prepared.indexOf(mine[0]), 1);
            const [, status, body] = mine[0];
            return new Response(status === 204 ? null : body, { status });
        });";
    set("fetch", &Function::new_with_args("input, init", answer));
}

/// What was asked since the answers were prepared, without what only looks.
pub(crate) fn asked() -> Vec<String> {
    let asked: Array = Reflect::get(&window(), &"asked".into()).unwrap().unchecked_into();
    asked.iter().filter_map(|question| question.as_string()).filter(|question| !question.starts_with("GET")).collect()
}

/// A clipboard that only notes.
pub(crate) fn clipboard() {
    let write = Function::new_with_args("text", "window.copied = text; return Promise.resolve();");
    let clipboard = js_sys::Object::new();
    Reflect::set(&clipboard, &"writeText".into(), &write).unwrap();
    let description = js_sys::Object::new();
    Reflect::set(&description, &"value".into(), &clipboard).unwrap();
    Reflect::set(&description, &"configurable".into(), &JsValue::TRUE).unwrap();
    js_sys::Object::define_property(&window().navigator(), &"clipboard".into(), &description);
    set("copied", &JsValue::NULL);
}

/// What was copied.
pub(crate) fn copied() -> Option<String> {
    Reflect::get(&window(), &"copied".into()).unwrap().as_string()
}

/// How often this was looked at since the answers were prepared.
pub(crate) fn looked(question: &str) -> usize {
    let asked: Array = Reflect::get(&window(), &"asked".into()).unwrap().unchecked_into();
    asked.iter().filter(|asked| asked.as_string().as_deref() == Some(question)).count()
}

fn set(name: &str, value: &JsValue) {
    Reflect::set(&window(), &name.into(), value).unwrap();
}
