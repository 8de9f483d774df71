//! From points to the cells of a grid over the plane: which cell, and how a stroke is spread over those it crosses.

use super::Scale;
use super::paging::BLOCK_LEN;

/// Units that one stroke, or one dot of a line, leaves in all the cells together.
pub(super) const STROKE: u32 = 4096;
/// Cells that a stroke may cross and still be spread over each of them by its length there; one that crosses more
/// leaves its units at so many evenly spaced places.
const LONG: u32 = 64;
/// Cells across or down, at most: the table stays within 64 MiB.
const MAX_SIDE: usize = 4096;
/// 2^52 and half of it: added to anything nearer to 0 than 2^51, it leaves no fraction.
const NO_FRACTION: f64 = 6_755_399_441_055_744.0;

/// The part of the plane that a grid covers.
///
/// ```
/// use ringplot::history::{DensityView, Scale};
///
/// // From 1 Hz to 1 kHz on a logarithmic axis: its places are exponents of ten.
/// let scales = [Scale::Log10, Scale::Linear];
/// let view = DensityView { x: [0.0, 3.0], y: [-1.0, 1.0], scales, size: [600, 400] };
/// assert_eq!(view.cells(), [600, 400]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DensityView {
    /// Place on the x axis of the left edge, and of the right one.
    pub x: [f64; 2],
    /// Place on the y axis of the lower edge, and of the upper one.
    pub y: [f64; 2],
    /// How values lie on x and on y.
    pub scales: [Scale; 2],
    /// Cells across and down; at least 1 and at most 4,096 are made.
    pub size: [usize; 2],
}

impl DensityView {
    /// Cells across and down, as they are made.
    pub fn cells(&self) -> [usize; 2] {
        self.size.map(|cells| cells.clamp(1, MAX_SIDE))
    }
}

/// A view, ready to be reckoned with. Cell coordinates are counted from the upper left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plane {
    left: f64,
    /// Less the offset of y on a linear axis.
    top: f64,
    /// What is added to y to find its place: its offset, on a logarithmic axis.
    above: f64,
    cells_per_place: [f64; 2],
    size: [f64; 2],
    width: usize,
    scales: [Scale; 2],
    /// Index of what lies in no cell.
    pub(super) outside: u32,
}

impl Plane {
    /// For y that are differences to `y_offset`.
    pub(super) fn new(view: &DensityView, y_offset: f64) -> Self {
        let [width, height] = view.cells();
        let [top, above] = match view.scales[1] {
            Scale::Linear => [view.y[1] - y_offset, 0.0],
            Scale::Log10 => [view.y[1], y_offset],
        };
        let size = [width as f64, height as f64];
        Self {
            left: view.x[0],
            top,
            above,
            cells_per_place: [size[0] / (view.x[1] - view.x[0]), size[1] / (view.y[1] - view.y[0])],
            size,
            width,
            scales: view.scales,
            outside: (width * height) as u32,
        }
    }

    /// The same for x and y that are places already.
    fn is_linear(&self) -> bool {
        self.scales == [Scale::Linear; 2]
    }

    /// Where a point lies, in cells; not finite where it has no place.
    #[inline]
    pub(super) fn locate(&self, x: f64, y: f32) -> [f64; 2] {
        let [x, y] = [self.scales[0].transform(x), self.scales[1].transform(self.above + f64::from(y))];
        [(x - self.left) * self.cells_per_place[0], (self.top - y) * self.cells_per_place[1]]
    }

