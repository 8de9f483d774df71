//! A page's view of streams: `ringplot serve`.
