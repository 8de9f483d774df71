//! One plot's state: what it shows, whether it follows, what is hidden. No painting, no window.
//!
//! 1. `view` is what was asked for; `drawn` is what is drawn: `view` with x snapped to whole columns.
//! 2. A live plot follows its data. Zooming or panning x by hand leaves that, and the picture stands still:
//!    curves in the plane keep the points that they had ("held"). Nothing is lost meanwhile; the history goes on.
//! 3. Each axis fits its data until it is moved by hand; moving one leaves the other alone.
//! 4. A view is in places: on a logarithmic axis they are exponents of ten, elsewhere the values themselves.

mod asked;
mod autoscale;
mod fitting;
mod following;
mod held;
mod history;
mod members;
mod moving;
mod parts;
mod plot_axes;
mod settings;
mod triggering;
mod y_axes;

use self::held::HeldPoints;
pub(crate) use self::held::PlanePoints;
pub(crate) use self::members::Member;
use self::members::Members;
use self::parts::{Following, Linking, Triggering};
use self::plot_axes::PlotAxes;

use super::axes::{Axes, FollowMode, Scales};
use super::drag::Drag;
use super::kind::{Flow, PlotKind};
use super::options::Options;
use super::series::SeriesNumbers;
use super::series_style::SeriesStyles;
use super::snapshot::StreamSnapshot;
use super::steps::{Standing, Steps};
use super::view::{View, Views};
use super::waterfall::Waterfall;
use crate::history::{ColumnGrid, Scale};
use crate::stream::Liveness;

/// State of one plot, in parts: each has a file.
#[derive(Debug)]
pub(crate) struct PlotState {
    kind: PlotKind,
    key: String,
    /// What it is called; its legend says enough where this is empty.
    pub(crate) title: String,
    /// Name of its x axis, in place of what the streams say.
    pub(crate) x_label: Option<String>,
    members: Members,
    axes: PlotAxes,
    following: Following,
    linking: Linking,
    triggering: Triggering,
    held: HeldPoints,
    waterfall: Waterfall,
    steps: Steps<Standing>,
    /// What was asked for since the last frame came by a notch of the wheel, or a key that is held down.
    pub(crate) is_notch: bool,
    /// The y axis that the pointer is over: keys mean it alone.
    pub(crate) pointed_axis: Option<usize>,
    /// The gesture in progress.
    pub(crate) drag: Option<Drag>,
    /// Shows in this frame what it showed in the last one.
    pub(crate) is_still: bool,
    /// What was asked for in the last frame.
    last_view: Option<Views>,
}

impl PlotState {
    pub(crate) fn new(kind: PlotKind, key: String, options: &Options) -> Self {
        let log_y = options.log_y && kind.has_values_on_y();
        let scales = Scales { x: Scale::log_if(options.log_x), y: Scale::log_if(log_y) };
        let mut plot = Self {
            kind,
            key,
            title: String::new(),
            x_label: None,
            members: Members::default(),
            axes: PlotAxes::new(scales),
            following: Following::default(),
            linking: Linking::default(),
            triggering: Triggering::default(),
            held: HeldPoints::default(),
            waterfall: Waterfall::default(),
            steps: Steps::default(),
            is_notch: false,
            pointed_axis: None,
            drag: None,
            is_still: false,
            last_view: None,
        };
        plot.ask(options);
        plot
    }

    pub(crate) fn kind(&self) -> PlotKind {
        self.kind
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    pub(crate) fn motion(&self) -> FollowMode {
        self.following.mode
    }

    /// What is drawn of x, and on the first y axis.
    pub(crate) fn drawn(&self) -> View {
        self.drawn_on(0)
    }

    /// The scales of x and of the first y axis.
    pub(crate) fn scales(&self) -> Scales {
        self.scales_on(0)
    }

    pub(crate) fn grid(&self) -> ColumnGrid {
        self.axes.grid
    }

    /// The values at a place of the plot area, given as shares of its width and height from the lower left.
    pub(crate) fn values_at(&self, place: [f64; 2]) -> [f64; 2] {
        self.axes.values_at(place, 0)
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members.list
    }

    /// Names of the streams that it shows where they are there.
    pub(crate) fn sources(&self) -> &[String] {
        &self.members.sources
    }

    pub(crate) fn sources_mut(&mut self) -> &mut Vec<String> {
        &mut self.members.sources
    }

    /// The members that are switched on, with their streams.
    pub(crate) fn shown<'a>(
        &'a self,
        streams: &'a [StreamSnapshot],
    ) -> impl Iterator<Item = (&'a Member, &'a StreamSnapshot)> {
        self.members.shown(streams)
    }

