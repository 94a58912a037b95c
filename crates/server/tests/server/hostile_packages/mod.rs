//! Hostile packages: they are refused with an explanation, leave no files behind and need little memory, and a deployed one
//! cannot act as the portal.

mod deployed_site;
mod target;
mod uploads;
mod zip_files;