    /// Finds the cell of each point of a block; [`Plane::outside`] for those that lie in none.
    pub(super) fn find(&self, block: &Block<'_>, cells: &mut [u32; BLOCK_LEN]) {
        let epoch = block.epoch;
        let out = &mut cells[..block.y.len()];
        if self.is_linear() {
            // Nothing here but arithmetic and selections, so that the compiler makes vectors of it. A cast of f64
            // to whole numbers is none of that; adding 2^52 is.
            for ((x, y), cell) in block.x.iter().zip(block.y).zip(out) {
                let u = (epoch + f64::from(*x) - self.left) * self.cells_per_place[0];
                let v = (self.top - f64::from(*y)) * self.cells_per_place[1];
                *cell = self.cell(u, v);
            }
        } else {
            for ((x, y), cell) in block.x.iter().zip(block.y).zip(out) {
                let [u, v] = self.locate(epoch + f64::from(*x), *y);
                *cell = self.cell(u, v);
            }
        }
    }

    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "a branch here keeps the compiler from making vectors")]
    fn cell(&self, u: f64, v: f64) -> u32 {
        // All false where one is NaN.
        let is_inside = (u >= 0.0) & (u < self.size[0]) & (v >= 0.0) & (v < self.size[1]);
        let cell = floor(v) * self.size[0] + floor(u);
        let cell = if is_inside { cell } else { f64::from(self.outside) };
        (cell + NO_FRACTION).to_bits() as u32
    }

    /// Whether the box around the stroke from `a` to `b` meets the view. False where something is not finite.
    pub(super) fn is_near(&self, [ax, ay]: [f64; 2], [bx, by]: [f64; 2]) -> bool {
        let [width, height] = self.size;
        (ax + bx + ay + by).is_finite()
            && ax.max(bx) >= 0.0
            && ax.min(bx) < width
            && ay.max(by) >= 0.0
            && ay.min(by) < height
    }

    /// Whether the stroke from `a` to `b`, which is near, touches the view.
    pub(super) fn is_touched(&self, [ax, ay]: [f64; 2], [bx, by]: [f64; 2]) -> bool {
        let [width, height] = self.size;
        // On which side of the line the corners lie.
        let side = |x: f64, y: f64| (bx - ax) * (y - ay) - (by - ay) * (x - ax);
        let sides = [side(0.0, 0.0), side(width, 0.0), side(0.0, height), side(width, height)];
        !(sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0))
    }

    /// Spreads [`STROKE`] units over the cells that the stroke from `a` to `b` crosses, by its length in each, and
    /// tells `deposit` those in the view. Both ends are finite.
    ///
    /// The units of a cell are a difference of two rounded sums, so that those of all cells make up the whole.
    pub(super) fn spread(
        &self,
        a: [f64; 2],
        b: [f64; 2],
        position: u64,
        mut deposit: impl FnMut(usize, u32),
    ) {
        let (from, to) = (a.map(floor), b.map(floor));
        let is_inside = |[u, v]: [f64; 2]| u >= 0.0 && u < self.size[0] && v >= 0.0 && v < self.size[1];
        let index = |[u, v]: [f64; 2]| v as usize * self.width + u as usize;
        let steps = [(to[0] - from[0]).abs(), (to[1] - from[1]).abs()];
        if steps[0] + steps[1] < 1.0 {
            if is_inside(from) {
                deposit(index(from), STROKE);
            }
            return;
        }
        let delta = [b[0] - a[0], b[1] - a[1]];
        if steps[0] + steps[1] > f64::from(LONG) {
            let phase = phase_of(position);
            for place in 0..LONG {
                let t = (f64::from(place) + phase) / f64::from(LONG);
                let cell = [floor(a[0] + t * delta[0]), floor(a[1] + t * delta[1])];
                if is_inside(cell) {
                    deposit(index(cell), STROKE / LONG);
                }
            }
            return;
        }
        // Amanatides and Woo, A fast voxel traversal algorithm for ray tracing, 1987.
        let per_cell = [1.0 / delta[0], 1.0 / delta[1]];
        let step = [1f64.copysign(delta[0]), 1f64.copysign(delta[1])];
        let mut edge = [0, 1].map(|axis| if step[axis] > 0.0 { from[axis] + 1.0 } else { from[axis] });
        let mut left = steps.map(|steps| steps as u32);
        let reach = |axis: usize, edge: f64, left: u32| {
            if left == 0 { f64::INFINITY } else { (edge - a[axis]) * per_cell[axis] }
        };
        let mut next = [reach(0, edge[0], left[0]), reach(1, edge[1], left[1])];
        let (mut cell, mut spent) = (from, 0);
        // All cells between two that are inside are so, too.
        let is_whole = is_inside(from) && is_inside(to);
        let mut at = if is_whole { index(from) as isize } else { 0 };
        let strides = [step[0] as isize, step[1] as isize * self.width as isize];
        let mut put = |cell: [f64; 2], at: isize, units: u32| {
            if is_whole {
                deposit(at as usize, units);
            } else if is_inside(cell) {
                deposit(index(cell), units);
            }
        };
        for _ in 0..left[0] + left[1] {
            let axis = usize::from(left[0] == 0 || left[1] > 0 && next[1] < next[0]);
            let sum = ((next[axis].min(1.0) * f64::from(STROKE)) as u32).max(spent);
            put(cell, at, sum - spent);
            spent = sum;
            cell[axis] += step[axis];
            at += strides[axis];
            edge[axis] += step[axis];
            left[axis] -= 1;
            next[axis] = reach(axis, edge[axis], left[axis]);
        }
        put(cell, at, STROKE - spent);
    }
}

/// Points of one block: x less the block's epoch, and y, NaN at pen-ups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    pub(super) epoch: f64,
    pub(super) x: &'a [f32],
    pub(super) y: &'a [f32],
}

/// The greatest whole number that is no greater, for anything nearer to 0 than 2^51. That of f64 is a call.
#[inline]
fn floor(value: f64) -> f64 {
    let near = (value + NO_FRACTION) - NO_FRACTION;
    if near > value { near - 1.0 } else { near }
}

/// A number between 0 and 1 that belongs to a position.
fn phase_of(position: u64) -> f64 {
    (position.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / f64::from(1 << 24)
}
