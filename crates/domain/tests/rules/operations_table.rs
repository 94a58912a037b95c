//! Reads `docs/operations-table.md`, and says what it decides. The tests of the API use this module as well.

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
    /// Decided by the ownership of the account.
    Owner {
        password: bool,
    },
    /// Decided neither by the permissions in an app nor by the ownership of an account.
    OutsideApp,
}

pub(crate) struct Row {
    pub(crate) operation: String,
    pub(crate) requirement: Requirement,
    pub(crate) padlock: bool,
    pub(crate) fresh_code: String,
}

/// A member of an app's team, with a credential.
pub(crate) struct Member<'a> {
    pub(crate) technical_contact: bool,
    pub(crate) deactivated: bool,
    /// The names of the permissions on every environment.
    pub(crate) permissions: &'a [String],
    /// Whether the request comes from a browser, which needs no API Rights.
    pub(crate) browser: bool,
    pub(crate) token: bool,
    /// Whether the authorised window is open.
    pub(crate) open: bool,
}

impl Member<'_> {
    fn holds(&self, permission: &str) -> bool {
        self.technical_contact || self.permissions.iter().any(|held| held == permission)
    }
}

impl Row {
    /// Returns the decision about a member: `refused`, `fresh code`, `step-up` or `grant`. `protected` says whether the
    /// environment is protected, or one of the app.
    pub(crate) fn decision(&self, member: &Member<'_>, protected: bool) -> &'static str {
        let permitted = match &self.requirement {
            Requirement::Member => true,
            Requirement::AnyOf(names) => names.iter().any(|name| member.holds(name)),
            Requirement::OnAnyEnvironment(name) => member.holds(name),
            Requirement::TechnicalContact => member.technical_contact,
            Requirement::TechnicalContactOrManager => member.holds("Manage Permissions"),
            Requirement::Owner { .. } | Requirement::OutsideApp => false,
        };
        let is_for_members = matches!(self.requirement, Requirement::Member);
        let has_api_rights = member.browser || is_for_members || member.holds("API Rights");
        let fresh_code = self.fresh_code == "always" || self.fresh_code == "always on protected" && protected;
        let step_up = self.padlock && protected && (!member.open || member.token);
        let not_for_tokens = member.token && (fresh_code || step_up || self.operation.contains("permissions"));
        if member.deactivated || !permitted || !has_api_rights || not_for_tokens {
            "refused"
        } else if fresh_code {
            "fresh code"
        } else if step_up {
            "step-up"
        } else {
            "grant"
        }
    }
}

/// Returns one row per operation. A line of the table may list several operations.
pub(crate) fn rows() -> Vec<Row> {
    let table = DOCUMENT.lines().skip_while(|line| !line.starts_with("| operation |")).skip(2);
    table.take_while(|line| line.starts_with('|')).flat_map(parse_line).collect()
}

fn parse_line(line: &str) -> Vec<Row> {
    let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [operations, requirement, padlock, fresh_code] = cells[..] else { panic!("{line}") };
    let subject = operations.split_once(": `").map(|(subject, _)| subject);
    let operations: Vec<_> = operations.split('`').skip(1).step_by(2).collect();
    assert!(!operations.is_empty(), "{line}");
    operations
        .into_iter()
        .map(|operation| Row {
            operation: operation.to_owned(),
            requirement: match subject {
                Some("account") => Requirement::Owner { password: requirement.contains("with the password") },
                Some(_) => Requirement::OutsideApp,
                None => parse_requirement(requirement),
            },
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
