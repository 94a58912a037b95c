//! The Padlock portal.

fn main() {
    padlock::app::start();
}
