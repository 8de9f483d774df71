//! From any numbers to numbers that are safe on the GPU: finite, near the plot, in range.

use super::PxRect;

/// How far outside the plot a point may lie and still be sent as it is, pixels. Within it f32 resolves 1/1000
/// of a pixel, and a line's slope does not change as its end leaves the plot.
const NEAR_PX: f32 = 2048.0;

/// The widest line and the largest radius drawn, pixels.
const MAX_WIDTH_PX: f32 = 256.0;

/// A plot area on whole pixels of the target, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    /// First column.
    pub(super) left: u32,
    /// First row.
    pub(super) top: u32,
    /// One past the last column.
    pub(super) right: u32,
    /// One past the last row.
    pub(super) bottom: u32,
}

impl Area {
    /// `rect` rounded to whole pixels and cut to a target of `size`; `None` if nothing is left.
    pub(super) fn new(rect: PxRect, size: [u32; 2]) -> Option<Self> {
        let end = [rect.x + rect.w, rect.y + rect.h];
        if !(rect.x.is_finite() && rect.y.is_finite() && end[0].is_finite() && end[1].is_finite()) {
            return None;
        }
        let area = Self {
            left: whole(rect.x.round()).min(size[0]),
            top: whole(rect.y.round()).min(size[1]),
            right: whole(end[0].round()).min(size[0]),
            bottom: whole(end[1].round()).min(size[1]),
        };
        (area.left < area.right && area.top < area.bottom).then_some(area)
    }

    /// What both have in common; `None` if that is nothing.
    pub(super) fn within(self, other: Self) -> Option<Self> {
        let area = Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        };
        (area.left < area.right && area.top < area.bottom).then_some(area)
    }

    /// Left, top, right and bottom edge in pixels, `margin` further out on each side.
    pub(super) fn edges(self, margin: f32) -> [f32; 4] {
        [
            self.left as f32 - margin,
            self.top as f32 - margin,
            self.right as f32 + margin,
            self.bottom as f32 + margin,
        ]
    }

    /// True if the disc can light a pixel of the area.
    pub(super) fn reaches(self, centre: [f32; 2], radius: f32) -> bool {
        let [left, top, right, bottom] = self.edges(radius + 1.0);
        centre[0] >= left && centre[0] <= right && centre[1] >= top && centre[1] <= bottom
    }

    /// True if the point may be sent as it is.
    pub(super) fn is_near(self, p: [f32; 2]) -> bool {
        let [left, top, right, bottom] = self.edges(NEAR_PX);
        p[0] >= left && p[0] <= right && p[1] >= top && p[1] <= bottom
    }

    /// The part of the line from `a` to `b` that can be seen, both finite; `None` if none can. Ends near the area
    /// stay as they are, far ones move along the line to where it is still out of sight by `reach` pixels.
    pub(super) fn clip_line(self, a: [f32; 2], b: [f32; 2], reach: f32) -> Option<[[f32; 2]; 2]> {
        let [left, top, right, bottom] = self.edges(reach);
        let beside = a[0].max(b[0]) < left || a[0].min(b[0]) > right;
        if beside || a[1].max(b[1]) < top || a[1].min(b[1]) > bottom {
            return None;
        }
        let near = self.edges(NEAR_PX + reach);
        let is_near = |p: [f32; 2]| p[0] >= near[0] && p[0] <= near[2] && p[1] >= near[1] && p[1] <= near[3];
        if is_near(a) && is_near(b) {
            return Some([a, b]);
        }
        // Liang and Barsky, A new concept and method for line clipping, 1984; f64, for f32::MAX apart overflows.
        let mut enter = Cut { t: 0.0, axis: None };
        let mut leave = Cut { t: 1.0, axis: None };
        for axis in 0..2 {
            let (from, delta) = (f64::from(a[axis]), f64::from(b[axis]) - f64::from(a[axis]));
            let (low, high) = (near[axis], near[axis + 2]);
            if delta == 0.0 {
                // Beside the near box was found above; the line runs along this axis' inside.
                continue;
            }
            let [first, last] = if delta > 0.0 { [low, high] } else { [high, low] };
            let [t0, t1] = [first, last].map(|edge| (f64::from(edge) - from) / delta);
            if t0 > enter.t {
                enter = Cut { t: t0, axis: Some((axis, first)) };
            }
            if t1 < leave.t {
                leave = Cut { t: t1, axis: Some((axis, last)) };
            }
        }
        (enter.t <= leave.t).then(|| [enter, leave].map(|cut| cut.point(a, b, near)))
    }
}

