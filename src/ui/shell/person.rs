//! The signed-in person.

/// The signed-in person, as shown in the account menu.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The full name.
    pub name: String,
    /// The login.
    pub login: String,
}
