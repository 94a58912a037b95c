//! The deploy page of an app: the promotion line and the Deployment Package Repository.

mod actions;
mod card;
mod connector;
mod dialogs;
mod line;
mod page;
mod stop_dialog;
pub mod view_model;

pub use line::PromotionLine;
pub use page::DeployPage;
