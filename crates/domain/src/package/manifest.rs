//! `model/metadata.json`: what a package says of itself.

use serde::{Deserialize, Serialize};

/// The most constants, and the most scheduled events, that a manifest may declare.
const MOST_ITEMS: usize = 2_000;
/// The longest text kept of a name or a version, in characters.
const LONGEST_NAME: usize = 200;
/// The longest text kept of a description or a value, in characters.
const LONGEST_TEXT: usize = 4_000;
/// Bytes of everything that is kept: it is read with every list of packages.
const LONGEST: usize = 64 * 1024;

/// The parts of the manifest that Padlock uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// `ModelVersion`.
    pub version: String,
    /// `RuntimeVersion`.
    pub runtime_version: String,
    /// `ProjectName`.
    pub project_name: String,
    /// `Description`.
    pub description: String,
    /// `Constants`.
    pub constants: Vec<Constant>,
    /// The names of `ScheduledEvents`.
    pub scheduled_events: Vec<String>,
}

/// A constant that an environment may set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constant {
    /// Its name, unique in the manifest.
    pub name: String,
    /// Its type, in the vendor's words.
    pub kind: String,
    /// What it is for.
    pub description: String,
    /// Its value unless the environment sets another.
    pub default_value: String,
}

/// Why a manifest is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not JSON of the expected shape; says where.
    #[error("model/metadata.json cannot be read: {0}")]
    Unreadable(String),
    /// A field that has to be there is empty.
    #[error("model/metadata.json has no {0}")]
    Missing(&'static str),
    /// More, or longer, than anyone needs.
    #[error("model/metadata.json has too many or too long {0}")]
    TooMuch(&'static str),
    /// The whole of it is too large; says how many KiB it may have.
    #[error("model/metadata.json is larger than {0} KiB")]
    TooLarge(u64),
    /// Two constants of one name.
    #[error("model/metadata.json has the constant {0} twice")]
    DuplicateConstant(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire {
    #[serde(default)]
    runtime_version: String,
    #[serde(default)]
    model_version: String,
    #[serde(default)]
    project_name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    constants: Vec<WireConstant>,
    #[serde(default)]
    scheduled_events: Vec<WireEvent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireConstant {
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
struct WireEvent {
    name: String,
}

impl Manifest {
    /// Reads the bytes of `model/metadata.json`. Duplicate keys among those that count are refused, unknown ones ignored.
    ///
    /// # Errors
    /// [`ManifestError`] in words for the person who uploads.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
        // An array would pass for a struct whose fields come in order.
        if json.trim_ascii_start().first() != Some(&b'{') {
            return Err(ManifestError::Unreadable("it is not a JSON object".to_owned()));
        }
        let wire: Wire = serde_json::from_slice(json).map_err(|e| ManifestError::Unreadable(e.to_string()))?;
        if wire.constants.len() > MOST_ITEMS {
            return Err(ManifestError::TooMuch("constants"));
        }
        if wire.scheduled_events.len() > MOST_ITEMS {
            return Err(ManifestError::TooMuch("scheduled events"));
        }
        let mut constants = Vec::with_capacity(wire.constants.len());
        let mut names = std::collections::BTreeSet::new();
        for constant in wire.constants {
            let name = name(&constant.name, "constant names")?;
            if name.is_empty() {
                return Err(ManifestError::Missing("name for one of its constants"));
            }
            if !names.insert(name.clone()) {
                return Err(ManifestError::DuplicateConstant(name));
            }
            constants.push(Constant {
                name,
                kind: self::name(&constant.kind, "constant types")?,
                description: text(&constant.description.unwrap_or_default(), "constant descriptions")?,
                default_value: text(&plain(constant.default_value), "constant values")?,
            });
        }
        let scheduled_events = wire
            .scheduled_events
            .into_iter()
            .map(|event| name(&event.name, "scheduled event names"))
            .collect::<Result<_, _>>()?;
        let manifest = Self {
            version: name(&wire.model_version, "ModelVersion")?,
            runtime_version: name(&wire.runtime_version, "RuntimeVersion")?,
            project_name: name(&wire.project_name, "ProjectName")?,
            description: text(&wire.description.unwrap_or_default(), "Description")?,
            constants,
            scheduled_events,
        };
        if manifest.length() > LONGEST {
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
    /// Of what is kept, in bytes.
    fn length(&self) -> usize {
        let constant = |one: &Constant| [&one.name, &one.kind, &one.description, &one.default_value].map(String::len);
        let constants = self.constants.iter().flat_map(constant);
        constants.chain(self.scheduled_events.iter().map(String::len)).sum()
    }
}

fn name(text: &str, what: &'static str) -> Result<String, ManifestError> {
    // On one line, and read in one direction: a name stands in the middle of sentences.
    let plain = |c: char| {
        c != '\n'
            && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    bounded(text, LONGEST_NAME, what).map(|t| t.chars().filter(|c| plain(*c)).collect::<String>().trim().to_owned())
}

fn text(text: &str, what: &'static str) -> Result<String, ManifestError> {
    bounded(text, LONGEST_TEXT, what)
}

fn bounded(text: &str, most: usize, what: &'static str) -> Result<String, ManifestError> {
    if text.chars().count() > most {
        return Err(ManifestError::TooMuch(what));
    }
    Ok(text.chars().filter(|c| !c.is_control() || *c == '\n').collect())
}

/// A default value as text: strings without quotes, anything else as its JSON.
fn plain(value: serde_json::Value) -> String {
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
    fn names_are_one_line_in_one_direction() {
        let json = r#"{"RuntimeVersion":"10.6\u202e.1","ModelVersion":"1\n.\u20660\t","ProjectName":"shop"}"#;
        let manifest = Manifest::parse(json.as_bytes()).unwrap();
        assert_eq!((manifest.version.as_str(), manifest.runtime_version.as_str()), ("1.0", "10.6.1"));
    }

    #[test]
    fn what_is_kept_is_little() {
        let of = |many: usize| {
            let constants: Vec<_> = (0..many)
                .map(|n| format!(r#"{{"Name":"Shop.C{n}","Type":"String","DefaultValue":"{}"}}"#, "x".repeat(3_000)))
                .collect();
            let all = constants.join(",");
            Manifest::parse(format!(r#"{{"RuntimeVersion":"1","ModelVersion":"1","Constants":[{all}]}}"#).as_bytes())
        };
        assert!(of(20).is_ok());
        assert_eq!(of(25), Err(ManifestError::TooMuch("texts in all")));
    }

    #[test]
    fn the_vendors_shape() {
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
    fn broken_ones_say_what_is_wrong() {
        let refusal = |json: &str| Manifest::parse(json.as_bytes()).unwrap_err();
        assert!(matches!(refusal("{"), ManifestError::Unreadable(_)));
        assert!(matches!(refusal("[]"), ManifestError::Unreadable(_)));
        assert!(matches!(refusal(r#"{"RuntimeVersion":"1","RuntimeVersion":"2"}"#), ManifestError::Unreadable(_)));
        assert_eq!(refusal(r#"{"ModelVersion":"1"}"#), ManifestError::Missing("RuntimeVersion"));
        assert_eq!(refusal(r#"{"RuntimeVersion":"1"}"#), ManifestError::Missing("ModelVersion"));
        assert_eq!(
            refusal(r#"{"RuntimeVersion":"1","ModelVersion":"1","Constants":[{"Name":"A"},{"Name":"A"}]}"#),
            ManifestError::DuplicateConstant("A".into())
        );
        let long = format!(r#"{{"RuntimeVersion":"1","ModelVersion":"{}"}}"#, "9".repeat(201));
        assert_eq!(refusal(&long), ManifestError::TooMuch("ModelVersion"));
    }
}
