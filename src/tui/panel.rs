//! One panel in cells: head, plot area, axes.
//!
//! ```text
//!   V ━ sine 0.9511 V                     ● following
//! 1 ┤⠀⠀⢠⠃⠱⡀
//! 0 ┤┈⢠⠃┈┈⢱┈   plot area
//!   └──┬─────┬── time (s) ─
//!      2     4
//! ```

use std::collections::HashMap;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::colours::Inks;
use super::cursors::Ground;
use super::dots::{Dots, Marker};
use super::plane::{self, Density};
use super::shades::Shading;
use super::text::{put, width};
use super::{axes, legend, time};
use crate::chart::cursors::Cursors;
use crate::chart::{
    Axis, AxisNames, Options, PictureNotes, PlotKind, PlotState, Reading, Severity, StreamSnapshot,
    TimeLabels, badges, readings,
};
use crate::history::ColumnCache;

/// Panels of fewer rows have no line along x, no labels of x, and no head.
const LEAST_LINED: u16 = 9;
const LEAST_LABELLED: u16 = 5;
const LEAST_HEADED: u16 = 4;
/// A panel less wide has no labels of y.
const LEAST_WIDTH: u16 = 16;
/// Cells left of the plot area at least, with the line of the axis, and its share of the width at most: one in so many.
const LEAST_GUTTER: u16 = 5;
const GUTTER_SHARE: u16 = 3;
/// The ink of curves before the newest is that of the newest and this.
const FADED: u16 = 1 << 12;

/// What every panel of a frame is given.
#[derive(Clone, Copy)]
pub(super) struct FrameContext<'a> {
    pub(super) streams: &'a [StreamSnapshot],
    pub(super) options: &'a Options,
    pub(super) inks: Inks,
    pub(super) marker: Marker,
    pub(super) now_secs: f64,
    pub(super) has_grid: bool,
    /// What the labels of time say.
    pub(super) time: TimeLabels,
    /// Left drags draw a box.
    pub(super) draws_boxes: bool,
    /// The cell that the pointer is in.
    pub(super) pointer: Option<[u16; 2]>,
    pub(super) cursors: &'a Cursors,
    /// The box that is being drawn, in cells.
    pub(super) band: Option<Rect>,
    /// Keys mean this panel, and there are others.
    pub(super) chosen: Option<&'a str>,
}

/// What drawing a panel keeps from frame to frame. All of it can be made anew.
#[derive(Debug, Default)]
pub(super) struct PanelCache {
    columns: HashMap<String, ColumnCache>,
    density: Density,
    /// Cells left of the plot area, which never become fewer.
    pub(super) gutter: u16,
    /// Cells of each further y axis, right of it.
    right: Vec<u16>,
}

impl PanelCache {
    /// Memory of what is counted, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        self.density.memory_bytes()
    }
}

/// What drawing a panel left.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) key: String,
    pub(super) whole: Rect,
    pub(super) area: Rect,
    /// Where the streams stand in the legend.
    pub(super) legend: Vec<(Rect, usize)>,
    /// Another frame is wanted though nothing new came.
    pub(super) wants_frame: bool,
    /// The plot shows what it showed in the last frame.
    pub(super) is_still: bool,
}

/// Where the parts of a panel lie.
#[derive(Clone, Copy)]
struct Parts {
    head: Rect,
    area: Rect,
    x_strip: Rect,
    gutter: u16,
    /// Cells right of the plot area.
    right: u16,
}

impl Parts {
    fn new(whole: Rect, head_rows: u16, [gutter, right]: [u16; 2]) -> Self {
        let strip = match whole.height {
            h if h >= LEAST_LINED => 2,
            h if h >= LEAST_LABELLED => 1,
            _ => 0,
        };
        let head_rows = if whole.height >= LEAST_HEADED { head_rows } else { 0 };
        let gutter =
            if whole.width < LEAST_WIDTH { 1 } else { gutter.min(whole.width / GUTTER_SHARE).max(1) };
        let gutter = gutter.min(whole.width);
        let right = if right <= (whole.width - gutter) / 2 { right } else { 0 };
        let height = whole.height.saturating_sub(head_rows + strip);
        let area = Rect::new(whole.x + gutter, whole.y + head_rows, whole.width - gutter - right, height);
        Self {
            head: Rect { height: head_rows, ..whole },
            area,
            x_strip: Rect { y: area.bottom(), height: strip, ..area },
            gutter,
            right,
        }
    }
}

