//! The audit trail on the wire: what happened, as a sentence.

use padlock_contract::activity::ActivityEntry;
use padlock_domain::activity::{Entry, Event};
use padlock_domain::deployment::Failure;
use padlock_domain::environment::Environment;

use crate::account::display_names::DisplayNames;

/// `environments` are those of the entry's app: the sentence names them as they are called now.
pub(crate) fn activity_entry(of: &Entry, environments: &[Environment], names: &DisplayNames) -> ActivityEntry {
    let environment = of.environment.and_then(|id| environments.iter().find(|e| e.id == id));
    ActivityEntry {
        id: of.id.to_string(),
        at: of.at.into(),
        kind: of.event.kind().to_owned(),
        person: of.account.map(|id| names.person(id)),
        environment: environment.map(|e| e.slug.to_string()),
        text: text(&of.event, environment.map_or("an environment that is gone", |e| &e.name)),
    }
}

fn text(event: &Event, place: &str) -> String {
    match event {
        Event::PackageUploaded { version, file_name } => format!("uploaded {version} ({file_name})"),
        Event::PackageDeleted { version, file_name } => format!("deleted {version} ({file_name})"),
        Event::PackageExpired { version, file_name } => {
            format!("deleted {version} ({file_name}), which had expired")
        }
        Event::PackageDownloaded { version, file_name } => format!("downloaded {version} ({file_name})"),
        Event::Deployed { version, replaced } => put("deployed", version, place, replaced.as_deref()),
        Event::Transported { version, replaced } => put("transported", version, place, replaced.as_deref()),
        Event::DeploymentFailed { version, reason } => {
            format!("could not deploy {version} to {place}: {}", why(*reason))
        }
        Event::Started => format!("started {place}"),
        Event::Stopped => format!("stopped {place}"),
        Event::Restarted => format!("restarted {place}"),
        Event::StartFailed => format!("could not start {place}: it did not answer"),
        Event::SecondFactorEnrolled => "set up two-factor authentication".to_owned(),
        Event::SecondFactorReplaced => "replaced the second factor".to_owned(),
        Event::SecondFactorBlocked => "typed too many wrong codes: the second factor is blocked".to_owned(),
        // How many are left is the owner's concern alone.
        Event::RecoveryCodeUsed { .. } => "opened the padlock with a recovery code".to_owned(),
        Event::RecoveryCodesRegenerated => "made new recovery codes".to_owned(),
        // Nobody's name stands before these: Padlock did them.
        Event::AppMade { contact } => format!("made this app for the operator, with {contact} as Technical Contact"),
        Event::MemberAdded { name } => format!("took {name} into the team for the operator"),
        Event::PasswordSet { name } => format!("set another password of {name}’s for the operator"),
        Event::AccountDisabled { name } => format!("disabled {name}’s account for the operator"),
        Event::AccountEnabled { name } => format!("enabled {name}’s account again for the operator"),
    }
}

fn put(verb: &str, version: &str, place: &str, replaced: Option<&str>) -> String {
    match replaced {
        Some(old) => format!("{verb} {version} to {place}, in place of {old}"),
        None => format!("{verb} {version} to {place}"),
    }
}

const fn why(failure: Failure) -> &'static str {
    match failure {
        Failure::Interrupted => "Padlock was stopped in the middle",
        Failure::PermissionWithdrawn => "the permission was withdrawn in the meantime",
        Failure::HashMismatch => "the file is not what was uploaded",
        Failure::Unreadable => "the package cannot be unpacked",
        Failure::DiskFull => "the server's disk is full",
        Failure::DidNotStart => "the new version did not answer",
        Failure::Internal => "the server's log says why",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_without_the_one_who_did_it() {
        let (version, file_name) = (String::from("1.2.0"), String::from("shop-1.2.0.mda"));
        let said = |event: Event| text(&event, "Production");
        assert_eq!(
            said(Event::Transported { version: version.clone(), replaced: Some("1.1.0".into()) }),
            "transported 1.2.0 to Production, in place of 1.1.0"
        );
        assert_eq!(said(Event::Deployed { version: version.clone(), replaced: None }), "deployed 1.2.0 to Production");
        assert_eq!(
            said(Event::DeploymentFailed { version: version.clone(), reason: Failure::DiskFull }),
            "could not deploy 1.2.0 to Production: the server's disk is full"
        );
        assert_eq!(
            said(Event::PackageExpired { version, file_name }),
            "deleted 1.2.0 (shop-1.2.0.mda), which had expired"
        );
        assert_eq!(said(Event::Restarted), "restarted Production");
    }
}