    /// The same in the order in which they are drawn.
    pub(crate) fn drawing_order<'a>(
        &'a self,
        streams: &'a [StreamSnapshot],
    ) -> Vec<(&'a Member, &'a StreamSnapshot)> {
        self.members.drawing_order(streams)
    }

    /// Draws a stream over the others.
    pub(crate) fn raise(&mut self, name: &str) {
        self.members.raise(name);
    }

    /// Calls `f` with what a curve in the plane shows of a stream now: the newest points, or those it held when
    /// it was stopped. `None` if there is nothing.
    pub(crate) fn with_points<R>(
        &self,
        stream: &StreamSnapshot,
        max_points: u64,
        f: impl FnOnce(PlanePoints<'_>) -> R,
    ) -> Option<R> {
        self.held.with_points(stream, max_points, f)
    }

    pub(crate) fn waterfall(&self) -> &Waterfall {
        &self.waterfall
    }

    /// Makes an axis logarithmic, or even if it was; it fits its data anew.
    pub(crate) fn toggle_scale(&mut self, axes: Axes, streams: &[StreamSnapshot]) {
        if axes.x {
            self.linking.is_moved = true;
            self.axes.x.toggle_scale();
            if self.kind.is_over_time() {
                self.following.span = None;
                if self.following.mode != FollowMode::Live {
                    self.fit_time_x(streams);
                }
            }
        }
        if self.kind.has_values_on_y() {
            self.axes.toggle_y_scale(axes.y);
        }
    }

    /// How far the newest sample lies right of the view, in x, or the newest curve above it; `None` while the view shows
    /// it.
    pub(crate) fn behind_live(&self) -> Option<f64> {
        let edge = match self.kind.flow() {
            Flow::Y => self.axes.y(0).drawn.max,
            Flow::X | Flow::InPlace => self.axes.x.scale.inverse(self.axes.x.drawn.max),
        };
        self.following.newest_x.map(|newest| newest - edge).filter(|behind| *behind > 0.0)
    }

    /// What all the streams have in common, if no more points may come: how they ended.
    pub(crate) fn ending(&self, streams: &[StreamSnapshot]) -> Option<Liveness> {
        self.members.ending(streams)
    }

    pub(crate) fn set_members(
        &mut self,
        indices: &[usize],
        streams: &[StreamSnapshot],
        of_window: (&SeriesStyles, &SeriesNumbers),
    ) {
        if self.members.set(indices, streams, of_window) {
            // What was grabbed is gone.
            self.drag = None;
        }
        self.place_members(streams);
    }

    /// Whether it has streams and all of them are switched off.
    pub(crate) fn is_all_hidden(&self) -> bool {
        self.members.are_hidden()
    }

    /// Switches a stream off or on.
    pub(crate) fn toggle(&mut self, member: usize) {
        self.members.toggle(member);
        self.refit_y();
    }

    /// Switches a stream off or on, if it is here.
    pub(crate) fn toggle_named(&mut self, name: &str) {
        if let Some(member) = self.members.find(name) {
            self.toggle(member);
        }
    }

    /// Shows one stream alone; all of them if it was alone already.
    pub(crate) fn solo(&mut self, member: usize) {
        self.members.solo(member);
        self.refit_y();
    }

    fn refit_y(&mut self) {
        if self.members.are_hidden() {
            return;
        }
        self.axes.fit_y_anew();
        if !self.kind.is_over_time() {
            self.axes.x.auto.reset();
        }
        self.waterfall.refit();
    }

    /// Tells, before the update, whether it shows again what it showed in the last frame: it does not follow, nobody
    /// moved it, and new data do not reach into it.
    pub(crate) fn notice_stillness(&mut self) {
        let has_all = !self.kind.is_over_time() || self.behind_live().is_some();
        let is_same = self.last_view == Some(self.axes.views());
        self.is_still = self.following.mode != FollowMode::Live && is_same && has_all;
    }

    /// Whether all of the picture is computed.
    pub(crate) fn is_complete(&self) -> bool {
        !self.waterfall.is_waiting()
    }
}
