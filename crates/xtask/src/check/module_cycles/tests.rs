//! Tests of the search for cycles, on small crates.

use super::{cycles, load, resolve};
use std::path::Path;

/// Returns the cycles of a crate with these files.
fn cycles_of(files: &[(&str, &str)]) -> Vec<String> {
    let read = |path: &Path| {
        let file = files.iter().find(|(name, _)| Path::new(name) == path)?;
        Some(file.1.to_owned())
    };
    cycles(&resolve::dependencies(&load::load(Path::new("src/lib.rs"), &read).unwrap()))
}

const NONE: [&str; 0] = [];

#[test]
fn modules_that_use_each_other_are_a_cycle() {
    let root = ("src/lib.rs", "mod a; mod b; mod c;");
    let c = ("src/c.rs", "use crate::a::A; pub struct C(A);");
    let a = "use crate::b::B; pub struct A(B);";
    assert_eq!(
        cycles_of(&[root, ("src/a.rs", a), ("src/b.rs", "pub struct B; fn f() { super::a::A::new() }"), c]),
        ["a -> b -> a"]
    );
    assert_eq!(cycles_of(&[root, ("src/a.rs", a), ("src/b.rs", "pub struct B;"), c]), NONE);
}

#[test]
fn a_cycle_of_three_is_one_finding() {
    let files = [
        ("src/lib.rs", "mod a; mod b; mod c;"),
        ("src/a.rs", "use crate::b::B; pub struct A;"),
        ("src/b.rs", "use crate::c::C; pub struct B;"),
        ("src/c.rs", "use crate::a::A; pub struct C;"),
    ];
    assert_eq!(cycles_of(&files), ["a -> b -> c -> a"]);
}

#[test]
fn longer_detours_are_listed_behind_the_shortest_cycle() {
    let files = [
        ("src/lib.rs", "mod a; mod b; mod c;"),
        ("src/a.rs", "use crate::{b::B, c::C}; pub struct A;"),
        ("src/b.rs", "use crate::a::A; pub struct B;"),
        ("src/c.rs", "use crate::b::B; pub struct C;"),
    ];
    assert_eq!(cycles_of(&files), ["a -> b -> a; also in cycles with these: c"]);
}

#[test]
fn a_parent_and_a_child_that_use_each_other_are_a_cycle() {
    let child = ("src/a/child.rs", "use super::Parent; pub struct Child(Parent);");
    let root = ("src/lib.rs", "mod a;");
    let parent = "mod child; pub struct Parent; fn f(child: child::Child) {}";
    assert_eq!(cycles_of(&[root, ("src/a/mod.rs", parent), child]), ["a -> a::child -> a"]);
    // The older layout of the same files.
    assert_eq!(cycles_of(&[root, ("src/a.rs", parent), child]), ["a -> a::child -> a"]);
    let parent = "mod child; pub use child::Child; pub struct Parent;";
    assert_eq!(cycles_of(&[root, ("src/a.rs", parent), child]), NONE);
    let parent = "mod child; pub use child::Child; pub struct Parent; fn f() -> Child { todo!() }";
    assert_eq!(cycles_of(&[root, ("src/a.rs", parent), child]), ["a -> a::child -> a"]);
}

#[test]
fn the_root_of_a_crate_is_a_module_too() {
    let root = ("src/lib.rs", "mod a; pub type Result = a::Error;");
    let a = ("src/a.rs", "pub struct Error; fn f() -> crate::Result { Error }");
    assert_eq!(cycles_of(&[root, a]), ["a -> crate -> a"]);
    // A path through the root does not name anything that the root defines.
    let b = ("src/b.rs", "use crate::a::Error;");
    assert_eq!(
        cycles_of(&[("src/lib.rs", "mod a; mod b; fn f() { b::g() }"), ("src/a.rs", "pub struct Error;"), b]),
        NONE
    );
}

#[test]
fn re_exports_are_followed_to_the_definition() {
    let files = [
        ("src/lib.rs", "mod a;"),
        ("src/a/mod.rs", "mod code; mod entry; pub use code::Code; pub use entry::*; fn f() { Entry::new() }"),
        ("src/a/code.rs", "pub struct Code;"),
        ("src/a/entry.rs", "use super::Code; pub struct Entry(Code);"),
    ];
    assert_eq!(cycles_of(&files), NONE);
    let code = ("src/a/code.rs", "pub struct Code; fn f() { super::Entry::new() }");
    let [root, parent, _, entry] = files;
    assert_eq!(cycles_of(&[root, parent, code, entry]), ["a::code -> a::entry -> a::code"]);
}

#[test]
fn imported_modules_and_aliases_are_followed() {
    let files = [
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "use crate::{b as other}; pub fn f() { other::g() }"),
        ("src/b.rs", "use super::a::{self}; pub fn g() { a::f() }"),
    ];
    assert_eq!(cycles_of(&files), ["a -> b -> a"]);
}

#[test]
fn tests_do_not_count() {
    let a = "pub struct A; #[cfg(test)] mod tests { use crate::b::B; } #[cfg(test)] use crate::b::B;
             impl A { #[cfg(test)] fn f() { crate::b::B::new() } }";
    let files = [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", a), ("src/b.rs", "use crate::a::A; pub struct B;")];
    assert_eq!(cycles_of(&files), NONE);
}

#[test]
fn arguments_of_macros_and_imports_in_functions_count() {
    let b = ("src/b.rs", "use crate::a::A; pub struct B; pub const N: u8 = 1;");
    for a in ["fn f() { format!(\"{}\", crate::b::N) }", "fn f() { use crate::b::B; let b = B; }"] {
        let a = format!("pub struct A; {a}");
        assert_eq!(cycles_of(&[("src/lib.rs", "mod a; mod b;"), ("src/a.rs", &a), b]), ["a -> b -> a"]);
    }
}

#[test]
fn names_of_other_crates_visibilities_and_variables_do_not_count() {
    let a = "use std::b::B; pub(in crate::b) struct A; fn f(x: &X) { let g = x.g(1); ::b::g(g) }";
    let files = [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", a), ("src/b.rs", "use crate::a::A; pub fn g() {}")];
    assert_eq!(cycles_of(&files), NONE);
}

#[test]
fn exported_macros_belong_to_the_module_that_defines_them() {
    let files = [
        ("src/lib.rs", "mod a; mod b; fn f() { b::B }"),
        ("src/a.rs", "#[macro_export] macro_rules! view { () => { $crate::b::B } }"),
        ("src/b.rs", "pub struct B; fn f() { crate::view!() }"),
    ];
    assert_eq!(cycles_of(&files), ["a -> b -> a"]);
}