/// Draws a panel.
pub(super) fn draw(
    buffer: &mut Buffer,
    whole: Rect,
    (plot, cache): (&mut PlotState, &mut PanelCache),
    frame: FrameContext<'_>,
) -> Shown {
    let FrameContext { streams, options, inks, marker, .. } = frame;
    let is_ascii = marker.is_ascii();
    let of_axes: Vec<AxisNames> =
        (0..plot.y_axes()).map(|axis| AxisNames::of(plot, axis, streams, options, frame.time)).collect();
    let names = &of_axes[0];
    plot.notice_stillness();
    let mut shown = Shown {
        key: plot.key().to_owned(),
        whole,
        area: Rect::default(),
        legend: Vec::new(),
        wants_frame: false,
        is_still: plot.is_still,
    };
    let Some((parts, x_axis, ys)) = lay_out(whole, (plot, cache), &of_axes, frame) else { return shown };
    let area = parts.area;
    shown.area = area;
    let readings = readings_of(plot, streams, &ys, area);
    let ground = Ground { area, axes: [&x_axis, &ys[0]], names, readings: &readings, inks, is_ascii };
    if frame.has_grid {
        axes::write_grid(buffer, &ys[0], area, inks.grid(), is_ascii);
    }
    let mut notes = PictureNotes::default();
    let mut dots = Dots::new(marker, area);
    let place = frame.pointer.and_then(|at| place_of_cell(at, area));
    let pointed_x = place.map(|place| plot.values_at(place)[0]);
    match plot.kind() {
        PlotKind::Time => {
            let marks = time::draw(&mut dots, plot, streams, &mut cache.columns, (area, marker), &mut notes);
            marks.write_below(buffer, area, inks, is_ascii);
            write_dots(&dots, buffer, area, plot, inks);
            marks.write_above(buffer, (area, &dots), plot, inks, is_ascii);
        }
        PlotKind::Xy => {
            let into = (&mut *buffer, area, &mut dots);
            let how = (inks, is_ascii, frame.now_secs);
            shown.wants_frame |=
                plane::draw_xy(into, plot, streams, &mut cache.density, how, options, &mut notes);
            write_dots(&dots, buffer, area, plot, inks);
        }
        PlotKind::Snapshot => {
            plane::draw_curves(&mut dots, plot, streams, &mut notes, FADED);
            write_dots(&dots, buffer, area, plot, inks);
        }
        PlotKind::Waterfall => {
            notes.is_decimated = true;
            plane::write_waterfall(buffer, area, plot, streams, (inks, is_ascii), options);
        }
    }
    shown.wants_frame |= notes.missing_share > 0.0 || !plot.is_complete();
    if let Some(x) = pointed_x.filter(|_| plot.kind() == PlotKind::Time) {
        ground.write_crosshair(buffer, &dots, plot, x);
    }
    ground.write_trigger(buffer, plot);
    ground.write_cursors(buffer, &dots, frame.cursors, plot, streams);
    write_band(buffer, area, frame.band);
    if parts.gutter > 1 {
        axes::write_y(buffer, &ys[0], area, parts.gutter, inks, is_ascii);
    }
    if parts.right > 0 {
        let mut x = area.right();
        for ((wide, axis), names) in cache.right.iter().zip(&ys[1..]).zip(&of_axes[1..]) {
            let strip = Rect { x, width: *wide, ..area };
            let title = axis.title(&names.y_name, &names.y_unit);
            axes::write_right(buffer, (axis, &title), [area, strip], inks, is_ascii);
            x += wide;
        }
    }
    if parts.x_strip.height > 0 {
        let title = x_axis.title(names.x_name.as_deref().unwrap_or_default(), &names.x_unit);
        axes::write_x(buffer, &x_axis, &title, [area, parts.x_strip], inks, is_ascii);
    }
    if parts.head.height > 0 {
        let y_title = ys[0].title(&names.y_name, &names.y_unit);
        let entries = legend::entries(plot, streams, &readings, (pointed_x, place));
        let mut badges = badges(plot, streams, &notes, (false, frame.draws_boxes));
        // Braille says it in every column; there is no room for what goes without saying.
        badges.retain(|badge| badge.tone != Severity::Quiet || whole.width >= 60);
        shown.legend = head(buffer, &parts, plot, &entries, &badges, (frame, &y_title));
    }
    if plot.members().is_empty() {
        let text = format!("Waiting for {}", plot.sources().join(", "));
        put(buffer, [area.x, area.y + area.height / 2], &text, inks.faint(), area.width);
    }
    shown
}

