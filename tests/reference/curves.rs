//! What curves of every kind cover, by looking at every vertex and every stroke between two of them.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use ringplot::history::{Column, ColumnGrid, Columns, Interpolation, Scale};

use ringplot::XMode;

use super::{Entry, Reference};

/// A place along x: x itself, or in samples, whole ones and a part of one beyond.
type Place = (f64, f64);

/// A sample, or the two ends of a range. NaN where it is a pen-up or has no place on the axes.
#[derive(Clone, Copy, Debug)]
struct Vertex {
    x: Place,
    in_samples: bool,
    /// The lower first.
    ends: [f32; 2],
}

impl Vertex {
    fn is_broken(&self) -> bool {
        self.ends.iter().any(|y| y.is_nan())
    }
}

fn place(scale: Scale, value: f64) -> f64 {
    if scale == Scale::Log10 { value.log10() } else { value }
}

/// y at `x` on the line from `a` to `b`, straight on the axes.
fn line_at(scales: [Scale; 2], a: (Place, f32), b: (Place, f32), x: Place) -> f32 {
    if x >= b.0 {
        return b.1;
    }
    let [x0, x1, at] = if x.1 > 0.0 {
        // From the sample before.
        [0.0, b.0.0 - a.0.0, x.0 - a.0.0 + x.1]
    } else {
        [a.0, b.0, x].map(|x| place(scales[0], x.0))
    };
    let [y0, y1] = [a.1, b.1].map(|y| place(scales[1], f64::from(y)));
    let y = y0 + (y1 - y0) * ((at - x0) / (x1 - x0));
    let y = if scales[1] == Scale::Log10 { 10_f64.powf(y) } else { y };
    (y as f32).clamp(a.1.min(b.1), a.1.max(b.1))
}

/// Half-way between two vertices.
fn middle(a: &Vertex, b: &Vertex) -> Place {
    if a.in_samples { (a.x.0, 0.5) } else { (a.x.0.midpoint(b.x.0), 0.0) }
}

/// What `value` was before it was rounded, as count and parts: the fraction of the fewest parts within rounding of it.
/// If that has many, the value itself.
fn fraction(value: f64) -> (i128, i128) {
    let simple = (1..=16_384_i32).map(f64::from).find_map(|parts| {
        let count = (value * parts).round();
        let is_near = (count / parts - value).abs() <= 2.0 * f64::EPSILON * value;
        (is_near && count * parts <= 2_f64.powi(44)).then_some((count as i128, parts as i128))
    });
    simple.unwrap_or_else(|| {
        let mut parts = 1_i128;
        let mut value = value;
        while value.fract() > 0.0 && parts < 1 << 120 {
            (value, parts) = (value * 2.0, parts * 2);
        }
        (value as i128, parts)
    })
}

/// Edges of columns in samples: each so many columns from x = 0, less the samples that 0 lies before the first.
fn edges_in_samples(grid: &ColumnGrid, t0: f64, rate: f64) -> Vec<Place> {
    let (width, zero) = (fraction(grid.dx * rate), fraction((t0 * rate).abs()));
    let split =
        |count: i128, parts: i128| (count.div_euclid(parts), count.rem_euclid(parts) as f64 / parts as f64);
    let zero = split(if t0 < 0.0 { -zero.0 } else { zero.0 }, zero.1);
    let edge = |index: usize| {
        let edge = split((i128::from(grid.first) + index as i128) * width.0, width.1);
        let part = edge.1 - zero.1;
        let place = if part < 0.0 {
            ((edge.0 - zero.0 - 1) as f64, part + 1.0)
        } else {
            ((edge.0 - zero.0) as f64, part)
        };
        // Where f64 seconds say, as far as they can tell.
        let (x, seconds) = (t0 + (place.0 + place.1) / rate, grid.edge(index));
        let slack = 4.0 * f64::EPSILON * (x.abs() + 2.0 * t0.abs() + 1.0 / rate);
        assert!((x - seconds).abs() <= slack, "{x} is {seconds}: {grid:?}, {t0}, {rate}");
        place
    };
    (0..=grid.count).map(edge).collect()
}

