//! What a stream says of itself: `key=value` lines at 0x0200 of its segment.

use std::fmt::Write;

use crate::ring::XMode;
use crate::ring::layout::{Header, SlotContents};

/// The widths that a line may have, in points of the screen.
pub(crate) const LEAST_WIDTH: f32 = 0.5;
pub(crate) const MOST_WIDTH: f32 = 8.0;

/// How a stream wants to be drawn. What does not fit a stream's kind is drawn as a line.
///
/// ```
/// use ringplot::Style;
///
/// assert_eq!("step-post".parse(), Ok(Style::StepPost));
/// assert_eq!(Style::StepPost.to_string(), "step-post");
/// assert!("dotted".parse::<Style>().is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Style {
    /// A line through the points.
    #[default]
    Line,
    /// A marker at each point.
    Points,
    /// Over time: each y holds since the point before.
    StepPre,
    /// Over time: y changes halfway between two points.
    StepMid,
    /// Over time: each y holds until the next point.
    StepPost,
    /// Over time: a line, and the ground between it and 0 filled.
    Area,
    /// Over time: a stroke from 0 to each point.
    Stem,
    /// Over time: each two points in turn, from an even position on, are the two ends of a range; the ranges are
    /// joined and filled.
    Band,
    /// XY: as on an oscilloscope, what is older is fainter.
    Persistence,
    /// Snapshots: the newest curve, and those before it fading.
    Fading,
    /// Snapshots: each curve a row of colours, one below the other.
    Waterfall,
}

named!(Style, "style",
    Line => "line",
    Points => "points",
    StepPre => "step-pre",
    StepMid => "step-mid",
    StepPost => "step-post",
    Area => "area",
    Stem => "stem",
    Band => "band",
    Persistence => "persistence",
    Fading => "fading",
    Waterfall => "waterfall",
);

/// A pattern of a line.
///
/// ```
/// use ringplot::Dash;
///
/// assert_eq!("dash-dot".parse(), Ok(Dash::DashDot));
/// assert_eq!(Dash::default().to_string(), "solid");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dash {
    /// No gaps.
    #[default]
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// A dash and a dot in turn.
    DashDot,
    /// Long dashes.
    Long,
    /// A dash and two dots in turn.
    DashDotDot,
    /// Short dashes far apart.
    Sparse,
    /// Dashes in pairs.
    Pairs,
}

named!(Dash, "dash",
    Solid => "solid",
    Dashed => "dashed",
    Dotted => "dotted",
    DashDot => "dash-dot",
    Long => "long",
    DashDotDot => "dash-dot-dot",
    Sparse => "sparse",
    Pairs => "pairs",
);

/// What drives the time axis.
///
/// ```
/// use std::time::UNIX_EPOCH;
///
/// use ringplot::{Clock, Consumer, Producer, StartAt};
///
/// # let name = &format!("example/{}/clock", std::process::id());
/// let weather = Producer::builder(name).capacity(1 << 10).origin(UNIX_EPOCH).timed()?; // t is Unix time
/// assert_eq!(Consumer::attach(name, StartAt::Now)?.meta().clock, Clock::Wall);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Clock {
    /// Simulated time: seconds of the model.
    #[default]
    Simulation,
    /// Real time: seconds since the stream's origin, which is the moment of its creation unless
    /// [`Builder::origin`](super::Builder::origin) says otherwise.
    Wall,
}

named!(Clock, "clock", Simulation => "simulation", Wall => "wall");

/// What kind of stream it is: what its calls and its x are.
///
/// ```
/// use ringplot::{Consumer, Producer, StartAt, StreamKind};
///
/// # let name = &format!("example/{}/stream_kind", std::process::id());
/// let log = Producer::builder(name).events()?;
/// let kind = Consumer::attach(name, StartAt::Now)?.kind();
/// assert_eq!(kind, StreamKind::Events);
/// assert!(kind.is_frames());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StreamKind {
    /// y at times t.
    Timed,
    /// y at a fixed rate.
    Uniform,
    /// Points (x, y) in any order.
    Xy,
    /// Whole curves, of which the newest counts.
    Snapshot,
    /// Texts.
    Events,
}

named!(StreamKind, "kind of stream",
    Timed => "timed",
    Uniform => "uniform",
    Xy => "xy",
    Snapshot => "snapshot",
    Events => "events",
);

impl StreamKind {
    /// Whether positions count frames rather than points.
    pub fn is_frames(self) -> bool {
        matches!(self, Self::Snapshot | Self::Events)
    }

