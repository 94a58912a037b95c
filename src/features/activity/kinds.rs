//! The types of activity entries with their labels and icons.

use crate::ui::Glyph;

/// The types of the contract, each with its label in the filter and its icon.
pub(super) const KINDS: [(&str, &str, Glyph); 22] = [
    ("transported", "Transports", Glyph::ArrowRight),
    ("deployed", "Deployments", Glyph::Deploy),
    ("deployment_failed", "Failed deployments", Glyph::Alert),
    ("started", "Starts", Glyph::Play),
    ("stopped", "Stops", Glyph::Stop),
    ("restarted", "Restarts", Glyph::Restart),
    ("start_failed", "Failed starts", Glyph::Alert),
    ("package_uploaded", "Uploads", Glyph::Upload),
    ("package_downloaded", "Downloads", Glyph::Download),
    ("package_deleted", "Deletions", Glyph::Trash),
    ("package_expired", "Expired packages", Glyph::Clock),
    ("second_factor_enrolled", "New second factors", Glyph::Key),
    ("second_factor_replaced", "Replaced second factors", Glyph::Key),
    ("second_factor_blocked", "Blocked second factors", Glyph::Alert),
    ("recovery_code_used", "Used recovery codes", Glyph::Key),
    ("recovery_codes_regenerated", "New recovery codes", Glyph::Key),
    ("app_made", "New apps", Glyph::Info),
    ("member_added", "New members", Glyph::Info),
    ("password_set", "Passwords set by the operator", Glyph::Key),
    ("account_disabled", "Disabled accounts", Glyph::Alert),
    ("account_enabled", "Enabled accounts", Glyph::Info),
    ("restored", "Restored backups", Glyph::Restart),
];

/// Returns the icon of a type. A newer server may send types that are unknown here.
pub(super) fn glyph(kind: &str) -> Glyph {
    KINDS.iter().find(|(known, ..)| *known == kind).map_or(Glyph::Info, |(.., glyph)| *glyph)
}

/// Whether entries of this type are about a failure.
pub(super) fn is_failure(kind: &str) -> bool {
    kind.ends_with("_failed") || kind.ends_with("_blocked")
}

#[cfg(test)]
mod tests {
    use padlock_contract::activity::TYPES;

    use super::KINDS;

    #[test]
    fn kinds_are_the_types_of_the_contract() {
        let mut known: Vec<_> = KINDS.iter().map(|(kind, ..)| *kind).collect();
        let mut all = TYPES.to_vec();
        known.sort_unstable();
        all.sort_unstable();
        assert_eq!(known, all);
    }
}
