//! The axes of a plot: one of x and up to four of y. What each shows, and how it goes along with the data.
//!
//! 1. A y axis is a unit, a view, a scale and the streams that lie on it. Each stream lies on one axis and stays there until
//!    it is moved or leaves the plot.
//! 2. A stream that comes lies on the axis of its unit, on a new one, or on the last one where there are four.
//! 3. The first axis lies left of the plot area, the second right, the third left, the fourth right.
//! 4. While a plot is normalised, each stream goes from 0 to 100 on one axis that takes the place of all.

use std::collections::HashMap;

use super::super::autoscale::Autoscale;
use super::super::axes::{Gain, MOST_Y_AXES, Scales, YAxes};
use super::super::view::{AutoRange, FIT_MARGIN, Interval, View, Views};
use crate::history::{ColumnCache, ColumnGrid, Scale};

/// The x axis of a plot.
#[derive(Debug)]
pub(super) struct XAxis {
    pub(super) scale: Scale,
    /// What was asked for.
    pub(super) view: Interval,
    /// What is drawn: `view` snapped to whole columns.
    pub(super) drawn: Interval,
    /// It was moved by hand and does not fit by itself.
    pub(super) by_hand: bool,
    /// The same, at the moment when the plot stopped following.
    pub(super) was_by_hand: bool,
    pub(super) auto: AutoRange,
}

impl XAxis {
    /// The values of the left and the right edge of what is drawn.
    pub(super) fn drawn_values(&self) -> [f64; 2] {
        self.values(self.drawn)
    }

    /// The values of both ends of an interval.
    pub(super) fn values(&self, x: Interval) -> [f64; 2] {
        [x.min, x.max].map(|place| self.scale.inverse(place))
    }

    /// Makes it logarithmic, or even if it was; it fits its data anew.
    pub(super) fn toggle_scale(&mut self) {
        self.scale = toggled(self.scale);
        self.by_hand = false;
        self.auto.reset();
    }
}

/// A y axis of a plot.
#[derive(Debug)]
pub(super) struct YAxis {
    pub(super) scale: Scale,
    /// What was asked for.
    pub(super) view: Interval,
    /// What is drawn.
    pub(super) drawn: Interval,
    /// It was moved by hand and does not fit by itself.
    pub(super) by_hand: bool,
    /// The same, at the moment when the plot stopped following.
    pub(super) was_by_hand: bool,
    pub(super) auto: AutoRange,
    pub(super) autoscale: Autoscale,
    /// Columns that [`Autoscale::SpikeInsensitive`] looks at.
    pub(super) spread: HashMap<String, ColumnCache>,
    /// Its name, in place of what the streams say.
    pub(super) label: Option<String>,
    /// Names of the streams on it, also of those that are not there yet.
    pub(super) series: Vec<String>,
}

impl YAxis {
    pub(super) fn new(scale: Scale) -> Self {
        let view = View::default().y;
        Self {
            scale,
            view,
            drawn: view,
            by_hand: false,
            was_by_hand: false,
            auto: AutoRange::default(),
            autoscale: Autoscale::default(),
            spread: HashMap::new(),
            label: None,
            series: Vec::new(),
        }
    }

    /// Something else is visible: it fits that at once, in the modes that fit.
    pub(super) fn fit_anew(&mut self) {
        if !matches!(self.autoscale, Autoscale::ExpandOnly | Autoscale::Fixed) {
            self.auto.reset();
        }
    }

    /// Fits its data from now on, even if it was moved by hand.
    pub(super) fn fit(&mut self) {
        self.by_hand = false;
        self.auto.reset();
    }

    /// Chooses how it goes along with the data; it does so from now on even if it was moved by hand.
    pub(super) fn set_autoscale(&mut self, mode: Autoscale) {
        self.autoscale = mode;
        self.by_hand = false;
        self.spread.clear();
        if mode == Autoscale::Fixed {
            self.auto.set(self.view, 0.0);
        } else {
            self.auto.reset();
        }
    }

    /// Its lowest and highest value, as it was asked to show them.
    pub(super) fn values(&self) -> [f64; 2] {
        [self.view.min, self.view.max].map(|place| self.scale.inverse(place))
    }
}

