//! What every store owes the API, asked of each of them.

mod activity;
mod people;
mod races;
mod second_factors;
mod transactions;
mod work;
