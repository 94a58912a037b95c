//! The preview's own tools: a dialog that shows what an environment serves, and the simulated devices.

mod devices;
mod window;

pub use devices::Devices;
pub use window::ServedWindow;
