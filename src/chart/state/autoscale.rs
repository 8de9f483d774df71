//! The ways in which a plot's y axis goes along with its data.

use std::collections::HashMap;

use super::super::autoscale::Autoscale;
use super::super::axes::{FollowMode, YAxes};
use super::super::bounds::{union, with_hint};
use super::super::options::Options;
use super::super::snapshot::StreamSnapshot;
use super::super::view::Interval;
use super::{Member, PlanePoints, PlotState};
use crate::history::{Interpolation, Scale};
use crate::store::{Data, lock};
use crate::stream::Style;

/// Share of the columns, at the lower and at the upper end each, that spikes may take.
const SPIKES: f64 = 0.02;
/// Fewer columns than this have no spikes.
const FEW: usize = 10;
/// Samples of a curve in the plane that are looked at for spikes, at most about.
const MOST_SAMPLES: u64 = 4096;

impl PlotState {
    /// How a y axis goes along with the data.
    pub(crate) fn autoscale(&self, axis: usize) -> Autoscale {
        self.axes.y(axis).autoscale
    }

    /// Chooses how some y axes go along with the data; they do so from now on even if they were moved by hand.
    pub(crate) fn set_autoscale(&mut self, axes: YAxes, mode: Autoscale) {
        if self.kind.has_values_on_y() {
            self.axes.some_mut(axes).for_each(|(_, y)| y.set_autoscale(mode));
        }
    }

    /// The streams shown on a y axis.
    pub(super) fn shown_on<'a>(
        &'a self,
        axis: usize,
        streams: &'a [StreamSnapshot],
    ) -> impl Iterator<Item = (&'a Member, &'a StreamSnapshot)> {
        self.shown(streams).filter(move |(member, _)| member.axis == axis)
    }

    /// What a y axis shows of what lies within `bounds`, at a time and as calm as `[now, calm]` say, seconds.
    pub(super) fn scaled_y(
        &mut self,
        axis: usize,
        bounds: Option<(f64, f64)>,
        streams: &[StreamSnapshot],
        options: &Options,
        [now_secs, calm_secs]: [f64; 2],
    ) -> Interval {
        let mode = self.axes.y(axis).autoscale;
        let bounds = match mode {
            Autoscale::SpikeInsensitive => self.bounds_without_spikes(axis, streams, options).or(bounds),
            _ => bounds,
        };
        let is_of_live = self.kind.is_over_time() || self.following.mode == FollowMode::Live;
        let mean = match mode {
            Autoscale::MeanCentred if is_of_live => self.mean_place(axis, streams, options),
            _ => None,
        };
        let auto = &mut self.axes.ys_mut()[axis].auto;
        match mode {
            Autoscale::FitVisible | Autoscale::SpikeInsensitive => auto.update(bounds, now_secs, calm_secs),
            Autoscale::ExpandOnly => auto.expand(bounds, now_secs),
            // A curve that stands still in the plane has no mean of its own: the stream goes on.
            Autoscale::MeanCentred if !is_of_live => auto.keep(bounds, now_secs),
            Autoscale::MeanCentred => match (bounds, mean) {
                (Some(bounds), Some(mean)) => auto.centre(bounds, mean, now_secs, calm_secs),
                _ => auto.update(bounds, now_secs, calm_secs),
            },
            Autoscale::Fixed => auto.keep(bounds, now_secs),
        }
    }

    fn bounds_without_spikes(
        &mut self,
        axis: usize,
        streams: &[StreamSnapshot],
        options: &Options,
    ) -> Option<(f64, f64)> {
        let mut spread = std::mem::take(&mut self.axes.ys_mut()[axis].spread);
        let scale = self.axes.y(axis).scale;
        let mut kept = HashMap::new();
        let mut all = None;
        for (member, stream) in self.shown_on(axis, streams) {
            let bounds = if self.kind.is_over_time() {
                let mut cache = spread.remove(&member.name).unwrap_or_default();
                let state = lock(&stream.shared);
                let Data::Trace(trace) = &state.data else { continue };
                // Samples alone: the slopes of a spike between few samples are as wide as what it stands in.
                let columns = cache.update(trace, &self.axes.grid, Interpolation::Points, scale);
                let held = columns.iter().filter(|column| !column.is_empty());
                let (mut lows, mut highs): (Vec<f64>, Vec<f64>) = held.map(|c| (c.lo, c.hi)).unzip();
                drop(state);
                kept.insert(member.name.clone(), cache);
                without_spikes(&mut lows, &mut highs)
            } else {
                let mut ys = self.some_y(stream, options, scale);
                let mut copy = ys.clone();
                without_spikes(&mut ys, &mut copy)
            };
            let has_zero = matches!(member.style, Style::Area | Style::Stem) && scale == Scale::Linear;
            let bounds = bounds.map(|(lo, hi)| if has_zero { (lo.min(0.0), hi.max(0.0)) } else { (lo, hi) });
            let places = bounds.and_then(|bounds| self.y_places(member, with_hint(bounds, stream)));
            all = union(all.into_iter().chain(places));
        }
        self.axes.ys_mut()[axis].spread = kept;
        all
    }

    /// The place of the mean of all samples that are visible.
    fn mean_place(&self, axis: usize, streams: &[StreamSnapshot], options: &Options) -> Option<f64> {
        let scale = self.axes.y(axis).scale;
        let [x0, x1] = self.axes.x.drawn_values();
        let (mut sum, mut count) = (0.0, 0.0);
        for (member, stream) in self.shown_on(axis, streams) {
            let gain = member.drawn_gain.on(scale);
            let state = lock(&stream.shared);
            match &state.data {
                Data::Trace(trace) => {
                    let (x0, x1) = if self.kind.is_over_time() {
                        (x0, x1.next_up())
                    } else {
                        (f64::NEG_INFINITY, f64::INFINITY)
                    };
                    let of = trace.statistics(x0, x1);
                    if of.count > 0 {
                        sum += gain.of(of.mean) * of.count as f64;
                        count += of.count as f64;
                    }
                }
                Data::Frames(_) => {
                    drop(state);
                    let ys = self.some_y(stream, options, scale);
                    sum += ys.iter().map(|y| gain.of(*y)).sum::<f64>();
                    count += ys.len() as f64;
                }
                Data::Events(_) => {}
            }
        }
        scale.checked_transform(sum / count)
    }

    /// Some y of a curve in the plane, evenly taken from all that it shows.
    fn some_y(&self, stream: &StreamSnapshot, options: &Options, scale: Scale) -> Vec<f64> {
        let ys = self.with_points(stream, options.max_xy_points, |points| -> Vec<f64> {
            match points {
                PlanePoints::Trace(trace, positions) => {
                    let start = positions.start.max(trace.start());
                    let step = (positions.end.saturating_sub(start) / MOST_SAMPLES).max(1) as usize;
                    let some = (start..positions.end).step_by(step);
                    some.filter_map(|position| trace.point(position)).map(|(_, y)| y).collect()
                }
                PlanePoints::Frames(frames) => frames.newest().map_or_else(Vec::new, |curve| {
                    let step = (curve.y.len() / MOST_SAMPLES as usize).max(1);
                    curve.points().step_by(step).map(|(_, y)| y).collect()
                }),
            }
        });
        let has_place = |y: &f64| scale.checked_transform(*y).is_some();
        ys.unwrap_or_default().into_iter().filter(has_place).collect()
    }
}

