//! The areas of the program (`src/areas.rs`) in the order in which they are loaded.

/// The area that is loaded without the portal.
const SIGN_IN: &str = "sign_in";

/// Returns the areas that are always loaded before this one, in the order in which they are loaded.
pub(crate) fn loaded_before(area: &str) -> &'static [&'static str] {
    match area {
        SIGN_IN | "portal" => &[],
        "enrolment" => &["portal", "step_up"],
        _ => &["portal"],
    }
}

/// Returns the area into which code belongs that several areas share: the last that is loaded whenever one of them is.
/// `None` stands for the main part.
pub(crate) fn last_in_common<'a>(mut shared_by: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let with_earlier = |area: &'a str| loaded_before(area).iter().copied().chain([area]).collect::<Vec<_>>();
    let mut common = with_earlier(shared_by.next()?);
    for area in shared_by {
        let loaded = with_earlier(area);
        common.retain(|area| loaded.contains(area));
    }
    common.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_code_is_loaded_as_late_as_possible_and_never_twice() {
        let area = |areas: &[&'static str]| last_in_common(areas.iter().copied());
        assert_eq!(area(&["sign_in", "portal"]), None);
        assert_eq!(area(&["sign_in", "step_up"]), None);
        assert_eq!(area(&["activity", "dialogs"]), Some("portal"));
        assert_eq!(area(&["portal", "enrolment"]), Some("portal"));
        assert_eq!(area(&["enrolment", "step_up"]), Some("step_up"));
        assert_eq!(area(&["enrolment", "dialogs"]), Some("portal"));
    }
}
