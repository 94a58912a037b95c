//! The page that Trunk wrote: reads and changes the few tags that matter.
//!
//! Trunk writes its tags in one form only, so this needs no HTML parser.

use crate::Outcome;

/// `index.html` and the address below which its files lie.
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

    /// The program's JavaScript, as a path in the folder.
    pub(crate) fn script(&self) -> Outcome<String> {
        self.program(0)
    }

    /// The program, as a path in the folder.
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

    /// The page's own scripts, as paths in the folder.
    pub(crate) fn scripts(&self) -> Vec<String> {
        tags(&self.html, "script").filter_map(|tag| attribute(tag, "src")).map(|src| self.path(src)).collect()
    }

    /// Points the page at another program.
    pub(crate) fn set_program(&mut self, script: &str, wasm: &str) -> Outcome {
        for (old, new) in [(self.script()?, script), (self.wasm()?, wasm)] {
            self.html = self.html.replace(&format!("{}{old}", self.base), &format!("{}{new}", self.base));
        }
        Ok(())
    }

    /// Has a script that the program imports fetched along with it.
    pub(crate) fn preload_script(&mut self, path: &str) {
        self.add_to_head(&format!("<link rel=\"modulepreload\" href=\"{}{path}\">", self.base));
    }

    /// The style sheets, in order, as paths in the folder, each with when it is wanted.
    pub(crate) fn styles(&self) -> Vec<(When, String)> {
        let sheets = tags(&self.html, "link").filter(|tag| is_sheet(tag));
        sheets.filter_map(|tag| Some((When::of(tag), self.path(attribute(tag, "href")?)))).collect()
    }

    /// Tells `boot.js` which style sheet to add once the first screen is there.
    pub(crate) fn set_later_style(&mut self, path: &str) {
        self.add_to_head(&format!("<meta name=\"later-style\" content=\"{}{path}\">", self.base));
    }

    /// Tells `boot.js` where the API is, of which it may ask what the program is going to ask.
    pub(crate) fn set_api(&mut self) {
        self.add_to_head(&format!("<meta name=\"api\" content=\"{}api/v1\">", self.base));
    }

    /// Puts one style sheet where the first of them was.
    pub(crate) fn set_style(&mut self, path: &str) {
        let old: Vec<String> = tags(&self.html, "link").filter(|tag| is_sheet(tag)).map(str::to_owned).collect();
        let mut new = format!("<link rel=\"stylesheet\" href=\"{}{path}\">", self.base);
        for tag in old {
            self.html = self.html.replacen(&tag, &std::mem::take(&mut new), 1);
        }
    }

    /// Every file that the page itself has a browser load, as paths in the folder.
    pub(crate) fn loads(&self) -> Vec<String> {
        let scripts = tags(&self.html, "script").filter_map(|tag| attribute(tag, "src"));
        let links = tags(&self.html, "link")
            .filter(|tag| is_sheet(tag) || ["preload\"", "\"icon\""].iter().any(|kind| tag.contains(kind)))
            .filter_map(|tag| attribute(tag, "href"));
        scripts.chain(links).map(|address| self.path(address)).collect()
    }

    /// Drops what only the source needs: comments, blank lines, and at "/" the
    /// base, which the Content-Security-Policy forbids.
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

    fn add_to_head(&mut self, tag: &str) {
        self.html = self.html.replacen("</head>", &format!("{tag}</head>"), 1);
    }

    fn path(&self, address: &str) -> String {
        address.strip_prefix(&self.base).unwrap_or(address).trim_start_matches('/').to_owned()
    }
}

/// When a style sheet is wanted, as `index.html` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// For the first screen.
    First,
    /// For what opens from it: `data-later`.
    Later,
    /// For the preview alone: `data-preview`.
    Preview,
}

impl When {
    fn of(tag: &str) -> Self {
        let says = |mark: &str| tag.contains(mark);
        if says(" data-later") {
            Self::Later
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

/// The tags of one name, each as written.
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
<link rel="stylesheet" href="/assets/tokens-1.css"/><link rel="stylesheet" href="/assets/base-2.css" data-later/>
<script src="/assets/boot-3.js" type="module"></script>
<meta name="wasm-app" content="/assets/padlock-4.js /assets/padlock-4_bg.wasm">
<link rel="modulepreload" href="/assets/padlock-4.js"><link rel="preload" href="/assets/padlock-4_bg.wasm" as="fetch">
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
            [(When::First, "assets/tokens-1.css".to_owned()), (When::Later, "assets/base-2.css".to_owned())]
        );
    }

    #[test]
    fn points_everything_at_the_parts() {
        let mut page = page();
        page.set_program("assets/app-9/padlock.js", "assets/app-9/padlock_bg.wasm").unwrap();
        page.set_style("assets/style-8.css");
        page.set_later_style("assets/later-7.css");
        assert_eq!(
            page.loads(),
            ["assets/boot-3.js", "assets/style-8.css", "assets/app-9/padlock.js", "assets/app-9/padlock_bg.wasm",]
        );
        assert!(!page.html().contains("padlock-4"));
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
