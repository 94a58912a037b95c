//! What is trimmed still is a program, and does what it did.

use std::borrow::Cow;

use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    ImportSection, MemorySection, MemoryType, Module, NameMap, NameSection, TypeSection, ValType,
};
use wasmi::{Engine, Linker, Store};
use wasmparser::Validator;

use super::*;

const NAMES: [&str; 5] = [
    "told",
    "_ZN4core9panicking5panic17h0E",
    "_ZN4core9panicking11is_panicked17h0E",
    "half",
    "intounderlyingsource_pull",
];
const PATH: &[u8] = b"/home/somebody/src/lib.rs";
/// Where a place in the source lies, and its path after it.
const PLACE: usize = 16;

/// Of its functions the first is imported: it is told what happens. One panics, and tells before it does. One is only
/// named as if it did. One halves even numbers, and panics over odd ones.
fn program() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], []);
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("./padlock.js", "__wbg_told_0123456789abcdef", EntityType::Function(0));
    let mut functions = FunctionSection::new();
    [0, 1, 1, 0].into_iter().for_each(|kind| _ = functions.function(kind));
    let mut memories = MemorySection::new();
    memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut exports = ExportSection::new();
    exports.export("is_panicked", ExportKind::Func, 2).export("half", ExportKind::Func, 3);
    exports.export("intounderlyingsource_pull", ExportKind::Func, 4).export("memory", ExportKind::Memory, 0);
    let mut code = CodeSection::new();
    let mut panic = Function::new([]);
    panic.instructions().local_get(0).call(0).unreachable().end();
    let mut named_alike = Function::new([]);
    named_alike.instructions().local_get(0).i32_const(1).i32_add().end();
    let mut half = Function::new([]);
    half.instructions().local_get(0).i32_const(1).i32_and().if_(wasm_encoder::BlockType::Empty);
    half.instructions().local_get(0).call(1).unreachable().end();
    half.instructions().local_get(0).i32_const(1).i32_shr_u().end();
    let mut pull = Function::new([]);
    pull.instructions().end();
    [panic, named_alike, half, pull].iter().for_each(|function| _ = code.function(function));
    let place = [PLACE + 16, PATH.len(), 12, 34].map(|number| u32::try_from(number).unwrap().to_le_bytes()).concat();
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(0), [&[7; PLACE][..], &place, PATH, b"words"].concat());
    let mut names = NameMap::new();
    (0..).zip(NAMES).for_each(|(index, name)| names.append(index, name));
    let mut section = NameSection::new();
    section.functions(&names);
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&memories).section(&exports);
    module.section(&code).section(&data).section(&section);
    module.finish()
}

fn trimmed() -> Trimmed {
    let program = program();
    trim(&program, &Memory::of([program.as_slice()]).unwrap()).unwrap()
}

/// Runs an export; gives back its answer, or nothing if the program ended, and what was told.
fn run(wasm: &[u8], import: &str, export: &str, number: i32) -> (Option<i32>, Vec<i32>) {
    let engine = Engine::default();
    let module = wasmi::Module::new(&engine, wasm).unwrap();
    let mut store = Store::new(&engine, Vec::new());
    let mut linker = Linker::new(&engine);
    let told = |mut caller: wasmi::Caller<'_, Vec<i32>>, number: i32| caller.data_mut().push(number);
    linker.func_wrap("./padlock.js", import, told).unwrap();
    let instance = linker.instantiate_and_start(&mut store, &module).unwrap();
    let export = instance.get_typed_func::<i32, i32>(&store, export).unwrap();
    (export.call(&mut store, number).ok(), store.into_data())
}

#[test]
fn what_is_trimmed_is_valid_and_answers_as_before() {
    let (whole, trimmed) = (program(), trimmed());
    Validator::new().validate_all(&whole).unwrap();
    Validator::new().validate_all(&trimmed.wasm).unwrap();
    let import = &trimmed.renamed["__wbg_told_0123456789abcdef"];
    for (export, number, answer) in [("half", 8, Some(4)), ("half", 7, None), ("is_panicked", 1, Some(2))] {
        let before = run(&whole, "__wbg_told_0123456789abcdef", export, number);
        let after = run(&trimmed.wasm, import, export, number);
        assert_eq!((before.0, after.0), (answer, answer), "{export}({number})");
    }
}

#[test]
fn a_panic_says_nothing_any_more() {
    let trimmed = trimmed();
    let import = &trimmed.renamed["__wbg_told_0123456789abcdef"];
    assert_eq!(run(&program(), "__wbg_told_0123456789abcdef", "half", 7), (None, vec![7]));
    assert_eq!(run(&trimmed.wasm, import, "half", 7), (None, Vec::new()));
}

#[test]
fn places_in_the_source_and_their_paths_are_gone_and_nothing_else() {
    let has = |wasm: &[u8], text: &[u8]| wasm.windows(text.len()).any(|bytes| bytes == text);
    let (whole, trimmed) = (program(), trimmed().wasm);
    assert!(has(&whole, PATH) && !has(&trimmed, PATH));
    assert!(has(&trimmed, b"words") && has(&trimmed, &[7; PLACE]));
    assert!(
        has(&whole, b"intounderlyingsource_pull")
            && !exports(&trimmed).contains(&Cow::Borrowed("intounderlyingsource_pull"))
    );
    assert!(exports(&trimmed).contains(&Cow::Borrowed("half")));
}

fn exports(wasm: &[u8]) -> Vec<Cow<'_, str>> {
    let sections = Parser::new(0).parse_all(wasm).filter_map(|payload| match payload.unwrap() {
        Payload::ExportSection(exports) => Some(exports),
        _ => None,
    });
    sections.flatten().map(|export| Cow::Borrowed(export.unwrap().name)).collect()
}
