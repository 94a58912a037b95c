//! The avatar of a person: their initials.

use leptos::prelude::*;

/// Returns the first letters of the first and the last word of a name. The style sheet makes them upper case, because
/// the Unicode case tables would make the wasm file larger by as much as a page.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next();
    let last = words.next_back();
    [first, last].into_iter().flatten().filter_map(|word| word.chars().next()).collect()
}

/// Renders an avatar. It is decorative, since the name is shown beside it or names the button around it: the style
/// sheet draws the letters, so that they are not part of the text.
pub fn avatar(name: &str) -> impl IntoView + use<> {
    view! { <span class="avatar" aria-hidden="true" data-initials=initials(name)></span> }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        assert_eq!(initials("Tess Tanaka"), "TT");
        assert_eq!(initials("Ana Maria de la Cruz"), "AC");
        assert_eq!(initials("émile"), "é");
        assert_eq!(initials("  "), "");
    }
}
