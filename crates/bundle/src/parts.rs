//! Splits the program into one wasm per area and shrinks each.

use crate::finish::ASSETS;
use crate::locations::Memory;
use crate::page::Page;
use crate::{Outcome, hash, read, scripts, trim, write};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How the folder of one build's parts begins.
pub(crate) const FOLDER: &str = "app-";
const LINKS: &str = "__wasm_split.js";

/// Whether cargo built it with the feature `split`: only then are there
/// relocations to follow.
pub(crate) fn can_split(wasm: &[u8]) -> bool {
    let name = b"reloc.CODE";
    wasm.windows(name.len()).any(|bytes| bytes == name)
}

/// Splits, binds, shrinks; leaves all parts in one folder named by its hash
/// and the page pointing there.
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
    let script = work.join("padlock.js");
    let mut parts = vec![work.join("padlock_bg.wasm")];
    parts.extend(split.split_modules.iter().cloned());
    scripts::rename(&script, &trim(&parts)?)?;
    scripts::shrink(&script)?;
    scripts::shrink(&work.join(LINKS))?;
    for part in &parts {
        optimise(part)?;
    }
    // What Trunk staged is the whole program unsplit.
    for file in [page.script()?, page.wasm()?] {
        let _ = fs::remove_file(staged.join(file));
    }
    let name = format!("{FOLDER}{}", hash_of(&work)?);
    let home = staged.join(ASSETS).join(&name);
    fs::rename(&work, &home).map_err(|error| format!("{}: {error}", home.display()))?;
    let address = |file: &str| format!("{ASSETS}/{name}/{file}");
    page.set_program(&address("padlock.js"), &address("padlock_bg.wasm"))?;
    page.preload_script(&address(LINKS));
    Ok(())
}

/// Gives the main part its JavaScript. The others come through the link file.
fn bind(main: &Path, folder: &Path) -> Outcome {
    let mut bindgen = Command::new("wasm-bindgen");
    bindgen.args(["--target=web", "--keep-lld-exports", "--no-demangle", "--no-typescript"]);
    bindgen.arg("--out-dir").arg(folder).args(["--out-name", "padlock"]).arg(main);
    run(&mut bindgen)
}

/// Trims all parts in place. Gives back which imports have other names now.
fn trim(parts: &[PathBuf]) -> Outcome<HashMap<String, String>> {
    let contents = parts.iter().map(|part| read(part)).collect::<Outcome<Vec<_>>>()?;
    let memory = Memory::of(contents.iter().map(Vec::as_slice))?;
    let mut renamed = HashMap::new();
    for (part, content) in parts.iter().zip(&contents) {
        let trimmed = trim::trim(content, &memory)?;
        write(part, trimmed.wasm)?;
        renamed.extend(trimmed.renamed);
    }
    Ok(renamed)
}

/// Shrinks one wasm in place.
pub(crate) fn optimise(wasm: &Path) -> Outcome {
    let mut opt = Command::new("wasm-opt");
    // The parts no longer say which features they use: those of Rust's target.
    opt.args(["--enable-bulk-memory", "--enable-bulk-memory-opt", "--enable-call-indirect-overlong"]);
    opt.args(["--enable-multivalue", "--enable-mutable-globals", "--enable-reference-types"]);
    opt.args(["--enable-nontrapping-float-to-int", "--enable-sign-ext"]);
    opt.args(["-Oz", "--converge", "--strip-debug", "--strip-producers", "-o"]).arg(wasm).arg(wasm);
    run(&mut opt)
}

fn run(command: &mut Command) -> Outcome {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name} failed ({status})")),
        Err(error) => Err(format!("{name} did not start: {error}. Run `cargo xtask build`.")),
    }
}

fn fresh(folder: &Path) -> Outcome {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Every file's name and content, in order.
fn hash_of(folder: &Path) -> Outcome<String> {
    let mut contents = Vec::new();
    for file in files(folder)? {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        contents.push(name.into_bytes());
        contents.push(read(&file)?);
    }
    Ok(hash(contents.iter().map(Vec::as_slice)))
}

/// All files below a folder, in a fixed order.
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
