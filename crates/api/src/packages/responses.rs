//! Packages as the API returns them.

use padlock_contract::packages::{Constant, NotPromoted, Package, PackageSummary, PackageWarning};
use padlock_domain::app::Promotion;
use padlock_domain::deployment::{PreviousEnvironment, missing_promotion};
use padlock_domain::package::{Manifest, manifest};
use padlock_domain::{Environment, Timestamp, package as domain};

use crate::accounts::display_names::DisplayNames;
use crate::refusals::deployments::not_promoted_message;

/// Returns the environments to which a package cannot be deployed because it has not run on the one before. `environments`
/// are all environments of its app, in promotion order.
pub(super) fn not_promoted(
    version: &str,
    promotion: Promotion,
    environments: &[Environment],
    has_run: impl Fn(&Environment) -> bool,
) -> Vec<NotPromoted> {
    let pairs = environments.iter().zip(environments.iter().skip(1));
    let refusal = |(environment, target): (&Environment, &Environment)| {
        let previous = PreviousEnvironment { environment, has_run: has_run(environment) };
        let missing = missing_promotion(promotion, Some(previous))?;
        let message = not_promoted_message(version, &missing.name, &target.name);
        Some(NotPromoted { environment: target.slug.to_string(), message })
    };
    pairs.filter_map(refusal).collect()
}

/// Returns the response for a package in a list. `environments` are all environments of its app.
pub(crate) fn summary(
    package: &domain::PackageSummary,
    expires_at: Option<Timestamp>,
    not_promoted: Vec<NotPromoted>,
    environments: &[Environment],
    names: &DisplayNames,
) -> PackageSummary {
    let is_on = |e: &&Environment| e.state.release().is_some_and(|r| r.package.id == package.id);
    PackageSummary {
        id: package.id.to_string(),
        file_name: package.file_name.clone(),
        version: package.version.clone(),
        runtime_version: package.runtime_version.clone(),
        project_name: package.project_name.clone(),
        description: package.description.clone(),
        warnings: if package.has_index_page { Vec::new() } else { vec![PackageWarning::NoIndexPage] },
        size: package.size,
        sha256: package.sha256.to_string(),
        uploaded_by: names.person(package.uploaded_by),
        created_at: package.created_at.into(),
        expires_at: expires_at.map(Into::into),
        not_promoted,
        runs_on: environments.iter().filter(is_on).map(|e| e.slug.to_string()).collect(),
    }
}

/// Returns the response for a package, from its response in a list and its manifest.
pub(crate) fn package(summary: PackageSummary, manifest: &Manifest) -> Package {
    let constant = |c: &manifest::Constant| Constant {
        name: c.name.clone(),
        kind: c.kind.clone(),
        description: c.description.clone(),
        default_value: c.default_value.clone(),
    };
    Package {
        summary: PackageSummary { description: manifest.description.clone(), ..summary },
        constants: manifest.constants.iter().map(constant).collect(),
        scheduled_events: manifest.scheduled_events.clone(),
    }
}
