//! Finds cycles between the modules of one crate.
//!
//! Module A depends on module B when code in A, outside its tests, names something that B defines. A re-export is no
//! such code, and a name is followed through re-exports to the module that defines it. What method calls, attributes'
//! strings and the expansion of macros refer to is not seen.

mod load;
mod module;
mod resolve;
mod scan;
#[cfg(test)]
mod tests;

use super::findings;
use crate::{metadata, terminal};
use anyhow::Result;
use petgraph::algo::{astar, tarjan_scc};
use petgraph::graphmap::DiGraphMap;
use resolve::Dependencies;

/// Checks every library and program of the workspace.
pub(super) fn check() -> Result<()> {
    terminal::step("Module cycles");
    let metadata = metadata::workspace()?;
    let mut findings = Vec::new();
    for package in &metadata.packages {
        for target in &package.targets {
            if target.is_test() || target.is_bench() || target.is_example() || target.is_custom_build() {
                continue;
            }
            let read = |file: &std::path::Path| fs_err::read_to_string(file).ok();
            let found = match load::load(target.src_path.as_std_path(), &read) {
                Ok(modules) => cycles(&resolve::dependencies(&modules)),
                Err(error) => vec![format!("{error:#}")],
            };
            let is_main = target.name.replace('_', "-") == *package.name;
            let name = if is_main { package.name.to_string() } else { format!("{} ({})", package.name, target.name) };
            findings.extend(found.iter().map(|finding| format!("{name}: {finding}")));
        }
    }
    findings::report(&findings)
}

/// Describes each group of modules that depend on one another, by the shortest cycle through the first of them.
fn cycles(dependencies: &Dependencies) -> Vec<String> {
    let graph = DiGraphMap::<&str, ()>::from_edges(dependencies.iter().map(|(from, to)| (from.as_str(), to.as_str())));
    let groups = tarjan_scc(&graph).into_iter().filter(|group| group.len() > 1);
    let mut cycles: Vec<String> = groups.filter_map(|group| describe(&graph, group)).collect();
    cycles.sort();
    cycles
}

fn describe<'a>(graph: &DiGraphMap<&'a str, ()>, mut group: Vec<&'a str>) -> Option<String> {
    group.sort_unstable();
    let first = *group.first()?;
    let cycles = graph.neighbors(first).filter_map(|next| astar(graph, next, |node| node == first, |_| 1, |_| 0));
    let (_, shortest) = cycles.min_by_key(|(length, _)| *length)?;
    group.retain(|module| !shortest.contains(module));
    let others =
        if group.is_empty() { String::new() } else { format!("; also in cycles with these: {}", group.join(", ")) };
    Some(format!("{first} -> {}{others}", shortest.join(" -> ")))
}
