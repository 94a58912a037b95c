//! Resolves paths to the modules that define what they name.

use super::module::{Module, ModulePath, Modules, display_name};
use std::collections::BTreeSet;

/// Pairs of modules of which the first depends on the second, as they are printed.
pub(super) type Dependencies = BTreeSet<(String, String)>;

/// What a path names.
enum Target {
    Module(ModulePath),
    /// An item, by the module that defines it.
    Item(ModulePath),
    /// Something in another crate.
    External,
}

/// Returns which module depends on which. An inline module counts as the file that contains it.
pub(super) fn dependencies(modules: &Modules) -> Dependencies {
    let mut dependencies = Dependencies::new();
    for (scope, module) in modules {
        for path in &module.used {
            if let Some(Target::Item(definer)) = (Resolver { modules, visited: BTreeSet::new() }).resolve(scope, path)
                && let Some(Module { file_module, .. }) = modules.get(&definer)
                && *file_module != module.file_module
            {
                dependencies.insert((display_name(&module.file_module), display_name(file_module)));
            }
        }
    }
    dependencies
}

/// The resolution of one path.
struct Resolver<'a> {
    modules: &'a Modules,
    /// The names that were looked up, by module. Imports may be circular.
    visited: BTreeSet<(ModulePath, String)>,
}

impl Resolver<'_> {
    /// Resolves a path in the scope of a module. Returns `None` if its first name is neither defined nor imported
    /// there.
    fn resolve(&mut self, scope: &[String], path: &[String]) -> Option<Target> {
        let (first, mut rest) = path.split_first()?;
        let mut target = match first.as_str() {
            "crate" => Target::Module(ModulePath::new()),
            "self" => Target::Module(scope.to_vec()),
            "super" => Target::Module(parent(scope)?),
            name => self.look_up(scope, name, rest.is_empty())?,
        };
        while let (Target::Module(module), Some((name, after))) = (&target, rest.split_first()) {
            target = match name.as_str() {
                "super" => Target::Module(parent(module)?),
                // A name that is not found is defined by a macro.
                name => self.look_up(module, name, after.is_empty()).unwrap_or_else(|| Target::Item(module.clone())),
            };
            rest = after;
        }
        Some(target)
    }

    /// Finds a name in a module. Where a module and an item have the same name, the last name of a path is the item.
    fn look_up(&mut self, module: &[String], name: &str, is_last: bool) -> Option<Target> {
        if !self.visited.insert((module.to_vec(), name.to_owned())) {
            return None;
        }
        let Module { items, imports, globs, .. } = self.modules.get(module)?;
        let child = [module, &[name.to_owned()]].concat();
        if self.modules.contains_key(&child) && !(is_last && items.contains(name)) {
            return Some(Target::Module(child));
        }
        if items.contains(name) {
            return Some(Target::Item(module.to_vec()));
        }
        if let Some(paths) = imports.get(name) {
            let mut targets = paths.iter().filter_map(|path| self.resolve(module, path));
            return Some(targets.next().unwrap_or(Target::External));
        }
        globs.iter().find_map(|glob| match self.resolve(module, glob)? {
            Target::Module(glob) => self.look_up(&glob, name, is_last),
            _ => None,
        })
    }
}

fn parent(module: &[String]) -> Option<ModulePath> {
    module.split_last().map(|(_, parent)| parent.to_vec())
}
