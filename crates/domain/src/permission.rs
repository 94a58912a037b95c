//! Permissions of a member on an environment (Node Permissions).

use strum::VariantArray;

/// A permission that a member can have on an environment. The variants are in the order of the permissions page, and
/// their positions are stored as the bits of a [`PermissionSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, VariantArray)]
pub enum Permission {
    /// Deploy and transport packages, start and stop environments, and edit settings.
    TransportRights,
    /// Create, download, restore and delete backups.
    AccessToBackups,
    /// Receive an email when the environment has a problem.
    ReceiveAlerts,
    /// Use the REST API with a bearer session, in addition to the permission for the operation.
    ApiRights,
    /// View logs, metrics and alerts.
    AccessToMonitoring,
    /// Edit the other permissions. Only the Technical Contact can grant it.
    ManagePermissions,
}

impl Permission {
    /// All permissions, in the order of the variants.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Returns the display name of the permission.
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
        1 << self as u8
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "snapshot", derive(serde::Serialize, serde::Deserialize))]
pub struct PermissionSet(u8);

impl PermissionSet {
    /// The empty set.
    pub const NONE: Self = Self(0);
    /// The set of all permissions.
    pub const ALL: Self = Self((1 << Permission::ALL.len()) - 1);

    /// Returns this set with `permission` added.
    #[must_use]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | permission.bit())
    }

    /// Returns this set with `permission` removed.
    #[must_use]
    pub const fn without(self, permission: Permission) -> Self {
        Self(self.0 & !permission.bit())
    }

    /// Returns whether the set contains `permission`.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Returns the set as a number below 64, for the store.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Creates a set from [`PermissionSet::bits`]. Unknown bits are ignored.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & Self::ALL.0)
    }

    /// Returns the permissions of the set, in the order of the variants.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.contains(*p))
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
        fn a_set_converts_to_bits_and_back(bits in 0_u8..64) {
            let set = PermissionSet::from_bits(bits);
            assert_eq!(set.bits(), bits);
            assert_eq!(set.iter().collect::<PermissionSet>(), set);
        }
    }

    #[test]
    fn without_removes_only_the_given_permission() {
        let set = PermissionSet::ALL.without(Permission::ApiRights);
        assert!(!set.contains(Permission::ApiRights));
        assert_eq!(set.iter().count(), 5);
    }
}
