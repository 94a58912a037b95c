//! Icons from the SVG sprite. They are decorative: the text beside them or the name of the control says what they mean.

use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::task::spawn_local;

/// An icon of the sprite (`public/icons.svg`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is named after what the icon shows")]
pub enum Glyph {
    Activity,
    Alert,
    Apps,
    ArrowLeft,
    ArrowRight,
    Bell,
    Check,
    ChevronDown,
    ChevronRight,
    Clock,
    Close,
    Copy,
    Deploy,
    Details,
    Download,
    Error,
    External,
    Forbidden,
    Info,
    Key,
    Monitor,
    More,
    Offline,
    Package,
    Phone,
    Play,
    Printer,
    Restart,
    Search,
    Settings,
    SignOut,
    Stop,
    Trash,
    Upload,
    User,
    Wrench,
}

impl Glyph {
    /// Every icon.
    pub const ALL: [Self; 36] = [
        Self::Activity,
        Self::Alert,
        Self::Apps,
        Self::ArrowLeft,
        Self::ArrowRight,
        Self::Bell,
        Self::Check,
        Self::ChevronDown,
        Self::ChevronRight,
        Self::Clock,
        Self::Close,
        Self::Copy,
        Self::Deploy,
        Self::Details,
        Self::Download,
        Self::Error,
        Self::External,
        Self::Forbidden,
        Self::Info,
        Self::Key,
        Self::Monitor,
        Self::More,
        Self::Offline,
        Self::Package,
        Self::Phone,
        Self::Play,
        Self::Printer,
        Self::Restart,
        Self::Search,
        Self::Settings,
        Self::SignOut,
        Self::Stop,
        Self::Trash,
        Self::Upload,
        Self::User,
        Self::Wrench,
    ];

    const fn id(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Alert => "alert",
            Self::Apps => "apps",
            Self::ArrowLeft => "arrow-left",
            Self::ArrowRight => "arrow-right",
            Self::Bell => "bell",
            Self::Check => "check",
            Self::ChevronDown => "chevron-down",
            Self::ChevronRight => "chevron-right",
            Self::Clock => "clock",
            Self::Close => "close",
            Self::Copy => "copy",
            Self::Deploy => "deploy",
            Self::Details => "details",
            Self::Download => "download",
            Self::Error => "error",
            Self::External => "external",
            Self::Forbidden => "forbidden",
            Self::Info => "info",
            Self::Key => "key",
            Self::Monitor => "monitor",
            Self::More => "more",
            Self::Offline => "offline",
            Self::Package => "package",
            Self::Phone => "phone",
            Self::Play => "play",
            Self::Printer => "printer",
            Self::Restart => "restart",
            Self::Search => "search",
            Self::Settings => "settings",
            Self::SignOut => "sign-out",
            Self::Stop => "stop",
            Self::Trash => "trash",
            Self::Upload => "upload",
            Self::User => "user",
            Self::Wrench => "wrench",
        }
    }
}

/// Renders an icon in the colour of the surrounding text.
pub fn icon(glyph: Glyph) -> impl IntoView {
    symbol("icon", glyph.id())
}

/// Renders a symbol of the sprite. The class decides its size and stroke.
pub(super) fn symbol(class: &'static str, id: &str) -> impl IntoView + use<> {
    let href = if is_sprite_inside() { format!("#{id}") } else { format!("{}#{id}", sprite_url()) };
    view! {
        <svg class=class aria-hidden="true" focusable="false">
            <use href=href></use>
        </svg>
    }
}

/// The attribute of the sprite inside the page.
const INSIDE: &str = "data-icon-sprite";

fn is_sprite_inside() -> bool {
    document().query_selector(&["svg[", INSIDE, "]"].concat()).is_ok_and(|sprite| sprite.is_some())
}

/// Puts the sprite into the page, so that icons that are first needed while the server cannot be reached are there.
pub fn keep_sprite() {
    if is_sprite_inside() {
        return;
    }
    spawn_local(async {
        let Ok(response) = gloo_net::http::Request::get(sprite_url()).send().await else { return };
        let (Ok(sprite), Some(body)) = (response.text().await, document().body()) else { return };
        let holder = document().create_element("div");
        let Ok(holder) = holder.inspect(|holder| holder.set_inner_html(&sprite)) else { return };
        if let Some(sprite) = holder.first_element_child() {
            let _ = sprite.set_attribute(INSIDE, "");
            for (name, value) in [("aria-hidden", "true"), ("width", "0"), ("height", "0")] {
                let _ = sprite.set_attribute(name, value);
            }
            let _ = body.append_child(&sprite);
        }
    });
}

/// Returns the URL of the sprite: the release build gives it a name with its hash, which the page states.
fn sprite_url() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let meta = document().query_selector("meta[name=icon-sprite]").ok().flatten();
        meta.and_then(|meta| meta.get_attribute("content")).unwrap_or_else(|| public_file_url("icons.svg"))
    })
}

/// Returns the URL of a file in `public/`. It is relative if the page has a `<base>`, as the preview below a path has,
/// and starts at the root otherwise, because a relative URL would then depend on the page's path.
#[must_use]
pub fn public_file_url(name: &str) -> String {
    let has_base = document().query_selector("base[href]").ok().flatten().is_some();
    [if has_base { "" } else { "/" }, name].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sprite_contains_every_glyph() {
        let sprite = include_str!("../../public/icons.svg");
        for glyph in Glyph::ALL {
            assert!(sprite.contains(&format!("id=\"{}\"", glyph.id())), "{glyph:?}");
        }
    }
}