    /// The kind and the x mode that a checked header stands for.
    pub(crate) fn of(header: &Header) -> (Self, XMode) {
        match (header.stream_kind, header.x_mode) {
            (1, _) => (Self::Snapshot, XMode::Xy),
            (2, _) => (Self::Events, XMode::Xy),
            (_, 1) => (Self::Timed, XMode::Timed),
            (_, 2) => (Self::Uniform, XMode::Uniform { t0: header.t0, rate: header.rate }),
            _ => (Self::Xy, XMode::Xy),
        }
    }

    pub(crate) fn contents(self) -> SlotContents {
        match self {
            Self::Snapshot => SlotContents::Snapshot,
            Self::Events => SlotContents::Events,
            Self::Timed | Self::Uniform | Self::Xy => SlotContents::Trace,
        }
    }
}

/// What a stream says of itself. A program that makes one names what it knows and takes the rest from
/// `Meta::default()`: fields may be added.
///
/// ```
/// use ringplot::{Consumer, Producer, StartAt};
///
/// # let name = &format!("example/{}/meta", std::process::id());
/// let energy = Producer::builder(name).capacity(1 << 10).units("s", "J").y_offset(1e6).timed()?;
/// let consumer = Consumer::attach(name, StartAt::Now)?;
/// let meta = consumer.meta();
/// assert_eq!((meta.y_unit.as_str(), meta.value(0.25)), ("J", 1_000_000.25));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// The stream's name.
    pub name: String,
    /// Name in the legend; the stream's name where it is empty.
    pub label: String,
    /// Streams of one group belong together.
    pub group: String,
    /// Unit of x, such as `s`.
    pub x_unit: String,
    /// Unit of y, such as `V`.
    pub y_unit: String,
    /// Colour as red, green, blue; chosen by the viewer where it is missing.
    pub colour: Option<[u8; 3]>,
    /// How to draw it.
    pub style: Style,
    /// Width of its line, in points of the screen; chosen by the viewer where it is missing.
    pub width: Option<f32>,
    /// The pattern of its line; chosen by the viewer where it is missing.
    pub dash: Option<Dash>,
    /// The panel that it lies in, with others that name the same; chosen by the viewer where it is empty.
    pub panel: String,
    /// How many points a second the producer means to push.
    pub rate_hint_hz: Option<f64>,
    /// What pushed y are differences to: the value of a point is `y_offset + y`, in f64.
    pub y_offset: f64,
    /// The range that pushed y are expected in.
    pub y_range: Option<[f32; 2]>,
    /// What drives the time axis.
    pub clock: Clock,
    /// With a wall clock, the moment that t = 0 stands for: nanoseconds since 1970. A producer that leaves it out gets
    /// the moment of its creation.
    pub origin_unix_nanos: Option<i64>,
    /// Position among the streams of a plot: lower first.
    pub order: i32,
}

impl Meta {
    /// The metadata's bytes in a segment. Line ends inside a value become spaces.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        let mut line = |key: &str, value: &str| {
            if !value.is_empty() {
                let value: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
                let _ = writeln!(text, "{key}={value}");
            }
        };
        line("name", &self.name);
        line("label", &self.label);
        line("group", &self.group);
        line("x_unit", &self.x_unit);
        line("y_unit", &self.y_unit);
        if let Some([r, g, b]) = self.colour {
            line("colour", &format!("#{r:02x}{g:02x}{b:02x}"));
        }
        line("style", self.style.as_str());
        if let Some(width) = self.width {
            line("width", &width.to_string());
        }
        if let Some(dash) = self.dash {
            line("dash", dash.as_str());
        }
        line("panel", &self.panel);
        if let Some(rate) = self.rate_hint_hz {
            line("rate_hint", &rate.to_string());
        }
        if self.y_offset != 0.0 {
            line("y_offset", &format!("{:?}", self.y_offset));
        }
        if let Some([low, high]) = self.y_range {
            line("y_range", &format!("{low},{high}"));
        }
        line("clock", self.clock.as_str());
        line("order", &self.order.to_string());
        text.into_bytes()
    }

    /// The metadata in a segment's bytes, and the first key that a reader must know and this one does not. What is
    /// unknown else, or makes no sense, is left at its default.
    pub(crate) fn parse(bytes: &[u8]) -> (Self, Option<String>) {
        let mut meta = Self::default();
        let mut unknown = None;
        for (key, value) in String::from_utf8_lossy(bytes).lines().filter_map(|line| line.split_once('=')) {
            let demanded = key.strip_prefix('!');
            match demanded.unwrap_or(key) {
                "name" => value.clone_into(&mut meta.name),
                "label" => value.clone_into(&mut meta.label),
                "group" => value.clone_into(&mut meta.group),
                "x_unit" => value.clone_into(&mut meta.x_unit),
                "y_unit" => value.clone_into(&mut meta.y_unit),
                "colour" => meta.colour = parse_colour(value),
                "style" => meta.style = value.parse().unwrap_or_default(),
                "width" => meta.width = value.parse().ok().filter(|width| is_width(*width)),
                "dash" => meta.dash = value.parse().ok(),
                "panel" => value.clone_into(&mut meta.panel),
                "rate_hint" => meta.rate_hint_hz = parse_rate(value),
                "y_offset" => meta.y_offset = parse_offset(value),
                "y_range" => meta.y_range = parse_range(value),
                "clock" => meta.clock = value.parse().unwrap_or_default(),
                "order" => meta.order = value.parse().unwrap_or(0),
                key if demanded.is_some() => _ = unknown.get_or_insert_with(|| key.to_owned()),
                _ => {}
            }
        }
        (meta, unknown)
    }

    /// The value of a pushed y.
    pub fn value(&self, y: f32) -> f64 {
        offset_value(self.y_offset, y)
    }

    /// The range that values are expected in.
    pub fn value_range(&self) -> Option<[f64; 2]> {
        self.y_range.map(|range| range.map(|y| self.value(y)))
    }

    /// The name to show: the label, or the stream's name where there is none.
    pub fn shown_name(&self) -> &str {
        if self.label.is_empty() { &self.name } else { &self.label }
    }
}

