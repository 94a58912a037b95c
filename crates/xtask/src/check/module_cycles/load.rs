//! Reads the modules of a crate.

use super::module::{Module, Modules, display_name};
use super::scan;
use anyhow::{Context, Result};
use quote::ToTokens;
use std::path::{Path, PathBuf};
use syn::ext::IdentExt;
use syn::{Attribute, Ident, Item, ItemMod};

/// Reads a crate. `read` returns the text of a file, if it exists.
pub(super) fn load(root: &Path, read: &dyn Fn(&Path) -> Option<String>) -> Result<Modules> {
    let mut loader = Loader { read, modules: Modules::new() };
    loader.add_file(&[root.to_owned()], root.parent().unwrap_or(root), &[])?;
    Ok(loader.modules)
}

struct Loader<'a> {
    read: &'a dyn Fn(&Path) -> Option<String>,
    modules: Modules,
}

impl Loader<'_> {
    fn module(&mut self, path: &[String]) -> &mut Module {
        self.modules.entry(path.to_vec()).or_default()
    }

    /// Reads the first of these files that exists. `folder` contains the files of its child modules.
    fn add_file(&mut self, files: &[PathBuf], folder: &Path, path: &[String]) -> Result<()> {
        let found = files.iter().find_map(|file| Some((file, (self.read)(file)?)));
        let (file, text) =
            found.with_context(|| format!("the file of the module {} is missing", display_name(path)))?;
        let parsed = syn::parse_file(&text).with_context(|| format!("{} cannot be parsed", file.display()))?;
        self.add_module(path, path, &parsed.items, folder)
    }

    fn add_module(&mut self, path: &[String], file_module: &[String], items: &[Item], folder: &Path) -> Result<()> {
        self.module(path).file_module = file_module.to_vec();
        for item in items {
            let (name, attributes) = name_and_attributes(item);
            if attributes.iter().any(|attribute| scan::is_test_only(&attribute.meta.to_token_stream())) {
                continue;
            }
            match item {
                Item::Mod(child) => self.add_child(path, file_module, child, folder)?,
                Item::Use(item) => self.module(path).add_use(item),
                _ => {
                    if let Some(name) = name.map(|name| name.unraw().to_string()) {
                        if attributes.iter().any(|attribute| attribute.path().is_ident("macro_export")) {
                            // The macro is named as if the root defined it.
                            let path = [&["crate".to_owned()], path, std::slice::from_ref(&name)].concat();
                            self.module(&[]).imports.entry(name.clone()).or_default().push(path);
                        }
                        self.module(path).items.insert(name);
                    }
                    scan::scan(item.to_token_stream(), self.module(path));
                }
            }
        }
        Ok(())
    }

    fn add_child(&mut self, path: &[String], file_module: &[String], child: &ItemMod, folder: &Path) -> Result<()> {
        let name = child.ident.unraw().to_string();
        let path = [path, std::slice::from_ref(&name)].concat();
        let folder = folder.join(&name);
        match &child.content {
            Some((_, items)) => self.add_module(&path, file_module, items, &folder),
            None => self.add_file(&[folder.with_extension("rs"), folder.join("mod.rs")], &folder, &path),
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