/// The axes of a plot.
#[derive(Debug)]
pub(super) struct PlotAxes {
    pub(super) x: XAxis,
    pub(super) grid: ColumnGrid,
    /// At least one.
    list: Vec<YAxis>,
    /// The axis that takes the place of all while the plot is normalised.
    normal: Option<Box<YAxis>>,
    /// From where to where each stream goes then, in its own values.
    normal_ranges: HashMap<String, AutoRange>,
    /// All streams lie on one y axis, whatever their units.
    pub(super) is_one: bool,
}

impl PlotAxes {
    pub(super) fn new(scales: Scales) -> Self {
        let view = View::default().x;
        let (drawn, grid) = view.snapped(1);
        Self {
            x: XAxis {
                scale: scales.x,
                view,
                drawn,
                by_hand: false,
                was_by_hand: false,
                auto: AutoRange::default(),
            },
            grid,
            list: vec![YAxis::new(scales.y)],
            normal: None,
            normal_ranges: HashMap::new(),
            is_one: false,
        }
    }

    /// The y axes that are drawn.
    pub(super) fn ys(&self) -> &[YAxis] {
        self.normal.as_deref().map_or(&self.list, std::slice::from_ref)
    }

    pub(super) fn ys_mut(&mut self) -> &mut [YAxis] {
        self.normal.as_deref_mut().map_or(&mut self.list, std::slice::from_mut)
    }

    /// Some of the y axes that are drawn.
    pub(super) fn some_mut(&mut self, axes: YAxes) -> impl Iterator<Item = (usize, &mut YAxis)> {
        self.ys_mut().iter_mut().enumerate().filter(move |(axis, _)| axes.has(*axis))
    }

    /// The y axes of the plot, drawn or not.
    pub(super) fn list(&self) -> &[YAxis] {
        &self.list
    }

    /// The y axis at this place, or the last one.
    pub(super) fn y(&self, axis: usize) -> &YAxis {
        let ys = self.ys();
        &ys[axis.min(ys.len() - 1)]
    }

    pub(super) fn scales_on(&self, axis: usize) -> Scales {
        Scales { x: self.x.scale, y: self.y(axis).scale }
    }

    /// What was asked for.
    pub(super) fn views(&self) -> Views {
        Views { x: self.x.view, y: std::array::from_fn(|axis| self.y(axis).view) }
    }

    /// The values at a place of the plot area, given as shares of its width and height from the lower left.
    pub(super) fn values_at(&self, place: [f64; 2], axis: usize) -> [f64; 2] {
        let y = self.y(axis);
        [self.x.scale.inverse(self.x.drawn.at(place[0])), y.scale.inverse(y.drawn.at(place[1]))]
    }

    /// Takes the x of `view` over into what is drawn, given whole columns.
    pub(super) fn draw_x(&mut self, (x, grid): (Interval, ColumnGrid)) {
        self.x.drawn = x;
        self.grid = ColumnGrid { scale: self.x.scale, ..grid };
    }

    /// All axes fit their data anew.
    pub(super) fn reset(&mut self) {
        self.x.auto.reset();
        self.ys_mut().iter_mut().for_each(|y| y.auto.reset());
    }

    /// Something else is visible: y fits it at once, in the modes that fit.
    pub(super) fn fit_y_anew(&mut self) {
        self.ys_mut().iter_mut().for_each(YAxis::fit_anew);
        self.normal_ranges.clear();
    }

    /// Remembers what is by hand as the plot stops following.
    pub(super) fn note_by_hand(&mut self) {
        self.x.was_by_hand = self.x.by_hand;
        self.ys_mut().iter_mut().for_each(|y| y.was_by_hand = y.by_hand);
    }

    /// Makes some y axes logarithmic, or all of them even if the first of them was; they fit their data anew.
    pub(super) fn toggle_y_scale(&mut self, axes: YAxes) {
        if self.normal.is_some() {
            return;
        }
        let first = self.some_mut(axes).next().map(|(_, y)| toggled(y.scale));
        for (_, y) in self.some_mut(axes) {
            y.scale = first.unwrap_or_default();
            y.fit();
        }
    }

