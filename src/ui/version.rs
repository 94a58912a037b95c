//! Versions and file names: names that are compared by people, truncated in the middle where there is no room for them.

use leptos::prelude::*;

/// How many characters at the end stay visible (also in `style/ui/data.css`): what tells two versions apart is at their
/// start and at their end.
const END_CHARS: usize = 8;

/// Renders a version or file name in monospace. If there is no room, its middle is left out; the whole name is in the
/// tooltip, which the focus on a link around it shows too, in what is copied, and for screen readers. Page translators leave
/// it as it is.
pub fn version(name: impl Into<String>) -> AnyView {
    let name = name.into();
    let (whole, chars) = (name.clone(), name.chars().count());
    let end: String = name.chars().skip(chars.saturating_sub(END_CHARS)).collect();
    view! {
        // The style sheet knows from the number of characters whether there is room for all, and draws the end if not.
        <span class="version" translate="no" data-whole=whole data-end=end style:--chars=chars.to_string()>
            <span class="version-start">{name}</span>
        </span>
    }
    .into_any()
}