/// Brings the plot up to date, and finds the places of its parts: the head has as many rows as it needs, and the labels fit.
fn lay_out(
    whole: Rect,
    (plot, cache): (&mut PlotState, &mut PanelCache),
    of_axes: &[AxisNames],
    frame: FrameContext<'_>,
) -> Option<(Parts, Axis, Vec<Axis>)> {
    let FrameContext { streams, options, inks, marker, .. } = frame;
    cache.gutter = cache.gutter.max(LEAST_GUTTER);
    // What the head says may take more rows once values are known: last frame's view is near enough for that.
    let mut head_rows = 1;
    cache.right.resize(of_axes.len() - 1, 0);
    loop {
        let parts = Parts::new(whole, head_rows, [cache.gutter, cache.right.iter().sum()]);
        if parts.area.is_empty() {
            return None;
        }
        plot.update(frame.now_secs, streams, size_of(plot, parts.area, marker, inks), options);
        let (x_axis, ys) = axes::axes_of(plot, of_axes, parts.area);
        let wanted = axes::widest(&ys[0]) + 2;
        let readings = readings_of(plot, streams, &ys, parts.area);
        let entries = legend::entries(plot, streams, &readings, (None, None));
        let preview = badges(plot, streams, &PictureNotes::default(), (false, frame.draws_boxes));
        let rows = legend::rows(&entries, whole, legend::badges_width(&preview, whole.width));
        let room = whole.width / GUTTER_SHARE;
        let is_narrow = |(wide, axis): (&mut u16, &Axis)| {
            let wanted = axes::widest(axis) + 1;
            let is_narrow = wanted > *wide;
            *wide = wanted.max(*wide);
            is_narrow
        };
        let are_narrow =
            cache.right.iter_mut().zip(&ys[1..]).map(is_narrow).fold(false, |any, one| any | one);
        if wanted.min(room) > cache.gutter || rows > head_rows || are_narrow {
            cache.gutter = cache.gutter.max(wanted.min(room));
            head_rows = head_rows.max(rows);
            continue;
        }
        return Some((parts, x_axis, ys));
    }
}

/// Turns the colours of the box that is being drawn around.
fn write_band(buffer: &mut Buffer, area: Rect, band: Option<Rect>) {
    let Some(band) = band.map(|band| band.intersection(area)) else { return };
    for (y, x) in (band.top()..band.bottom()).flat_map(|y| (band.left()..band.right()).map(move |x| (y, x))) {
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.modifier.toggle(Modifier::REVERSED);
        }
    }
}

fn head(
    buffer: &mut Buffer,
    parts: &Parts,
    plot: &PlotState,
    entries: &[legend::Entry],
    badges: &[crate::chart::Badge],
    (frame, y_title): (FrameContext<'_>, &str),
) -> Vec<(Rect, usize)> {
    let (inks, is_ascii, head) = (frame.inks, frame.marker.is_ascii(), parts.head);
    let row = Rect { height: 1, ..head };
    let first_right = legend::write_badges(buffer, badges, row, inks, is_ascii);
    let mut left = head.x;
    if frame.chosen == Some(plot.key()) {
        let sign = if is_ascii { "> " } else { "▶ " };
        left = put(buffer, [left, head.y], sign, inks.tone(Severity::Good), 2);
    }
    for text in [plot.title.as_str(), y_title].into_iter().filter(|text| !text.is_empty()) {
        let most = first_right.saturating_sub(left) / 2;
        let end = put(buffer, [left, head.y], text, inks.faint(), most.min(width(text)));
        left = end + 1;
    }
    // Entries stand above the plot area where what comes before them leaves that free.
    left = left.max(parts.area.x.min(head.x + head.width / 4));
    let rows = Rect { x: left, width: head.right().saturating_sub(left), ..head };
    legend::write(buffer, entries, plot, (rows, first_right), inks, is_ascii)
}

/// Dots, or cells of shades, that a plot area has: across and down.
fn size_of(plot: &PlotState, area: Rect, marker: Marker, inks: Inks) -> [usize; 2] {
    let [across, down] = marker.dots();
    let [width, height] = [usize::from(area.width), usize::from(area.height)];
    if plot.kind() == PlotKind::Waterfall {
        return [width, height * Shading::rows_of_cell(inks, marker.is_ascii())];
    }
    [width * across, height * down]
}

fn readings_of(plot: &PlotState, streams: &[StreamSnapshot], ys: &[Axis], area: Rect) -> Vec<Reading> {
    let beside = ys.iter().map(|axis| match plot.kind() {
        PlotKind::Waterfall => plot.waterfall().reading(f32::from(area.height) * 16.0),
        _ => axis.reading(),
    });
    readings(plot, streams, &beside.collect::<Vec<_>>())
}

fn write_dots(dots: &Dots, buffer: &mut Buffer, area: Rect, plot: &PlotState, inks: Inks) {
    dots.write(buffer, area, |ink| match plot.members().get(usize::from(ink % FADED)) {
        _ if ink >= FADED => inks.faint(),
        Some(member) => Inks::text().fg(inks.of(member)),
        None => Inks::text(),
    });
}

/// The middle of a cell as shares of the width and height of an area, from the lower left.
pub(super) fn place_of_cell([x, y]: [u16; 2], area: Rect) -> Option<[f64; 2]> {
    area.contains((x, y).into()).then(|| {
        let across = (f64::from(x - area.x) + 0.5) / f64::from(area.width);
        let down = (f64::from(y - area.y) + 0.5) / f64::from(area.height);
        [across, 1.0 - down]
    })
}
