//! Held against `serde_json`: what it writes is read back, and what it refuses is refused.

use padlock_contract::environments::Environment;
use padlock_contract::{ErrorCode, Page, Problem, Reason};
use serde_json::{Value, json};

use super::*;
use crate::testing::package;

fn as_value(node: &Node) -> Value {
    match node {
        Node::Null => Value::Null,
        Node::Bool(yes) => json!(yes),
        Node::Whole(number) => json!(number),
        Node::Text(text) => json!(text),
        Node::List(items) => items.iter().map(as_value).collect(),
        Node::Fields(fields) => {
            Value::Object(fields.iter().map(|(name, node)| (name.clone(), as_value(node))).collect())
        }
    }
}

#[test]
fn any_document_is_parsed_as_serde_json_parses_it() {
    let documents = [
        "null",
        " true ",
        "[]",
        "{}",
        "[1, 2 ,3]",
        "18446744073709551615",
        r#"{"a":{"b":[{"c":null}],"d":""},"e":"x"}"#,
        r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00 plain é 😀""#,
        "\n{ \"a\" : [ false , { } ] }\t",
    ];
    for text in documents {
        let ours = parse::document(text).map(|node| as_value(&node));
        assert_eq!(ours, Ok(serde_json::from_str(text).unwrap()), "{text}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    let documents = [
        "",
        " ",
        "nul",
        "{",
        "[1,]",
        "[1 2]",
        "{\"a\"}",
        "{a:1}",
        "\"",
        "\"\\x\"",
        "\"\\ud83d\"",
        "\"\\ud83dx\"",
        "1 2",
        "[1}",
        "18446744073709551616",
        "\"\\u12",
        "{\"a\":1,}",
        "tru",
        "-",
        "\"\\u+123\"",
    ];
    for text in documents {
        assert_eq!(parse::document(text), Err(Senseless), "{text}");
        assert!(serde_json::from_str::<Value>(text).is_err() || text.len() > 19, "{text}");
    }
    let deep = "[".repeat(5_000);
    assert_eq!(parse::document(&deep), Err(Senseless));
}

#[test]
fn the_contracts_types_come_back_as_they_went() {
    let mut problem = Problem::new(ErrorCode::Moved, "It \"moved\".");
    problem.fields.insert("from".into(), "No.".into());
    problem.reasons = vec![Reason { code: "x".into(), message: "m".into(), ask: Some("t".into()) }];
    problem.retry_after = Some(17);
    problem.now = Some(package("1.1.0", &[], &[]).to_ref());
    assert_eq!(read(&serde_json::to_string(&problem).unwrap()), Ok(problem));

    let items = vec![package("1.2.0", &[("Url", "https://x")], &["Nightly"]), package("1.1.0", &[], &[])];
    let page = Page { items, next_cursor: Some("c".to_owned()) };
    assert_eq!(read(&serde_json::to_string(&page).unwrap()), Ok(page));
}

#[test]
fn what_a_newer_server_adds_is_passed_over() {
    let json =
        r#"{"type":"t","title":"t","status":418,"detail":"d","code":"from_the_future","more":{"x":[1,"y",null]}}"#;
    assert_eq!(read::<Problem>(json).map(|problem| problem.code), Ok(ErrorCode::Unknown));
}

#[test]
fn another_type_is_refused() {
    assert_eq!(read::<Problem>("[]"), Err(Senseless));
    assert_eq!(read::<Problem>("{}"), Err(Senseless));
    assert_eq!(read::<Vec<u16>>("[70000]"), Err(Senseless));
    assert_eq!(read::<Option<bool>>("1"), Err(Senseless));
    assert_eq!(read::<ErrorCode>("{}"), Err(Senseless));
}

#[test]
fn every_word_is_the_contracts() {
    let mut count = 0;
    contract::every_word(|written, word| {
        assert_eq!(written, word);
        count += 1;
    });
    assert!(count > 30);
    for code in ErrorCode::ALL {
        assert_eq!(read(&serde_json::to_string(code).unwrap()), Ok(*code));
    }
}

#[test]
fn a_flaw_deep_inside_is_a_flaw() {
    let package = serde_json::to_string(&package("1.1.0", &[("Url", "https://x")], &[])).unwrap();
    assert!(read::<padlock_contract::packages::Package>(&package).is_ok());
    let flawed = package.replace("\"default_value\":", "\"other\":");
    assert_eq!(read::<padlock_contract::packages::Package>(&flawed), Err(Senseless));
    assert_eq!(read::<Environment>("{\"status\":\"from_the_future\"}"), Err(Senseless));
}

/// Of any bytes: the corpus beside this file, and some thousand random ones. `cargo bolero test` goes on for as long as it
/// is let (CONTRIBUTING.md).
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn problem() {
    bolero::check!(name = "problem").with_iterations(50_000).for_each(|bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        if let (Ok(ours), Ok(theirs)) = (read::<Problem>(&text), serde_json::from_str::<Problem>(&text)) {
            assert_eq!(ours, theirs);
        }
    });
}
