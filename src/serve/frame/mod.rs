//! What a page draws: one binary message for all its panels, made from what the store has at that moment.
//!
//! ```text
//! u32 length of the header | header: JSON | zeros up to a multiple of 8 | arrays of f32 and u32, little-endian
//! ```
//! The header says, panel by panel, which arrays there are and from which byte on. A panel that is as it was the last time
//! is only named. See docs/serve.md.

mod curves;
mod payload;
mod plane;
mod time;
mod waterfall;

use std::collections::HashMap;

use serde_json::{Value, json};

use self::curves::curves;
use self::payload::Payload;
use self::plane::Plane;
use self::time::Time;
use self::waterfall::Rows;
use super::message::{PanelKind, PanelView, View};
use super::shared::Shared;
use crate::chart::{Options, StreamSnapshot};

/// Makes the frames of one page, and remembers what makes the next one cheap.
#[derive(Debug, Default)]
pub(super) struct Composer {
    panels: Vec<Panel>,
}

/// A frame, if there is anything to tell.
#[derive(Debug)]
pub(super) struct Composed {
    pub(super) bytes: Option<Vec<u8>>,
    /// Whether nothing is left for the next one.
    pub(super) is_complete: bool,
}

#[derive(Debug)]
struct Panel {
    view: PanelView,
    kept: Kept,
    /// What was told last.
    last: (Value, Vec<u8>),
}

#[derive(Debug)]
enum Kept {
    Time(Time),
    Plane(Plane),
    Curves,
    Waterfall(Rows),
}

impl Kept {
    fn of(kind: PanelKind) -> Self {
        match kind {
            PanelKind::Time => Self::Time(Time::default()),
            PanelKind::Plane => Self::Plane(Plane::default()),
            PanelKind::Curves => Self::Curves,
            PanelKind::Waterfall => Self::Waterfall(Rows::default()),
        }
    }
}

impl Composer {
    /// Shows something else from now on; panels that show the same streams keep what they have.
    pub(super) fn show(&mut self, view: View) {
        let mut before: Vec<Option<Panel>> = std::mem::take(&mut self.panels).into_iter().map(Some).collect();
        for (index, view) in view.panels.into_iter().enumerate() {
            let same = before.get_mut(index).and_then(|panel| {
                panel.take_if(|panel| panel.view.kind == view.kind && panel.view.streams == view.streams)
            });
            // What is told is told again: the page may have forgotten it.
            let kept = same.map_or_else(|| Kept::of(view.kind), |panel| panel.kept);
            self.panels.push(Panel { view, kept, last: Default::default() });
        }
    }

    /// Makes a frame; with the list of streams where `with_list` says so.
    pub(super) fn compose(&mut self, shared: &Shared, number: u32, with_list: bool) -> Composed {
        let streams = StreamSnapshot::all(&shared.store);
        let reaches = self.reaches(&streams);
        let (mut payload, mut headers) = (Payload::default(), Vec::new());
        let (mut is_complete, mut is_news) = (true, false);
        for (index, panel) in self.panels.iter_mut().enumerate() {
            let mut own = Payload::default();
            let shown: Vec<&StreamSnapshot> =
                panel.view.streams.iter().filter_map(|name| find(&streams, name)).collect();
            let (view, reach) = (&panel.view, reaches.get(&panel.view.group).copied());
            let (header, is_done) = match &mut panel.kept {
                Kept::Time(time) => time.compose(view, &shown, reach, &mut own),
                Kept::Plane(plane) => plane.compose(view, shown.first().copied(), &mut own),
                Kept::Curves => (curves(&shown, &mut own), true),
                Kept::Waterfall(rows) => rows.compose(view, shown.first().copied(), &mut own),
            };
            is_complete &= is_done;
            if panel.last.0 == header && panel.last.1 == own.bytes() {
                headers.push(json!({ "panel": index, "same": true }));
                continue;
            }
            is_news = true;
            headers.push(json!({ "panel": index, "at": payload.len(), "shows": header }));
            payload.append(&own);
            panel.last = (header, own.into_bytes());
        }
        if !is_news && !with_list {
            return Composed { bytes: None, is_complete };
        }
        let mut header = json!({ "frame": number, "panels": headers });
        if with_list {
            let (used, budget) = shared.store.memory();
            header["list"] = json!(shared.list(&streams));
            header["memory"] = json!([used, budget]);
        }
        Composed { bytes: Some(payload.with_header(&header.to_string())), is_complete }
    }

    /// Lowest and newest x of the streams of each group of panels over time.
    fn reaches(&self, streams: &[StreamSnapshot]) -> HashMap<u32, [f64; 2]> {
        let mut reaches: HashMap<u32, [f64; 2]> = HashMap::new();
        for panel in self.panels.iter().filter(|panel| panel.view.kind == PanelKind::Time) {
            let span = panel.view.span.unwrap_or(Options::DEFAULT_SPAN_SECS);
            let shown = panel.view.streams.iter().filter_map(|name| find(streams, name));
            for (oldest, newest) in shown.filter_map(|stream| stream.reach(span)) {
                let of_group = reaches.entry(panel.view.group).or_insert([oldest, newest]);
                *of_group = [of_group[0].min(oldest), of_group[1].max(newest)];
            }
        }
        reaches
    }
}

fn find<'a>(streams: &'a [StreamSnapshot], name: &str) -> Option<&'a StreamSnapshot> {
    streams.iter().find(|stream| stream.info.meta.name == *name)
}
