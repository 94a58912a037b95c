//! Every operation and its requirements: the table of `docs/operations-table.md` as data.

use serde::{Deserialize, Serialize};

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
    /// If the corresponding edit has one.
    SameAsEdit,
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
    ($($variant:ident = $name:literal: $needs:expr, $padlock:ident, $fresh:ident, $state:ident, $scope:ident;)+) => {
        /// An operation.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Operation {
            $(#[doc = concat!("The operation `", $name, "`.")] $variant,)+
        }

        impl Operation {
            /// Every operation, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Returns the name of the operation in the API.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
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
    AnyOf, Member, OwnPermissions, Owner, OwnerWithPassword, SupportAgent, TechnicalContact, TransportAnywhere,
};

const TRANSPORT: Requirement = AnyOf(&[TransportRights]);
const MONITORING: Requirement = AnyOf(&[AccessToMonitoring]);
const BACKUPS: Requirement = AnyOf(&[AccessToBackups]);
const MANAGER: Requirement = Requirement::TechnicalContactOrManager;

operations! {
    ViewEnvironment = "view_environment": Member, Never, Never, Any, Environment;
    ViewDetails = "view_details": AnyOf(&[TransportRights, AccessToMonitoring]), OnProtected, Never, Any, Environment;
    ViewSettings = "view_settings": AnyOf(&[TransportRights, AccessToMonitoring]), OnProtected, Never, Any, Environment;
    Deploy = "deploy": TRANSPORT, OnProtected, Never, NoActiveDeployment, Environment;
    Transport = "transport": TRANSPORT, OnProtected, Never, NoActiveDeployment, Environment;
    Start = "start": TRANSPORT, OnProtected, Never, Startable, Environment;
    Stop = "stop": TRANSPORT, OnProtected, Never, Stoppable, Environment;
    Restart = "restart": TRANSPORT, OnProtected, Never, Running, Environment;
    Clear = "clear": TRANSPORT, OnProtected, OnProtected, Stopped, Environment;
    EditConstants = "edit_constants": TRANSPORT, OnProtected, Never, Any, Environment;
    EditScheduledEvents = "edit_scheduled_events": TRANSPORT, OnProtected, Never, Any, Environment;
    EditLogLevels = "edit_log_levels": TRANSPORT, OnProtected, Never, Any, Environment;
    EditMaintenance = "edit_maintenance": TRANSPORT, OnProtected, Never, Any, Environment;
    EditTags = "edit_tags": TRANSPORT, OnProtected, Never, Any, Environment;
    ViewLogs = "view_logs": MONITORING, OnProtected, Never, Any, Environment;
    DownloadLogs = "download_logs": MONITORING, OnProtected, Never, Any, Environment;
    ViewMetrics = "view_metrics": MONITORING, OnProtected, Never, Any, Environment;
    ViewAlerts = "view_alerts": MONITORING, OnProtected, Never, Any, Environment;
    SubscribeAlerts = "subscribe_alerts": AnyOf(&[ReceiveAlerts]), Never, Never, Any, Environment;
    ListBackups = "list_backups": BACKUPS, OnProtected, Never, Any, Environment;
    CreateBackup = "create_backup": BACKUPS, OnProtected, Never, Any, Environment;
    UploadBackup = "upload_backup": BACKUPS, OnProtected, Never, Any, Environment;
    DownloadBackup = "download_backup": BACKUPS, OnProtected, Never, Any, Environment;
    RestoreBackup = "restore_backup": BACKUPS, OnProtected, OnProtected, Stopped, Environment;
    DeleteBackup = "delete_backup": BACKUPS, OnProtected, OnProtected, Any, Environment;
    EditPermissions = "edit_permissions": MANAGER, OnProtected, GrantingManagePermissions, Any, Environment;
    ProtectEnvironment = "protect_environment": TechnicalContact, Never, Never, Any, Environment;
    AddEnvironment = "add_environment": TechnicalContact, Never, Never, Any, App;
    RenameEnvironment = "rename_environment": TechnicalContact, Never, Never, Any, Environment;
    UnprotectEnvironment = "unprotect_environment": TechnicalContact, OnProtected, Always, Any, Environment;
    ReorderEnvironments = "reorder_environments": TechnicalContact, OnProtected, Always, Any, App;
    RemoveEnvironment = "remove_environment": TechnicalContact, OnProtected, Always, Any, Environment;
    HandOver = "hand_over": TechnicalContact, OnProtected, Always, Any, App;
    InviteMember = "invite_member": TechnicalContact, IfMemberHoldsProtected, Never, Any, App;
    ChangeRole = "change_role": TechnicalContact, IfMemberHoldsProtected, Never, Any, App;
    DeactivateMember = "deactivate_member": TechnicalContact, IfMemberHoldsProtected, Never, Any, App;
    UploadPackage = "upload_package": TransportAnywhere, Never, Never, Any, App;
    DeletePackage = "delete_package": TransportAnywhere, Never, Never, Any, App;
    ViewPackages = "view_packages": Member, Never, Never, Any, App;
    DownloadPackage = "download_package": Member, Never, Never, Any, App;
    ViewActivity = "view_activity": Member, Never, Never, Any, App;
    ExportActivity = "export_activity": TechnicalContact, SameAsEdit, Never, Any, App;
    ExportPermissions = "export_permissions": TechnicalContact, SameAsEdit, Never, Any, App;
    ImportPermissions = "import_permissions": TechnicalContact, SameAsEdit, Never, Any, App;
    ViewPermissions = "view_permissions": OwnPermissions, Never, Never, Any, App;
    ViewRecoveryCodes = "view_recovery_codes": OwnerWithPassword, Never, Always, Any, Account;
    RegenerateRecoveryCodes = "regenerate_recovery_codes": OwnerWithPassword, Never, Always, Any, Account;
    DisableSecondFactor = "disable_second_factor": OwnerWithPassword, Never, Always, Any, Account;
    ChangeSecondFactor = "change_second_factor": OwnerWithPassword, Never, Always, Any, Account;
    SwitchSignInCode = "switch_sign_in_code": OwnerWithPassword, Never, Always, Any, Account;
    CreateToken = "create_token": OwnerWithPassword, Never, Always, Any, Account;
    WidenToken = "widen_token": OwnerWithPassword, Never, Always, Any, Account;
    RegenerateToken = "regenerate_token": OwnerWithPassword, Never, Always, Any, Account;
    ChangePassword = "change_password": OwnerWithPassword, Never, IfEnrolled, Any, Account;
    RevokeToken = "revoke_token": Owner, Never, Never, Any, Account;
    EndSession = "end_session": Owner, Never, Never, Any, Account;
    Lock = "lock": Owner, Never, Never, Any, Account;
    ApproveReset = "approve_reset": SupportAgent, Never, Always, Any, Support;
    ConfirmReset = "confirm_reset": SupportAgent, Never, Always, Any, Support;
}

impl Operation {
    /// Returns the operations on environments, in the order of the table.
    pub fn environment_scoped() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|o| o.rule().scope == Scope::Environment)
    }
}
