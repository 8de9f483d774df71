//! The files of the page, compiled in.

/// A file: its path, its type, and what is in it.
pub(super) struct Asset(pub(super) &'static str, pub(super) &'static str, pub(super) &'static [u8]);

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! asset {
    ($path:literal, $kind:expr) => {
        Asset(concat!("/", $path), $kind, include_bytes!(concat!("page/", $path)))
    };
}

/// The page itself.
pub(super) const PAGE: Asset = Asset("/", HTML, include_bytes!("page/index.html"));

/// What it loads.
pub(super) const ASSETS: &[Asset] = &[
    asset!("style.css", STYLE),
    asset!("app.js", SCRIPT),
    asset!("badges.js", SCRIPT),
    asset!("colours.js", SCRIPT),
    asset!("cursors.js", SCRIPT),
    asset!("draw.js", SCRIPT),
    asset!("format.js", SCRIPT),
    asset!("gestures.js", SCRIPT),
    asset!("keys.js", SCRIPT),
    asset!("link.js", SCRIPT),
    asset!("panel.js", SCRIPT),
    asset!("panels.js", SCRIPT),
    asset!("icon.svg", "image/svg+xml"),
    // uPlot 1.6.32, https://github.com/leeoniya/uPlot, under the MIT licence of the third of these.
    asset!("uPlot.iife.min.js", SCRIPT),
    asset!("uPlot.min.css", STYLE),
    asset!("LICENSE-uPlot", "text/plain; charset=utf-8"),
];
