//! What only the preview has: a word about itself, and a window for what environments serve.

mod banner;
mod window;

pub use banner::PreviewBanner;
pub use window::ServedWindow;
