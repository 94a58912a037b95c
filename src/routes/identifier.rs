//! Slugs and ids in addresses.

/// Whether the text can be a slug or an id. Such a text needs no escaping in an address.
pub(super) fn is_slug_or_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}
