//! What is drawn, itself, in f64 on the CPU: which pixels it touches, and which are near it.

use ringplot::history::{ColumnGrid, Scale};
use ringplot::{Style, XMode};

use crate::reference::{Entry, Reference};
use crate::screen::{AREA, COLUMNS, ROWS};

/// Pixel coordinates are rounded to f32: a line that comes no further than this into a pixel may miss it.
const ROUNDING_PX: f64 = 2e-3;

/// What a plot area shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    pub(crate) grid: ColumnGrid,
    /// Places at the bottom and at the top.
    pub(crate) y: [f64; 2],
    pub(crate) y_scale: Scale,
}

impl Shown {
    fn column(&self, mode: XMode, position: u64, x: f64) -> f64 {
        match (mode, self.grid.scale) {
            (XMode::Uniform { t0, rate }, Scale::Linear) => {
                (t0 - self.grid.edge(0)) / self.grid.dx + position as f64 / (rate * self.grid.dx)
            }
            _ => self.grid.scale.transform(x) / self.grid.dx - self.grid.first as f64,
        }
    }

    fn row(&self, y: f64) -> f64 {
        let up = (self.y_scale.transform(y) - self.y[0]) / (self.y[1] - self.y[0]);
        (1.0 - up) * f64::from(AREA.h)
    }

    fn zero(&self) -> f64 {
        let zero = self.row(0.0);
        if zero.is_finite() { zero } else { 2.0 * ROWS as f64 }
    }
}

/// Lines without width, in pixels of the plot area.
pub(crate) struct Ideal {
    links: Vec<[[f64; 2]; 2]>,
}

/// A set of pixels of the plot area.
pub(crate) struct Pixels(Vec<bool>);

impl Pixels {
    fn none() -> Self {
        Self(vec![false; COLUMNS * ROWS])
    }

    pub(crate) fn has(&self, column: usize, row: usize) -> bool {
        self.0[row * COLUMNS + column]
    }
}

/// A point with a place: x, and where it lies in pixels.
type Placed = (f64, [f64; 2]);

impl Ideal {
    /// What is held, drawn in a style, from left to right; a pen-up, a lost run, a step back in x and what has no place
    /// on an axis end a piece. What is filled is hatched with lines a quarter of a pixel apart.
    pub(crate) fn of(reference: &Reference, shown: &Shown, style: Style) -> Self {
        let mut ideal = Self { links: Vec::new() };
        if style == Style::Band {
            ideal.add_ranges(reference, shown);
            return ideal;
        }
        for piece in pieces(reference, shown) {
            for (_, at) in &piece {
                let hangs = matches!(style, Style::Area | Style::Stem);
                ideal.links.push([*at, if hangs { [at[0], shown.zero()] } else { *at }]);
            }
            for pair in piece.windows(2) {
                ideal.add_link(reference.mode, shown, style, pair[0], pair[1]);
            }
        }
        ideal
    }

    fn add_link(&mut self, mode: XMode, shown: &Shown, style: Style, (x0, a): Placed, (x1, b): Placed) {
        let middle = match style {
            Style::StepPre => a[0],
            Style::StepPost => b[0],
            Style::StepMid if shown.grid.scale == Scale::Linear => f64::midpoint(a[0], b[0]),
            Style::StepMid => shown.column(mode, 0, f64::midpoint(x0, x1)),
            Style::Stem => return,
            _ => {
                self.links.push([a, b]);
                if style == Style::Area {
                    self.hatch([a, b], [[a[0], shown.zero()], [b[0], shown.zero()]]);
                }
                return;
            }
        };
        let corners = [a, [middle, a[1]], [middle, b[1]], b];
        self.links.extend(corners.windows(2).map(|pair| [pair[0], pair[1]]));
    }

    fn add_ranges(&mut self, reference: &Reference, shown: &Shown) {
        let placed = |entry: &Entry, position| place(reference.mode, shown, entry, position);
        let mut last: Option<(f64, [[f64; 2]; 2])> = None;
        let held = reference.held().collect::<Vec<_>>();
        for pair in held[held[0].0 as usize % 2..].chunks_exact(2) {
            let [(position, first), (_, second)] = pair else { unreachable!() };
            let [a, b] = [placed(first, *position), placed(second, *position + 1)];
            let (Some((x, a)), Some((_, b))) = (a, b) else {
                self.links.extend([a, b].into_iter().flatten().map(|(_, at)| [at, at]));
                last = None;
                continue;
            };
            let ends = [[a[0], a[1].min(b[1])], [a[0], a[1].max(b[1])]];
            self.links.push(ends);
            if let Some((_, before)) = last.filter(|(before, _)| *before <= x) {
                let edges = [0, 1].map(|end| [before[end], ends[end]]);
                self.links.extend(edges);
                self.hatch(edges[0], edges[1]);
            }
            last = Some((x, ends));
        }
    }

