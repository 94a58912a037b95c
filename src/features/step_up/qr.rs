//! QR codes as SVG.

use leptos::prelude::*;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

/// The least width of the picture, in CSS pixels.
const MIN_WIDTH: u32 = 200;

/// Draws a QR code with its quiet zone. Returns `None` if the text is too long. The image has no accessible name: the
/// link around it has.
pub fn qr_code(text: &str) -> Option<impl IntoView + use<>> {
    Some(view! { <span class="qr" aria-hidden="true" inner_html=svg_of(text)?></span> })
}

fn svg_of(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let document = code.render::<svg::Color>().min_dimensions(MIN_WIDTH, MIN_WIDTH).build();
    // HTML knows no XML declaration.
    document.find("<svg").and_then(|start| document.get(start..)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number_after(svg: &str, start: &str) -> u32 {
        let digits = svg.split_once(start).unwrap().1.split(|c: char| !c.is_ascii_digit()).next();
        digits.unwrap().parse().unwrap()
    }

    #[test]
    fn the_picture_has_its_least_width_and_a_quiet_zone_of_four_modules() {
        let text = "otpauth://totp/Padlock:tess?secret=JBSWY3DPEHPK3PXP&issuer=Padlock";
        let svg = svg_of(text).unwrap();
        let width = number_after(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"");
        assert!(width >= MIN_WIDTH, "{width}");
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let module = width / (u32::try_from(code.width()).unwrap() + 8);
        assert_eq!(number_after(&svg, " d=\"M"), 4 * module);
    }

    #[test]
    fn a_text_that_is_too_long_has_no_picture() {
        assert_eq!(svg_of(&"x".repeat(4000)), None);
    }
}
