//! A mock of the API server: replaces `fetch`, returns prepared responses and records the requests.

use js_sys::{Array, Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

/// Prepares the responses and clears the recorded requests. A response is a request such as `"POST /session/lock"`, a
/// status and a body. Several responses to the same request are returned one after the other; the last one is repeated.
/// Every other request gets status 404.
pub(crate) fn respond_with(responses: &[(&str, u16, &str)]) {
    let list = Array::new();
    for (request, status, body) in responses {
        list.push(&Array::of3(&(*request).into(), &(*status).into(), &(*body).into()));
    }
    set_global("preparedResponses", &list);
    set_global("sentRequests", &Array::new());
    let fetch = "
        const request = new Request(input, init);
        const path = new URL(request.url).pathname.replace('/api/v1', '');
        const name = `${request.method} ${path}`;
        return request.text().then(text => {
            const responses = window.preparedResponses;
            window.sentRequests.push(text ? `${name} ${text}` : name);
            const matching = responses.filter(([prepared]) => prepared === name);
            if (matching.length === 0) return new Response('{}', { status: 404 });
            if (matching.length > 1) responses.splice(responses.indexOf(matching[0]), 1);
            const [, status, body] = matching[0];
            return new Response(status === 204 ? null : body, { status });
        });";
    set_global("fetch", &Function::new_with_args("input, init", fetch));
}

/// Returns the requests since [`respond_with`], except `GET` requests, as "method path body".
pub(crate) fn sent_requests() -> Vec<String> {
    recorded_requests().filter(|request| !request.starts_with("GET")).collect()
}

/// Returns how many requests since [`respond_with`] were exactly `request`, such as `"GET /session"`.
pub(crate) fn count_requests(request: &str) -> usize {
    recorded_requests().filter(|recorded| recorded == request).count()
}

fn recorded_requests() -> impl Iterator<Item = String> {
    let requests: Array = Reflect::get(&window(), &"sentRequests".into()).unwrap().unchecked_into();
    requests.to_vec().into_iter().filter_map(|request| request.as_string())
}

/// Replaces the clipboard with one that only records what is written.
pub(crate) fn mock_clipboard() {
    let write = Function::new_with_args("text", "window.copiedText = text; return Promise.resolve();");
    let clipboard = js_sys::Object::new();
    Reflect::set(&clipboard, &"writeText".into(), &write).unwrap();
    let descriptor = js_sys::Object::new();
    Reflect::set(&descriptor, &"value".into(), &clipboard).unwrap();
    Reflect::set(&descriptor, &"configurable".into(), &JsValue::TRUE).unwrap();
    js_sys::Object::define_property(&window().navigator(), &"clipboard".into(), &descriptor);
    set_global("copiedText", &JsValue::NULL);
}

/// Returns the text written to the mocked clipboard, if any.
pub(crate) fn copied_text() -> Option<String> {
    Reflect::get(&window(), &"copiedText".into()).unwrap().as_string()
}

fn set_global(name: &str, value: &JsValue) {
    Reflect::set(&window(), &name.into(), value).unwrap();
}
