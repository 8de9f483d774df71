//! The two axes of a plot: what they show, and how they go along with the data.

use std::collections::HashMap;

use super::super::autoscale::Autoscale;
use super::super::axes::{Axes, Scales};
use super::super::view::{AutoRange, Interval, View};
use crate::history::{ColumnCache, ColumnGrid, Scale};

/// The axes of a plot.
#[derive(Debug)]
pub(super) struct PlotAxes {
    pub(super) scales: Scales,
    /// What was asked for.
    pub(super) view: View,
    /// What is drawn: `view` with x snapped to whole columns.
    pub(super) drawn: View,
    pub(super) grid: ColumnGrid,
    /// Axes that were moved by hand and do not fit by themselves.
    pub(super) by_hand: Axes,
    /// The same, at the moment when the plot stopped following.
    pub(super) was_by_hand: Axes,
    pub(super) auto_x: AutoRange,
    pub(super) auto_y: AutoRange,
    pub(super) autoscale: Autoscale,
    /// Columns that [`Autoscale::SpikeInsensitive`] looks at.
    pub(super) spread: HashMap<String, ColumnCache>,
}

impl PlotAxes {
    pub(super) fn new(scales: Scales) -> Self {
        let view = View::default();
        let (drawn_x, grid) = view.x.snapped(1);
        Self {
            scales,
            view,
            drawn: View { x: drawn_x, y: view.y },
            grid,
            by_hand: Axes::NONE,
            was_by_hand: Axes::NONE,
            auto_x: AutoRange::default(),
            auto_y: AutoRange::default(),
            autoscale: Autoscale::default(),
            spread: HashMap::new(),
        }
    }

    /// The values at a place of the plot area, given as shares of its width and height from the lower left.
    pub(super) fn values_at(&self, place: [f64; 2]) -> [f64; 2] {
        [self.scales.x.inverse(self.drawn.x.at(place[0])), self.scales.y.inverse(self.drawn.y.at(place[1]))]
    }

    /// The x of the left and the right edge of what is drawn.
    pub(super) fn drawn_x(&self) -> [f64; 2] {
        self.x_values(self.drawn.x)
    }

    /// The x of both ends of an interval.
    pub(super) fn x_values(&self, x: Interval) -> [f64; 2] {
        [x.min, x.max].map(|place| self.scales.x.inverse(place))
    }

    /// Takes the x of `view` over into what is drawn, given whole columns.
    pub(super) fn draw_x(&mut self, (x, grid): (Interval, ColumnGrid)) {
        self.drawn.x = x;
        self.grid = ColumnGrid { scale: self.scales.x, ..grid };
    }

    /// Both axes fit their data anew.
    pub(super) fn reset(&mut self) {
        self.auto_x.reset();
        self.auto_y.reset();
    }

    /// Something else is visible: y fits it at once, in the modes that fit.
    pub(super) fn fit_y_anew(&mut self) {
        if !matches!(self.autoscale, Autoscale::ExpandOnly | Autoscale::Fixed) {
            self.auto_y.reset();
        }
    }

    /// Chooses how y goes along with the data; it does so from now on even if it was moved by hand.
    pub(super) fn set_autoscale(&mut self, mode: Autoscale) {
        self.autoscale = mode;
        self.by_hand.y = false;
        self.spread.clear();
        if mode == Autoscale::Fixed {
            self.auto_y.set(self.view.y, 0.0);
        } else {
            self.auto_y.reset();
        }
    }

    /// Makes y logarithmic, or even if it was; it fits its data anew.
    pub(super) fn toggle_y_scale(&mut self) {
        self.scales.y = toggled(self.scales.y);
        self.by_hand.y = false;
        self.auto_y.reset();
    }

    /// Makes x logarithmic, or even if it was; it fits its data anew.
    pub(super) fn toggle_x_scale(&mut self) {
        self.scales.x = toggled(self.scales.x);
        self.by_hand.x = false;
        self.auto_x.reset();
    }
}

fn toggled(scale: Scale) -> Scale {
    Scale::log_if(scale == Scale::Linear)
}
