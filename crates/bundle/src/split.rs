//! Splits the program into one wasm file per area, and moves all of them into a folder whose name contains their hash.

use crate::files::{self, ASSETS, PROGRAM_FOLDER_PREFIX};
use crate::page::Page;
use crate::tools::{self, WASM_FEATURES};
use crate::{loader, merge, minify};
use anyhow::{Context, Result};
use fs_err as fs;
use std::path::Path;
use std::process::Command;

/// The script of the splitter, which loads the areas.
const LOADER: &str = "__wasm_split.js";

/// Returns whether cargo compiled the program with the feature `split`. Only then does it contain the relocations that
/// the splitter follows.
pub(crate) fn can_split(wasm: &[u8]) -> bool {
    let name = b"reloc.CODE";
    wasm.windows(name.len()).any(|bytes| bytes == name)
}

/// Splits and optimises the program and changes the page so that it loads the result.
pub(crate) fn split(wasm: &[u8], page: &mut Page, staged: &Path) -> Result<()> {
    let work = staged.join(ASSETS).join("splitting");
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work)?;
    let main = work.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = &work;
    options.main_out_path = &main;
    options.link_name = "./__wasm_split.js";
    options.main_module = "./padlock.js";
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow::anyhow!("The program could not be split: {error:#}"))?;
    generate_bindings(&main, &work)?;
    fs::remove_file(&main)?;

    let areas = merge::merge_chunks(&work, &split.prefetch_map)?;
    loader::rewrite(&work.join(LOADER), &areas)?;
    for script in [work.join("padlock.js"), work.join(LOADER)] {
        minify::minify(&script)?;
    }
    for part in files::list(&work)?.iter().filter(|file| file.extension().is_some_and(|found| found == "wasm")) {
        optimise(part)?;
    }

    // Trunk staged the program as a whole, too.
    for file in [page.script()?, page.wasm()?] {
        let _ = fs::remove_file(staged.join(file));
    }
    let folder = format!("{ASSETS}/{PROGRAM_FOLDER_PREFIX}{}", hash_of_folder(&work)?);
    fs::rename(&work, staged.join(&folder))?;
    let path = |file: &str| format!("{folder}/{file}");
    page.set_program(&path("padlock.js"), &path("padlock_bg.wasm"))?;
    page.add_meta("wasm-areas", &path(""));
    page.preload(&path("padlock_bg.wasm"), &[path("padlock.js"), path(LOADER)]);
    Ok(())
}

/// Generates the JavaScript of the main part.
fn generate_bindings(main: &Path, folder: &Path) -> Result<()> {
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target=web", "--keep-lld-exports", "--no-demangle", "--no-typescript"]);
    bindgen.arg("--out-dir").arg(folder).args(["--out-name", "padlock"]).arg(main);
    tools::run(&mut bindgen)
}

/// Optimises a wasm file for size, in place.
pub(crate) fn optimise(wasm: &Path) -> Result<()> {
    let mut opt = Command::new("wasm-opt");
    opt.args(WASM_FEATURES).args(["-Oz", "--strip-debug", "--strip-producers", "-o"]).arg(wasm).arg(wasm);
    tools::run(&mut opt)
}

/// Returns the hash of the names and contents of all files in a folder.
fn hash_of_folder(folder: &Path) -> Result<String> {
    let mut contents = Vec::new();
    for file in files::list(folder)? {
        let name = file.strip_prefix(folder).context("A file is outside its folder")?;
        contents.push(name.to_string_lossy().into_owned().into_bytes());
        contents.push(fs::read(&file)?);
    }
    Ok(files::hash(contents.iter().map(Vec::as_slice)))
}
