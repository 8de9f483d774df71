//! What is told of a stream.

use serde::Serialize;

use crate::chart::{Member, Options, Palette, PanelList, PlotKind, PlotState, StreamSnapshot};
use crate::history::Scale;
use crate::store::Clock;

/// A stream, as a page and a program are told of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Described {
    name: String,
    label: String,
    group: String,
    kind: &'static str,
    /// What kind of panel shows it: `time`, `plane`, `curves`, `waterfall`.
    panel: &'static str,
    style: &'static str,
    state: &'static str,
    run: String,
    x_unit: String,
    y_unit: String,
    y_offset: f64,
    /// Nanoseconds since 1970 that x = 0 stands for; streams with the same can share an axis.
    origin_unix_nanos: Option<String>,
    /// Its colour on a dark ground, and on a light one.
    colours: [String; 2],
    /// The pattern of its line: `solid`, `dashed`.
    dash: &'static str,
    capacity: Option<u64>,
    /// The position that reading began at: received + lost = written − start.
    start: u64,
    written: u64,
    received: u64,
    lost: u64,
    rate_hz: Option<f64>,
    /// x and value of the newest sample.
    newest: Option<[f64; 2]>,
    /// Lowest and highest x that are held.
    held: Option<[f64; 2]>,
    steps_back: u64,
    /// The formula that it is computed by.
    derived: Option<String>,
}

/// A panel that arranges itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Panel {
    key: String,
    kind: &'static str,
    streams: Vec<String>,
    log: [bool; 2],
    /// Panels over time with the same one share their x.
    link: Option<String>,
}

/// All streams in their order, and the panels that they have by themselves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct List {
    streams: Vec<Described>,
    panels: Vec<Panel>,
}

impl List {
    /// Of all streams; `panels` are kept from one list to the next, and their colours with them.
    pub(super) fn new(streams: &[StreamSnapshot], panels: &mut PanelList) -> Self {
        panels.begin(streams);
        panels.sync_automatic(streams, &Options::default());
        let member = |name: &str| {
            let members = panels.list.iter().flat_map(|plot| plot.members().iter());
            members.into_iter().find(|member| member.name == name)
        };
        let described = streams.iter().map(|stream| Described::of(stream, member(&stream.info.meta.name)));
        Self { streams: described.collect(), panels: panels.list.iter().map(Panel::of).collect() }
    }
}

impl Panel {
    fn of(plot: &PlotState) -> Self {
        let scales = plot.scales();
        Self {
            key: plot.key().to_owned(),
            kind: kind(plot.kind()),
            streams: plot.members().iter().map(|member| member.name.clone()).collect(),
            log: [scales.x, scales.y].map(|scale| scale == Scale::Log10),
            link: plot.link().map(clock),
        }
    }
}

/// What a page calls a kind of panel.
fn kind(kind: PlotKind) -> &'static str {
    match kind {
        PlotKind::Time => "time",
        PlotKind::Xy => "plane",
        PlotKind::Snapshot => "curves",
        PlotKind::Waterfall => "waterfall",
    }
}

/// The name of a clock: nanoseconds since 1970, as text, since JSON's numbers have not all of them.
fn clock(clock: Clock) -> String {
    match clock {
        Clock::Simulation => "simulation".to_owned(),
        Clock::Wall(nanos) => nanos.to_string(),
    }
}

impl Described {
    fn of(stream: &StreamSnapshot, member: Option<&Member>) -> Self {
        let meta = &stream.info.meta;
        let colours = [Palette::DARK, Palette::LIGHT].map(|palette| {
            let [r, g, b] = member.map_or(palette.text_strong, |member| palette.colour_of(member));
            format!("#{r:02x}{g:02x}{b:02x}")
        });
        Self {
            name: meta.name.clone(),
            label: member.map_or_else(|| meta.shown_name().to_owned(), |member| member.label.clone()),
            group: meta.group.clone(),
            kind: stream.info.kind.as_str(),
            panel: kind(PlotKind::of(stream)),
            style: stream.style.as_str(),
            state: stream.liveness.as_str(),
            run: format!("{:016x}", stream.run),
            x_unit: meta.x_unit.clone(),
            y_unit: meta.y_unit.clone(),
            y_offset: meta.y_offset,
            origin_unix_nanos: Some(stream.clock).filter(|of| *of != Clock::Simulation).map(clock),
            colours,
            dash: member.map_or("solid", |member| member.dash.as_str()),
            capacity: stream.info.capacity,
            start: stream.counts.start,
            written: stream.counts.position,
            received: stream.counts.received,
            lost: stream.counts.lost,
            rate_hz: stream.rate_hz,
            newest: stream.newest.map(Into::into),
            held: stream.x_bounds.map(Into::into),
            steps_back: stream.steps_back,
            derived: stream.info.derived.as_ref().map(|derived| derived.formula.to_string()),
        }
    }
}
