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

/// Whose permission, as the document has it.
pub(crate) enum Needed {
    Member,
    AnyOf(Vec<String>),
    Anywhere(String),
    Contact,
    ContactOrManager,
    /// By the account or by Support.
    Elsewhere,
}

pub(crate) struct Row {
    pub(crate) operation: String,
    pub(crate) needs: Needed,
    pub(crate) padlock: bool,
    pub(crate) fresh: String,
}

/// One for each operation: a line of the table may name several.
pub(crate) fn rows() -> Vec<Row> {
    let lines = DOCUMENT.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.flat_map(line).collect()
}

fn line(line: &str) -> Vec<Row> {
    let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [operations, needs, padlock, fresh] = cells[..] else { panic!("{line}") };
    let elsewhere = operations.starts_with("account:") || operations.starts_with("support:");
    let operations: Vec<_> = operations.split('`').skip(1).step_by(2).collect();
    assert!(!operations.is_empty(), "{line}");
    operations
        .into_iter()
        .map(|operation| Row {
            operation: operation.to_owned(),
            needs: if elsewhere { Needed::Elsewhere } else { needed(needs) },
            // "as the edit" and "if the member holds …" are asked for wherever they may matter.
            padlock: padlock != "–",
            fresh: match fresh {
                // Known from the edit only, which asks for its code itself.
                "granting MP" => "–".to_owned(),
                fresh => fresh.split(" (").next().unwrap().to_owned(),
            },
        })
        .collect()
}

fn needed(text: &str) -> Needed {
    let named: Vec<_> = PERMISSIONS.iter().filter(|name| text.contains(**name)).map(|n| (*n).to_owned()).collect();
    if text.contains("any environment") {
        Needed::Anywhere(named[0].clone())
    } else if text.starts_with("TC or MP") {
        Needed::ContactOrManager
    } else if text.starts_with("TC") {
        Needed::Contact
    } else if text.contains("member") {
        Needed::Member
    } else {
        assert!(!named.is_empty(), "nothing known in “{text}”");
        Needed::AnyOf(named)
    }
}