    pub(super) fn is_normalised(&self) -> bool {
        self.normal.is_some()
    }

    pub(super) fn set_normalised(&mut self, is_on: bool) {
        if is_on != self.is_normalised() {
            self.normal = is_on.then(|| Box::new(YAxis::new(Scale::Linear)));
            self.normal_ranges.clear();
        }
    }

    /// Where a stream lies while the plot is normalised: from 0 to 100 for the values in view.
    pub(super) fn normal_gain(
        &mut self,
        name: &str,
        bounds: Option<(f64, f64)>,
        [now_secs, calm_secs]: [f64; 2],
    ) -> Gain {
        let range = self.normal_ranges.entry(name.to_owned()).or_default();
        let shown = range.update(bounds, now_secs, calm_secs);
        // Without the margin that an axis has.
        let margin = shown.span() * FIT_MARGIN / (1.0 + 2.0 * FIT_MARGIN);
        let factor = 100.0 / (shown.span() - 2.0 * margin);
        Gain { factor, offset: -(shown.min + margin) * factor }
    }

    /// The y axis of a stream, if it has one.
    pub(super) fn of(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|y| y.series.iter().any(|other| other == name))
    }

    /// Gives each stream that is there an axis, and forgets those that left. `sources` are all names of the plot, `units` the
    /// names and units of those that have values.
    pub(super) fn place(&mut self, sources: &[String], units: &[(&str, &str)]) {
        let unit_of = |name: &String| units.iter().find(|(other, _)| other == name).map(|(_, unit)| *unit);
        for y in &mut self.list {
            y.series.retain(|name| sources.contains(name));
        }
        for (name, unit) in units {
            if self.of(name).is_some() {
                continue;
            }
            let takes = |y: &YAxis| {
                let mut known = y.series.iter().filter_map(unit_of).peekable();
                y.series.is_empty() || known.peek().is_some() && known.all(|other| other == *unit)
            };
            let at = if self.is_one { Some(0) } else { self.list.iter().position(takes) };
            let at = at.unwrap_or_else(|| self.add());
            self.list[at].series.push((*name).to_owned());
        }
        self.drop_empty();
    }

    /// The place of a new axis, or of the last one where there are as many as there can be.
    fn add(&mut self) -> usize {
        if self.list.len() < MOST_Y_AXES {
            self.list.push(YAxis::new(self.list[0].scale));
        }
        self.list.len() - 1
    }

    /// An axis without streams goes; the last one stays.
    fn drop_empty(&mut self) {
        if self.list.iter().any(|y| !y.series.is_empty()) {
            self.list.retain(|y| !y.series.is_empty());
        } else {
            self.list.truncate(1);
        }
    }

    /// Moves a stream to the y axis at this place, or to a new one beyond the last.
    pub(super) fn move_to(&mut self, name: &str, axis: usize) {
        let axis = if axis < self.list.len() { axis } else { self.add() };
        for (at, y) in self.list.iter_mut().enumerate() {
            let before = y.series.len();
            y.series.retain(|other| other != name);
            if at == axis {
                y.series.push(name.to_owned());
            }
            if y.series.len() != before || at == axis {
                y.fit_anew();
            }
        }
        self.drop_empty();
        self.is_one = self.list.len() == 1;
    }

    /// Takes these streams for those of the y axes, of which there are as many; the first takes those that none names.
    pub(super) fn set_series(&mut self, series: Vec<Vec<String>>) {
        let scale = self.list[0].scale;
        self.list.truncate(1);
        for (at, names) in series.into_iter().take(MOST_Y_AXES).enumerate() {
            if at > 0 {
                self.list.push(YAxis::new(scale));
            }
            self.list[at].series = names;
        }
    }

    /// The y axes of the plot, drawn or not, to change.
    pub(super) fn list_mut(&mut self) -> &mut [YAxis] {
        &mut self.list
    }
}

fn toggled(scale: Scale) -> Scale {
    Scale::log_if(scale == Scale::Linear)
}
