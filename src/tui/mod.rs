//! A terminal's view of streams: `ringplot tui`.
