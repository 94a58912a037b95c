//! Packages on the wire.

use padlock_contract::packages::{Constant, Package, PackageRef};
use padlock_domain::Timestamp;
use padlock_domain::environment::Environment;
use padlock_domain::package as domain;

use crate::account::display_names::DisplayNames;

pub(crate) fn package_ref(of: &domain::PackageRef) -> PackageRef {
    PackageRef {
        id: of.id.to_string(),
        version: of.version.clone(),
        runtime_version: of.runtime_version.clone(),
        file_name: of.file_name.clone(),
    }
}

/// `environments` are those of the package's app.
pub(crate) fn package(
    of: &domain::Package,
    expires_at: Option<Timestamp>,
    environments: &[Environment],
    names: &DisplayNames,
) -> Package {
    let lies_on = |e: &&Environment| e.slot.release().is_some_and(|r| r.package.id == of.id);
    Package {
        id: of.id.to_string(),
        file_name: of.file_name.clone(),
        version: of.manifest.version.clone(),
        runtime_version: of.manifest.runtime_version.clone(),
        project_name: of.manifest.project_name.clone(),
        description: of.manifest.description.clone(),
        size: of.size,
        sha256: of.sha256.to_string(),
        uploaded_by: names.person(of.uploaded_by),
        created_at: of.created_at.into(),
        expires_at: expires_at.map(Into::into),
        runs_on: environments.iter().filter(lies_on).map(|e| e.slug.to_string()).collect(),
        constants: of
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
        scheduled_events: of.manifest.scheduled_events.clone(),
    }
}