/// Where a line crosses a box.
#[derive(Clone, Copy)]
struct Cut {
    /// 0 at the line's start, 1 at its end.
    t: f64,
    /// The axis whose edge is crossed and the edge; `None` where the line starts or ends inside.
    axis: Option<(usize, f32)>,
}

impl Cut {
    fn point(self, a: [f32; 2], b: [f32; 2], near: [f32; 4]) -> [f32; 2] {
        let mut point = [0, 1].map(|axis| {
            let (from, to) = (f64::from(a[axis]), f64::from(b[axis]));
            // Rounding may not carry the point out of the box.
            narrow((from + self.t * (to - from)).clamp(f64::from(near[axis]), f64::from(near[axis + 2])))
        });
        // Exact where it is known: at 1e38 the sum above has no digit left of it.
        if let Some((axis, edge)) = self.axis {
            point[axis] = edge;
        }
        point
    }
}

/// A usable line width or radius in pixels: 0 to 256, 1 for NaN.
pub(super) fn width(width_px: f32) -> f32 {
    if width_px.is_nan() { 1.0 } else { width_px.clamp(0.0, MAX_WIDTH_PX) }
}

/// Four unorm bytes, red lowest; `None` if nothing would be seen of it. NaN counts as 0.
pub(super) fn colour(colour: [f32; 4]) -> Option<u32> {
    // A NaN goes through clamp and is 0 as a whole number.
    let bytes = colour.map(|channel| whole((channel.clamp(0.0, 1.0) * 255.0).round()).to_le_bytes()[0]);
    (bytes[3] > 0).then_some(u32::from_le_bytes(bytes))
}

/// The whole number in `value`, 0 for NaN and below, saturating above.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturating is the contract, fractions are cut by the caller's choice of rounding"
)]
pub(super) fn whole(value: f32) -> u32 {
    value as u32
}

/// The whole number in `value`, saturating, 0 for NaN.
#[expect(clippy::cast_possible_truncation, reason = "saturating is the contract")]
pub(super) fn whole_signed(value: f32) -> i64 {
    value as i64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a pixel coordinate near the plot: f32 resolves 1/1000 px"
)]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AREA: Area = Area { left: 100, top: 50, right: 400, bottom: 300 };

    fn coordinate() -> impl Strategy<Value = f32> {
        prop_oneof![-500.0_f32..1000.0, -1e5_f32..1e5, proptest::num::f32::NORMAL | proptest::num::f32::ZERO]
    }

    proptest! {
        #[test]
        fn clipped_ends_are_near(a in [coordinate(), coordinate()], b in [coordinate(), coordinate()]) {
            if let Some(ends) = AREA.clip_line(a, b, 2.0) {
                let [left, top, right, bottom] = AREA.edges(NEAR_PX + 2.0);
                for [x, y] in ends {
                    prop_assert!((left..=right).contains(&x) && (top..=bottom).contains(&y), "{x}, {y}");
                }
            }
        }

        #[test]
        fn clipping_keeps_what_is_seen(
            seen in [100.0_f64..400.0, 50.0..300.0],
            towards in [-1.0_f64..1.0, -1.0..1.0],
            length in [0.0_f64..1e5, 0.0..1e5],
        ) {
            // A line through a place in the area still passes it after clipping.
            let end = |t: f64| [narrow(seen[0] + t * towards[0]), narrow(seen[1] + t * towards[1])];
            let [a, b] = AREA.clip_line(end(-length[0]), end(length[1]), 2.0).expect("it can be seen");
            let [a, b] = [a, b].map(|p| p.map(f64::from));
            let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
            let along = ((seen[0] - a[0]) * dx + (seen[1] - a[1]) * dy) / (dx * dx + dy * dy).max(1e-9);
            let along = along.clamp(0.0, 1.0);
            let distance = (a[0] + along * dx - seen[0]).hypot(a[1] + along * dy - seen[1]);
            // The unclipped f32 ends, up to 1e5 away, are known to 0.004 px.
            prop_assert!(distance < 0.02, "{distance}");
        }
    }

    #[test]
    fn colours_are_packed_red_lowest() {
        assert_eq!(colour([1.0, 0.5, 0.0, 1.0]), Some(0xff00_80ff));
        assert_eq!(colour([f32::NAN, 9.0, -9.0, 0.2]), Some(0x3300_ff00));
        assert_eq!(colour([1.0, 1.0, 1.0, 0.0]), None);
        assert_eq!(colour([1.0, 1.0, 1.0, f32::NAN]), None);
    }
}
