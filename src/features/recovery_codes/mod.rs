//! Recovery codes: the sheet to save them on, saving them after enrolment, viewing them and generating new ones.

mod code_sheet;
mod code_sheet_view;
mod save;
mod view_codes;

pub use code_sheet::CodeSheet;
pub use code_sheet_view::CodeSheetView;
pub use save::SaveCodes;
pub use view_codes::ViewCodes;
