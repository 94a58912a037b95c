//! Merges the code that areas share into the part that is loaded before them.
//!
//! For every combination of areas the splitter writes a file, a chunk, with the code that they share. These are dozens
//! of small files, which compress badly.

use crate::areas;
use crate::tools::{self, WASM_FEATURES};
use anyhow::{Context, Result, bail};
use fs_err as fs;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;
use wasm_encoder::{EntityType, ExportKind, ExportSection, ImportSection, Module};
use wasmparser::{Imports, Parser, Payload, TypeRef};

/// The module name by which the parts import the memory, the table and the stack pointer of the main part.
const SHARED: &str = "__wasm_split";
/// The module name by which a merged part imports the same. It re-exports them to the chunks that were merged into it.
pub(crate) const SHARED_IN_MERGED: &str = "__wasm_split_main";

/// Merges the chunks in a folder into the parts there. `files_of` contains the files that each area needs, without
/// their extension. Returns the areas.
pub(crate) fn merge_chunks(folder: &Path, files_of: &HashMap<String, Vec<String>>) -> Result<BTreeSet<String>> {
    let mut needed_by: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (area, files) in files_of {
        for file in files.iter().filter(|file| file.starts_with("chunk_")) {
            needed_by.entry(file).or_default().insert(area);
        }
    }
    let mut chunks_of: BTreeMap<Option<&str>, Vec<PathBuf>> = BTreeMap::new();
    for (chunk, shared_by) in needed_by {
        let area = areas::last_in_common(shared_by.into_iter());
        chunks_of.entry(area).or_default().push(folder.join(format!("{chunk}.wasm")));
    }
    for (area, chunks) in chunks_of {
        match area {
            None => merge_into_main(&folder.join("padlock_bg.wasm"), &chunks)?,
            Some(area) => merge_into_area(&folder.join(format!("split_{area}.wasm")), &chunks)?,
        }
    }
    Ok(files_of.keys().cloned().collect())
}

/// Merges chunks into the main part, which exports what they import.
fn merge_into_main(main: &Path, chunks: &[PathBuf]) -> Result<()> {
    let mut merge = wasm_merge(main);
    merge.arg(main).arg(SHARED);
    run_merge(merge, chunks)
}

/// Merges chunks into the part of an area, which imports what they import. `wasm-merge` would turn two imports of one
/// memory into two memories. Therefore a small module is merged, too, which imports everything once and exports it to
/// the others.
fn merge_into_area(part: &Path, chunks: &[PathBuf]) -> Result<()> {
    let re_exporting = part.with_extension("re-exports.wasm");
    fs::write(&re_exporting, re_exports(&fs::read(part)?)?)?;
    let mut merge = wasm_merge(part);
    merge.arg(&re_exporting).arg(SHARED).arg(part).arg("part");
    run_merge(merge, chunks)?;
    Ok(fs::remove_file(&re_exporting)?)
}

fn wasm_merge(output: &Path) -> Command {
    let mut merge = Command::new("wasm-merge");
    merge.args(WASM_FEATURES).arg("-o").arg(output);
    merge
}

/// Adds the chunks to a merge, runs it and removes the chunks.
fn run_merge(mut merge: Command, chunks: &[PathBuf]) -> Result<()> {
    for chunk in chunks {
        merge.arg(chunk).arg(chunk.file_stem().unwrap_or_default());
    }
    tools::run(&mut merge)?;
    for chunk in chunks {
        fs::remove_file(chunk)?;
    }
    Ok(())
}

/// Returns a module that imports from [`SHARED_IN_MERGED`] what `part` imports from [`SHARED`], and exports it by the
/// same names.
fn re_exports(part: &[u8]) -> Result<Vec<u8>> {
    let (mut imports, mut exports) = (ImportSection::new(), ExportSection::new());
    let (mut memories, mut tables, mut globals) = (0, 0, 0);
    for payload in Parser::new(0).parse_all(part) {
        let Payload::ImportSection(section) = payload.context(UNREADABLE)? else { continue };
        for import in section {
            let Imports::Single(_, import) = import.context(UNREADABLE)? else {
                bail!("{UNREADABLE}: it has compact imports");
            };
            let (kind, count) = match import.ty {
                TypeRef::Memory(_) => (ExportKind::Memory, &mut memories),
                TypeRef::Table(_) => (ExportKind::Table, &mut tables),
                TypeRef::Global(_) => (ExportKind::Global, &mut globals),
                _ => bail!("{UNREADABLE}: it imports the function {}", import.name),
            };
            let entity = EntityType::try_from(import.ty).map_err(|error| anyhow::anyhow!("{UNREADABLE}: {error:?}"))?;
            imports.import(SHARED_IN_MERGED, import.name, entity);
            exports.export(import.name, kind, *count);
            *count += 1;
        }
    }
    let mut module = Module::new();
    module.section(&imports).section(&exports);
    Ok(module.finish())
}

const UNREADABLE: &str = "A part of the program cannot be read";

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
        let module = re_exports(&part.finish()).unwrap();
        let (mut imported, mut exported) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(&module) {
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
