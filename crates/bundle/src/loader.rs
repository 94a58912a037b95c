//! Rewrites the loaders in the script of the splitter, because after merging there is one file per area. If `boot.js`
//! has begun to compile a part, the loader takes it from `padlockModules`.

use crate::areas::loaded_before;
use crate::merge::SHARED_IN_MERGED;
use anyhow::{Context, Result};
use fs_err as fs;
use std::collections::BTreeSet;
use std::path::Path;

/// Replaces the loaders in the script.
pub(crate) fn rewrite(script: &Path, areas: &BTreeSet<String>) -> Result<()> {
    let text = fs::read_to_string(script)?;
    Ok(fs::write(script, rewritten(&text, areas)?)?)
}

fn rewritten(script: &str, areas: &BTreeSet<String>) -> Result<String> {
    // The runtime of the splitter comes first, then a comment or a constant for each file.
    let end = ["\n/* ", "\nexport const "].iter().filter_map(|start| script.find(start)).min();
    let runtime =
        end.and_then(|end| script.get(..end)).context("The splitter's script has another form than expected")?;
    let mut areas: Vec<&str> = areas.iter().map(String::as_str).collect();
    // A loader must follow those that it names.
    areas.sort_by_key(|area| loaded_before(area).len());
    let loaders = areas.into_iter().map(|area| {
        let first = loaded_before(area).join(", ");
        format!(
            "const {area} = loadArea(\"{area}\", [{first}]);\n\
             export const __wasm_split_load_{area} = wrapAsyncCb({area});\n"
        )
    });
    Ok(format!(
        "{runtime}
function loadArea(area, first) {{
    return makeLoad(() => {{
        const url = new URL(`./split_${{area}}.wasm`, import.meta.url).href;
        const module = globalThis.padlockModules?.get(url) ?? WebAssembly.compileStreaming(fetch(url));
        // A second attempt fetches it again.
        globalThis.padlockModules?.delete(url);
        module.catch(() => {{}});
        return async (imports) =>
            WebAssembly.instantiate(await module, {{ ...imports, {SHARED_IN_MERGED}: imports.__wasm_split }});
    }}, first);
}}
{}",
        loaders.collect::<String>()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_loader_per_area_is_left_after_those_it_waits_for() {
        let script = "function makeLoad() {}\n/* a, b */\nconst __chunk_1 = makeLoad(() => {}, []);\n\
                      export const __wasm_split_load_a = wrapAsyncCb(makeLoad(() => {}, [__chunk_1]));\n";
        let areas = ["activity", "portal", "sign_in"].map(str::to_owned).into();
        let text = rewritten(script, &areas).unwrap();
        assert!(text.starts_with("function makeLoad() {}\n") && !text.contains("chunk"), "{text}");
        assert!(text.contains("const sign_in = loadArea(\"sign_in\", []);"), "{text}");
        assert!(text.contains("export const __wasm_split_load_activity = wrapAsyncCb(activity);"), "{text}");
        let (portal, activity) =
            (text.find("const portal = "), text.find("const activity = loadArea(\"activity\", [portal])"));
        assert!(portal.is_some() && portal < activity, "{text}");
    }

    #[test]
    fn a_script_of_another_form_is_an_error() {
        assert!(rewritten("nothing", &BTreeSet::new()).is_err());
    }
}
