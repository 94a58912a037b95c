//! Every operation and its requirements: the table of `docs/operations-table.md` as data.

use strum::{IntoStaticStr, VariantArray};

use crate::permission::Permission;

/// The permission that an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// Membership of the app's team.
    Member,
    /// At least one of these permissions on the environment.
    AnyOf(&'static [Permission]),
    /// Transport Rights on any environment of the app.
    TransportAnywhere,
    /// The role of Technical Contact.
    TechnicalContact,
    /// The role of Technical Contact or Manage Permissions.
    TechnicalContactOrManager,
    /// Membership for one's own permissions. The role of Technical Contact or Manage Permissions for those of others.
    OwnPermissions,
    /// Ownership of the account, confirmed with the password.
    OwnerWithPassword,
    /// Ownership of the account.
    Owner,
    /// The role of support agent, for another account than one's own.
    SupportAgent,
    /// What the installation's setting says about new apps.
    AppCreator,
    /// The role of administrator of the installation.
    Admin,
}

/// When an operation has a padlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PadlockRule {
    /// Never.
    Never,
    /// On protected environments.
    OnProtected,
    /// If the affected member holds any permission on a protected environment.
    IfMemberHoldsProtected,
    /// If an environment of the app is protected.
    IfAppHasProtected,
    /// Always.
    Always,
}

/// When the request for an operation must contain a fresh code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreshCodeRule {
    /// Never.
    Never,
    /// On protected environments.
    OnProtected,
    /// If the edit grants Manage Permissions.
    GrantingManagePermissions,
    /// Always.
    Always,
    /// If a second factor is enrolled.
    IfEnrolled,
    /// If it makes or ends an administrator or a support agent.
    ChangingAdmins,
}

/// The state of the environment that an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateRequirement {
    /// Any state.
    Any,
    /// No deployment in progress.
    NoActiveDeployment,
    /// A stopped or failed package, and no deployment in progress.
    Startable,
    /// A running or starting package, and no deployment in progress.
    Stoppable,
    /// A running package, and no deployment in progress.
    Running,
    /// No running or starting package, and no deployment in progress.
    Stopped,
}

/// The kind of target that an operation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// An environment.
    Environment,
    /// An app.
    App,
    /// The caller's own account.
    Account,
    /// A reset request of another account.
    Support,
    /// The installation.
    Installation,
}

/// The requirements of an operation: one row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The permission that it needs.
    pub requirement: Requirement,
    /// When it has a padlock.
    pub padlock: PadlockRule,
    /// When it needs a fresh code.
    pub fresh_code: FreshCodeRule,
    /// The state of the environment that it needs.
    pub state: StateRequirement,
    /// The kind of its target.
    pub scope: Scope,
}

