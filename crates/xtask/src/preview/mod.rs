//! Builds the preview and serves it like any static host would.

mod http;

use crate::options::Options;
use crate::problem::{Doing, Outcome};
use crate::say;
use crate::spa::{self, Build};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

/// `build-preview [--public-url /path/]`
pub(crate) fn build(args: &[String]) -> Outcome {
    let options = Options::read(args, &["--public-url"], &[])?;
    let public_url = options.value("--public-url").unwrap_or("/");
    let preview = Build::Preview { public_url };
    spa::build(&preview)?;
    say::step(&format!("The preview is in {}", preview.dist().display()));
    say::detail("put it on any static host that answers unknown paths with 404.html");
    Ok(())
}

/// `preview [--listen address] [--public-url /path/] [--no-build]`
pub(crate) fn serve(args: &[String]) -> Outcome {
    let options = Options::read(args, &["--listen", "--public-url"], &["--no-build"])?;
    let address = options.value("--listen").unwrap_or("127.0.0.1:8090");
    let public_url = options.value("--public-url").unwrap_or("/");
    let preview = Build::Preview { public_url };
    if !options.has("--no-build") {
        spa::build(&preview)?;
    }
    let listener = TcpListener::bind(address).doing(format!("Nothing can listen on {address}"))?;
    let site = Arc::new(http::Site { folder: preview.dist(), base: public_url.to_owned() });
    let bound = listener.local_addr().doing(address)?;
    say::step(&format!("The preview is at http://{bound}{public_url}"));
    say::detail("everything happens in the browser tab; Ctrl-C stops this");
    for stream in listener.incoming().flatten() {
        let site = Arc::clone(&site);
        // A browser that goes away mid-answer is nobody's problem.
        thread::spawn(move || site.answer(stream).ok());
    }
    Ok(())
}
