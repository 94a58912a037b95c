//! The manifest of a package, `model/metadata.json`.

use serde::{Deserialize, Serialize};

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

fn clean_name(text: &str, what: &'static str) -> Result<String, ManifestError> {
    // Names appear inside sentences: they must not break the line or change the text direction.
    let allowed = |c: char| {
        c != '\n'
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    bounded(text, MAX_NAME_CHARS, what).map(|t| t.chars().filter(|c| allowed(*c)).collect::<String>().trim().to_owned())
}

fn parse_text(text: &str, what: &'static str) -> Result<String, ManifestError> {
    bounded(text, MAX_TEXT_CHARS, what)
}

fn bounded(text: &str, max_chars: usize, what: &'static str) -> Result<String, ManifestError> {
    if text.chars().count() > max_chars {
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
    fn names_are_one_line_without_direction_marks() {
        let json = r#"{"RuntimeVersion":"10.6\u202e.1","ModelVersion":"1\n.\u20660\t","ProjectName":"shop"}"#;
        let manifest = Manifest::parse(json.as_bytes()).unwrap();
        assert_eq!((manifest.version.as_str(), manifest.runtime_version.as_str()), ("1.0", "10.6.1"));
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
