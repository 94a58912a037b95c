//! What a browser loads up to the first screen: signing in and the deploy page.

use crate::page::Page;
use crate::{Outcome, compress, read};
use std::path::Path;

/// The promise: 150 kB compressed, however far the product grows.
const LIMIT: usize = 150_000;
/// Asked for by the program rather than by the page: the icons of every screen.
const ALSO: [&str; 1] = ["icons.svg"];

/// Prints each file's weight and fails above the limit.
pub(crate) fn print(dist: &Path) -> Outcome {
    let html = read(&dist.join("index.html"))?;
    let page = Page::new(String::from_utf8_lossy(&html).into_owned(), "/".into());
    let mut files = vec!["index.html".to_owned()];
    for file in page.loads().into_iter().chain(ALSO.map(str::to_owned)) {
        if !files.contains(&file) && dist.join(&file).is_file() {
            files.push(file);
        }
    }
    let (mut packed, mut raw) = (0, 0);
    println!("  {:>9}  {:>9}", "brotli", "raw");
    for name in &files {
        let file = dist.join(name);
        let content = read(&file)?;
        let small = match read(&compress::beside(&file)) {
            Ok(small) => small.len(),
            Err(_) => compress::brotli(&content)?.len().min(content.len()),
        };
        println!("  {small:>9}  {:>9}  {name}", content.len());
        packed += small;
        raw += content.len();
    }
    println!("  {packed:>9}  {raw:>9}  in all; at most {LIMIT} compressed");
    if packed > LIMIT {
        return Err(format!(
            "The first screen weighs {packed} bytes, {} over its limit: move code into an area's part (src/lazy.rs) or drop a dependency",
            packed - LIMIT
        ));
    }
    Ok(())
}
