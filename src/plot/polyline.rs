//! A line on its way from data to pixels: broken where the data are, cut in f64 where they lie far outside.

use super::canvas::{Canvas, to_px};
use crate::render::BREAK;

/// Points of a curve that are nearer than this to the last one are not worth a segment, pixels.
const NEAR_PX: f64 = 0.35;
/// What is smaller than this in both directions is given a disc of this diameter, to be seen: points of the screen.
pub(crate) const LEAST: f64 = 3.0;
/// Beyond this, a segment is cut in f64: f32 pixels are too coarse out there.
const FAR_PX: f64 = 50_000.0;

/// A line being drawn, in pixels.
pub(crate) struct Polyline<'a> {
    pub(crate) canvas: &'a Canvas,
    pub(crate) points: Vec<[f32; 2]>,
    pub(crate) dots: Vec<[f32; 2]>,
    /// The middles of the pieces that are too small to be seen.
    pub(crate) specks: Vec<[f32; 2]>,
    /// Least and greatest place of the piece that is being drawn.
    piece: Option<[[f64; 2]; 2]>,
    /// The last vertex, and whether it is the last of `points` too.
    last: Option<([f64; 2], bool)>,
    /// Leaves out points that make no difference to a line.
    pub(crate) skips_near: bool,
}

impl<'a> Polyline<'a> {
    pub(crate) fn new(canvas: &'a Canvas) -> Self {
        Self {
            canvas,
            points: Vec::new(),
            dots: Vec::new(),
            specks: Vec::new(),
            piece: None,
            last: None,
            skips_near: false,
        }
    }

    pub(crate) fn add(&mut self, x: f64, y: f64) {
        self.add_px([self.canvas.x_px(x), self.canvas.y_px(y)]);
    }

    /// A point. A place that is not finite ends the line.
    pub(crate) fn add_px(&mut self, p: [f64; 2]) {
        if !(p[0].is_finite() && p[1].is_finite()) {
            return self.lift();
        }
        if self.stroke_px(p) && !is_far(p) {
            self.dots.push(p.map(to_px));
        }
    }

    /// A corner of the line that is no point; false if it makes no difference.
    pub(crate) fn stroke_px(&mut self, p: [f64; 2]) -> bool {
        let [min, max] = self.piece.unwrap_or([p; 2]);
        self.piece = Some([[min[0].min(p[0]), min[1].min(p[1])], [max[0].max(p[0]), max[1].max(p[1])]]);
        let Some((q, is_open)) = self.last else {
            self.last = Some((p, false));
            if !is_far(p) {
                self.points.push(p.map(to_px));
                self.last = Some((p, true));
            }
            return true;
        };
        if self.skips_near && (p[0] - q[0]).abs() < NEAR_PX && (p[1] - q[1]).abs() < NEAR_PX {
            return false;
        }
        if is_far(p) || is_far(q) {
            if let Some((a, b)) = cut(q, p) {
                self.points.extend([BREAK, a.map(to_px), b.map(to_px)]);
            }
            self.points.push(BREAK);
            self.last = Some((p, false));
            return true;
        }
        if !is_open {
            self.points.push(q.map(to_px));
        }
        self.points.push(p.map(to_px));
        self.last = Some((p, true));
        true
    }

    pub(crate) fn lift(&mut self) {
        if self.last.take().is_some() {
            self.points.push(BREAK);
        }
        if let Some([min, max]) = self.piece.take() {
            let least = self.canvas.px(LEAST);
            let middle = [0, 1].map(|axis| min[axis].midpoint(max[axis]));
            if (0..2).all(|axis| max[axis] - min[axis] < least) && !is_far(middle) {
                self.specks.push(middle.map(to_px));
            }
        }
    }

    /// Ends the line.
    pub(crate) fn finish(mut self) -> Self {
        self.lift();
        if self.points.last() == Some(&BREAK) {
            self.points.pop();
        }
        self
    }
}

fn is_far(p: [f64; 2]) -> bool {
    !(p[0].abs() < FAR_PX && p[1].abs() < FAR_PX)
}

/// The part of a segment within [`FAR_PX`] of the origin (Liang and Barsky, 1984).
fn cut(p: [f64; 2], q: [f64; 2]) -> Option<([f64; 2], [f64; 2])> {
    let d = [q[0] - p[0], q[1] - p[1]];
    let (mut t0, mut t1) = (0f64, 1f64);
    for axis in 0..2 {
        for (delta, room) in [(-d[axis], p[axis] + FAR_PX), (d[axis], FAR_PX - p[axis])] {
            if delta == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if delta < 0.0 {
                t0 = t0.max(room / delta);
            } else {
                t1 = t1.min(room / delta);
            }
        }
    }
    // False too where something is not a number.
    if t0 <= t1 {
        let at = |t: f64| [p[0] + t * d[0], p[1] + t * d[1]];
        Some((at(t0), at(t1)))
    } else {
        None
    }
}

/// The points of one column that matter, while going through a dense curve.
#[derive(Default)]
pub(crate) struct ColumnPoints {
    column: f64,
    count: usize,
    first: [f64; 2],
    last: [f64; 2],
    lowest: (usize, [f64; 2]),
    highest: (usize, [f64; 2]),
}

impl ColumnPoints {
    pub(crate) fn add(&mut self, column: f64, point: [f64; 2], line: &mut Polyline<'_>) {
        // Two computed columns of the same pixel are the same whole number.
        if self.count > 0 && (column - self.column).abs() > 0.5 {
            self.flush(line);
        }
        if self.count == 0 {
            self.column = column;
            self.first = point;
            self.lowest = (0, point);
            self.highest = (0, point);
        }
        if point[1] < self.lowest.1[1] {
            self.lowest = (self.count, point);
        }
        if point[1] > self.highest.1[1] {
            self.highest = (self.count, point);
        }
        self.last = point;
        self.count += 1;
    }

    pub(crate) fn flush(&mut self, line: &mut Polyline<'_>) {
        if self.count == 0 {
            return;
        }
        let (early, late) = if self.lowest.0 < self.highest.0 {
            (self.lowest, self.highest)
        } else {
            (self.highest, self.lowest)
        };
        for point in [self.first, early.1, late.1, self.last].into_iter().take(self.count) {
            line.add(point[0], point[1]);
        }
        self.count = 0;
    }
}
