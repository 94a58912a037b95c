//! Reads the modules of a crate.

use super::scan::{self, ModulePath, unraw};
use anyhow::{Context, Result, bail};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use syn::{Attribute, Ident, Item, ItemMod, ItemUse, UseTree, Visibility};

/// The modules of a crate by their paths from the root, whose path is empty.
pub(super) type Modules = BTreeMap<ModulePath, Module>;

/// What a module contains, outside its tests.
#[derive(Default)]
pub(super) struct Module {
    /// The module whose file contains this one: this one itself unless it is an inline module.
    pub(super) file_module: ModulePath,
    /// The names that it defines. Those of child modules are not among them.
    pub(super) items: BTreeSet<String>,
    /// The paths that `use` binds a name to. There may be several for different configurations.
    pub(super) imports: BTreeMap<String, Vec<ModulePath>>,
    /// The paths of `use path::*`.
    pub(super) globs: Vec<ModulePath>,
    /// The paths in its code and those of its private imports.
    pub(super) used: BTreeSet<ModulePath>,
}

/// Reads a crate. `read` returns the text of a file, if it exists.
pub(super) fn load(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Result<Modules> {
    let mut loader = Loader { read, modules: Modules::new(), exported_macros: Vec::new() };
    let folder = root.parent().unwrap_or(root);
    loader.add_file(root, folder, &[])?;
    let Loader { mut modules, exported_macros, .. } = loader;
    let root = modules.entry(ModulePath::new()).or_default();
    for (name, path) in exported_macros {
        root.imports.entry(name).or_default().push(path);
    }
    Ok(modules)
}

struct Loader<'a> {
    read: &'a dyn Fn(&Path) -> Option<String>,
    modules: Modules,
    /// Macros with `#[macro_export]`, which are named as if the root defined them, and their paths.
    exported_macros: Vec<(String, ModulePath)>,
}

impl Loader<'_> {
    /// Reads a file. `folder` contains the files of its child modules.
    fn add_file(&mut self, file: &Path, folder: &Path, path: &[String]) -> Result<()> {
        let text = (self.read)(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("{} cannot be parsed", file.display()))?;
        self.add_module(path, path, &parsed.items, folder)
    }

    fn add_module(&mut self, path: &[String], file_module: &[String], items: &[Item], folder: &Path) -> Result<()> {
        let mut module = Module { file_module: file_module.to_vec(), ..Module::default() };
        for item in items {
            let (name, attributes) = name_and_attributes(item);
            if attributes.iter().any(|attribute| scan::is_test_only(&attribute.meta.to_token_stream())) {
                continue;
            }
            match item {
                Item::Mod(child) => self.add_child(path, file_module, child, folder)?,
                Item::Use(item) => module.add_use(item),
                _ => {
                    if let Some(name) = name {
                        module.items.insert(unraw(name));
                        if attributes.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
                            let path = [&["crate".to_owned()], path, &[unraw(name)]].concat();
                            self.exported_macros.push((unraw(name), path));
                        }
                    }
                    let references = scan::scan(item.to_token_stream());
                    module.used.extend(references.paths);
                    references.imports.iter().for_each(|item| module.add_use(item));
                }
            }
        }
        self.modules.insert(path.to_vec(), module);
        Ok(())
    }

    fn add_child(&mut self, path: &[String], file_module: &[String], child: &ItemMod, folder: &Path) -> Result<()> {
        let name = unraw(&child.ident);
        let path = [path, std::slice::from_ref(&name)].concat();
        let folder = folder.join(&name);
        if let Some((_, items)) = &child.content {
            return self.add_module(&path, file_module, items, &folder);
        }
        for file in [folder.with_extension("rs"), folder.join("mod.rs")] {
            if (self.read)(&file).is_some() {
                return self.add_file(&file, &folder, &path);
            }
        }
        bail!("the file of the module {} is missing", path.join("::"))
    }
}

impl Module {
    fn add_use(&mut self, item: &ItemUse) {
        if item.leading_colon.is_none() {
            self.add_use_tree(&item.tree, &[], matches!(item.vis, Visibility::Inherited));
        }
    }

    fn add_use_tree(&mut self, tree: &UseTree, prefix: &[String], is_private: bool) {
        let path_to = |name: &Ident| match unraw(name).as_str() {
            "self" if !prefix.is_empty() => prefix.to_vec(),
            name => [prefix, &[name.to_owned()]].concat(),
        };
        let (path, name) = match tree {
            UseTree::Path(tree) => return self.add_use_tree(&tree.tree, &path_to(&tree.ident), is_private),
            UseTree::Group(tree) => {
                return tree.items.iter().for_each(|tree| self.add_use_tree(tree, prefix, is_private));
            }
            UseTree::Glob(_) => return self.globs.push(prefix.to_vec()),
            UseTree::Name(tree) => (path_to(&tree.ident), None),
            UseTree::Rename(tree) => (path_to(&tree.ident), Some(unraw(&tree.rename))),
        };
        if is_private {
            self.used.insert(path.clone());
        }
        if let Some(name) = name.or_else(|| path.last().cloned()) {
            self.imports.entry(name).or_default().push(path);
        }
    }
}

fn name_and_attributes(item: &Item) -> (Option<&Ident>, &[Attribute]) {
    match item {
        Item::Const(item) => (Some(&item.ident), &item.attrs),
        Item::Enum(item) => (Some(&item.ident), &item.attrs),
        Item::Fn(item) => (Some(&item.sig.ident), &item.attrs),
        Item::Impl(item) => (None, &item.attrs),
        Item::Macro(item) => (item.ident.as_ref(), &item.attrs),
        Item::Mod(item) => (Some(&item.ident), &item.attrs),
        Item::Static(item) => (Some(&item.ident), &item.attrs),
        Item::Struct(item) => (Some(&item.ident), &item.attrs),
        Item::Trait(item) => (Some(&item.ident), &item.attrs),
        Item::Type(item) => (Some(&item.ident), &item.attrs),
        Item::Union(item) => (Some(&item.ident), &item.attrs),
        Item::Use(item) => (None, &item.attrs),
        _ => (None, &[]),
    }
}
