//! What may not be as intended in a package.

use leptos::prelude::*;
use padlock_contract::packages::PackageWarning;

use crate::ui::{Notice, Tone};

/// Shows the warnings of a package, each as a sentence.
pub fn package_warnings(warnings: &[PackageWarning]) -> impl IntoView + use<> {
    let notice = |warning: &PackageWarning| view! { <Notice tone=Tone::Warning text=warning.message()/> };
    warnings.iter().map(notice).collect_view()
}
