//! Every operation and what it asks for: the table of `docs/operations-table.md` as data.

use serde::{Deserialize, Serialize};

use crate::permission::Permission;

/// Whose permission an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// Membership of the app.
    Member,
    /// Any one of these permissions on the environment.
    AnyOf(&'static [Permission]),
    /// Transport Rights on any environment of the app.
    TransportAnywhere,
    /// To be the app's Technical Contact.
    TechnicalContact,
    /// To be the Technical Contact or hold Manage Permissions.
    TechnicalContactOrManager,
    /// Membership for one's own row; Technical Contact or Manage Permissions for all.
    OwnRow,
    /// To be the account's owner, with the password.
    OwnerWithPassword,
    /// To be the account's owner.
    Owner,
    /// To be a support agent, and not the one it is about.
    SupportAgent,
}

/// When an operation wears a padlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PadlockRule {
    /// Never.
    Never,
    /// On protected environments.
    OnProtected,
    /// If the member it is about holds anything on a protected environment.
    IfMemberHoldsProtected,
    /// As the edit it carries out.
    AsTheEdit,
}

/// When an operation needs a fresh code in the request itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FreshCodeRule {
    /// Never.
    Never,
    /// Always on protected environments.
    OnProtected,
    /// When Manage Permissions is granted.
    GrantingManage,
    /// Always.
    Always,
    /// If a second factor is enrolled.
    IfEnrolled,
}

/// What state of the environment an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateRequirement {
    /// Any.
    Any,
    /// No deployment under way.
    NoJob,
    /// A package that is stopped or failed, and no deployment under way.
    Startable,
    /// A package that runs or is starting, and no deployment under way.
    Stoppable,
    /// A package that runs, and no deployment under way.
    Running,
    /// Stopped (or empty), and no deployment under way.
    Stopped,
}

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One environment.
    Environment,
    /// An app.
    App,
    /// One's own account.
    Account,
    /// Somebody's reset.
    Support,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Whose permission.
    pub needs: Requirement,
    /// Which padlock.
    pub padlock: PadlockRule,
    /// Which fresh code.
    pub fresh: FreshCodeRule,
    /// Which state.
    pub state: StateRequirement,
    /// About what.
    pub scope: Scope,
}

macro_rules! operations {
    ($($variant:ident = $name:literal: $needs:expr, $padlock:ident, $fresh:ident, $state:ident, $scope:ident;)+) => {
        /// An operation by its name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Operation {
            $(#[doc = concat!("`", $name, "`")] $variant,)+
        }

        impl Operation {
            /// Every operation, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its name in the API.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Its row of the table.
            #[must_use]
            pub const fn rule(self) -> Rule {
                match self {
                    $(Self::$variant => Rule {
                        needs: $needs,
                        padlock: PadlockRule::$padlock,
                        fresh: FreshCodeRule::$fresh,
                        state: StateRequirement::$state,
                        scope: Scope::$scope,
                    },)+
                }
            }
        }
    };
}

use Permission::{AccessToBackups, AccessToMonitoring, ReceiveAlerts, TransportRights};
use Requirement::{AnyOf, Member, OwnRow, Owner, OwnerWithPassword, SupportAgent, TechnicalContact, TransportAnywhere};

const TRANSPORT: Requirement = AnyOf(&[TransportRights]);
const MONITORING: Requirement = AnyOf(&[AccessToMonitoring]);
const BACKUPS: Requirement = AnyOf(&[AccessToBackups]);
const MANAGER: Requirement = Requirement::TechnicalContactOrManager;

operations! {
    ViewEnvironment = "view_environment": Member, Never, Never, Any, Environment;
    ViewDetails = "view_details": AnyOf(&[TransportRights, AccessToMonitoring]), OnProtected, Never, Any, Environment;
    ViewSettings = "view_settings": AnyOf(&[TransportRights, AccessToMonitoring]), OnProtected, Never, Any, Environment;
    Deploy = "deploy": TRANSPORT, OnProtected, Never, NoJob, Environment;
    Transport = "transport": TRANSPORT, OnProtected, Never, NoJob, Environment;
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
    EditPermissions = "edit_permissions": MANAGER, OnProtected, GrantingManage, Any, Environment;
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
    ExportActivity = "export_activity": TechnicalContact, AsTheEdit, Never, Any, App;
    ExportPermissions = "export_permissions": TechnicalContact, AsTheEdit, Never, Any, App;
    ImportPermissions = "import_permissions": TechnicalContact, AsTheEdit, Never, Any, App;
    ViewPermissions = "view_permissions": OwnRow, Never, Never, Any, App;
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
    /// The operations of an environment, in the order of the table.
    pub fn of_environments() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|o| o.rule().scope == Scope::Environment)
    }
}
