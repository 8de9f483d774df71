//! What the fuzz target of a page's messages does with an input, and `tests/serve/fuzzed.rs` with inputs of its own: whatever
//! the bytes are, no panic, and what is taken is within all bounds.

use ringplot::serve::ClientMessage;

/// Whether the input is a message.
pub(crate) fn message(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    match ClientMessage::parse(&text) {
        Ok(ClientMessage::View(view)) => {
            assert!(view.panels.len() <= 64 && (0.1..=60.0).contains(&view.fps));
            for panel in view.panels {
                assert!(panel.streams.len() <= 64);
                assert!((1..=8192).contains(&panel.size[0]) && (1..=4096).contains(&panel.size[1]));
                for [low, high] in [panel.x, panel.y].into_iter().flatten() {
                    assert!(low.is_finite() && high.is_finite() && low < high);
                }
                assert!(panel.span.is_none_or(|span| span.is_finite() && span > 0.0));
            }
            true
        }
        Ok(ClientMessage::Ack(_)) => true,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}
