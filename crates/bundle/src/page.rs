//! Reads and changes a few tags of the page that Trunk wrote. No HTML parser is needed, because Trunk writes them in
//! one form only.

use anyhow::{Context, Result};

/// `index.html` and the address below which its files are served.
pub(crate) struct Page {
    html: String,
    base: String,
}

impl Page {
    pub(crate) fn new(html: String, base: String) -> Self {
        Self { html, base }
    }

    pub(crate) fn html(&self) -> &str {
        &self.html
    }

    /// Returns the path of the program's JavaScript in the folder.
    pub(crate) fn script(&self) -> Result<String> {
        self.program_file(0)
    }

    /// Returns the path of the program's WebAssembly in the folder.
    pub(crate) fn wasm(&self) -> Result<String> {
        self.program_file(1)
    }

    fn program_file(&self, index: usize) -> Result<String> {
        self.meta_content("wasm-app")
            .and_then(|addresses| addresses.split(' ').nth(index))
            .map(|address| self.path(address))
            .context("The page has no <meta name=\"wasm-app\">: see Trunk.toml")
    }

    /// Returns the paths of the page's scripts in the folder.
    pub(crate) fn scripts(&self) -> Vec<String> {
        tags(&self.html, "script").filter_map(|tag| attribute(tag, "src")).map(|src| self.path(src)).collect()
    }

    /// Replaces the addresses of the program.
    pub(crate) fn set_program(&mut self, script: &str, wasm: &str) -> Result<()> {
        for (old, new) in [(self.script()?, script), (self.wasm()?, wasm)] {
            self.html = self.html.replace(&format!("{}{old}", self.base), &format!("{}{new}", self.base));
        }
        Ok(())
    }

    /// Adds preloads of the program and the scripts before the first script. That script requests the same files, and
    /// the browser then uses one request for both.
    pub(crate) fn preload(&mut self, wasm: &str, scripts: &[String]) {
        let base = self.base.clone();
        self.insert_before_scripts(&format!(
            "<link rel=\"preload\" href=\"{base}{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n"
        ));
        for script in scripts {
            self.insert_before_scripts(&format!("<link rel=\"modulepreload\" href=\"{base}{script}\">\n"));
        }
    }

    /// Returns the groups and the paths of the style sheets, in the order of the page.
    pub(crate) fn styles(&self) -> Vec<(StyleGroup, String)> {
        let sheets = tags(&self.html, "link").filter(|tag| is_style_sheet(tag));
        sheets.filter_map(|tag| Some((StyleGroup::of(tag), self.path(attribute(tag, "href")?)))).collect()
    }

    /// Adds `<meta name content>` with an address below the page's base, for `boot.js` and the program. It is inserted
    /// before the first script, which may run before the rest of the page has arrived.
    pub(crate) fn add_meta(&mut self, name: &str, path: &str) {
        self.insert_before_scripts(&format!("<meta name=\"{name}\" content=\"{}{path}\">\n", self.base));
    }

    fn insert_before_scripts(&mut self, tag: &str) {
        let at = self.html.find("<script").unwrap_or(0);
        self.html.insert_str(at, tag);
    }

    /// Returns the path that [`add_meta`](Self::add_meta) added with this name.
    pub(crate) fn meta(&self, name: &str) -> Option<String> {
        self.meta_content(name).map(|address| self.path(address))
    }

    fn meta_content(&self, name: &str) -> Option<&str> {
        let tag = tags(&self.html, "meta").find(|tag| tag.contains(&format!("name=\"{name}\"")))?;
        attribute(tag, "content")
    }

    /// Replaces all style sheets by one.
    pub(crate) fn set_style(&mut self, path: &str) {
        let old: Vec<String> = tags(&self.html, "link").filter(|tag| is_style_sheet(tag)).map(str::to_owned).collect();
        let mut new = format!("<link rel=\"stylesheet\" href=\"{}{path}\">", self.base);
        for tag in old {
            self.html = self.html.replacen(&tag, &std::mem::take(&mut new), 1);
        }
    }

    /// Returns the paths of all files that the page itself loads.
    pub(crate) fn loaded_files(&self) -> Vec<String> {
        let mut files = self.scripts();
        let links = tags(&self.html, "link")
            .filter(|tag| is_style_sheet(tag) || ["preload\"", "\"icon\""].iter().any(|kind| tag.contains(kind)))
            .filter_map(|tag| attribute(tag, "href"));
        files.extend(links.map(|address| self.path(address)));
        files
    }

