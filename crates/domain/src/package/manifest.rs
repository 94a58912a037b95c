//! The manifest of a package, `model/metadata.json`.

use serde::{Deserialize, Serialize};

use crate::text::{InvisibleCharacter, is_invisible, require_visible};

/// The maximum number of constants, and of scheduled events. The size of the whole manifest is limited by
/// [`PackageLimits::manifest_bytes`](super::PackageLimits::manifest_bytes).
const MAX_ITEMS: usize = 5_000;
/// The maximum length of a name or version, in characters.
const MAX_NAME_CHARS: usize = 255;
/// How much of a name that is too long an error shows, in characters.
const SHOWN_NAME_CHARS: usize = 40;

/// The parts of the manifest that Padlock uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the model (`ModelVersion`).
    pub version: String,
    /// The runtime version that the package was built for (`RuntimeVersion`).
    pub runtime_version: String,
    /// The name of the project (`ProjectName`).
    pub project_name: String,
    /// The description of the package (`Description`).
    pub description: String,
    /// The constants of the package (`Constants`).
    pub constants: Vec<Constant>,
    /// The names of `ScheduledEvents`.
    pub scheduled_events: Vec<String>,
}

/// A constant whose value an environment may set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constant {
    /// The name of the constant, unique in the manifest.
    pub name: String,
    /// The type of the constant, as the manifest names it.
    pub kind: String,
    /// The description of the constant.
    pub description: String,
    /// The value used unless the environment sets another one.
    pub default_value: String,
}

