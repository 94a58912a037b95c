//! The audit trail as the API shows it: each entry as a sentence whose subject is the person.

use padlock_contract::activity::{ActivityEntry, NamedObject, TextPart};
use padlock_domain::activity::{Entry, Event};
use padlock_domain::{Environment, PackageId};

use crate::accounts::display_names::DisplayNames;
use crate::deployments::responses::failure_reason;

/// Returns an entry as the API shows it. `environments` are those of the entry's app; the sentence has their current
/// names.
pub(crate) fn activity_entry(entry: &Entry, environments: &[Environment], names: &DisplayNames) -> ActivityEntry {
    let environment = entry.environment.and_then(|id| environments.iter().find(|e| e.id == id));
    let parts = sentence(&entry.event, environment);
    ActivityEntry {
        id: entry.id.to_string(),
        at: entry.at.into(),
        kind: entry.event.kind().to_owned(),
        person: entry.account.map(|id| names.person(id)),
        environment: environment.map(|e| e.slug.to_string()),
        text: parts.iter().map(|part| part.text.as_str()).collect(),
        parts,
    }
}

fn words(text: impl Into<String>) -> TextPart {
    TextPart { text: text.into(), object: None }
}

fn version(version: &str, package: Option<PackageId>) -> TextPart {
    let id = package.map(|id| id.to_string());
    TextPart { text: version.to_owned(), object: Some(NamedObject::Package { id }) }
}

fn sentence(event: &Event, environment: Option<&Environment>) -> Vec<TextPart> {
    let target = || match environment {
        Some(environment) => TextPart {
            text: environment.name.clone(),
            object: Some(NamedObject::Environment { slug: environment.slug.to_string() }),
        },
        None => words("an environment that is gone"),
    };
    let of_environment = |verb: &str| vec![words(verb), target()];
    let of_package =
        |verb: &str, number: &str, package, rest: String| vec![words(verb), version(number, package), words(rest)];
    match event {
        Event::PackageUploaded { package, version, file_name } => {
            of_package("uploaded ", version, *package, format!(" ({file_name})"))
        }
        Event::PackageDeleted { version, file_name } => {
            of_package("deleted ", version, None, format!(" ({file_name})"))
        }
        Event::PackageExpired { version, file_name } => {
            of_package("deleted ", version, None, format!(" ({file_name}), which had expired"))
        }
        Event::PackageDownloaded { package, version, file_name, times: 1 } => {
            of_package("downloaded ", version, *package, format!(" ({file_name})"))
        }
        Event::PackageDownloaded { package, version, file_name, times } => {
            of_package("downloaded ", version, *package, format!(" ({file_name}) {times} times"))
        }
        Event::Deployed { package, version: number, replaced, replaced_package }
        | Event::Transported { package, version: number, replaced, replaced_package } => {
            let verb = if matches!(event, Event::Transported { .. }) { "transported " } else { "deployed " };
            let mut parts = vec![words(verb), version(number, *package), words(" to "), target()];
            if let Some(replaced) = replaced {
                parts.extend([words(", in place of "), version(replaced, *replaced_package)]);
            }
            parts
        }
        Event::DeploymentFailed { package, version: number, reason } => {
            let reason = words(format!(": {}", failure_reason(*reason)));
            vec![words("could not deploy "), version(number, *package), words(" to "), target(), reason]
        }
        Event::Started => of_environment("started "),
        Event::Stopped => of_environment("stopped "),
        Event::Restarted => of_environment("restarted "),
        Event::StartFailed => vec![words("could not start "), target(), words(": it did not answer")],
        Event::SecondFactorEnrolled => vec![words("set up two-factor authentication")],
        Event::SecondFactorReplaced => vec![words("replaced the second factor")],
        Event::SecondFactorBlocked => vec![words("typed too many wrong codes: the second factor is blocked")],
        // Only the owner of the account learns how many codes are left.
        Event::RecoveryCodeUsed { .. } => vec![words("opened the padlock with a recovery code")],
        Event::RecoveryCodesRegenerated => vec![words("made new recovery codes")],
        // These entries have no person: the operator's commands have no account.
        Event::AppCreated { contact } => {
            vec![words(format!("created this app for the operator, with {contact} as Technical Contact"))]
        }
        Event::MemberAdded { name } => vec![words(format!("added {name} to the team for the operator"))],
        Event::PasswordSet { name } => vec![words(format!("set a new password for {name} for the operator"))],
        Event::AccountDisabled { name } => vec![words(format!("disabled {name}’s account for the operator"))],
        Event::AccountEnabled { name } => vec![words(format!("enabled {name}’s account again for the operator"))],
        Event::Restored { backup_made_at } => {
            let made_at = backup_made_at.strftime("%-d %B %Y, %H:%M UTC");
            vec![words(format!("restored the portal for the operator, from the backup of {made_at}"))]
        }
    }
}

#[cfg(test)]
mod tests {
    use padlock_domain::app::Promotion;
    use padlock_domain::deployment::Failure;
    use padlock_domain::{AccountId, App, AppId, EnvironmentId, Timestamp};

    use super::*;

    #[test]
    fn entries_are_sentences_without_their_subject() {
        let (version, file_name) = (String::from("1.2.0"), String::from("shop-1.2.0.mda"));
        let app = App {
            id: AppId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            slug: "shop".parse().unwrap(),
            name: "shop".to_owned(),
            promotion: Promotion::Strict,
            technical_contact: AccountId::new(Timestamp::UNIX_EPOCH, [2; 10]),
        };
        let ids = std::array::from_fn(|n| EnvironmentId::new(Timestamp::UNIX_EPOCH, [n as u8; 10]));
        let production = &app.default_environments(ids)[2];
        let (package, replaced_package) = (Some(PackageId::new(Timestamp::UNIX_EPOCH, [3; 10])), None);
        let parts = |event: Event| sentence(&event, Some(production));
        let sentence = |event: Event| parts(event).into_iter().map(|part| part.text).collect::<String>();
        let transported =
            Event::Transported { package, version: version.clone(), replaced: Some("1.1.0".into()), replaced_package };
        let objects: Vec<_> = parts(transported.clone()).into_iter().filter_map(|part| part.object).collect();
        let [transported_package, environment, replaced] = objects.as_slice() else { panic!("{objects:?}") };
        assert_eq!(*transported_package, NamedObject::Package { id: package.map(|id| id.to_string()) });
        assert_eq!(*environment, NamedObject::Environment { slug: "production".to_owned() });
        assert_eq!(*replaced, NamedObject::Package { id: None });
        assert_eq!(sentence(transported), "transported 1.2.0 to Production, in place of 1.1.0");
        assert_eq!(
            sentence(Event::Deployed { package, version: version.clone(), replaced: None, replaced_package }),
            "deployed 1.2.0 to Production"
        );
        assert_eq!(
            sentence(Event::DeploymentFailed { package, version: version.clone(), reason: Failure::DiskFull }),
            "could not deploy 1.2.0 to Production: the server's disk is full"
        );
        assert_eq!(
            sentence(Event::PackageExpired { version, file_name }),
            "deleted 1.2.0 (shop-1.2.0.mda), which had expired"
        );
        assert_eq!(sentence(Event::Restarted), "restarted Production");
    }
}
