//! A module of a crate, with what it defines, imports and uses.

use std::collections::{BTreeMap, BTreeSet};
use syn::ext::IdentExt;
use syn::{Ident, ItemUse, UseTree, Visibility};

/// A path in the source, as its names: `crate::store::apps` is `["crate", "store", "apps"]`.
pub(super) type ModulePath = Vec<String>;

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

impl Module {
    /// Adds the names that a `use` binds.
    pub(super) fn add_use(&mut self, item: &ItemUse) {
        if item.leading_colon.is_none() {
            self.add_use_tree(&item.tree, &[], matches!(item.vis, Visibility::Inherited));
        }
    }

    fn add_use_tree(&mut self, tree: &UseTree, prefix: &[String], is_private: bool) {
        let path_to = |name: &Ident| match name.unraw().to_string().as_str() {
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
            UseTree::Rename(tree) => (path_to(&tree.ident), Some(tree.rename.unraw().to_string())),
        };
        if is_private {
            self.used.insert(path.clone());
        }
        if let Some(name) = name.or_else(|| path.last().cloned()) {
            self.imports.entry(name).or_default().push(path);
        }
    }
}

/// Returns the path of a module as it is printed.
pub(super) fn display_name(module: &[String]) -> String {
    if module.is_empty() { "crate".to_owned() } else { module.join("::") }
}