macro_rules! operations {
    ($($(#[$doc:meta])* $variant:ident: $needs:expr, $padlock:ident, $fresh:ident, $state:ident, $scope:ident;)+) => {
        /// An operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray, IntoStaticStr)]
        #[strum(serialize_all = "snake_case")]
        pub enum Operation {
            $($(#[$doc])* $variant,)+
        }

        impl Operation {
            /// Every operation, in the order of the table.
            pub const ALL: &'static [Self] = Self::VARIANTS;

            /// Returns the name of the operation in the API.
            #[must_use]
            pub fn name(self) -> &'static str {
                self.into()
            }

            /// Returns the requirements of the operation.
            #[must_use]
            pub const fn rule(self) -> Rule {
                match self {
                    $(Self::$variant => Rule {
                        requirement: $needs,
                        padlock: PadlockRule::$padlock,
                        fresh_code: FreshCodeRule::$fresh,
                        state: StateRequirement::$state,
                        scope: Scope::$scope,
                    },)+
                }
            }
        }
    };
}

use Permission::{AccessToBackups, AccessToMonitoring, ReceiveAlerts, TransportRights};
use Requirement::{
    Admin, AnyOf, AppCreator, Member, OwnPermissions, Owner, OwnerWithPassword, SupportAgent, TechnicalContact,
    TransportAnywhere,
};

const TRANSPORT: Requirement = AnyOf(&[TransportRights]);
const MONITORING: Requirement = AnyOf(&[AccessToMonitoring]);
const BACKUPS: Requirement = AnyOf(&[AccessToBackups]);
const MANAGER: Requirement = Requirement::TechnicalContactOrManager;

operations! {
    /// Views an app and listens to its changes.
    ViewApp: Member, Never, Never, Any, App;
    /// Views the name, status, package, health and operations of an environment.
    ViewEnvironment: Member, Never, Never, Any, Environment;
    /// Views the details of an environment.
    ViewDetails: AnyOf(&[TransportRights, AccessToMonitoring]), OnProtected, Never, Any, Environment;
    /// Views the constants, scheduled events, log levels and maintenance settings of an environment.
    ViewSettings: AnyOf(&[TransportRights, AccessToMonitoring]), OnProtected, Never, Any, Environment;
    /// Deploys a package from the repository to an environment.
    Deploy: TRANSPORT, OnProtected, Never, NoActiveDeployment, Environment;
    /// Deploys the package of the previous environment to an environment.
    Transport: TRANSPORT, OnProtected, Never, NoActiveDeployment, Environment;
    /// Deploys what ran on an environment before.
    RollBack: TRANSPORT, OnProtected, Never, NoActiveDeployment, Environment;
    /// Schedules a deployment to an environment.
    ScheduleDeployment: TRANSPORT, OnProtected, Never, Any, Environment;
    /// Cancels a deployment that waits.
    CancelDeployment: TRANSPORT, OnProtected, Never, Any, Environment;
    /// Requests the approval of a deployment by a second person.
    RequestApproval: TRANSPORT, OnProtected, Never, Any, Environment;
    /// Approves a deployment that another person requested.
    ApproveDeployment: TRANSPORT, OnProtected, Never, Any, Environment;
    /// Starts the package of an environment.
    Start: TRANSPORT, OnProtected, Never, Startable, Environment;
    /// Stops the package of an environment.
    Stop: TRANSPORT, OnProtected, Never, Stoppable, Environment;
    /// Restarts the package of an environment.
    Restart: TRANSPORT, OnProtected, Never, Running, Environment;
    /// Removes the package and the data of an environment.
    Clear: TRANSPORT, OnProtected, OnProtected, Stopped, Environment;
    /// Sets the constants of an environment.
    EditConstants: TRANSPORT, OnProtected, Never, Any, Environment;
    /// Enables and disables the scheduled events of an environment.
    EditScheduledEvents: TRANSPORT, OnProtected, Never, Any, Environment;
    /// Sets the log levels of an environment.
    EditLogLevels: TRANSPORT, OnProtected, Never, Any, Environment;
    /// Edits the maintenance settings of an environment.
    EditMaintenance: TRANSPORT, OnProtected, Never, Any, Environment;
    /// Edits the tags of an environment.
    EditTags: TRANSPORT, OnProtected, Never, Any, Environment;
    /// Views the logs of an environment.
    ViewLogs: MONITORING, OnProtected, Never, Any, Environment;
    /// Downloads the logs of an environment.
    DownloadLogs: MONITORING, OnProtected, Never, Any, Environment;
    /// Views the metrics of an environment.
    ViewMetrics: MONITORING, OnProtected, Never, Any, Environment;
    /// Views the alerts of an environment.
    ViewAlerts: MONITORING, OnProtected, Never, Any, Environment;
    /// Sends the alerts of an environment to the caller's email address.
    SubscribeAlerts: AnyOf(&[ReceiveAlerts]), Never, Never, Any, Environment;
    /// Lists the backups of an environment.
    ListBackups: BACKUPS, OnProtected, Never, Any, Environment;
    /// Creates a backup of an environment.
    CreateBackup: BACKUPS, OnProtected, Never, Any, Environment;
    /// Uploads a backup for an environment.
    UploadBackup: BACKUPS, OnProtected, Never, Any, Environment;
    /// Downloads a backup of an environment.
    DownloadBackup: BACKUPS, OnProtected, Never, Any, Environment;
    /// Restores a backup on an environment.
    RestoreBackup: BACKUPS, OnProtected, OnProtected, Stopped, Environment;
    /// Deletes a backup of an environment.
    DeleteBackup: BACKUPS, OnProtected, OnProtected, Any, Environment;
    /// Edits a member's permissions on an environment.
    EditPermissions: MANAGER, OnProtected, GrantingManagePermissions, Any, Environment;
    /// Protects an environment, so that its operations have a padlock.
    ProtectEnvironment: TechnicalContact, Never, Never, Any, Environment;
    /// Adds an environment to an app.
    AddEnvironment: TechnicalContact, Never, Never, Any, App;
    /// Renames an environment.
    RenameEnvironment: TechnicalContact, Never, Never, Any, Environment;
    /// Ends the protection of an environment.
    UnprotectEnvironment: TechnicalContact, OnProtected, Always, Any, Environment;
    /// Changes the promotion order of the environments of an app.
    ReorderEnvironments: TechnicalContact, OnProtected, Always, Any, App;
    /// Removes an empty environment from an app.
    RemoveEnvironment: TechnicalContact, OnProtected, Always, Any, Environment;
    /// Sets what runs an environment.
    EditTarget: TechnicalContact, OnProtected, Always, Any, Environment;
    /// Sets the host names of an environment.
    EditHostNames: TechnicalContact, OnProtected, Never, Any, Environment;
    /// Sets who can reach an environment.
    EditAccess: TechnicalContact, OnProtected, Never, Any, Environment;
    /// Sets whether deployments to an environment need the approval of a second person.
    EditApprovals: TechnicalContact, OnProtected, Always, Any, Environment;
    /// Sets the promotion rule of an app.
    EditPromotion: TechnicalContact, IfAppHasProtected, Never, Any, App;
    /// Transfers the role of Technical Contact to another member.
    HandOver: TechnicalContact, OnProtected, Always, Any, App;
    /// Creates an app.
    CreateApp: AppCreator, Never, Never, Any, Installation;
    /// Views the team of an app.
    ViewTeam: Member, Never, Never, Any, App;
    /// Views the deployments to an environment.
    ViewHistory: Member, Never, Never, Any, Environment;
    /// Renames an app.
    RenameApp: TechnicalContact, Never, Never, Any, App;
    /// Invites a person to the team of an app.
    InviteMember: TechnicalContact, IfMemberHoldsProtected, Never, Any, App;
    /// Revokes an invitation to the team of an app.
    RevokeInvitation: TechnicalContact, IfMemberHoldsProtected, Never, Any, App;
    /// Changes the role of a member.
    ChangeRole: TechnicalContact, IfMemberHoldsProtected, Never, Any, App;
    /// Deactivates a member of the team of an app.
    DeactivateMember: TechnicalContact, IfMemberHoldsProtected, Never, Any, App;
    /// Uploads a package to the repository of an app.
    UploadPackage: TransportAnywhere, Never, Never, Any, App;
    /// Deletes an unused package from the repository of an app.
    DeletePackage: TransportAnywhere, Never, Never, Any, App;
    /// Keeps a package of an app from expiring.
    PinPackage: TransportAnywhere, Never, Never, Any, App;
    /// Lists the packages in the repository of an app.
    ViewPackages: Member, Never, Never, Any, App;
    /// Downloads a package from the repository of an app.
    DownloadPackage: Member, Never, Never, Any, App;
    /// Views the activity of an app.
    ViewActivity: Member, Never, Never, Any, App;
    /// Exports the activity of an app.
    ExportActivity: TechnicalContact, IfAppHasProtected, Never, Any, App;
    /// Exports the permissions of the members of an app.
    ExportPermissions: TechnicalContact, IfAppHasProtected, Never, Any, App;
    /// Imports the permissions of the members of an app.
    ImportPermissions: MANAGER, IfAppHasProtected, GrantingManagePermissions, Any, App;
    /// Views the permissions of the members of an app.
    ViewPermissions: OwnPermissions, Never, Never, Any, App;
    /// Views the accounts of the installation.
    ViewAccounts: Admin, Always, Never, Any, Installation;
    /// Adds, disables and enables accounts, administrators and support agents.
    ManageAccounts: Admin, Always, ChangingAdmins, Any, Installation;
    /// Changes the settings of the installation.
    ManageInstallation: Admin, Always, Never, Any, Installation;
    /// Views the account, its second factor, its notices and the session.
    ViewAccount: Owner, Never, Never, Any, Account;
    /// Views the sessions of the account.
    ViewSessions: Owner, Never, Never, Any, Account;
    /// Dismisses a notice of the account.
    DismissNotice: Owner, Never, Never, Any, Account;
    /// Verifies a code: completes a sign-in, or opens the authorised window of a session.
    VerifyCode: Owner, Never, Never, Any, Account;
    /// Ends the session, or a sign-in that waits for its code.
    SignOut: Owner, Never, Never, Any, Account;
    /// Sends a code to the email address of the account.
    RequestMailCode: Owner, Never, Never, Any, Account;
    /// Begins the enrolment of the account's first second factor.
    EnrolSecondFactor: OwnerWithPassword, Never, Never, Any, Account;
    /// Views the enrolment that the session began.
    ViewEnrolment: Owner, Never, Never, Any, Account;
    /// Confirms the enrolment that the session began.
    ConfirmEnrolment: Owner, Never, Never, Any, Account;
    /// Cancels the enrolment that the session began.
    CancelEnrolment: Owner, Never, Never, Any, Account;
    /// Records that the recovery codes of the account are saved.
    MarkRecoveryCodesSaved: Owner, Never, Never, Any, Account;
    /// Views the recovery codes of the account.
    ViewRecoveryCodes: OwnerWithPassword, Never, Always, Any, Account;
    /// Replaces the recovery codes of the account by new ones.
    RegenerateRecoveryCodes: OwnerWithPassword, Never, Always, Any, Account;
    /// Removes the second factor of the account.
    DisableSecondFactor: OwnerWithPassword, Never, Always, Any, Account;
    /// Replaces the second factor of the account by another one.
    ChangeSecondFactor: OwnerWithPassword, Never, Always, Any, Account;
    /// Sets whether the account requires a code at sign-in.
    SwitchSignInCode: OwnerWithPassword, Never, Always, Any, Account;
    /// Creates an API token of the account.
    CreateToken: OwnerWithPassword, Never, Always, Any, Account;
    /// Extends the permissions of an API token of the account.
    WidenToken: OwnerWithPassword, Never, Always, Any, Account;
    /// Replaces the secret of an API token of the account.
    RegenerateToken: OwnerWithPassword, Never, Always, Any, Account;
    /// Changes the password of the account.
    ChangePassword: OwnerWithPassword, Never, IfEnrolled, Any, Account;
    /// Revokes an API token of the account.
    RevokeToken: Owner, Never, Never, Any, Account;
    /// Ends sessions of the account by their ids.
    EndSession: Owner, Never, Never, Any, Account;
    /// Closes the authorised window of the session.
    Lock: Owner, Never, Never, Any, Account;
    /// Approves the request of another account to reset its second factor.
    ApproveReset: SupportAgent, Never, Always, Any, Support;
    /// Confirms an approved reset of the second factor of another account.
    ConfirmReset: SupportAgent, Never, Always, Any, Support;
}

impl Operation {
    /// Returns the operation with this name in the API.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operation| operation.name() == name)
    }

    /// Returns the operations on environments, in the order of the table.
    pub fn environment_scoped() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|o| o.rule().scope == Scope::Environment)
    }
}
