//! The deploy page: the promotion line and the Deployment Package Repository.

mod acts;
mod card;
mod dialogs;
mod joint;
mod line;
pub mod model;
mod page;
mod wire;

pub use line::PromotionLine;
pub use page::DeployPage;
