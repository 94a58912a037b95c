//! The page that Trunk wrote: reads and changes a few of its tags. Trunk writes them in one form only, so that no HTML
//! parser is needed.

use crate::Outcome;

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

    /// Returns the JavaScript of the program, as a path in the folder.
    pub(crate) fn script(&self) -> Outcome<String> {
        self.program(0)
    }

    /// Returns the WebAssembly of the program, as a path in the folder.
    pub(crate) fn wasm(&self) -> Outcome<String> {
        self.program(1)
    }

    fn program(&self, which: usize) -> Outcome<String> {
        let tag = tags(&self.html, "meta").find(|tag| tag.contains("name=\"wasm-app\""));
        tag.and_then(|tag| attribute(tag, "content"))
            .and_then(|addresses| addresses.split(' ').nth(which))
            .map(|address| self.path(address))
            .ok_or_else(|| "The page has no <meta name=\"wasm-app\">: see Trunk.toml".into())
    }

    /// Returns the scripts of the page, as paths in the folder.
    pub(crate) fn scripts(&self) -> Vec<String> {
        tags(&self.html, "script").filter_map(|tag| attribute(tag, "src")).map(|src| self.path(src)).collect()
    }

    /// Replaces the addresses of the program.
    pub(crate) fn set_program(&mut self, script: &str, wasm: &str) -> Outcome {
        for (old, new) in [(self.script()?, script), (self.wasm()?, wasm)] {
            self.html = self.html.replace(&format!("{}{old}", self.base), &format!("{}{new}", self.base));
        }
        Ok(())
    }

    /// Preloads the program and the scripts. The preloads stand before the first script, which requests the same: the
    /// browser then uses one request for both.
    pub(crate) fn preload(&mut self, wasm: &str, scripts: &[String]) {
        let base = self.base.clone();
        self.insert_before_scripts(&format!(
            "<link rel=\"preload\" href=\"{base}{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n"
        ));
        for script in scripts {
            self.insert_before_scripts(&format!("<link rel=\"modulepreload\" href=\"{base}{script}\">\n"));
        }
    }

    /// Returns the style sheets in their order, as paths in the folder, each with when it is needed.
    pub(crate) fn styles(&self) -> Vec<(When, String)> {
        let sheets = tags(&self.html, "link").filter(|tag| is_sheet(tag));
        sheets.filter_map(|tag| Some((When::of(tag), self.path(attribute(tag, "href")?)))).collect()
    }

    /// Adds `<meta name content>` with an address below the page's base, for `boot.js` and the program. It stands before
    /// the first script, which may run before the rest of the page is there.
    pub(crate) fn add_meta(&mut self, name: &str, path: &str) {
        self.insert_before_scripts(&format!("<meta name=\"{name}\" content=\"{}{path}\">\n", self.base));
    }

    fn insert_before_scripts(&mut self, tag: &str) {
        let at = self.html.find("<script").unwrap_or(0);
        self.html.insert_str(at, tag);
    }

    /// Returns the path that [`add_meta`](Self::add_meta) noted under this name.
    pub(crate) fn meta(&self, name: &str) -> Option<String> {
        let tag = tags(&self.html, "meta").find(|tag| tag.contains(&format!("name=\"{name}\"")))?;
        attribute(tag, "content").map(|address| self.path(address))
    }

    /// Replaces all style sheets by one.
    pub(crate) fn set_style(&mut self, path: &str) {
        let old: Vec<String> = tags(&self.html, "link").filter(|tag| is_sheet(tag)).map(str::to_owned).collect();
        let mut new = format!("<link rel=\"stylesheet\" href=\"{}{path}\">", self.base);
        for tag in old {
            self.html = self.html.replacen(&tag, &std::mem::take(&mut new), 1);
        }
    }

    /// Returns every file that the page itself loads, as paths in the folder.
    pub(crate) fn loads(&self) -> Vec<String> {
        let scripts = tags(&self.html, "script").filter_map(|tag| attribute(tag, "src"));
        let links = tags(&self.html, "link")
            .filter(|tag| is_sheet(tag) || ["preload\"", "\"icon\""].iter().any(|kind| tag.contains(kind)))
            .filter_map(|tag| attribute(tag, "href"));
        scripts.chain(links).map(|address| self.path(address)).collect()
    }

    /// Removes comments, blank lines and, at "/", the base, which the Content-Security-Policy forbids there.
    pub(crate) fn tidy(&mut self) {
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

/// When a style sheet is needed, as `index.html` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// For the first pages.
    First,
    /// For what opens from the first pages: `data-deferred`.
    Deferred,
    /// For the preview alone: `data-preview`.
    Preview,
}

impl When {
    fn of(tag: &str) -> Self {
        let says = |mark: &str| tag.contains(mark);
        if says(" data-deferred") {
            Self::Deferred
        } else if says(" data-preview") {
            Self::Preview
        } else {
            Self::First
        }
    }
}

fn is_sheet(tag: &str) -> bool {
    tag.contains("rel=\"stylesheet\"")
}

/// Returns the tags of one name, as written.
fn tags<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("<{name}");
    let pieces: Vec<&str> = html.split_inclusive('>').collect();
    pieces.into_iter().filter_map(move |piece| {
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
    fn reads_what_trunk_wrote() {
        assert_eq!(page().script().unwrap(), "assets/padlock-4.js");
        assert_eq!(page().wasm().unwrap(), "assets/padlock-4_bg.wasm");
        assert_eq!(
            page().styles(),
            [(When::First, "assets/tokens-1.css".to_owned()), (When::Deferred, "assets/base-2.css".to_owned())]
        );
    }

    #[test]
    fn points_everything_at_the_parts() {
        let mut page = page();
        page.set_program("assets/app-9/padlock.js", "assets/app-9/padlock_bg.wasm").unwrap();
        page.set_style("assets/style-8.css");
        page.add_meta("deferred-style", "assets/deferred-7.css");
        page.preload("assets/app-9/padlock_bg.wasm", &["assets/app-9/padlock.js".to_owned()]);
        assert_eq!(
            page.loads(),
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
    fn the_base_goes_only_at_the_root() {
        let mut root = page();
        root.tidy();
        assert!(!root.html().contains("<base") && !root.html().contains("a note"));
        let mut below = Page::new("<head><base href=\"/below/\"/></head>".into(), "/below/".into());
        below.tidy();
        assert!(below.html().contains("<base"));
    }
}
