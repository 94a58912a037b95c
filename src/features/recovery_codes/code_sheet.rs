//! The sheet of recovery codes and its text, which is copied and downloaded.

use padlock_contract::second_factor::RecoveryCode;

/// A sheet of recovery codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSheet {
    /// The name and the host of the portal: "Padlock, padlock.example".
    pub portal: String,
    /// The login of the account.
    pub login: String,
    /// The date of the sheet in the visitor's format.
    pub date: String,
    /// The codes in the order of the API.
    pub codes: Vec<RecoveryCode>,
}

/// The note at the foot of every sheet.
pub(super) const USAGE_NOTE: &str = "Each works once, when your phone is out of reach.";

impl CodeSheet {
    /// Returns the sheet as plain text.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { portal, login, date, codes } = self;
        let mut text = format!("{portal}\nRecovery codes of {login}, {date}\n\n");
        for (number, code) in (1..).zip(codes) {
            let used = if code.used_at.is_some() { " (used)" } else { "" };
            text.push_str(&format!("{number:>2}. {}{used}\n", code.code));
        }
        text.push('\n');
        text.push_str(USAGE_NOTE);
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_names_the_account_and_marks_used_codes() {
        let code = |code: &str, used: bool| RecoveryCode {
            code: code.to_owned(),
            used_at: used.then(|| serde_json::from_str("\"2026-11-24T10:00:00.000Z\"").unwrap()),
        };
        let code_sheet = CodeSheet {
            portal: "Padlock, padlock.example".to_owned(),
            login: "tess@padlock.example".to_owned(),
            date: "24 Nov 2026".to_owned(),
            codes: vec![code("7K3MQ-9X2VA-B8NCD", false), code("0Z0Z7-12345-AMY8J", true)],
        };
        assert_eq!(
            code_sheet.text(),
            "Padlock, padlock.example\nRecovery codes of tess@padlock.example, 24 Nov 2026\n\n \
             1. 7K3MQ-9X2VA-B8NCD\n 2. 0Z0Z7-12345-AMY8J (used)\n\n\
             Each works once, when your phone is out of reach.\n"
        );
    }
}
