//! Icons: one sprite, drawn by name, always beside a text or inside something named.

use std::sync::OnceLock;

use leptos::prelude::*;

/// What the sprite (`public/icons.svg`) holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after what it shows")]
pub enum Glyph {
    Activity,
    Alert,
    Apps,
    ArrowLeft,
    ArrowRight,
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
    /// All of them.
    pub const ALL: [Self; 34] = [
        Self::Activity,
        Self::Alert,
        Self::Apps,
        Self::ArrowLeft,
        Self::ArrowRight,
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

/// An icon in the colour of the text around it.
pub fn icon(glyph: Glyph) -> impl IntoView {
    symbol("icon", glyph.id())
}

/// Any symbol of the sprite, under a class that gives its size and stroke.
pub(super) fn symbol(class: &'static str, id: &str) -> impl IntoView + use<> {
    let href = format!("{}#{id}", sprite());
    view! {
        <svg class=class aria-hidden="true" focusable="false">
            <use href=href></use>
        </svg>
    }
}

/// Where the sprite lives. The query is a fingerprint of the file, for caches.
fn sprite() -> &'static str {
    const PRINT: u32 = fingerprint(include_bytes!("../../public/icons.svg"));
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("{}?v={PRINT:08x}", public_file("icons.svg")))
}

/// The address of a file in `public/`. With a `<base>` (preview below some path) a relative address is right; without
/// one it would be looked up beside the page, so it starts at the root.
#[must_use]
pub fn public_file(name: &str) -> String {
    let based = document().query_selector("base[href]").ok().flatten().is_some();
    [if based { "" } else { "/" }, name].concat()
}

/// FNV-1a, at compile time.
const fn fingerprint(bytes: &[u8]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        hash = (hash ^ *first as u32).wrapping_mul(0x0100_0193);
        rest = tail;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprint_is_fnv_1a() {
        assert_eq!(fingerprint(b""), 0x811c_9dc5);
        assert_eq!(fingerprint(b"a"), 0xe40c_292c);
    }

    #[test]
    fn the_sprite_holds_what_is_named() {
        let sprite = include_str!("../../public/icons.svg");
        for glyph in Glyph::ALL {
            assert!(sprite.contains(&format!("id=\"{}\"", glyph.id())), "{glyph:?}");
        }
    }
}
