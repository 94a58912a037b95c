//! A QR code, drawn as one path.

use std::fmt::Write;

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around it (ISO/IEC 18004, 6.3.8).
const QUIET: usize = 4;

/// The picture; nothing if the text is too long for one. Its name is the link's around it.
pub fn qr(text: &str) -> Option<impl IntoView + use<>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let side = (code.width() + 2 * QUIET).to_string();
    let path = path(&code.to_colors(), code.width());
    Some(view! {
        <svg
            class="qr"
            viewBox=["0 0 ", &side, " ", &side].concat()
            shape-rendering="crispEdges"
            aria-hidden="true"
            focusable="false"
        >
            <path d=path></path>
        </svg>
    })
}

/// Every run of dark modules in a row as a bar.
fn path(modules: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            let length = run.len();
            if run.first() == Some(&Color::Dark) {
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
            }
            x += length;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_dark_modules_become_bars() {
        let row =
            |text: &str| text.chars().map(|c| if c == '#' { Color::Dark } else { Color::Light }).collect::<Vec<_>>();
        let modules = [row("##."), row("..."), row("#.#")].concat();
        assert_eq!(path(&modules, 3), "M4 4h2v1h-2zM4 6h1v1h-1zM6 6h1v1h-1z");
    }
}
