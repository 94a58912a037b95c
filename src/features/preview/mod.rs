//! What only the preview has: a window for what environments serve, and a designer's devices.

mod devices;
mod window;

pub use devices::Devices;
pub use window::ServedWindow;
