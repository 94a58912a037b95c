//! The codes as they look on paper: in the dialog, in the file, on the printer.

use padlock_contract::second_factor::RecoveryCode;

/// What stands on the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Where they belong: "Padlock, padlock.example".
    pub portal: String,
    /// Whose they are.
    pub login: String,
    /// The day, as the reader writes it.
    pub date: String,
    /// The codes, in their order.
    pub codes: Vec<RecoveryCode>,
}

/// What every sheet says of them.
pub(super) const EACH_ONCE: &str = "Each works once, when your phone is out of reach.";

impl Paper {
    /// As text.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { portal, login, date, codes } = self;
        let mut text = format!("{portal}\nRecovery codes of {login}, {date}\n\n");
        for (number, code) in (1..).zip(codes) {
            let used = if code.used_at.is_some() { " (used)" } else { "" };
            text.push_str(&format!("{number:>2}. {}{used}\n", code.code));
        }
        text.push('\n');
        text.push_str(EACH_ONCE);
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_says_whose_codes_they_are_and_which_are_gone() {
        let code = |code: &str, used: bool| RecoveryCode {
            code: code.to_owned(),
            used_at: used.then(|| serde_json::from_str("\"2026-11-24T10:00:00.000Z\"").unwrap()),
        };
        let paper = Paper {
            portal: "Padlock, padlock.example".to_owned(),
            login: "tess@padlock.example".to_owned(),
            date: "24 Nov 2026".to_owned(),
            codes: vec![code("7K3MQ-9X2VA-B8NCD", false), code("0Z0Z7-12345-AMY8J", true)],
        };
        assert_eq!(
            paper.text(),
            "Padlock, padlock.example\nRecovery codes of tess@padlock.example, 24 Nov 2026\n\n \
             1. 7K3MQ-9X2VA-B8NCD\n 2. 0Z0Z7-12345-AMY8J (used)\n\n\
             Each works once, when your phone is out of reach.\n"
        );
    }
}
