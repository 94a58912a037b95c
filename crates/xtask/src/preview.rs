//! Builds the preview and serves it as a static host would.

use crate::spa::{self, Build};
use crate::{paths, process, terminal};
use anyhow::Result;
use std::process::Command;

/// The options of `build-preview`.
#[derive(clap::Args)]
pub(crate) struct BuildOptions {
    /// The path below which the files are served
    #[arg(long, value_name = "/PATH/", default_value = "/")]
    public_url: String,
}

/// The options of `preview`.
#[derive(clap::Args)]
pub(crate) struct ServeOptions {
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    pub(crate) listen: String,
    /// Serves what was built last
    #[arg(long)]
    pub(crate) no_build: bool,
    #[command(flatten)]
    build: BuildOptions,
}

impl BuildOptions {
    fn build(&self) -> Build<'_> {
        Build::Preview { public_url: &self.public_url }
    }
}

/// Builds the preview.
pub(crate) fn build(options: &BuildOptions) -> Result<()> {
    let preview = options.build();
    spa::build(&preview)?;
    terminal::step(&format!("The preview is in {}", preview.dist().display()));
    terminal::detail("put it on any static host that answers unknown paths with 404.html");
    Ok(())
}

/// Builds the preview and replaces this process by its server.
pub(crate) fn serve(options: &ServeOptions) -> Result<()> {
    let preview = options.build.build();
    if !options.no_build {
        spa::build(&preview)?;
    }
    let server = paths::debug("padlock-preview-server");
    if !options.no_build || !server.is_file() {
        build_server()?;
    }
    let mut server = Command::new(server);
    server.arg(preview.dist()).args(["--listen", &options.listen, "--public-url", &options.build.public_url]);
    process::exec(&mut server)
}

/// Compiles `padlock-preview-server`.
pub(crate) fn build_server() -> Result<()> {
    process::build("Compile the preview's server", &["--package", "padlock-preview-server"])
}
