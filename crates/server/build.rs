//! Compiles the crate again when a migration is added: `sqlx::migrate!` only tracks the files that it has read.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