/// Left of everything.
const NOWHERE: Place = (f64::NEG_INFINITY, 0.0);

/// What a curve covers in one column: its spans as they came, and whether there is a break.
#[derive(Clone, Debug, Default)]
pub struct Covered {
    spans: Vec<[f64; 2]>,
    pub gap: bool,
}

impl Covered {
    /// The spans, those that overlap or touch as one, from the lowest.
    pub fn spans(&self) -> Vec<[f64; 2]> {
        let mut sorted = self.spans.clone();
        sorted.sort_by(|a, b| a[0].total_cmp(&b[0]));
        let mut spans = Vec::<[f64; 2]>::new();
        for span in sorted {
            match spans.last_mut() {
                Some(last) if span[0] <= last[1] => last[1] = last[1].max(span[1]),
                _ => spans.push(span),
            }
        }
        spans
    }

    /// From the least to the greatest.
    pub fn hull(&self) -> Column {
        let mut hull = Column { gap: self.gap, ..Column::EMPTY };
        for [lo, hi] in &self.spans {
            hull = Column { lo: hull.lo.min(*lo), hi: hull.hi.max(*hi), ..hull };
        }
        hull
    }
}

/// Columns as the program keeps them.
pub fn as_columns(covered: &[Covered]) -> Columns {
    let mut columns = Columns::with_count(covered.len());
    for (index, column) in covered.iter().enumerate() {
        columns.cover(index, Column { gap: column.gap, ..Column::EMPTY });
        for [lo, hi] in column.spans() {
            columns.cover(index, Column { lo, hi, gap: false });
        }
    }
    columns
}

/// Columns being covered.
struct Canvas {
    edges: Vec<Place>,
    covered: Vec<Covered>,
    /// What one stroke covers, by column.
    columns: BTreeMap<usize, Column>,
}

impl Canvas {
    fn new(grid: &ColumnGrid, mode: XMode) -> Self {
        let edges = match mode {
            XMode::Uniform { t0, rate } if grid.scale == Scale::Linear => edges_in_samples(grid, t0, rate),
            _ => (0..=grid.count).map(|index| (grid.edge(index), 0.0)).collect(),
        };
        Self { edges, covered: vec![Covered::default(); grid.count], columns: BTreeMap::new() }
    }

    /// Edges left of a place or at it: 0 left of all columns.
    fn number(&self, x: Place) -> usize {
        self.edges.partition_point(|edge| *edge <= x)
    }

    fn column(&mut self, index: usize) -> Option<&mut Column> {
        (index < self.covered.len()).then(|| self.columns.entry(index).or_insert(Column::EMPTY))
    }

    fn at(&mut self, x: Place) -> Option<&mut Column> {
        self.number(x).checked_sub(1).and_then(|column| self.column(column))
    }

    /// A stay in the column of this number ends.
    fn end(&mut self, number: usize, stay: Column) {
        if let Some(covered) = number.checked_sub(1).and_then(|column| self.covered.get_mut(column)) {
            covered.gap |= stay.gap;
            if stay.lo <= stay.hi {
                covered.spans.push([stay.lo, stay.hi]);
            }
        }
    }

    /// The stroke at `x` from one value to another.
    fn upright(&mut self, x: Place, ends: [f32; 2]) {
        if let Some(column) = self.at(x) {
            for y in ends {
                include(column, y);
            }
        }
    }

    /// The value held from `x0` to `x1`, neither end included.
    fn level(&mut self, x0: Place, x1: Place, y: f32) {
        if x0 < x1 {
            let touched = self.edges.partition_point(|edge| *edge <= x0).saturating_sub(1)
                ..self.edges.partition_point(|edge| *edge < x1).min(self.covered.len());
            for index in touched {
                if self.edges[index] < x1
                    && self.edges[index + 1] > x0
                    && let Some(column) = self.column(index)
                {
                    include(column, y);
                }
            }
        }
    }

