//! Merges the code that areas share into the part that is loaded before them.
//!
//! The splitter makes a file of its own, a chunk, for the code of every combination of areas: dozens of small files, which
//! compress badly.

use crate::tools::{WASM_FEATURES, run};
use crate::{Outcome, areas, read, write};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_encoder::{EntityType, ExportKind, ExportSection, ImportSection, Module};
use wasmparser::{Imports, Parser, Payload, TypeRef};

/// Under this name the parts import what they share: memory, table and stack pointer of the main part.
const SHARED: &str = "__wasm_split";
/// The same in a merged part, which re-exports it to what was merged into it.
pub(crate) const SHARED_IN_MERGED: &str = "__wasm_split_main";

/// Merges the chunks in a folder. `files_of` names the files that each area needs, without their extension. Returns the
/// areas.
pub(crate) fn merge(folder: &Path, files_of: &HashMap<String, Vec<String>>) -> Outcome<BTreeSet<String>> {
    let mut needed_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (area, files) in files_of {
        for file in files.iter().filter(|file| file.starts_with("chunk_")) {
            needed_by.entry(file).or_default().insert(area);
        }
    }
    let mut chunks_of: BTreeMap<Option<&str>, Vec<PathBuf>> = BTreeMap::new();
    for (chunk, shared_by) in needed_by {
        let home = areas::home(shared_by.into_iter());
        chunks_of.entry(home).or_default().push(folder.join(format!("{chunk}.wasm")));
    }
    for (home, chunks) in chunks_of {
        match home {
            None => merge_into_main(&folder.join("padlock_bg.wasm"), &chunks)?,
            Some(area) => merge_into_part(&folder.join(format!("split_{area}.wasm")), &chunks)?,
        }
    }
    Ok(files_of.keys().cloned().collect())
}

/// The main part exports what the chunks import.
fn merge_into_main(main: &Path, chunks: &[PathBuf]) -> Outcome {
    let mut merge = wasm_merge(main);
    merge.arg(main).arg(SHARED);
    run_merge(merge, chunks)
}

/// A part imports what the chunks import. Two imports of one memory would be two memories to `wasm-merge`, so a small
/// module in front imports everything once and exports it to the part and the chunks.
fn merge_into_part(part: &Path, chunks: &[PathBuf]) -> Outcome {
    let front = part.with_extension("front.wasm");
    write(&front, re_export(&read(part)?)?)?;
    let mut merge = wasm_merge(part);
    merge.arg(&front).arg(SHARED).arg(part).arg("part");
    run_merge(merge, chunks)?;
    fs::remove_file(&front).map_err(|error| format!("{}: {error}", front.display()))
}

fn wasm_merge(into: &Path) -> Command {
    let mut merge = Command::new("wasm-merge");
    merge.args(WASM_FEATURES).arg("-o").arg(into);
    merge
}

fn run_merge(mut merge: Command, chunks: &[PathBuf]) -> Outcome {
    for chunk in chunks {
        let name = chunk.file_stem().unwrap_or_default();
        merge.arg(chunk).arg(name);
    }
    run(&mut merge)?;
    chunks.iter().try_for_each(|chunk| fs::remove_file(chunk).map_err(|error| format!("{}: {error}", chunk.display())))
}

/// A module that imports from [`SHARED_IN_MERGED`] what `part` imports from [`SHARED`], and exports it by the same names.
fn re_export(part: &[u8]) -> Outcome<Vec<u8>> {
    let wrong = |error: &dyn std::fmt::Display| format!("A part of the program could not be read: {error}");
    let (mut imports, mut exports) = (ImportSection::new(), ExportSection::new());
    let (mut memories, mut tables, mut globals) = (0, 0, 0);
    for payload in Parser::new(0).parse_all(part) {
        let Payload::ImportSection(section) = payload.map_err(|error| wrong(&error))? else { continue };
        for import in section {
            let Imports::Single(_, import) = import.map_err(|error| wrong(&error))? else {
                return Err(wrong(&"compact imports"));
            };
            let (kind, count) = match import.ty {
                TypeRef::Memory(_) => (ExportKind::Memory, &mut memories),
                TypeRef::Table(_) => (ExportKind::Table, &mut tables),
                TypeRef::Global(_) => (ExportKind::Global, &mut globals),
                _ => return Err(wrong(&format!("it imports the function {}", import.name))),
            };
            let entity = EntityType::try_from(import.ty).map_err(|error| wrong(&format!("{error:?}")))?;
            imports.import(SHARED_IN_MERGED, import.name, entity);
            exports.export(import.name, kind, *count);
            *count += 1;
        }
    }
    let mut module = Module::new();
    module.section(&imports).section(&exports);
    Ok(module.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{MemoryType, TableType};

    #[test]
    fn what_a_part_imports_is_imported_once_and_exported_again() {
        let mut imports = ImportSection::new();
        let memory = MemoryType { minimum: 18, maximum: None, memory64: false, shared: false, page_size_log2: None };
        imports.import(SHARED, "memory", memory);
        let table = TableType {
            element_type: wasm_encoder::RefType::FUNCREF,
            table64: false,
            minimum: 7,
            maximum: None,
            shared: false,
        };
        imports.import(SHARED, "table", table);
        let mut part = Module::new();
        part.section(&imports);
        let front = re_export(&part.finish()).unwrap();
        let (mut imported, mut exported) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(&front) {
            match payload.unwrap() {
                Payload::ImportSection(section) => imported.extend(section.into_iter().map(|import| {
                    let Imports::Single(_, import) = import.unwrap() else { panic!("compact") };
                    (import.module.to_owned(), import.name.to_owned())
                })),
                Payload::ExportSection(section) => {
                    exported.extend(section.into_iter().map(|export| export.unwrap().name.to_owned()));
                }
                _ => {}
            }
        }
        assert_eq!(imported, ["memory", "table"].map(|name| (SHARED_IN_MERGED.to_owned(), name.to_owned())));
        assert_eq!(exported, ["memory", "table"]);
    }
}
