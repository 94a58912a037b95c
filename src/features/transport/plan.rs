//! The deployment that the address asks for, and the plan to carry it out.

use padlock_contract::Operation;
use padlock_contract::deployments::NewDeployment;
use padlock_contract::environments::Environment;
use padlock_contract::packages::{PackageRef, PackageSummary, PackageWarning};

use crate::routes::OpenDialog;
use crate::state::app_state::AppState;
use crate::state::operation_status::{OperationStatus, operation_status};
use crate::state::step_up::Purpose;

/// The deployment that the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DeployRequest {
    /// Deploys the package of the previous environment.
    Transport {
        /// The slug of the target environment.
        target: String,
    },
    /// Deploys a package of the repository.
    Deploy {
        /// The id of the package.
        package_id: String,
        /// The slug of the target environment.
        target: String,
    },
}

/// A deployment that the visitor can confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// The package to deploy.
    pub package: PackageRef,
    /// The source environment of a transport. `None` if the package comes from the repository.
    pub source: Option<Environment>,
    /// The target environment in its present state.
    pub target: Environment,
    /// Why the promotion rule does not allow it; empty if it does.
    pub not_promoted: String,
    /// What may not be as intended in the package.
    pub warnings: Vec<PackageWarning>,
}

impl DeployRequest {
    pub(super) fn from_dialog(dialog: OpenDialog) -> Option<Self> {
        match dialog {
            OpenDialog::Transport(target) => Some(Self::Transport { target }),
            OpenDialog::Deploy { package, onto } => Some(Self::Deploy { package_id: package, target: onto }),
            OpenDialog::None | OpenDialog::Package(_) | OpenDialog::Upload => None,
        }
    }

    /// Returns the plan, or `None` if the package or an environment is missing. `fetched` is used if the package is not
    /// in the loaded list.
    pub(super) fn plan(&self, app_state: AppState, fetched: Option<PackageSummary>) -> Option<Plan> {
        match self {
            Self::Transport { target } => {
                let source = app_state.previous_environment(target)?;
                let package = source.package.clone()?;
                let summary = app_state.repository.package(&package.id);
                Some(Plan::new(package, Some(source), app_state.environment(target)?, summary.as_ref()))
            }
            Self::Deploy { package_id, target } => {
                let summary = app_state.repository.package(package_id).or(fetched)?;
                Some(Plan::new(summary.to_ref(), None, app_state.environment(target)?, Some(&summary)))
            }
        }
    }
}

impl Plan {
    fn new(
        package: PackageRef,
        source: Option<Environment>,
        target: Environment,
        summary: Option<&PackageSummary>,
    ) -> Self {
        let refusals = summary.map(|summary| summary.not_promoted.as_slice()).unwrap_or_default();
        let refusal = refusals.iter().find(|refusal| refusal.environment == target.slug);
        let not_promoted = refusal.map(|refusal| refusal.message.clone()).unwrap_or_default();
        let warnings = summary.map(|summary| summary.warnings.clone()).unwrap_or_default();
        Self { package, source, target, not_promoted, warnings }
    }

    /// Whether the visitor may carry it out now and, if not, why.
    pub(super) fn status(&self) -> OperationStatus {
        let status = operation_status(&self.target, self.operation());
        if status.unavailable_reason.is_empty() {
            OperationStatus { unavailable_reason: self.not_promoted.clone(), ..status }
        } else {
            status
        }
    }

    pub(super) const fn operation(&self) -> Operation {
        if self.source.is_some() { Operation::Transport } else { Operation::Deploy }
    }

    /// Returns the title of the dialog: "Transport 1.2.0 to Production".
    pub(super) fn title(&self) -> String {
        let verb = if self.source.is_some() { "Transport " } else { "Deploy " };
        [verb, self.package.name(), " to ", &self.target.name].concat()
    }

    /// Returns the purpose of a step-up: "transport shop 1.2.0 to Production".
    pub(super) fn purpose(&self, app: &str) -> Purpose {
        let verb = if self.source.is_some() { "transport " } else { "deploy " };
        let act = [verb, app, " ", self.package.name(), " to ", &self.target.name].concat();
        Purpose { act, environment: Some(self.target.name.clone()) }
    }

    /// Returns the version that is on the target now.
    pub(super) fn replaced_version(&self) -> Option<&str> {
        self.target.package.as_ref().map(PackageRef::name)
    }

    /// Returns the request to the API. The API refuses it if the package on either environment is no longer the one
    /// that the visitor saw.
    pub(super) fn to_new_deployment(&self) -> NewDeployment {
        NewDeployment {
            package_id: self.package.id.clone(),
            from: self.source.as_ref().map(|source| source.slug.clone()),
            replaces: Some(self.target.package.as_ref().map(|package| package.id.clone())),
            start: true,
        }
    }
}
