//! The areas of the program (`src/areas.rs`) in the order in which they are loaded.

/// The area that is loaded without the portal.
pub(crate) const SIGN_IN: &str = "sign_in";

/// Returns the areas that are always loaded before this one, the nearest last.
pub(crate) fn before(area: &str) -> &'static [&'static str] {
    match area {
        SIGN_IN | "portal" => &[],
        "enrolment" => &["portal", "step_up"],
        _ => &["portal"],
    }
}

/// Returns the area into which code belongs that several areas share: the last that is loaded whenever one of them is.
/// `None` stands for the main part.
pub(crate) fn home<'a>(mut shared_by: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let with_before = |area: &'a str| before(area).iter().copied().chain([area]).collect::<Vec<_>>();
    let mut common = with_before(shared_by.next()?);
    for area in shared_by {
        let loaded = with_before(area);
        common.retain(|area| loaded.contains(area));
    }
    common.pop()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_code_is_loaded_as_late_as_possible_and_never_twice() {
        let home = |areas: &[&'static str]| home(areas.iter().copied());
        assert_eq!(home(&["sign_in", "portal"]), None);
        assert_eq!(home(&["sign_in", "step_up"]), None);
        assert_eq!(home(&["activity", "dialogs"]), Some("portal"));
        assert_eq!(home(&["portal", "enrolment"]), Some("portal"));
        assert_eq!(home(&["enrolment", "step_up"]), Some("step_up"));
        assert_eq!(home(&["enrolment", "dialogs"]), Some("portal"));
    }
}
