//! Builds the demo's package files. The site of each shows its version.

use std::io::{Cursor, Write};

use serde_json::json;
use zip::ZipWriter;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;

use super::history::DemoVersion;

/// Returns a deployment package (`.mda` file).
pub(super) fn build(app: &str, version: &DemoVersion) -> ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let deflated = SimpleFileOptions::default();
    let mut add = |name: &str, options, bytes: &[u8]| -> ZipResult<()> {
        zip.start_file(name, options)?;
        Ok(zip.write_all(bytes)?)
    };
    add("model/metadata.json", deflated, metadata(app, version).as_bytes())?;
    // Padlock does not read the model, and random bytes do not compress.
    add("model/model.mdp", deflated.compression_method(zip::CompressionMethod::Stored), &model(version))?;
    add("web/index.html", deflated, index(app, version.number).as_bytes())?;
    add("web/css/site.css", deflated, CSS.as_bytes())?;
    add("web/img/mark.svg", deflated, ICON.as_bytes())?;
    Ok(zip.finish()?.into_inner())
}

fn metadata(app: &str, version: &DemoVersion) -> String {
    let constants: Vec<_> = version
        .constants
        .iter()
        .map(|(name, kind, value, description)| {
            json!({ "Name": name, "Type": kind, "DefaultValue": value, "Description": description })
        })
        .collect();
    let events: Vec<_> = version.scheduled_events.iter().map(|name| json!({ "Name": name })).collect();
    json!({
        "RuntimeVersion": version.runtime,
        "ModelVersion": version.number,
        "ProjectName": app,
        "ProjectID": "00000000-0000-0000-0000-000000000000",
        "Description": version.description,
        "AdminUser": "MxAdmin",
        "Constants": constants,
        "ScheduledEvents": events,
    })
    .to_string()
}

/// Returns pseudorandom bytes in place of a compiled model, always the same for a version: a linear congruential
/// sequence (Knuth, TAOCP 3.3.4).
fn model(version: &DemoVersion) -> Vec<u8> {
    let mut state = version.number.bytes().fold(1_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
    let size = 180_000 + usize::from(version.number.bytes().last().unwrap_or_default()) * 400;
    let next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(size).collect()
}

fn index(app: &str, version: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{app} {version}</title>\n\
         <link rel=\"stylesheet\" href=\"css/site.css\">\n<link rel=\"icon\" href=\"img/mark.svg\">\n</head>\n\
         <body>\n<main>\n<img src=\"img/mark.svg\" alt=\"\" width=\"48\" height=\"48\">\n\
         <p>{app}</p>\n<h1>{version}</h1>\n<p>This page comes from the deployment package.</p>\n</main>\n\
         </body>\n</html>\n"
    )
}

const CSS: &str = ":root { color-scheme: light dark; font-family: system-ui, sans-serif; }\n\
body { margin: 0; min-height: 100vh; display: grid; place-items: center; \
background: light-dark(#f7f8fb, #14161c); color: light-dark(#1c2030, #e8eaf2); }\n\
main { text-align: center; padding: 2rem; }\n\
h1 { font-size: clamp(4rem, 20vw, 12rem); line-height: 1; margin: 0.1em 0; font-variant-numeric: tabular-nums; }\n\
p { font-size: 1.25rem; margin: 0.5rem 0; opacity: 0.75; }\n";

const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 48 48\">\
<circle cx=\"24\" cy=\"24\" r=\"20\" fill=\"#5b5bd6\"/>\
<path d=\"M15 25l6 6 12-13\" fill=\"none\" stroke=\"#fff\" stroke-width=\"4\" stroke-linecap=\"round\" \
stroke-linejoin=\"round\"/></svg>\n";
