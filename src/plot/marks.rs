//! Marks that tell why a line has no value somewhere.
//!
//! ```text
//!  ___====_____________   the pen was lifted: grey, at the upper edge
//!      .   //////         points were lost: hatched, over the whole height (plot/scene.rs)
//!  ___/    //////__  __
//!                  ||     samples that are no numbers: ticks of the stream's colour, at the lower edge
//! ```
//! They are the same for points and for columns. Each stream has a line of its own for its ticks, so that none is painted over.

use std::ops::Range;

use super::canvas::{Canvas, Pen};
use super::scene::Drawing;
use crate::history::{ColumnGrid, Columns, Sample, Trace};
use crate::render::{BAND_EMPTY, HALVES};

/// Height of a tick and of the line that it stands in, points of the screen.
const TICK: f64 = 5.0;
const LINE: f64 = 6.0;
/// Lines for ticks, from the lower edge up; then they begin again.
const LINES: usize = 8;
/// Least width of a tick, and of the mark of a lifted pen.
const TICK_WIDTH: f64 = 2.0;
const LIFTED_WIDTH: f64 = 3.0;
/// Height of the mark of a lifted pen.
const LIFTED: f64 = 4.0;

/// Which pixel columns of a plot area and its margin have a mark.
struct Marks {
    nan: Vec<bool>,
    lifted: Vec<bool>,
}

impl Marks {
    fn new(grid: &ColumnGrid) -> Self {
        Self { nan: vec![false; grid.count], lifted: vec![false; grid.count] }
    }
}

/// The pixel columns of a plot area and its margin: marks reach in from beside it.
fn with_margin(canvas: &Canvas) -> ColumnGrid {
    let margin = canvas.margin();
    ColumnGrid {
        first: canvas.grid.first.saturating_sub(i64::from(margin)),
        count: canvas.grid.count + 2 * usize::from(margin),
        ..canvas.grid
    }
}

impl Drawing {
    /// Marks the breaks of a trace that is drawn by its columns, which are those of [`Canvas::halves`].
    pub(crate) fn marks_of_columns(&mut self, canvas: &Canvas, columns: &Columns, pen: Pen) {
        let mut marks = Marks::new(&with_margin(canvas));
        for (column, breaks) in columns.breaks() {
            if let Some(is_marked) = marks.nan.get_mut(column / HALVES) {
                *is_marked |= breaks.nan;
                marks.lifted[column / HALVES] |= breaks.lifted;
            }
        }
        self.marks(canvas, &marks, pen);
    }

    /// Marks the breaks among the points of a trace in some runs of positions.
    pub(crate) fn marks_of_points(&mut self, canvas: &Canvas, trace: &Trace, parts: &[Range<u64>], pen: Pen) {
        let mut marks = Marks::new(&with_margin(canvas));
        let left = f64::from(canvas.rect.x) - f64::from(canvas.margin());
        let column = |x: f64| (canvas.x_px(x) - left).floor();
        let mark = |marks: &mut Vec<bool>, from: f64, to: f64| {
            // False where one is NaN.
            if to >= 0.0 && from < marks.len() as f64 {
                let last = marks.len() - 1;
                let (from, to) = (from.max(0.0) as usize, (to as usize).min(last));
                marks[from..=to].fill(true);
            }
        };
        let column = |x: f64| if x.is_infinite() { x } else { column(x) };
        for part in parts {
            // What goes on beside the points looked at reaches to the edge.
            let goes_on = part.end < trace.end();
            let before = if part.start > trace.start() { f64::NEG_INFINITY } else { f64::NAN };
            let (mut last_x, mut has_gap) = (before, false);
            trace.for_each(part.clone(), |sample| match sample {
                Sample::Lost { .. } => (last_x, has_gap) = (f64::NAN, false),
                Sample::Point { position, x, y } => {
                    if y.is_nan() && trace.is_lifted_at(position) {
                        has_gap = true;
                        return;
                    }
                    if y.is_nan() {
                        mark(&mut marks.nan, column(x), column(x));
                    }
                    // No gap goes back in time.
                    if has_gap && last_x <= x {
                        mark(&mut marks.lifted, column(last_x), column(x));
                    }
                    (last_x, has_gap) = (x, false);
                }
            });
            if has_gap && goes_on && !last_x.is_nan() {
                mark(&mut marks.lifted, column(last_x), f64::INFINITY);
            }
        }
        self.marks(canvas, &marks, pen);
    }

    fn marks(&mut self, canvas: &Canvas, marks: &Marks, pen: Pen) {
        let (top, bottom) = (f64::from(canvas.rect.y), f64::from(canvas.rect.y + canvas.rect.h));
        if marks.lifted.contains(&true) {
            self.has_lifted_pen = true;
            let pen = Pen { colour: pen.breaks, ..pen };
            self.edge(canvas, &marks.lifted, [top, top + canvas.px(LIFTED)], LIFTED_WIDTH, pen);
        }
        if marks.nan.contains(&true) {
            let line = (self.lines_of_ticks % LINES) as f64;
            self.lines_of_ticks += 1;
            let bottom = bottom - canvas.px(line * LINE);
            self.edge(canvas, &marks.nan, [bottom - canvas.px(TICK), bottom], TICK_WIDTH, pen);
        }
    }

    /// Fills `[top, bottom]` of the marked columns, each at least so many points wide.
    fn edge(&mut self, canvas: &Canvas, marked: &[bool], span: [f64; 2], width: f64, pen: Pen) {
        let span = span.map(super::canvas::to_px);
        let mut halves = vec![BAND_EMPTY; marked.len() * HALVES];
        let wide = canvas.px(width).round().max(1.0) as usize;
        for (index, _) in marked.iter().enumerate().filter(|(_, is_marked)| **is_marked) {
            let from = index.saturating_sub((wide - 1) / 2);
            let to = (from + wide).min(marked.len());
            halves[from * HALVES..to * HALVES].fill(span);
        }
        self.bands(canvas, pen, halves, 0.0);
    }
}
