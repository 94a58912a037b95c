//! The manifest of a package, `model/metadata.json`.

use serde::{Deserialize, Serialize};

use crate::text::{InvisibleCharacter, require_visible};

/// The maximum number of constants, and of scheduled events.
const MAX_ITEMS: usize = 2_000;
const MAX_NAME_CHARS: usize = 200;
const MAX_TEXT_CHARS: usize = 4_000;
/// Bounds the whole manifest, which is read with every list of packages.
const MAX_TOTAL_BYTES: usize = 64 * 1024;

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
    /// The manifest is not JSON of the expected structure. Contains the parser's message.
    #[error("model/metadata.json cannot be read: {0}")]
    Unreadable(String),
    /// A required field is missing or empty.
    #[error("model/metadata.json has no {0}")]
    Missing(&'static str),
    /// There are too many items, or a text is too long.
    #[error("model/metadata.json has too many or too long {0}")]
    TooMuch(&'static str),
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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawManifest {
    #[serde(default)]
    runtime_version: String,
    #[serde(default)]
    model_version: String,
    #[serde(default)]
    project_name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    constants: Vec<RawConstant>,
    #[serde(default)]
    scheduled_events: Vec<RawScheduledEvent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawConstant {
    name: String,
    #[serde(default, rename = "Type")]
    kind: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    default_value: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawScheduledEvent {
    name: String,
}

impl Manifest {
    /// Parses `model/metadata.json`. Duplicate known keys are rejected, unknown keys are ignored.
    ///
    /// # Errors
    /// Returns [`ManifestError`], whose message is shown to the person who uploads the package.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
        // Serde would accept an array of the struct's fields in order.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(ManifestError::Unreadable("it is not a JSON object".to_owned()));
        }
        let raw: RawManifest = serde_json::from_slice(json).map_err(|e| ManifestError::Unreadable(e.to_string()))?;
        if raw.constants.len() > MAX_ITEMS {
            return Err(ManifestError::TooMuch("constants"));
        }
        if raw.scheduled_events.len() > MAX_ITEMS {
            return Err(ManifestError::TooMuch("scheduled events"));
        }
        let mut constants = Vec::with_capacity(raw.constants.len());
        let mut names = std::collections::BTreeSet::new();
        for constant in raw.constants {
            let name = clean_name(&constant.name, "constant names")?;
            if name.is_empty() {
                return Err(ManifestError::Missing("name for one of its constants"));
            }
            if !names.insert(name.clone()) {
                return Err(ManifestError::DuplicateConstant(name));
            }
            constants.push(Constant {
                name,
                kind: clean_name(&constant.kind, "constant types")?,
                description: parse_text(&constant.description.unwrap_or_default(), "constant descriptions")?,
                default_value: parse_text(&value_text(constant.default_value), "constant values")?,
            });
        }
        let scheduled_events = raw
            .scheduled_events
            .into_iter()
            .map(|event| clean_name(&event.name, "scheduled event names"))
            .collect::<Result<_, _>>()?;
        let manifest = Self {
            version: clean_name(&raw.model_version, "ModelVersion")?,
            runtime_version: clean_name(&raw.runtime_version, "RuntimeVersion")?,
            project_name: clean_name(&raw.project_name, "ProjectName")?,
            description: parse_text(&raw.description.unwrap_or_default(), "Description")?,
            constants,
            scheduled_events,
        };
        if manifest.total_bytes() > MAX_TOTAL_BYTES {
            return Err(ManifestError::TooMuch("texts in all"));
        }
        if manifest.runtime_version.is_empty() {
            return Err(ManifestError::Missing("RuntimeVersion"));
        }
        if manifest.version.is_empty() {
            return Err(ManifestError::Missing("ModelVersion"));
        }
        Ok(manifest)
    }
}

impl Manifest {
    fn total_bytes(&self) -> usize {
        let constant = |c: &Constant| [&c.name, &c.kind, &c.description, &c.default_value].map(String::len);
        let constants = self.constants.iter().flat_map(constant);
        constants.chain(self.scheduled_events.iter().map(String::len)).sum()
    }
}

/// Returns a name without surrounding whitespace. Names appear inside sentences and are compared by people: none may break
/// the line, change the text direction, or differ from another one invisibly.
fn clean_name(text: &str, what: &'static str) -> Result<String, ManifestError> {
    let name = text.trim();
    if name.chars().count() > MAX_NAME_CHARS {
        return Err(ManifestError::TooMuch(what));
    }
    require_visible(name).map_err(|character| ManifestError::Invisible(what, character))?;
    Ok(name.to_owned())
}

fn parse_text(text: &str, what: &'static str) -> Result<String, ManifestError> {
    if text.chars().count() > MAX_TEXT_CHARS {
        return Err(ManifestError::TooMuch(what));
    }
    Ok(text.chars().filter(|c| !c.is_control() || *c == '\n').collect())
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
                "constant names",
                "constant types",
                "scheduled event names",
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
    fn the_total_size_of_a_manifest_is_bounded() {
        let parse = |count: usize| {
            let constants: Vec<_> = (0..count)
                .map(|n| format!(r#"{{"Name":"Shop.C{n}","Type":"String","DefaultValue":"{}"}}"#, "x".repeat(3_000)))
                .collect();
            let constants = constants.join(",");
            Manifest::parse(
                format!(r#"{{"RuntimeVersion":"1","ModelVersion":"1","Constants":[{constants}]}}"#).as_bytes(),
            )
        };
        assert!(parse(20).is_ok());
        assert_eq!(parse(25), Err(ManifestError::TooMuch("texts in all")));
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
        assert!(matches!(error("{"), ManifestError::Unreadable(_)));
        assert!(matches!(error("[]"), ManifestError::Unreadable(_)));
        assert!(matches!(error(r#"{"RuntimeVersion":"1","RuntimeVersion":"2"}"#), ManifestError::Unreadable(_)));
        assert_eq!(error(r#"{"ModelVersion":"1"}"#), ManifestError::Missing("RuntimeVersion"));
        assert_eq!(error(r#"{"RuntimeVersion":"1"}"#), ManifestError::Missing("ModelVersion"));
        assert_eq!(
            error(r#"{"RuntimeVersion":"1","ModelVersion":"1","Constants":[{"Name":"A"},{"Name":"A"}]}"#),
            ManifestError::DuplicateConstant("A".into())
        );
        let long = format!(r#"{{"RuntimeVersion":"1","ModelVersion":"{}"}}"#, "9".repeat(201));
        assert_eq!(error(&long), ManifestError::TooMuch("ModelVersion"));
    }
}