/// The value of a y that is the difference to an offset: the one place where they are added.
#[inline]
pub(crate) fn offset_value(y_offset: f64, y: f32) -> f64 {
    // Without one a −0 stays a −0.
    if y_offset == 0.0 { f64::from(y) } else { y_offset + f64::from(y) }
}

/// Whether a line may be so wide, in points of the screen.
pub(super) fn is_width(width: f32) -> bool {
    (LEAST_WIDTH..=MOST_WIDTH).contains(&width)
}

fn parse_offset(text: &str) -> f64 {
    text.parse().ok().filter(|offset: &f64| offset.is_finite()).unwrap_or(0.0)
}

fn parse_colour(text: &str) -> Option<[u8; 3]> {
    let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6)?;
    let [_, r, g, b] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
    Some([r, g, b])
}

fn parse_rate(text: &str) -> Option<f64> {
    text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0)
}

fn parse_range(text: &str) -> Option<[f32; 2]> {
    let (low, high) = text.split_once(',')?;
    let range: [f32; 2] = [low.parse().ok()?, high.parse().ok()?];
    (range.iter().all(|v| v.is_finite()) && range[0] < range[1]).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_reads_back() {
        let meta = Meta {
            name: "lorenz/x".into(),
            label: "x (Größe)".into(),
            group: "lorenz".into(),
            x_unit: "s".into(),
            y_unit: "m".into(),
            colour: Some([1, 2, 254]),
            style: Style::Points,
            width: Some(2.5),
            dash: Some(Dash::DashDot),
            panel: "position".into(),
            rate_hint_hz: Some(1e6),
            y_offset: 1.0 + f64::EPSILON,
            y_range: Some([-1.5, 2.0]),
            clock: Clock::Wall,
            // Has its place in the header.
            origin_unix_nanos: None,
            order: -3,
        };
        assert_eq!(Meta::parse(&meta.to_bytes()), (meta, None));
    }

    #[test]
    fn every_style_reads_back() {
        for &style in Style::ALL {
            let meta = Meta { style, ..Meta::default() };
            assert_eq!(Meta::parse(&meta.to_bytes()), (meta, None));
        }
        assert_eq!(Meta::parse(b"style=of another version\n").0.style, Style::Line);
    }

    #[test]
    fn nonsense_is_left_at_its_default() {
        let (meta, unknown) = Meta::parse(
            b"colour=#zz0000\nwidth=99\ndash=wild\ny_offset=inf\ny_range=2,1\nrate_hint=nan\norder=x\nfuture=1\n\xff\xfe=\n",
        );
        assert_eq!((meta, unknown), (Meta::default(), None));
    }

    #[test]
    fn a_line_end_in_a_value_cannot_forge_a_key() {
        let meta = Meta { label: "a\norder=7".into(), ..Meta::default() };
        assert_eq!(Meta::parse(&meta.to_bytes()).0.order, 0);
    }
}
