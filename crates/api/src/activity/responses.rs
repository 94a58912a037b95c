//! The audit trail as the API shows it: each entry as a sentence whose subject is the person.

use padlock_contract::activity::ActivityEntry;
use padlock_domain::Environment;
use padlock_domain::activity::{Entry, Event};

use crate::accounts::display_names::DisplayNames;
use crate::deployments::responses::failure_reason;

/// Returns an entry as the API shows it. `environments` are those of the entry's app; the sentence has their current
/// names.
pub(crate) fn activity_entry(entry: &Entry, environments: &[Environment], names: &DisplayNames) -> ActivityEntry {
    let environment = entry.environment.and_then(|id| environments.iter().find(|e| e.id == id));
    ActivityEntry {
        id: entry.id.to_string(),
        at: entry.at.into(),
        kind: entry.event.kind().to_owned(),
        person: entry.account.map(|id| names.person(id)),
        environment: environment.map(|e| e.slug.to_string()),
        text: sentence(&entry.event, environment.map_or("an environment that is gone", |e| &e.name)),
    }
}

fn sentence(event: &Event, environment: &str) -> String {
    match event {
        Event::PackageUploaded { version, file_name } => format!("uploaded {version} ({file_name})"),
        Event::PackageDeleted { version, file_name } => format!("deleted {version} ({file_name})"),
        Event::PackageExpired { version, file_name } => {
            format!("deleted {version} ({file_name}), which had expired")
        }
        Event::PackageDownloaded { version, file_name, times: 1, .. } => format!("downloaded {version} ({file_name})"),
        Event::PackageDownloaded { version, file_name, times, .. } => {
            format!("downloaded {version} ({file_name}) {times} times")
        }
        Event::Deployed { version, replaced } => {
            deployment_sentence("deployed", version, environment, replaced.as_deref())
        }
        Event::Transported { version, replaced } => {
            deployment_sentence("transported", version, environment, replaced.as_deref())
        }
        Event::DeploymentFailed { version, reason } => {
            format!("could not deploy {version} to {environment}: {}", failure_reason(*reason))
        }
        Event::Started => format!("started {environment}"),
        Event::Stopped => format!("stopped {environment}"),
        Event::Restarted => format!("restarted {environment}"),
        Event::StartFailed => format!("could not start {environment}: it did not answer"),
        Event::SecondFactorEnrolled => "set up two-factor authentication".to_owned(),
        Event::SecondFactorReplaced => "replaced the second factor".to_owned(),
        Event::SecondFactorBlocked => "typed too many wrong codes: the second factor is blocked".to_owned(),
        // Only the owner of the account learns how many codes are left.
        Event::RecoveryCodeUsed { .. } => "opened the padlock with a recovery code".to_owned(),
        Event::RecoveryCodesRegenerated => "made new recovery codes".to_owned(),
        // These entries have no person: the operator's commands have no account.
        Event::AppCreated { contact } => format!("made this app for the operator, with {contact} as Technical Contact"),
        Event::MemberAdded { name } => format!("took {name} into the team for the operator"),
        Event::PasswordSet { name } => format!("set another password of {name}’s for the operator"),
        Event::AccountDisabled { name } => format!("disabled {name}’s account for the operator"),
        Event::AccountEnabled { name } => format!("enabled {name}’s account again for the operator"),
    }
}

fn deployment_sentence(verb: &str, version: &str, environment: &str, replaced: Option<&str>) -> String {
    match replaced {
        Some(replaced) => format!("{verb} {version} to {environment}, in place of {replaced}"),
        None => format!("{verb} {version} to {environment}"),
    }
}

#[cfg(test)]
mod tests {
    use padlock_domain::deployment::Failure;

    use super::*;

    #[test]
    fn entries_are_sentences_without_their_subject() {
        let (version, file_name) = (String::from("1.2.0"), String::from("shop-1.2.0.mda"));
        let sentence = |event: Event| sentence(&event, "Production");
        assert_eq!(
            sentence(Event::Transported { version: version.clone(), replaced: Some("1.1.0".into()) }),
            "transported 1.2.0 to Production, in place of 1.1.0"
        );
        assert_eq!(
            sentence(Event::Deployed { version: version.clone(), replaced: None }),
            "deployed 1.2.0 to Production"
        );
        assert_eq!(
            sentence(Event::DeploymentFailed { version: version.clone(), reason: Failure::DiskFull }),
            "could not deploy 1.2.0 to Production: the server's disk is full"
        );
        assert_eq!(
            sentence(Event::PackageExpired { version, file_name }),
            "deleted 1.2.0 (shop-1.2.0.mda), which had expired"
        );
        assert_eq!(sentence(Event::Restarted), "restarted Production");
    }
}
