//! A served site as one document: in the preview there is no server, so what a page refers to is put into it.

/// The site's start page with its style sheets, scripts and pictures inside. `file` gives the site's files by path.
#[must_use]
pub fn inlined(file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<String> {
    let page = text(file("index.html")?);
    Some(replaced(&page, &["href=\"", "src=\"", "href='", "src='"], &|address| embedded(address, "", file)))
}

/// A file as an address that holds it; nothing for what is not the site's own.
fn embedded(address: &str, folder: &str, file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<String> {
    let bare = address.split(['?', '#']).next().unwrap_or_default();
    if bare.is_empty() || bare.contains(':') || bare.starts_with("//") {
        return None;
    }
    let path = resolved(folder, bare);
    let media_type = media_type(&path)?;
    let mut bytes = file(&path)?;
    if media_type == "text/css" {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let inner = |address: &str| embedded(address, folder, file);
        bytes = replaced(&text(bytes), &["url(\"", "url('", "url("], &inner).into_bytes();
    }
    Some(["data:", media_type, ";base64,", &base64(&bytes)].concat())
}

/// The text with every address after one of the marks given to `with`, and kept where that answers nothing.
fn replaced(text: &str, marks: &[&str], with: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, mark)) = marks.iter().filter_map(|mark| Some((rest.find(mark)?, *mark))).min_by_key(|found| {
        // Of two that begin at one place the longer is meant.
        (found.0, usize::MAX - found.1.len())
    }) {
        let (before, after) = rest.split_at(at + mark.len());
        let end = after.find(['"', '\'', ')']).unwrap_or(after.len());
        let (address, tail) = after.split_at(end);
        out.push_str(before);
        out.push_str(&with(address.trim()).unwrap_or_else(|| address.to_owned()));
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A path of the site from one that is relative to `folder`.
fn resolved(folder: &str, address: &str) -> String {
    let mut parts: Vec<&str> = if address.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in address.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("/")
}

fn media_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit_once('.')?.1 {
        "css" => "text/css",
        "js" | "mjs" => "text/javascript",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        _ => return None,
    })
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sign = |bits: u32| SIGNS.get((bits & 63) as usize).map_or('=', |sign| char::from(*sign));
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            out.push(if place <= three.len() { sign(bits >> (18 - 6 * place)) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(path: &str) -> Option<Vec<u8>> {
        let content = match path {
            "index.html" => {
                r#"<link href="css/a.css?v=1" rel="stylesheet"><a href="https://x.example">x</a><img src='/img/p.png'>"#
            }
            "css/a.css" => "body{background:url(../img/p.png)}",
            "img/p.png" => "P",
            _ => return None,
        };
        Some(content.as_bytes().to_vec())
    }

    #[test]
    fn base64_is_rfc_4648() {
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn what_a_page_refers_to_is_put_into_it() {
        let page = inlined(&site).unwrap();
        assert!(page.contains("<img src='data:image/png;base64,UA=='>"), "{page}");
        assert!(page.contains(r#"href="https://x.example""#), "{page}");
        let css = base64(b"body{background:url(data:image/png;base64,UA==)}");
        assert!(page.contains(&format!("href=\"data:text/css;base64,{css}\"")), "{page}");
    }

    #[test]
    fn paths_are_resolved_inside_the_site() {
        assert_eq!(resolved("css", "../img/p.png"), "img/p.png");
        assert_eq!(resolved("css", "./b.css"), "css/b.css");
        assert_eq!(resolved("a/b", "/c.css"), "c.css");
        assert_eq!(resolved("", "../../x.js"), "x.js");
    }

    #[test]
    fn a_site_without_a_start_page_has_none() {
        assert_eq!(inlined(&|_| None), None);
    }
}