/// Why a manifest is rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// The manifest has another encoding than the only one of JSON (RFC 8259 §8.1), such as UTF-16.
    #[error("model/metadata.json is not UTF-8")]
    NotUtf8,
    /// The manifest is not JSON.
    #[error("model/metadata.json is not valid JSON (line {line}, column {column})")]
    NotJson {
        /// The line of the error, from 1.
        line: usize,
        /// The column of the error, from 1.
        column: usize,
    },
    /// The manifest is JSON, but no object.
    #[error("model/metadata.json is not a JSON object")]
    NotAnObject,
    /// A field has another type than expected.
    #[error("{path} in model/metadata.json is not of the expected type (line {line})")]
    WrongType {
        /// The path of the field, such as `Constants[2].Name`.
        path: String,
        /// The line of the error, from 1.
        line: usize,
    },
    /// An object has a field twice.
    #[error("model/metadata.json has {0} twice in one object")]
    DuplicateField(String),
    /// A required field is missing or empty.
    #[error("model/metadata.json has no {0}")]
    Missing(&'static str),
    /// There are more items than this.
    #[error("model/metadata.json has more than {1} {0}")]
    TooMany(&'static str, usize),
    /// A name is longer than this many characters.
    #[error("{what} in model/metadata.json has more than {most} characters: {start}…")]
    TooLong {
        /// The field.
        what: &'static str,
        /// The maximum length.
        most: usize,
        /// How the name begins.
        start: String,
    },
    /// The manifest is larger than this many KiB.
    #[error("model/metadata.json is larger than {0} KiB")]
    TooLarge(u64),
    /// A version or name contains a character that cannot be seen.
    #[error("model/metadata.json has {1} in {0}")]
    Invisible(&'static str, InvisibleCharacter),
    /// Two constants have the same name.
    #[error("model/metadata.json has the constant {0} twice")]
    DuplicateConstant(String),
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawManifest {
    runtime_version: Option<String>,
    model_version: Option<String>,
    project_name: Option<String>,
    description: Option<String>,
    constants: Option<Vec<RawConstant>>,
    scheduled_events: Option<Vec<RawScheduledEvent>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawConstant {
    name: Option<String>,
    #[serde(rename = "Type")]
    kind: Option<String>,
    description: Option<String>,
    default_value: serde_json::Value,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct RawScheduledEvent {
    name: Option<String>,
}

impl Manifest {
    /// Parses `model/metadata.json`. Duplicate known keys are rejected, unknown keys are ignored.
    ///
    /// # Errors
    /// Returns [`ManifestError`], whose message is shown to the person who uploads the package.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        let json = std::str::from_utf8(json).map_err(|_| ManifestError::NotUtf8)?;
        let json = json.strip_prefix('\u{feff}').unwrap_or(json);
        // Serde would accept an array of the struct's fields in order.
        if json.trim_ascii_start().chars().next().is_some_and(|first| first != '{') {
            return Err(ManifestError::NotAnObject);
        }
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let raw: RawManifest = serde_path_to_error::deserialize(&mut deserializer).map_err(field_error)?;
        deserializer.end().map_err(|error| not_json(&error))?;
        let (raw_constants, raw_events) = (raw.constants.unwrap_or_default(), raw.scheduled_events.unwrap_or_default());
        if raw_constants.len() > MAX_ITEMS {
            return Err(ManifestError::TooMany("constants", MAX_ITEMS));
        }
        if raw_events.len() > MAX_ITEMS {
            return Err(ManifestError::TooMany("scheduled events", MAX_ITEMS));
        }
        let mut constants = Vec::with_capacity(raw_constants.len());
        let mut names = std::collections::BTreeSet::new();
        for constant in raw_constants {
            let name = clean_name(constant.name, "the name of a constant")?;
            if name.is_empty() {
                return Err(ManifestError::Missing("name for one of its constants"));
            }
            if !names.insert(name.clone()) {
                return Err(ManifestError::DuplicateConstant(name));
            }
            constants.push(Constant {
                name,
                kind: clean_name(constant.kind, "the type of a constant")?,
                description: clean_text(constant.description.unwrap_or_default()),
                default_value: clean_text(value_text(constant.default_value)),
            });
        }
        let mut scheduled_events = Vec::with_capacity(raw_events.len());
        for event in raw_events {
            let name = clean_name(event.name, "the name of a scheduled event")?;
            if name.is_empty() {
                return Err(ManifestError::Missing("name for one of its scheduled events"));
            }
            scheduled_events.push(name);
        }
        let required = |text, what| match clean_name(text, what) {
            Ok(name) if name.is_empty() => Err(ManifestError::Missing(what)),
            result => result,
        };
        Ok(Self {
            runtime_version: required(raw.runtime_version, "RuntimeVersion")?,
            version: required(raw.model_version, "ModelVersion")?,
            project_name: clean_name(raw.project_name, "ProjectName")?,
            description: clean_text(raw.description.unwrap_or_default()),
            constants,
            scheduled_events,
        })
    }
}

fn field_error(error: serde_path_to_error::Error<serde_json::Error>) -> ManifestError {
    let path = error.path().to_string();
    let error = error.into_inner();
    if !error.is_data() {
        return not_json(&error);
    }
    // Serde reports it only as text: duplicate field `ModelVersion`.
    match error.to_string().strip_prefix("duplicate field `").and_then(|text| text.split_once('`')) {
        Some((field, _)) => ManifestError::DuplicateField(field.to_owned()),
        None => ManifestError::WrongType { path, line: error.line() },
    }
}

fn not_json(error: &serde_json::Error) -> ManifestError {
    ManifestError::NotJson { line: error.line(), column: error.column() }
}

/// Returns a name without surrounding whitespace. Names appear inside sentences and are compared by people: none may break
/// the line, change the text direction, or differ from another one invisibly.
fn clean_name(text: Option<String>, what: &'static str) -> Result<String, ManifestError> {
    let text = text.unwrap_or_default();
    let name = text.trim();
    if name.chars().count() > MAX_NAME_CHARS {
        let start = name.chars().filter(|c| !is_invisible(*c)).take(SHOWN_NAME_CHARS).collect();
        return Err(ManifestError::TooLong { what, most: MAX_NAME_CHARS, start });
    }
    require_visible(name).map_err(|character| ManifestError::Invisible(what, character))?;
    Ok(name.to_owned())
}

/// Returns a text without control characters except line breaks.
fn clean_text(text: String) -> String {
    if !text.contains(|c: char| c.is_control() && c != '\n') {
        return text;
    }
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}

/// Strings without quotes, anything else as JSON.
fn value_text(value: serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrounding_whitespace_of_names_is_removed() {
        let json = r#"{"RuntimeVersion":" 10.6.1","ModelVersion":"1.0\t\n","ProjectName":"shop"}"#;
        let manifest = Manifest::parse(json.as_bytes()).unwrap();
        assert_eq!((manifest.version.as_str(), manifest.runtime_version.as_str()), ("1.0", "10.6.1"));
    }

    #[test]
    fn names_with_invisible_characters_are_refused() {
        let manifest = |version: &str, runtime: &str, project: &str, constant: &str, kind: &str, event: &str| {
            serde_json::json!({
                "ModelVersion": version, "RuntimeVersion": runtime, "ProjectName": project,
                "Constants": [{ "Name": constant, "Type": kind }], "ScheduledEvents": [{ "Name": event }],
            })
        };
        for character in ['\u{200b}', '\u{202e}', '\u{2066}', '\u{ad}', '\u{3164}', '\u{e0041}', '\n', '\t', '\0'] {
            for (field, name) in [
                "ModelVersion",
                "RuntimeVersion",
                "ProjectName",
                "the name of a constant",
                "the type of a constant",
                "the name of a scheduled event",
            ]
            .into_iter()
            .enumerate()
            {
                let mut names = [(); 6].map(|()| "a1".to_owned());
                names[field] = format!("a{character}1");
                let [version, runtime, project, constant, kind, event] = &names;
                let json = manifest(version, runtime, project, constant, kind, event).to_string();
                let error = Manifest::parse(json.as_bytes()).unwrap_err();
                assert_eq!(error, ManifestError::Invisible(name, InvisibleCharacter(character)));
                let code = u32::from(character);
                let sentence = format!("model/metadata.json has the invisible character U+{code:04X} in {name}");
                assert_eq!(error.to_string(), sentence);
            }
        }
        let json = manifest("1.0", "1", "متجر", "می\u{200c}خواهم", "חנות", "商店").to_string();
        assert!(Manifest::parse(json.as_bytes()).is_ok());
    }

    #[test]
    fn a_manifest_may_have_many_constants_and_long_texts() {
        let constants: Vec<_> = (0..230)
            .map(|n| serde_json::json!({ "Name": format!("Shop.C{n}"), "Description": "d".repeat(255) }))
            .chain([serde_json::json!({ "Name": "Saml.Metadata", "DefaultValue": "x".repeat(500_000) })])
            .collect();
        let json = serde_json::json!({ "RuntimeVersion": "1", "ModelVersion": "1", "Constants": constants });
        let manifest = Manifest::parse(json.to_string().as_bytes()).unwrap();
        assert_eq!(manifest.constants.len(), 231);
        assert_eq!(manifest.constants[230].default_value.len(), 500_000);
    }

    #[test]
    fn what_is_too_large_is_named_with_its_limit() {
        let parse = |json: serde_json::Value| Manifest::parse(json.to_string().as_bytes()).unwrap_err().to_string();
        let items: Vec<_> = (0..=MAX_ITEMS).map(|n| serde_json::json!({ "Name": n.to_string() })).collect();
        assert_eq!(
            parse(serde_json::json!({ "Constants": items })),
            "model/metadata.json has more than 5000 constants"
        );
        assert_eq!(
            parse(serde_json::json!({ "ScheduledEvents": items })),
            "model/metadata.json has more than 5000 scheduled events"
        );
        let name = format!("Shop.{}", "x".repeat(251));
        assert_eq!(
            parse(serde_json::json!({ "Constants": [{ "Name": name }] })),
            "the name of a constant in model/metadata.json has more than 255 characters: \
             Shop.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
        );
    }

    #[test]
    fn null_is_the_same_as_absent() {
        let json =
            br#"{"RuntimeVersion":"1","ModelVersion":"2","ProjectName":null,"Description":null,"ScheduledEvents":null,
            "Constants":[{"Name":"A","Type":null,"Description":null,"DefaultValue":null}]}"#;
        let manifest = Manifest::parse(json).unwrap();
        assert_eq!((manifest.project_name.as_str(), manifest.scheduled_events.len()), ("", 0));
        let constant = Constant { name: "A".into(), kind: "".into(), description: "".into(), default_value: "".into() };
        assert_eq!(manifest.constants, [constant]);
        let json = br#"{"RuntimeVersion":"1","ModelVersion":"2","Constants":null}"#;
        assert_eq!(Manifest::parse(json).unwrap().constants, []);
        let json = br#"{"RuntimeVersion":"1","ModelVersion":null}"#;
        assert_eq!(Manifest::parse(json), Err(ManifestError::Missing("ModelVersion")));
    }

    #[test]
    fn a_manifest_of_the_build_tool_is_accepted() {
        let manifest = Manifest::parse(
            br#"{"RuntimeVersion":"6.2.0","ModelVersion":"unversioned","ProjectName":"sample","Description":"",
                 "Roles":{"x":{"Name":"User"}},
                 "Constants":[{"Name":"Api.Url","Type":"String","Description":"where","DefaultValue":"https://x"},
                              {"Name":"Api.Retries","Type":"Integer","DefaultValue":3}],
                 "ScheduledEvents":[{"Name":"Main.Nightly","Interval":1}]}"#,
        )
        .unwrap();
        assert_eq!(manifest.version, "unversioned");
        assert_eq!(manifest.constants[1].default_value, "3");
        assert_eq!(manifest.scheduled_events, ["Main.Nightly"]);
    }

    #[test]
    fn an_invalid_manifest_is_rejected_with_its_error() {
        let error = |json: &str| Manifest::parse(json.as_bytes()).unwrap_err();
        let message = |json: &str| error(json).to_string();
        assert_eq!(message("{"), "model/metadata.json is not valid JSON (line 1, column 1)");
        assert_eq!(message(""), "model/metadata.json is not valid JSON (line 1, column 0)");
        assert_eq!(message("{} x"), "model/metadata.json is not valid JSON (line 1, column 4)");
        assert_eq!(message("[]"), "model/metadata.json is not a JSON object");
        assert_eq!(Manifest::parse(b"\xFF\xFE{\0"), Err(ManifestError::NotUtf8));
        assert_eq!(
            message(r#"{"RuntimeVersion":"1","RuntimeVersion":"2"}"#),
            "model/metadata.json has RuntimeVersion twice in one object"
        );
        assert_eq!(
            message("{\n\"ModelVersion\":1.5}"),
            "ModelVersion in model/metadata.json is not of the expected type (line 2)"
        );
        assert_eq!(
            message(r#"{"Constants":[{"Name":"A"},{"Name":["B"]}]}"#),
            "Constants[1].Name in model/metadata.json is not of the expected type (line 1)"
        );
        assert_eq!(error(r#"{"ModelVersion":"1"}"#), ManifestError::Missing("RuntimeVersion"));
        assert_eq!(error(r#"{"RuntimeVersion":"1"}"#), ManifestError::Missing("ModelVersion"));
        assert_eq!(
            error(r#"{"RuntimeVersion":"1","ModelVersion":"1","Constants":[{"Name":"A"},{"Name":"A"}]}"#),
            ManifestError::DuplicateConstant("A".into())
        );
    }
}
