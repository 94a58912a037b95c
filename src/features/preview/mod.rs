//! What only the preview has: a window for what environments serve.

mod window;

pub use window::ServedWindow;
