//! Recovery codes: the sheet they stand on, saving them, seeing them again.

mod paper;
mod save;
mod sheet;
mod view_codes;

pub use paper::Paper;
pub use save::SaveCodes;
pub use sheet::CodeSheet;
pub use view_codes::ViewCodes;
