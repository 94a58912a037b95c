//! Step-up: proving the second factor where a padlock asks for it.

pub mod view;
