//! Reads a deployed site page by page.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::http::Request;
use crate::sample_package::SamplePackage;

/// Returns the version that the Test environment of an app serves, or `None` if the environment is not running. `packages`
/// maps the versions that may be served to their content.
///
/// # Errors
/// Returns a description of what is wrong: pages of two versions, missing pages, no response.
pub(crate) fn served_version(
    environments: SocketAddr,
    app: &str,
    packages: &BTreeMap<String, SamplePackage>,
) -> Result<Option<String>, String> {
    let host = format!("test--{app}.localhost:{}", environments.port());
    let get = |path: &str| {
        let response = Request::new("GET", &format!("/{path}")).host(&host).send(environments);
        response.map_err(|error| format!("{host}/{path}: {error}"))
    };
    let index = get("")?;
    if index.status == 503 {
        return Ok(None);
    }
    let text = index.text();
    let version = text.lines().next().unwrap_or_default();
    let package = packages.get(version).ok_or_else(|| format!("{host} serves {}: {version:?}", index.status))?;
    for (path, content) in package.files() {
        let page = get(&path)?;
        if page.status != 200 || page.body != content {
            return Err(format!("{host}/{path} is not a page of {version}: {} {:.80}", page.status, page.text()));
        }
    }
    Ok(Some(version.to_owned()))
}
