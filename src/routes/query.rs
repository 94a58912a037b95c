//! Query strings (`application/x-www-form-urlencoded`, WHATWG URL §5).
//!
//! Read from the raw query: the map that `leptos_router` offers decodes each value twice (0.8.17), so that a search for
//! `%41` would become one for `A`.

/// Returns the decoded value of `name` in a query without its `?`.
#[must_use]
pub fn value(query: &str, name: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes()).find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

/// Returns a path with those pairs as its query whose name and value are not empty.
#[must_use]
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(name, value)| !name.is_empty() && !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { [path, "?", &query].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_encoding() {
        for text in ["plain", "a&b=c?d#e", "1.2 ü %41", "/apps/shop", "100%"] {
            let address = with_query("/x", &[("to", text)]);
            assert_eq!(value(address.split_once('?').unwrap().1, "to").as_deref(), Some(text), "{address}");
        }
    }

    #[test]
    fn empty_values_are_left_out() {
        assert_eq!(with_query("/x", &[("a", ""), ("", ""), ("b", "1"), ("c", "2")]), "/x?b=1&c=2");
        assert_eq!(with_query("/x", &[]), "/x");
    }

    #[test]
    fn broken_escapes_are_taken_literally() {
        assert_eq!(value("q=%zz+%4", "q").as_deref(), Some("%zz %4"));
    }
}
