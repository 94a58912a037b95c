//! Packages as the API returns them.

use padlock_contract::packages::{Constant, Package, PackageRef};
use padlock_domain::{Environment, Timestamp, package as domain};

use crate::accounts::display_names::DisplayNames;

/// Returns the short form of a package that deployments and environments contain.
pub(crate) fn package_ref(package: &domain::PackageRef) -> PackageRef {
    PackageRef {
        id: package.id.to_string(),
        version: package.version.clone(),
        runtime_version: package.runtime_version.clone(),
        file_name: package.file_name.clone(),
    }
}

/// Returns the response for a package. `environments` are all environments of its app.
pub(crate) fn package(
    package: &domain::Package,
    expires_at: Option<Timestamp>,
    environments: &[Environment],
    names: &DisplayNames,
) -> Package {
    let is_on = |e: &&Environment| e.state.release().is_some_and(|r| r.package.id == package.id);
    Package {
        id: package.id.to_string(),
        file_name: package.file_name.clone(),
        version: package.manifest.version.clone(),
        runtime_version: package.manifest.runtime_version.clone(),
        project_name: package.manifest.project_name.clone(),
        description: package.manifest.description.clone(),
        size: package.size,
        sha256: package.sha256.to_string(),
        uploaded_by: names.person(package.uploaded_by),
        created_at: package.created_at.into(),
        expires_at: expires_at.map(Into::into),
        runs_on: environments.iter().filter(is_on).map(|e| e.slug.to_string()).collect(),
        constants: package
            .manifest
            .constants
            .iter()
            .map(|c| Constant {
                name: c.name.clone(),
                kind: c.kind.clone(),
                description: c.description.clone(),
                default_value: c.default_value.clone(),
            })
            .collect(),
        scheduled_events: package.manifest.scheduled_events.clone(),
    }
}