    /// What lies right and left of each edge between `x0` and `x1`, the second included.
    fn crossing(&mut self, x0: Place, x1: Place, mut each: impl FnMut(&mut Column, Place)) {
        let edges =
            self.edges.partition_point(|edge| *edge <= x0)..self.edges.partition_point(|edge| *edge <= x1);
        for edge in edges {
            for column in [edge.checked_sub(1), Some(edge)].into_iter().flatten() {
                let place = self.edges[edge];
                if let Some(column) = self.column(column) {
                    each(column, place);
                }
            }
        }
    }
}

fn merge(column: &mut Column, other: Column) {
    column.lo = column.lo.min(other.lo);
    column.hi = column.hi.max(other.hi);
    column.gap |= other.gap;
}

fn include(column: &mut Column, y: f32) {
    column.lo = column.lo.min(f64::from(y));
    column.hi = column.hi.max(f64::from(y));
}

impl Reference {
    fn vertices(&self, interpolation: Interpolation, scales: [Scale; 2], in_samples: bool) -> Vec<Vertex> {
        let shown =
            |entry: &Entry| if scales[1] == Scale::Log10 && entry.y <= 0.0 { f32::NAN } else { entry.y };
        let single = |(position, entry): (u64, &Entry)| Vertex {
            x: (if in_samples { position as f64 } else { entry.reached }, 0.0),
            in_samples,
            ends: [shown(entry); 2],
        };
        let singles = self.held().map(single);
        let vertices = if interpolation == Interpolation::Band {
            let singles = singles.skip(usize::from(self.start % 2 == 1)).collect::<Vec<_>>();
            let pairs = singles.chunks_exact(2).map(|pair| {
                let [a, b] = [pair[0].ends[0], pair[1].ends[0]];
                Vertex { ends: if b < a { [b, a] } else { [a, b] }, ..pair[0] }
            });
            pairs.collect::<Vec<_>>()
        } else {
            singles.collect()
        };
        // On a logarithmic axis what is not positive lies left of everything.
        vertices
            .into_iter()
            .map(|vertex| match scales[0] {
                Scale::Log10 if vertex.x.0 <= 0.0 => Vertex { x: NOWHERE, ends: [f32::NAN; 2], ..vertex },
                _ => vertex,
            })
            .collect()
    }

    /// What is covered of each column: by each stay of the curve there, from where it comes in to where it leaves.
    pub fn columns(&self, grid: &ColumnGrid, interpolation: Interpolation, y_scale: Scale) -> Vec<Covered> {
        let mut canvas = Canvas::new(grid, self.mode);
        let scales = [grid.scale, y_scale];
        let in_samples = matches!(self.mode, XMode::Uniform { .. }) && grid.scale == Scale::Linear;
        let vertices = self.vertices(interpolation, scales, in_samples);
        let (mut stay, mut here) = (Column::EMPTY, usize::MAX);
        for (index, b) in vertices.iter().enumerate() {
            let number = canvas.number(b.x);
            if let Some(a) = index.checked_sub(1).map(|before| vertices[before])
                && number != here
            {
                if b.x >= a.x && a.x > NOWHERE && (a.is_broken() || b.is_broken()) {
                    canvas.crossing(a.x, b.x, |column, _| column.gap = true);
                } else if b.x >= a.x && a.x > NOWHERE {
                    link(&mut canvas, interpolation, scales, a, *b);
                }
                let mut strokes = std::mem::take(&mut canvas.columns);
                let mut of = |number: usize| {
                    number.checked_sub(1).and_then(|column| strokes.remove(&column)).unwrap_or(Column::EMPTY)
                };
                merge(&mut stay, of(here));
                canvas.end(here, stay);
                stay = of(number);
                for (column, crossed) in strokes {
                    canvas.end(column + 1, crossed);
                }
            }
            here = number;
            b.ends.iter().for_each(|y| include(&mut stay, *y));
            stay.gap |= b.is_broken();
        }
        canvas.end(here, stay);
        for column in &mut canvas.covered {
            if matches!(interpolation, Interpolation::Area | Interpolation::Stem) {
                column.spans.iter_mut().for_each(|[lo, hi]| (*lo, *hi) = (lo.min(0.0), hi.max(0.0)));
            }
        }
        canvas.covered
    }

