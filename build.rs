//! Asks the linker for what splitting needs, in release builds of the SPA only.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // The splitter follows relocations from function to function. An argument
    // to the linker here leaves every other crate's flags, and cache, alone.
    if feature("SPLIT") && target_is_wasm() {
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
}

fn feature(name: &str) -> bool {
    std::env::var_os(format!("CARGO_FEATURE_{name}")).is_some()
}

fn target_is_wasm() -> bool {
    std::env::var_os("CARGO_CFG_TARGET_ARCH").is_some_and(|arch| arch == "wasm32")
}