    /// Fills between two links over the same columns.
    fn hatch(&mut self, upper: [[f64; 2]; 2], lower: [[f64; 2]; 2]) {
        let [from, to] = [upper[0][0].max(-1.0), upper[1][0].min(COLUMNS as f64 + 1.0)];
        let mut column = (from * 4.0).ceil() / 4.0;
        while column <= to {
            let at = |[a, b]: [[f64; 2]; 2]| a[1] + (b[1] - a[1]) * ((column - a[0]) / (b[0] - a[0]));
            if upper[0][0] < upper[1][0] {
                self.links.push([[column, at(upper)], [column, at(lower)]]);
            }
            column += 0.25;
        }
    }

    /// The pixels that the lines go through.
    pub(crate) fn touched(&self) -> Pixels {
        let mut pixels = Pixels::none();
        for [a, b] in &self.links {
            let (left, right) = (a[0].min(b[0]), a[0].max(b[0]));
            if right < 0.0 || left > COLUMNS as f64 {
                continue;
            }
            for column in whole(left, COLUMNS)..=whole(right, COLUMNS) {
                // The part of the link in the column, less what rounding may take away.
                let edges = [column as f64 + ROUNDING_PX, (column + 1) as f64 - ROUNDING_PX];
                let Some([from, to]) = part(*a, *b, 0, edges) else { continue };
                for row in whole(from[1].min(to[1]), ROWS)..=whole(from[1].max(to[1]), ROWS) {
                    let rows = [row as f64 + ROUNDING_PX, (row + 1) as f64 - ROUNDING_PX];
                    if part(from, to, 1, rows).is_some() {
                        pixels.0[row * COLUMNS + column] = true;
                    }
                }
            }
        }
        pixels
    }

    /// The pixels whose middle is at most so far from the lines.
    pub(crate) fn within(&self, distance: f64) -> Pixels {
        let mut pixels = Pixels::none();
        for [a, b] in &self.links {
            let range = |axis: usize, count: usize| {
                let low = a[axis].min(b[axis]) - distance - 1.0;
                let high = a[axis].max(b[axis]) + distance + 1.0;
                let outside = high < 0.0 || low >= count as f64;
                if outside { 0..0 } else { whole(low, count)..whole(high, count) + 1 }
            };
            for column in range(0, COLUMNS) {
                for row in range(1, ROWS) {
                    let at = &mut pixels.0[row * COLUMNS + column];
                    *at = *at || distance_to([column as f64 + 0.5, row as f64 + 0.5], *a, *b) <= distance;
                }
            }
        }
        pixels
    }
}

/// Where an entry lies, if it has a place.
fn place(mode: XMode, shown: &Shown, entry: &Entry, position: u64) -> Option<Placed> {
    let at = [shown.column(mode, position, entry.x), shown.row(f64::from(entry.y))];
    (at[0].is_finite() && at[1].is_finite()).then_some((entry.x, at))
}

fn pieces(reference: &Reference, shown: &Shown) -> Vec<Vec<Placed>> {
    let mut pieces = vec![Vec::new()];
    for (position, entry) in reference.held() {
        let placed = place(reference.mode, shown, entry, position);
        if entry.back_step || placed.is_none() {
            pieces.push(Vec::new());
        }
        pieces.last_mut().unwrap().extend(placed);
    }
    pieces
}

fn whole(value: f64, count: usize) -> usize {
    (value.floor().max(0.0) as usize).min(count - 1)
}

/// The part of a link between two values of one coordinate.
fn part(a: [f64; 2], b: [f64; 2], axis: usize, [low, high]: [f64; 2]) -> Option<[[f64; 2]; 2]> {
    let delta = b[axis] - a[axis];
    if delta == 0.0 {
        return (low..=high).contains(&a[axis]).then_some([a, b]);
    }
    let (s, t) = ((low - a[axis]) / delta, (high - a[axis]) / delta);
    let (from, to) = (s.min(t).max(0.0), s.max(t).min(1.0));
    let at = |t: f64| [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
    (from <= to).then(|| [at(from), at(to)])
}

fn distance_to(place: [f64; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    let (along, from) = ([b[0] - a[0], b[1] - a[1]], [place[0] - a[0], place[1] - a[1]]);
    let square = along[0] * along[0] + along[1] * along[1];
    let share = if square > 0.0 { (from[0] * along[0] + from[1] * along[1]) / square } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    (from[0] - share * along[0]).hypot(from[1] - share * along[1])
}
