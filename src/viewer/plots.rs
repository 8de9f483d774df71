//! The list of plots: which streams share one, and where each lies.
//!
//! One plot for all streams over time, one for each XY stream (and each trace whose x turned out to go back and
//! forth), one for each snapshot stream. A plot keeps its state as long as one of its streams is there.

use egui::{Rect, pos2, vec2};

use super::app::Options;
use super::data::{Data, lock};
use super::ingest::curves_kept;
use super::plot::PlotState;
use super::seen::SeenStream;
use crate::stream::{Kind, Style};

/// Room between two plots, points.
const GAP: f32 = 10.0;
/// Share of the width that the time plot takes beside others.
const TIME_SHARE: f32 = 0.64;

/// What a plot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlotKind {
    /// Streams over seconds, all on one axis.
    Time,
    /// One stream, y over x.
    Xy,
    /// The newest curve of one stream.
    Snapshot,
    /// The curves of one stream as rows of colours over time.
    Waterfall,
}

/// The plots of a window, in the order in which they are placed.
#[derive(Debug, Default)]
pub(crate) struct Plots {
    list: Vec<PlotState>,
}

impl Plots {
    /// Makes the list fit the streams; plots that stay keep their view.
    pub(crate) fn sync(&mut self, streams: &[SeenStream], options: &Options) {
        let mut wanted: Vec<(PlotKind, Vec<usize>)> = Vec::new();
        for (index, stream) in streams.iter().enumerate() {
            let kind = match stream.info.kind {
                Kind::Timed | Kind::Uniform if stream.is_monotonic => PlotKind::Time,
                Kind::Timed | Kind::Uniform | Kind::Xy => PlotKind::Xy,
                Kind::Snapshot => {
                    let style = stream.style;
                    if let Data::Frames(frames) = &mut lock(&stream.shared).data {
                        frames.keep(curves_kept(style));
                    }
                    if style == Style::Waterfall { PlotKind::Waterfall } else { PlotKind::Snapshot }
                }
                Kind::Events => continue,
            };
            match wanted.iter_mut().find(|(k, _)| *k == PlotKind::Time && kind == PlotKind::Time) {
                Some((_, members)) => members.push(index),
                None => wanted.push((kind, vec![index])),
            }
        }
        // The time plot comes first wherever its streams are in the order.
        wanted.sort_by_key(|(kind, _)| *kind != PlotKind::Time);
        let mut old = std::mem::take(&mut self.list);
        for (kind, members) in wanted {
            let mut key = key(kind, &members, streams);
            // Two runs of one name side by side, while the old one is still shown.
            while self.list.iter().any(|plot| plot.key() == key) {
                key.push('+');
            }
            let mut plot = match old.iter().position(|plot| plot.key() == key) {
                Some(at) => old.swap_remove(at),
                None => PlotState::new(kind, key, options),
            };
            plot.set_members(&members, streams);
            self.list.push(plot);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &PlotState> {
        self.list.iter()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut PlotState> {
        self.list.iter_mut()
    }

    /// Where each plot lies in `area`, header and axes included.
    pub(crate) fn arrange(&self, area: Rect) -> Vec<Rect> {
        let kinds: Vec<PlotKind> = self.list.iter().map(PlotState::kind).collect();
        arrange(area, &kinds)
    }
}

fn key(kind: PlotKind, members: &[usize], streams: &[SeenStream]) -> String {
    match (kind, members.first()) {
        (PlotKind::Time, _) | (_, None) => "time".to_owned(),
        (PlotKind::Xy, Some(index)) => format!("xy {}", streams[*index].info.meta.name),
        (PlotKind::Snapshot, Some(index)) => format!("snapshot {}", streams[*index].info.meta.name),
        (PlotKind::Waterfall, Some(index)) => format!("waterfall {}", streams[*index].info.meta.name),
    }
}

/// The time plot on the left and the others beside it; on top of each other where the window is narrow.
fn arrange(area: Rect, kinds: &[PlotKind]) -> Vec<Rect> {
    let others = kinds.iter().filter(|kind| **kind != PlotKind::Time).count();
    if others == kinds.len() {
        return tile(area, others);
    }
    if others == 0 {
        return vec![area];
    }
    let (time, rest) = if area.width() > area.height() * 1.2 {
        let split = area.left() + area.width() * if others > 3 { 0.5 } else { TIME_SHARE };
        let (left, right) = area.split_left_right_at_x(split.round());
        (left.with_max_x(left.right() - GAP), right)
    } else {
        let (top, bottom) = area.split_top_bottom_at_y((area.top() + area.height() * 0.5).round());
        (top.with_max_y(top.bottom() - GAP), bottom)
    };
    let mut rects = vec![time];
    rects.extend(tile(rest, others));
    rects
}

/// Rows and columns of equal tiles, near to the shape 3:2 each.
fn tile(area: Rect, count: usize) -> Vec<Rect> {
    if count == 0 {
        return Vec::new();
    }
    let misfit = |columns: &usize| {
        let rows = count.div_ceil(*columns);
        let shape = (area.width() / *columns as f32) / (area.height() / rows as f32).max(1.0);
        let empty = (rows * *columns - count) as f32;
        (shape.max(0.01) / 1.5).ln().abs() + empty * 0.3
    };
    let columns = (1..=count).min_by(|a, b| misfit(a).total_cmp(&misfit(b))).unwrap_or(1);
    let rows = count.div_ceil(columns);
    let size = vec2(
        (area.width() - GAP * (columns - 1) as f32) / columns as f32,
        (area.height() - GAP * (rows - 1) as f32) / rows as f32,
    );
    (0..count)
        .map(|i| {
            let (row, column) = ((i / columns) as f32, (i % columns) as f32);
            let corner = pos2(area.left() + column * (size.x + GAP), area.top() + row * (size.y + GAP));
            Rect::from_min_size(corner.round(), size.max(vec2(0.0, 0.0)).floor())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use PlotKind::{Snapshot, Time, Xy};

    const WIDE: Rect = Rect { min: pos2(0.0, 30.0), max: pos2(1280.0, 620.0) };

    #[test]
    fn plots_never_overlap_and_stay_inside() {
        let narrow = Rect::from_min_size(pos2(0.0, 0.0), vec2(300.0, 900.0));
        let nothing = Rect::from_min_size(pos2(0.0, 0.0), vec2(0.0, 0.0));
        for area in [WIDE, narrow, nothing] {
            for others in 0..9 {
                let mut kinds = vec![Xy; others];
                kinds.insert(0, Time);
                let rects = arrange(area, &kinds);
                assert_eq!(rects.len(), kinds.len());
                for (i, a) in rects.iter().enumerate() {
                    assert!(area.expand(1.0).contains_rect(*a) || area.is_negative() || area.area() == 0.0);
                    for b in &rects[i + 1..] {
                        assert!(!a.intersects(*b) || area.area() == 0.0, "{a:?} {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_time_plot_is_the_larger_left_one() {
        let rects = arrange(WIDE, &[Time, Xy]);
        assert!(rects[0].left() < rects[1].left() && rects[0].width() > rects[1].width() * 1.5);
    }

    #[test]
    fn plots_without_time_share_the_window() {
        assert_eq!(arrange(WIDE, &[Snapshot]), vec![WIDE]);
        let pair = arrange(WIDE, &[Xy, Xy]);
        assert!((pair[0].width() - pair[1].width()).abs() < 1.5 && pair[0].right() < pair[1].left());
        assert!(arrange(WIDE, &[]).is_empty());
    }
}
