//! Versions and file names: names that are compared by people, truncated in the middle where there is no room for them.

use leptos::prelude::*;

/// How many characters at the end stay visible: what tells two versions apart is at their start and at their end.
const END_CHARS: usize = 8;
/// Names that are not longer than this are not split.
const SHORT_CHARS: usize = 12;

/// Renders a version or file name in monospace. If there is no room, its middle is left out; the whole name is in the
/// tooltip, which the focus on a link around it shows too, and in what is copied. Page translators leave it as it is.
pub fn version(name: impl Into<String>) -> AnyView {
    let name = name.into();
    let Some((start, end)) = split(&name) else {
        let whole = name.clone();
        return view! { <span class="version" translate="no" data-whole=whole>{name}</span> }.into_any();
    };
    view! {
        <span class="version" translate="no" data-whole=name.clone()>
            <span class="version-start">{start.to_owned()}</span>
            <span class="version-end">{end.to_owned()}</span>
        </span>
    }
    .into_any()
}

/// Splits a long name into what may be shortened and what may not.
fn split(name: &str) -> Option<(&str, &str)> {
    let count = name.chars().count();
    if count <= SHORT_CHARS {
        return None;
    }
    let (at, _) = name.char_indices().nth(count - END_CHARS)?;
    name.split_at_checked(at)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn only_long_names_are_split_and_never_inside_a_character() {
        assert_eq!(split("1.2.0"), None);
        assert_eq!(split("1.4.0-rc.12+build.20261129"), Some(("1.4.0-rc.12+build.", "20261129")));
        let (start, end) = split("Händlernetz-Größe-2").unwrap();
        assert_eq!((start, end), ("Händlernetz", "-Größe-2"));
    }
}
