//! The Padlock portal.

fn main() {
    console_error_panic_hook::set_once();
    // Not `leptos::task::spawn_local`: mounting is what starts Leptos' executor.
    wasm_bindgen_futures::spawn_local(padlock::app::start());
}
