//! Curves in the plane: strokes while they are few, shades of their density where they are many; whole curves; waterfalls.

use std::ops::Range;
use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::colours::Inks;
use super::dots::Dots;
use super::shades::{Shade, Shading};
use super::time::ink_of;
use crate::chart::{
    DensityNote, FollowMode, Member, Options, PictureNotes, PlanePoints, PlotState, Severity, StreamSnapshot,
    ramp,
};
use crate::history::{Curve, DensityGrid, DensityMode, DensityView, Frames, Sample, Scale, Trace};
use crate::store::{Data, lock};
use crate::stream::Style;

/// Points of a curve that are drawn one by one, at most.
const FEW: u64 = 20_000;
/// Positions counted between two looks at the clock, the stream's lock being free in between.
const SLICE: u64 = 65_536;
/// Time in a frame to count points.
const BUDGET: Duration = Duration::from_millis(10);
/// Time in which persistence fades to 1/e, seconds.
const FADE_SECS: f64 = 0.7;
/// Less glow than this is not seen.
const FAINTEST: f32 = 0.02;

/// What is kept of a density from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Density {
    of: Option<(String, u64)>,
    grid: Option<DensityGrid>,
    glow_secs: f64,
    last_secs: Option<f64>,
}

/// From values to dots.
struct Plane<'a> {
    plot: &'a PlotState,
    member: &'a Member,
    size: [f64; 2],
}

impl<'a> Plane<'a> {
    fn new(plot: &'a PlotState, member: &'a Member, size: [usize; 2]) -> Self {
        Self { plot, member, size: size.map(|n| n as f64) }
    }

    fn place(&self, x: f64, y: f64) -> Option<[f64; 2]> {
        let x = self.plot.drawn().x.fraction(self.plot.scales().x.checked_transform(x)?);
        let y = self.plot.y_share(self.member, y)?;
        Some([x * self.size[0], (1.0 - y) * self.size[1]])
    }
}

/// Sets the strokes of a line, point by point, and lifts the pen where there is none.
struct Pen<'a> {
    dots: &'a mut Dots,
    plane: Plane<'a>,
    ink: u16,
    has_strokes: bool,
    last: Option<[f64; 2]>,
}

impl Pen<'_> {
    fn go(&mut self, x: f64, y: f64) {
        let to = self.plane.place(x, y).filter(|at| at.iter().all(|value| value.is_finite()));
        if let Some(to) = to {
            self.dots.stroke(self.last.filter(|_| self.has_strokes).unwrap_or(to), to, self.ink);
        }
        self.last = to;
    }

    fn lift(&mut self) {
        self.last = None;
    }
}

/// Draws the curve of an XY plot into dots, or into cells as a density. Returns whether another frame is wanted though
/// nothing new came.
pub(super) fn draw_xy(
    (buffer, area, dots): (&mut Buffer, Rect, &mut Dots),
    plot: &PlotState,
    streams: &[StreamSnapshot],
    density: &mut Density,
    (inks, is_ascii, now_secs): (Inks, bool, f64),
    options: &Options,
    notes: &mut PictureNotes,
) -> bool {
    let mut wants_frame = false;
    for (member, stream) in plot.drawing_order(streams) {
        let most = options.max_xy_points;
        let shown = |trace: &Trace, positions: &Range<u64>| positions.start.max(trace.start())..positions.end;
        let drawn = plot.with_points(stream, most, |points| {
            let PlanePoints::Trace(trace, positions) = points else { return true };
            if positions.start > trace.start() {
                notes.newest_only = Some(most);
            }
            let positions = shown(trace, &positions);
            let is_few = positions.end.saturating_sub(positions.start) <= FEW;
            if is_few && member.style != Style::Persistence {
                strokes(dots, plot, trace, std::iter::once(positions), member);
                return true;
            }
            false
        });
        if drawn != Some(false) {
            continue;
        }
        let size =
            [usize::from(area.width), usize::from(area.height) * Shading::rows_of_cell(inks, is_ascii)];
        wants_frame |= density.count(plot, (member, stream), size, now_secs, most);
        let Some(grid) = &density.grid else { continue };
        if let Some(visible) = grid.visible().filter(|_| grid.is_done()) {
            plot.with_points(stream, most, |points| {
                if let PlanePoints::Trace(trace, _) = points {
                    strokes(dots, plot, trace, visible.iter().cloned(), member);
                }
            });
            continue;
        }
        let fades = member.style == Style::Persistence;
        notes.density =
            Some(DensityNote { points: (!fades).then(|| grid.points()), share: grid.share_done() });
        let own = inks.palette.colour_of(member);
        let ramp = ramp(member.colours.unwrap_or(options.colours), own, inks.palette);
        let missing = inks.tone(Severity::Bad);
        let shading = Shading { inks, is_ascii, ramp: &ramp, own: inks.of(member), missing };
        let mut row = Vec::new();
        let mut all = Vec::new();
        for index in 0..size[1] {
            grid.row(index, &mut row);
            all.extend_from_slice(&row);
        }
        let greatest = all.iter().copied().fold(0.0, f32::max);
        wants_frame |= fades && greatest > FAINTEST && plot.motion() == FollowMode::Live;
        let least = if fades { FAINTEST } else { 0.0 };
        shading.write(buffer, area, |x, y| match all.get(y * size[0] + x) {
            // Equal steps are equal ratios: few points are seen beside many.
            Some(count) if *count > least => Shade::Value((1.0 + count).ln() / (1.0 + greatest).ln()),
            _ => Shade::Nothing,
        });
    }
    wants_frame
}

