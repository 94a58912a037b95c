//! The walkthrough of the API in `docs`, word by word.

use std::process::Command;

use crate::support::Demo;

const DOCUMENT: &str = include_str!("../../../../docs/api-walkthrough.md");

/// Returns the contents of the blocks of the document in this language, in order.
fn blocks(language: &str) -> String {
    let begin = format!("```{language}\n");
    DOCUMENT.split(&begin).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_walkthrough_has_the_output_that_it_shows() {
    let demo = Demo::start(&[]);
    let api = format!("http://localhost:{}/api/v1", demo.server.portal.port());
    let mut shell = Command::new("bash");
    let output = shell.args(["-c", &blocks("sh")]).env("PADLOCK_API", api).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), blocks("text"), "{errors}");
    assert!(output.status.success(), "{errors}");
}
