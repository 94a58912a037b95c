//! What is around every page: the frame with its menus, the title, and the pages that could not be.

mod failure;
mod favicon;
mod frame;
mod portal;
mod title;

pub use failure::{failure_page, no_such_app};
pub use frame::Frame;
pub use portal::{Mine, provide_portal, use_mine, use_portal};
pub use title::page_title;
