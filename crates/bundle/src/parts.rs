//! Splits the program into one wasm file per area, and puts all of them into one folder that carries their hash.

use crate::finish::ASSETS;
use crate::page::Page;
use crate::tools::run;
use crate::{Outcome, hash, loader, merge, minify, read};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How the name of the folder begins.
pub(crate) const FOLDER: &str = "app-";
const LOADER: &str = "__wasm_split.js";

/// Whether cargo built the program with the feature `split`: only then are there relocations to follow.
pub(crate) fn can_split(wasm: &[u8]) -> bool {
    let name = b"reloc.CODE";
    wasm.windows(name.len()).any(|bytes| bytes == name)
}

/// Splits and optimises the program and points the page at the result.
pub(crate) fn split(wasm: &[u8], page: &mut Page, staged: &Path) -> Outcome {
    let work = staged.join(ASSETS).join("splitting");
    fresh(&work)?;
    let main = work.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(wasm);
    options.output_dir = &work;
    options.main_out_path = &main;
    options.link_name = "./__wasm_split.js";
    options.main_module = "./padlock.js";
    let split = wasm_split_cli_support::transform(options)
        .map_err(|error| format!("The program could not be split: {error:#}"))?;
    bind(&main, &work)?;
    fs::remove_file(&main).map_err(|error| format!("{}: {error}", main.display()))?;

    let areas = merge::merge(&work, &split.prefetch_map)?;
    loader::rewrite(&work.join(LOADER), &areas)?;
    for script in [work.join("padlock.js"), work.join(LOADER)] {
        minify::in_place(&script)?;
    }
    for part in files(&work)?.iter().filter(|file| file.extension().is_some_and(|kind| kind == "wasm")) {
        optimise(part)?;
    }

    // What Trunk staged is the whole program.
    for file in [page.script()?, page.wasm()?] {
        let _ = fs::remove_file(staged.join(file));
    }
    let name = format!("{FOLDER}{}", hash_of(&work)?);
    let home = staged.join(ASSETS).join(&name);
    fs::rename(&work, &home).map_err(|error| format!("{}: {error}", home.display()))?;
    let address = |file: &str| format!("{ASSETS}/{name}/{file}");
    page.set_program(&address("padlock.js"), &address("padlock_bg.wasm"))?;
    page.add_meta("wasm-areas", &address(""));
    page.preload(&address("padlock_bg.wasm"), &[address("padlock.js"), address(LOADER)]);
    Ok(())
}

/// Gives the main part its JavaScript.
fn bind(main: &Path, folder: &Path) -> Outcome {
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target=web", "--keep-lld-exports", "--no-demangle", "--no-typescript"]);
    bindgen.arg("--out-dir").arg(folder).args(["--out-name", "padlock"]).arg(main);
    run(&mut bindgen)
}

/// Optimises a wasm file for size, in place.
pub(crate) fn optimise(wasm: &Path) -> Outcome {
    let mut opt = Command::new("wasm-opt");
    opt.args(crate::tools::WASM_FEATURES).args(["-Oz", "--strip-debug", "--strip-producers", "-o"]).arg(wasm).arg(wasm);
    run(&mut opt)
}

fn fresh(folder: &Path) -> Outcome {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// The hash of every file's name and content, in order.
fn hash_of(folder: &Path) -> Outcome<String> {
    let mut contents = Vec::new();
    for file in files(folder)? {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        contents.push(name.into_bytes());
        contents.push(read(&file)?);
    }
    Ok(hash(contents.iter().map(Vec::as_slice)))
}

/// All files below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let wrong = |error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
