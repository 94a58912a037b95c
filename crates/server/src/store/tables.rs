//! The tables of the database, for backups.

/// A table.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Whether only a move keeps its rows: what is under way, and must not come back to life with a backup.
    pub only_moved: bool,
}

const fn kept(name: &'static str) -> Table {
    Table { name, only_moved: false }
}

const fn only_moved(name: &'static str) -> Table {
    Table { name, only_moved: true }
}

/// Tables of earlier versions that have another name now, and those of migrations.
pub(super) const OTHER_TABLES: &[&str] =
    &["waiting_sessions", "grants", "migrations", "_sqlx_migrations", "installation"];

/// Every table but the record of migrations and the identity of the installation. Rows refer to rows of tables before their
/// own, or their references are checked at commit.
pub const TABLES: &[Table] = &[
    kept("accounts"),
    only_moved("sessions"),
    only_moved("mfa_challenges"),
    kept("second_factors"),
    kept("authenticators"),
    only_moved("enrolments"),
    only_moved("authenticator_enrolments"),
    kept("recovery_codes"),
    only_moved("mail_codes"),
    only_moved("wrong_passwords"),
    kept("account_entries"),
    kept("apps"),
    kept("memberships"),
    kept("packages"),
    kept("deployments"),
    kept("environments"),
    kept("member_permissions"),
    kept("package_deployments"),
    kept("activities"),
    kept("activity_sequences"),
    only_moved("jobs"),
];