    /// Least and greatest y between `x0` and `x1`, both included: of a single column that ends just after `x1`.
    pub fn y_bounds(
        &self,
        bounds: RangeInclusive<f64>,
        interpolation: Interpolation,
        scales: [Scale; 2],
    ) -> Option<(f64, f64)> {
        let (x0, x1) = bounds.into_inner();
        let [x0, x1] = [x0, x1].map(|x| (x, 0.0));
        let mut all = Column::EMPTY;
        let vertices = self.vertices(interpolation, scales, false);
        for vertex in vertices.iter().filter(|vertex| x0 <= vertex.x && vertex.x <= x1) {
            for y in vertex.ends {
                include(&mut all, y);
            }
        }
        for pair in vertices.windows(2) {
            let [a, b] = [pair[0], pair[1]];
            if b.x < a.x || a.x == NOWHERE || a.is_broken() || b.is_broken() {
                continue;
            }
            for x in [x0, x1].into_iter().filter(|x| a.x < *x && *x <= b.x) {
                let ends = || [0, 1].map(|end| line_at(scales, (a.x, a.ends[end]), (b.x, b.ends[end]), x));
                let middle = middle(&a, &b);
                match interpolation {
                    Interpolation::Line | Interpolation::Area | Interpolation::Band => {
                        for y in ends() {
                            include(&mut all, y);
                        }
                    }
                    Interpolation::StepPost => include(&mut all, a.ends[0]),
                    Interpolation::StepMid if x <= middle => include(&mut all, a.ends[0]),
                    Interpolation::StepPre | Interpolation::StepMid => include(&mut all, b.ends[0]),
                    Interpolation::Stem | Interpolation::Points => {}
                }
            }
        }
        if matches!(interpolation, Interpolation::Area | Interpolation::Stem)
            && scales[1] == Scale::Linear
            && all.lo <= all.hi
        {
            include(&mut all, 0.0);
        }
        (all.lo <= all.hi).then_some((all.lo, all.hi))
    }

    pub fn left_out(&self, x0: f64, x1: f64, scales: [Scale; 2]) -> u64 {
        let inside = |entry: &Entry| x0 <= entry.reached && entry.reached < x1;
        let on_x = |entry: &Entry| scales[0] == Scale::Linear || entry.reached > 0.0;
        let on_y = |entry: &Entry| scales[1] == Scale::Linear || entry.y > 0.0;
        let entries = self.finite().map(|(_, entry)| entry);
        entries.filter(|entry| inside(entry) && !(on_x(entry) && on_y(entry))).count() as u64
    }
}

/// What lies between two vertices that are connected.
fn link(canvas: &mut Canvas, interpolation: Interpolation, scales: [Scale; 2], a: Vertex, b: Vertex) {
    let (ya, yb) = (a.ends[0], b.ends[0]);
    match interpolation {
        Interpolation::Stem | Interpolation::Points => {}
        Interpolation::StepPre => {
            canvas.upright(a.x, [ya, yb]);
            canvas.level(a.x, b.x, yb);
        }
        Interpolation::StepPost => {
            canvas.level(a.x, b.x, ya);
            canvas.upright(b.x, [ya, yb]);
        }
        Interpolation::StepMid => {
            let middle = middle(&a, &b);
            canvas.level(a.x, middle, ya);
            canvas.upright(middle, [ya, yb]);
            canvas.level(middle, b.x, yb);
        }
        Interpolation::Line | Interpolation::Area => canvas.crossing(a.x, b.x, |column, x| {
            include(column, line_at(scales, (a.x, ya), (b.x, yb), x));
        }),
        Interpolation::Band => {
            canvas.crossing(a.x, b.x, |column, x| {
                for end in [0, 1] {
                    include(column, line_at(scales, (a.x, a.ends[end]), (b.x, b.ends[end]), x));
                }
            });
        }
    }
}
