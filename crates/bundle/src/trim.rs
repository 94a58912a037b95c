//! Takes out of a part what never reaches a person: panics' words, long names, exports that nobody calls.
//!
//! A panic in the browser stops the program, and prints nothing: no hook is set that would. So whatever would put its
//! message together can as well stop at once. Names between the program and its JavaScript are for the two alone.
//!
//! A function's name alone says little about who calls it: LLVM keeps one of several functions that are alike, under
//! whichever name. So only what provably never returns is cut: whoever calls it ends there either way.

use std::collections::HashMap;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, DataSection, ExportSection, Function, ImportSection, Module};
use wasmparser::{Data, Export, FunctionBody, Import, Imports, KnownCustom, Name, Operator, Parser, Payload};

use crate::Outcome;
use crate::locations::Memory;

/// Parts of the names of functions that only say why they end the program.
const PANICS: [&str; 10] = [
    "4core9panicking",
    "4core4cell22panic_already",
    "slice_error_fail",
    "slice_index_fail",
    "copy_from_slice_impl17len_mismatch_fail",
    "4core6option13unwrap_failed",
    "4core6option13expect_failed",
    "4core6result13unwrap_failed",
    "5alloc7raw_vec12handle_error",
    "5alloc5alloc18handle_alloc_error",
];
/// Classes for streams between server functions and the page, of which there are none here.
const UNUSED: &str = "intounderlying";

/// What a part of the program becomes.
pub(crate) struct Trimmed {
    pub(crate) wasm: Vec<u8>,
    /// The names of what it imports from its JavaScript: the old one, the new one.
    pub(crate) renamed: HashMap<String, String>,
}

/// Trims one part, which still has its functions' names.
pub(crate) fn trim(wasm: &[u8], memory: &Memory) -> Outcome<Trimmed> {
    let panics = panics(wasm).map_err(wrong)?;
    let mut trimmer = Trimmer { memory, panics, renamed: HashMap::new(), functions: 0 };
    let mut module = Module::new();
    trimmer.parse_core_module(&mut module, Parser::new(0), wasm).map_err(wrong)?;
    Ok(Trimmed { wasm: module.finish(), renamed: trimmer.renamed })
}

fn wrong(error: impl std::fmt::Display) -> String {
    format!("A part of the program could not be trimmed: {error}")
}

/// The places of the functions that only say why.
fn panics(wasm: &[u8]) -> wasmparser::Result<Vec<u32>> {
    let mut found = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Name(names) = section.as_known() else { continue };
        for section in names {
            let Ok(Name::Function(functions)) = section else { continue };
            for function in functions {
                let function = function?;
                if PANICS.iter().any(|panic| function.name.contains(panic)) {
                    found.push(function.index);
                }
            }
        }
    }
    Ok(found)
}

/// Whether it ends in a trap whatever happens: nothing leaves it, and its end cannot be reached.
fn never_returns(body: &FunctionBody<'_>) -> wasmparser::Result<bool> {
    let (mut depth, mut last) = (0_u32, None);
    for operator in body.get_operators_reader()? {
        let operator = operator?;
        let leaves = match &operator {
            Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => *relative_depth == depth,
            Operator::BrTable { targets } => {
                let others = targets.targets().collect::<wasmparser::Result<Vec<_>>>()?;
                targets.default() == depth || others.contains(&depth)
            }
            Operator::Return | Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } => true,
            _ => false,
        };
        match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => depth += 1,
            // The function's own end.
            Operator::End if depth == 0 => return Ok(matches!(last, Some(Operator::Unreachable))),
            Operator::End => depth -= 1,
            _ => {}
        }
        if leaves {
            return Ok(false);
        }
        last = Some(operator);
    }
    Ok(false)
}

struct Trimmer<'a> {
    memory: &'a Memory,
    panics: Vec<u32>,
    renamed: HashMap<String, String>,
    /// How many functions have been seen so far: those that are imported come first.
    functions: u32,
}

impl Reencode for Trimmer<'_> {
    type Error = std::convert::Infallible;

    fn parse_imports(&mut self, section: &mut ImportSection, imports: Imports<'_>) -> Result<(), Error<Self::Error>> {
        let Imports::Single(at, import) = imports else { return utils::parse_imports(self, section, imports) };
        if matches!(import.ty, wasmparser::TypeRef::Func(_)) {
            self.functions += 1;
        }
        if !import.name.starts_with("__wb") {
            return utils::parse_imports(self, section, Imports::Single(at, import));
        }
        let short = format!("${}", self.renamed.len());
        let renamed = Import { name: &short, ..import };
        utils::parse_imports(self, section, Imports::Single(at, renamed))?;
        self.renamed.insert(import.name.to_owned(), short);
        Ok(())
    }

    fn parse_export(&mut self, exports: &mut ExportSection, export: Export<'_>) -> Result<(), Error<Self::Error>> {
        if export.name.contains(UNUSED) {
            return Ok(());
        }
        utils::parse_export(self, exports, export)
    }

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Self::Error>> {
        let index = self.functions;
        self.functions += 1;
        if !self.panics.contains(&index) || !never_returns(&body)? {
            return utils::parse_function_body(self, code, body);
        }
        let mut stop = Function::new([]);
        stop.instructions().unreachable().end();
        code.function(&stop);
        Ok(())
    }

    fn parse_data(&mut self, section: &mut DataSection, data: Data<'_>) -> Result<(), Error<Self::Error>> {
        let bare = self.memory.without_locations(&data.kind, data.data);
        utils::parse_data(self, section, Data { data: &bare, ..data })
    }
}

#[cfg(test)]
mod tests;
