//! Turns a site into one document: the preview has no server that could deliver style sheets, scripts and images, so
//! they become `data:` URLs in the page.

/// Returns the site's start page with its style sheets, scripts and images inlined; `None` if there is no `index.html`.
/// `read_file` returns the site's files by path.
#[must_use]
pub fn inline_start_page(read_file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<String> {
    let page = decode_utf8(read_file("index.html")?);
    let prefixes = ["href=\"", "src=\"", "href='", "src='"];
    Some(replace_urls(&page, &prefixes, &|url| data_url(url, "", read_file)))
}

/// Returns the file at `url` as a `data:` URL; `None` where `url` leads to another site or to no file of a known type.
fn data_url(url: &str, folder: &str, read_file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<String> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    if path.is_empty() || path.contains(':') || path.starts_with("//") {
        return None;
    }
    let path = resolve_path(folder, path);
    let media_type = media_type(&path)?;
    let mut bytes = read_file(&path)?;
    if media_type == "text/css" {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let replacement = |url: &str| data_url(url, folder, read_file);
        bytes = replace_urls(&decode_utf8(bytes), &["url(\"", "url('", "url("], &replacement).into_bytes();
    }
    Some(["data:", media_type, ";base64,", &base64(&bytes)].concat())
}

/// Replaces each URL that follows one of the prefixes. A URL for which `replacement` returns `None` is kept.
fn replace_urls(text: &str, prefixes: &[&str], replacement: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, prefix)) =
        prefixes.iter().filter_map(|prefix| Some((rest.find(prefix)?, *prefix))).min_by_key(|(at, prefix)| {
            // Where two prefixes match at the same position, the longer one is meant.
            (*at, usize::MAX - prefix.len())
        })
    {
        let (before, after) = rest.split_at(at + prefix.len());
        let end = after.find(['"', '\'', ')']).unwrap_or(after.len());
        let (url, tail) = after.split_at(end);
        out.push_str(before);
        out.push_str(&replacement(url.trim()).unwrap_or_else(|| url.to_owned()));
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// Resolves a path that is relative to `folder`, or to the site if it begins with `/`.
fn resolve_path(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for part in path.split('/') {
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

fn decode_utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Base64 with padding (RFC 4648 §4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| ALPHABET.get((bits & 63) as usize).map_or('=', |digit| char::from(*digit));
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for index in 0..4 {
            out.push(if index <= chunk.len() { digit(bits >> (18 - 6 * index)) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_site_file(path: &str) -> Option<Vec<u8>> {
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
    fn base64_matches_the_vectors_of_rfc_4648() {
        for (plain, encoded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
    }

    #[test]
    fn resources_of_the_page_become_data_urls() {
        let page = inline_start_page(&read_site_file).unwrap();
        assert!(page.contains("<img src='data:image/png;base64,UA=='>"), "{page}");
        assert!(page.contains(r#"href="https://x.example""#), "{page}");
        let css = base64(b"body{background:url(data:image/png;base64,UA==)}");
        assert!(page.contains(&format!("href=\"data:text/css;base64,{css}\"")), "{page}");
    }

    #[test]
    fn paths_are_resolved_inside_the_site() {
        assert_eq!(resolve_path("css", "../img/p.png"), "img/p.png");
        assert_eq!(resolve_path("css", "./b.css"), "css/b.css");
        assert_eq!(resolve_path("a/b", "/c.css"), "c.css");
        assert_eq!(resolve_path("", "../../x.js"), "x.js");
    }

    #[test]
    fn a_site_without_a_start_page_is_refused() {
        assert_eq!(inline_start_page(&|_| None), None);
    }
}