fn strokes(
    dots: &mut Dots,
    plot: &PlotState,
    trace: &Trace,
    parts: impl Iterator<Item = Range<u64>>,
    member: &Member,
) {
    let plane = Plane::new(plot, member, dots.size());
    let (ink, has_strokes) = (ink_of(plot, member), member.style != Style::Points);
    let mut pen = Pen { dots, plane, ink, has_strokes, last: None };
    for part in parts {
        pen.lift();
        trace.for_each(part, |sample| match sample {
            Sample::Point { x, y, .. } => pen.go(x, y),
            Sample::Lost { .. } => pen.lift(),
        });
    }
}

impl Density {
    /// Memory that it takes, in bytes.
    pub(super) fn memory_bytes(&self) -> u64 {
        self.grid.as_ref().map_or(0, DensityGrid::memory_bytes)
    }

    /// Counts what is new for a share of a frame; whether something is left.
    fn count(
        &mut self,
        plot: &PlotState,
        (member, stream): (&Member, &StreamSnapshot),
        size: [usize; 2],
        now_secs: f64,
        most: u64,
    ) -> bool {
        let of = (stream.info.meta.name.clone(), stream.run);
        if self.of.as_ref() != Some(&of) {
            *self = Self { of: Some(of), ..Self::default() };
        }
        let passed = self.last_secs.map_or(0.0, |last| (now_secs - last).max(0.0));
        self.last_secs = Some(now_secs);
        if plot.motion() == FollowMode::Live {
            self.glow_secs += passed;
        }
        let mode = match member.style {
            Style::Points => DensityMode::Scatter,
            Style::Persistence => DensityMode::Persistence { fade_secs: FADE_SECS },
            _ => DensityMode::Connected,
        };
        let (view, scales) = (plot.drawn(), plot.scales());
        let view = DensityView {
            x: [view.x.min, view.x.max],
            y: [view.y.min, view.y.max],
            scales: [scales.x, scales.y],
            size: size.map(|length| length.max(1)),
        };
        match &mut self.grid {
            Some(grid) if grid.mode() == mode => grid.set_view(view, FEW as usize),
            grid => *grid = Some(DensityGrid::new(mode, view, FEW as usize)),
        }
        let Some(grid) = &mut self.grid else { return false };
        grid.set_most(most);
        let begun = Instant::now();
        loop {
            let spent = plot.with_points(stream, u64::MAX, |points| match points {
                PlanePoints::Trace(trace, positions) => {
                    grid.update(trace, positions.end, SLICE, self.glow_secs)
                }
                PlanePoints::Frames(_) => 0,
            });
            if spent.is_none_or(|spent| spent == 0) || begun.elapsed() >= BUDGET {
                break;
            }
        }
        !grid.is_done()
    }
}

/// Draws whole curves into dots: those before the newest first.
pub(super) fn draw_curves(
    dots: &mut Dots,
    plot: &PlotState,
    streams: &[StreamSnapshot],
    notes: &mut PictureNotes,
    faded: u16,
) {
    for (member, stream) in plot.drawing_order(streams) {
        plot.with_points(stream, 0, |points| {
            let PlanePoints::Frames(frames) = points else { return };
            let before = frames.len().saturating_sub(1);
            let own = ink_of(plot, member);
            for curve in frames.range(0..before) {
                draw_curve(dots, plot, curve, member, own + faded);
            }
            if let Some(newest) = frames.newest() {
                notes.is_decimated |= newest.x.len() > 4 * plot.grid().count;
                let has_no_place =
                    |scale: Scale, v: f64| v.is_finite() && scale.checked_transform(v).is_none();
                let scales = plot.scales_on(member.axis);
                let (x, y) = (scales.x, scales.y);
                let left_out = newest.points().filter(|p| has_no_place(x, p.0) || has_no_place(y, p.1));
                notes.left_out += left_out.count() as u64;
                draw_curve(dots, plot, newest, member, own);
            }
        });
    }
}

fn draw_curve(dots: &mut Dots, plot: &PlotState, curve: &Curve, member: &Member, ink: u16) {
    let plane = Plane::new(plot, member, dots.size());
    let mut pen = Pen { dots, plane, ink, has_strokes: member.style != Style::Points, last: None };
    for (x, y) in curve.points() {
        pen.go(x, y);
    }
}

/// Writes the rows of a waterfall as shades.
pub(super) fn write_waterfall(
    buffer: &mut Buffer,
    area: Rect,
    plot: &PlotState,
    streams: &[StreamSnapshot],
    (inks, is_ascii): (Inks, bool),
    options: &Options,
) {
    let Some((member, stream)) = plot.shown(streams).next() else { return };
    let is_there = matches!(&lock(&stream.shared).data, Data::Frames(frames) if !Frames::is_empty(frames));
    let waterfall = plot.waterfall();
    let (Some(range), true) = (waterfall.range(), is_there) else { return };
    let rows: Vec<_> = waterfall.seen_rows().map(|(_, values)| values).collect();
    let table = member.colours.unwrap_or(options.colours).table().table();
    let (own, missing) = (inks.of(member), inks.tone(Severity::Bad));
    let shading = Shading { inks, is_ascii, ramp: &table, own, missing };
    shading.write(buffer, area, |x, y| match rows.get(y) {
        Some(Some(Some(values))) => match values.get(x) {
            Some(value) if !value.is_nan() => Shade::Value(range.fraction(f64::from(*value)) as f32),
            _ => Shade::Nothing,
        },
        Some(Some(None)) => Shade::Missing,
        _ => Shade::Nothing,
    });
}