/// The range that most columns lie in, given the lowest and highest y of each.
fn without_spikes(lows: &mut [f64], highs: &mut [f64]) -> Option<(f64, f64)> {
    let count = lows.len().min(highs.len());
    if count == 0 {
        return None;
    }
    let cut = if count < FEW { 0 } else { (count as f64 * SPIKES).ceil() as usize };
    let (_, lo, _) = lows.select_nth_unstable_by(cut, f64::total_cmp);
    let (_, hi, _) = highs.select_nth_unstable_by(count - 1 - cut, f64::total_cmp);
    Some((lo.min(*hi), hi.max(*lo)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_steps_through_all_the_ways_and_comes_back() {
        let mut mode = Autoscale::default();
        for expected in Autoscale::ALL {
            assert_eq!(mode, expected);
            mode = mode.next();
        }
        assert_eq!(mode, Autoscale::FitVisible);
    }

    #[test]
    fn a_layout_calls_them_by_plain_words() {
        let names = Autoscale::ALL.map(|mode| toml::Value::try_from(mode).expect("a word").to_string());
        let expected = ["fit-visible", "expand-only", "spike-insensitive", "mean-centred", "fixed"];
        assert_eq!(names, expected.map(|name| format!("{name:?}")));
    }

    proptest! {
        #[test]
        fn spikes_are_left_out_and_nothing_else(
            ys in prop::collection::vec((-1f64..1.0, 0f64..0.5), 0..300),
            spikes in prop::collection::vec((any::<prop::sample::Index>(), prop::bool::ANY), 0..2),
        ) {
            let (mut lows, mut highs): (Vec<f64>, Vec<f64>) = ys.iter().map(|(y, h)| (*y, y + h)).unzip();
            let (mut sorted_lows, mut sorted_highs) = (lows.clone(), highs.clone());
            let without = without_spikes(&mut lows, &mut highs);
            prop_assert_eq!(without.is_some(), !ys.is_empty());
            let Some((lo, hi)) = without else { return Ok(()) };
            prop_assert!(lo <= hi);
            sorted_lows.sort_by(f64::total_cmp);
            sorted_highs.sort_by(f64::total_cmp);
            let below = sorted_lows.iter().filter(|y| **y < lo).count();
            let above = sorted_highs.iter().filter(|y| **y > hi).count();
            let most = (ys.len() as f64 * SPIKES).ceil() as usize;
            prop_assert!(below <= most && above <= most);
            if ys.len() >= FEW {
                for (index, is_up) in spikes {
                    let at = index.index(ys.len());
                    let (mut lows, mut highs): (Vec<f64>, Vec<f64>) = ys.iter().map(|(y, h)| (*y, y + h)).unzip();
                    if is_up { highs[at] = f64::MAX } else { lows[at] = f64::MIN }
                    let (lo, hi) = without_spikes(&mut lows, &mut highs).expect("there are columns");
                    prop_assert!(lo >= -1.0 && hi <= 1.5, "{} {}", lo, hi);
                }
            }
        }
    }
}
