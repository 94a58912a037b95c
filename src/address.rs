//! Reading and writing queries. Small and pure, so that routes are tested without a browser.

/// The value of `name` in a query, decoded.
#[must_use]
pub fn value(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (key == name).then(|| decode(value))
    })
}

/// A path with those of the pairs whose name and value are not empty.
#[must_use]
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    let mut mark = '?';
    for (name, value) in pairs.iter().filter(|(name, value)| !name.is_empty() && !value.is_empty()) {
        address.push(mark);
        address.push_str(name);
        address.push('=');
        encode(value, &mut address);
        mark = '&';
    }
    address
}

fn encode(value: &str, into: &mut String) {
    for byte in value.bytes() {
        // A slash may stand in a query as it is, and a return path reads better with it.
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'/') {
            into.push(char::from(byte));
        } else {
            into.push('%');
            for half in [byte >> 4, byte & 15] {
                into.extend(char::from_digit(u32::from(half), 16));
            }
        }
    }
}

fn decode(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let (byte, left) = match (first, after) {
            (b'+', _) => (b' ', after),
            (b'%', [high, low, left @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, left),
                _ => (b'%', after),
            },
            _ => (first, after),
        };
        bytes.push(byte);
        rest = left;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_went() {
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
    fn broken_escapes_are_taken_as_they_stand() {
        assert_eq!(decode("%zz+%4"), "%zz %4");
    }
}
