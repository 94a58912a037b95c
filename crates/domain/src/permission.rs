//! Permissions: the cells of the Node Permissions matrix (member × environment × permission).

use serde::{Deserialize, Serialize};

/// What the Technical Contact can grant a member on one environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Deploy, transport, start, stop, settings.
    TransportRights,
    /// Make, download, restore and delete backups.
    AccessToBackups,
    /// Mail when the environment is in trouble.
    ReceiveAlerts,
    /// Use the REST API, in addition to the functional permission.
    ApiRights,
    /// Logs, metrics and alerts.
    AccessToMonitoring,
    /// Edit the other permissions; only the Technical Contact grants it.
    ManagePermissions,
}

impl Permission {
    /// All, in the order of the matrix.
    pub const ALL: [Self; 6] = [
        Self::TransportRights,
        Self::AccessToBackups,
        Self::ReceiveAlerts,
        Self::ApiRights,
        Self::AccessToMonitoring,
        Self::ManagePermissions,
    ];

    /// Its name on the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TransportRights => "Transport Rights",
            Self::AccessToBackups => "Access to Backups",
            Self::ReceiveAlerts => "Receive Alerts",
            Self::ApiRights => "API Rights",
            Self::AccessToMonitoring => "Access to Monitoring",
            Self::ManagePermissions => "Manage Permissions",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::TransportRights => 1,
            Self::AccessToBackups => 2,
            Self::ReceiveAlerts => 4,
            Self::ApiRights => 8,
            Self::AccessToMonitoring => 16,
            Self::ManagePermissions => 32,
        }
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PermissionSet(u8);

impl PermissionSet {
    /// No permission.
    pub const NONE: Self = Self(0);
    /// Every permission.
    pub const ALL: Self = Self(63);

    /// This set and one more.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | permission.bit())
    }

    /// This set but for one.
    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !permission.bit())
    }

    /// Whether it holds `permission`.
    #[must_use]
    pub const fn holds(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Its bits as a number below 64, for the store.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set with these bits; bits without a meaning are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// Its permissions, in the order of the matrix.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |p| self.holds(*p))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<T: IntoIterator<Item = Permission>>(permissions: T) -> Self {
        permissions.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn a_set_is_its_bits(bits in 0_u8..64) {
            let set = PermissionSet::from_bits(bits);
            assert_eq!(set.bits(), bits);
            assert_eq!(set.iter().collect::<PermissionSet>(), set);
        }
    }

    #[test]
    fn taking_away_takes_only_that_one() {
        let set = PermissionSet::ALL.without(Permission::ApiRights);
        assert!(!set.holds(Permission::ApiRights));
        assert_eq!(set.iter().count(), 5);
    }
}