    /// Removes comments, blank lines and, if the base is "/", the `<base>` tag, which the Content-Security-Policy
    /// forbids.
    pub(crate) fn clean_up(&mut self) {
        while let Some((before, rest)) = self.html.split_once("<!--") {
            let Some((_, after)) = rest.split_once("-->") else { break };
            self.html = format!("{before}{after}");
        }
        let base = tags(&self.html, "base").next().map(str::to_owned);
        if let Some(base) = base.filter(|_| self.base == "/") {
            self.html = self.html.replacen(&base, "", 1);
        }
        let lines = self.html.lines().map(str::trim_end).filter(|line| !line.is_empty());
        self.html = lines.flat_map(|line| [line, "\n"]).collect();
    }

    fn path(&self, address: &str) -> String {
        address.strip_prefix(&self.base).unwrap_or(address).trim_start_matches('/').to_owned()
    }
}

/// The group of a style sheet, which `index.html` declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StyleGroup {
    /// The style sheets of the first pages.
    First,
    /// The style sheets of what opens from the first pages: `data-deferred`.
    Deferred,
    /// The style sheets that only the preview needs: `data-preview`.
    Preview,
}

impl StyleGroup {
    fn of(tag: &str) -> Self {
        if tag.contains(" data-deferred") {
            Self::Deferred
        } else if tag.contains(" data-preview") {
            Self::Preview
        } else {
            Self::First
        }
    }
}

fn is_style_sheet(tag: &str) -> bool {
    tag.contains("rel=\"stylesheet\"")
}

/// Returns the tags of one name, as they are written in the page.
fn tags<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("<{name}");
    html.split_inclusive('>').filter_map(move |piece| {
        let tag = piece.get(piece.rfind(&start)?..)?;
        let after = tag.get(start.len()..)?.chars().next()?;
        (after == ' ' || after == '>' || after == '\n').then_some(tag)
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGED: &str = r#"<head>
<!-- a note -->
<base href="/"/>
<link rel="stylesheet" href="/assets/tokens-1.css"/><link rel="stylesheet" href="/assets/base-2.css" data-deferred/>
<meta name="wasm-app" content="/assets/padlock-4.js /assets/padlock-4_bg.wasm">
<script src="/assets/boot-3.js"></script>
</head><body></body>"#;

    fn page() -> Page {
        Page::new(STAGED.into(), "/".into())
    }

    #[test]
    fn tags_that_trunk_wrote_are_read() {
        assert_eq!(page().script().unwrap(), "assets/padlock-4.js");
        assert_eq!(page().wasm().unwrap(), "assets/padlock-4_bg.wasm");
        assert_eq!(
            page().styles(),
            [
                (StyleGroup::First, "assets/tokens-1.css".to_owned()),
                (StyleGroup::Deferred, "assets/base-2.css".to_owned())
            ]
        );
    }

    #[test]
    fn the_page_loads_the_parts() {
        let mut page = page();
        page.set_program("assets/app-9/padlock.js", "assets/app-9/padlock_bg.wasm").unwrap();
        page.set_style("assets/style-8.css");
        page.add_meta("deferred-style", "assets/deferred-7.css");
        page.preload("assets/app-9/padlock_bg.wasm", &["assets/app-9/padlock.js".to_owned()]);
        assert_eq!(
            page.loaded_files(),
            ["assets/boot-3.js", "assets/style-8.css", "assets/app-9/padlock_bg.wasm", "assets/app-9/padlock.js"]
        );
        assert_eq!(page.meta("deferred-style").as_deref(), Some("assets/deferred-7.css"));
        assert!(!page.html().contains("padlock-4"));
        let script = page.html().find("<script").unwrap();
        assert!(
            page.html().rfind("preload").unwrap() < script,
            "what the first script requests is preloaded before it"
        );
    }

    #[test]
    fn the_base_is_removed_only_at_the_root() {
        let mut root = page();
        root.clean_up();
        assert!(!root.html().contains("<base") && !root.html().contains("a note"));
        let mut below = Page::new("<head><base href=\"/below/\"/></head>".into(), "/below/".into());
        below.clean_up();
        assert!(below.html().contains("<base"));
    }
}
