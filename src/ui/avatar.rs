//! A person as two letters.

use leptos::prelude::*;

/// The letters for a name: the first of its first and of its last word. The style sheet makes capitals of them: the
/// table of all capitals there are is as large as a page.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next();
    let last = words.next_back();
    [first, last].into_iter().flatten().filter_map(|word| word.chars().next()).collect()
}

/// The picture. Decoration: the name stands beside it or names the button around it, so the
/// letters are drawn by the style sheet and are no text.
pub fn avatar(name: &str) -> impl IntoView + use<> {
    view! { <span class="avatar" aria-hidden="true" data-initials=initials(name)></span> }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn first_and_last() {
        assert_eq!(initials("Tess Tanaka"), "TT");
        assert_eq!(initials("Ana Maria de la Cruz"), "AC");
        assert_eq!(initials("émile"), "é");
        assert_eq!(initials("  "), "");
    }
}
