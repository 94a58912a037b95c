//! Reads `docs/operations-table.md`.

const DOCUMENT: &str = include_str!("../../../../docs/operations-table.md");

const PERMISSIONS: [&str; 6] = [
    "Transport Rights",
    "Access to Backups",
    "Receive Alerts",
    "API Rights",
    "Access to Monitoring",
    "Manage Permissions",
];

pub(crate) enum Requirement {
    Member,
    AnyOf(Vec<String>),
    OnAnyEnvironment(String),
    TechnicalContact,
    TechnicalContactOrManager,
    /// Not decided by the permissions in an app.
    OutsideApp,
}

pub(crate) struct Row {
    pub(crate) operation: String,
    pub(crate) requirement: Requirement,
    pub(crate) padlock: bool,
    pub(crate) fresh_code: String,
}

/// Returns one row per operation. A line of the table may list several operations.
pub(crate) fn rows() -> Vec<Row> {
    let lines = DOCUMENT.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.flat_map(parse_line).collect()
}

fn parse_line(line: &str) -> Vec<Row> {
    let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [operations, requirement, padlock, fresh_code] = cells[..] else { panic!("{line}") };
    let outside_app = operations.starts_with("account:") || operations.starts_with("support:");
    let operations: Vec<_> = operations.split('`').skip(1).step_by(2).collect();
    assert!(!operations.is_empty(), "{line}");
    operations
        .into_iter()
        .map(|operation| Row {
            operation: operation.to_owned(),
            requirement: if outside_app { Requirement::OutsideApp } else { parse_requirement(requirement) },
            // "as the edit" and "if the member holds …" apply to every protected environment.
            padlock: padlock != "–",
            fresh_code: match fresh_code {
                // Only the edit itself shows whether the code is required.
                "granting MP" => "–".to_owned(),
                text => text.split(" (").next().unwrap().to_owned(),
            },
        })
        .collect()
}

fn parse_requirement(text: &str) -> Requirement {
    let named: Vec<_> = PERMISSIONS.iter().filter(|name| text.contains(**name)).map(|n| (*n).to_owned()).collect();
    if text.contains("any environment") {
        Requirement::OnAnyEnvironment(named[0].clone())
    } else if text.starts_with("TC or MP") {
        Requirement::TechnicalContactOrManager
    } else if text.starts_with("TC") {
        Requirement::TechnicalContact
    } else if text.contains("member") {
        Requirement::Member
    } else {
        assert!(!named.is_empty(), "no requirement in “{text}”");
        Requirement::AnyOf(named)
    }
}
