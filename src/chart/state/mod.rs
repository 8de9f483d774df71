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
mod history;
mod settings;
mod triggering;

use std::collections::HashMap;

pub(crate) use super::autoscale::Autoscale;
use super::axes::{Axes, FollowMode, Scales};
use super::bounds::bounds_of;
use super::colours::Colours;
use super::dash::Dash;
use super::drag::Drag;
use super::kind::PlotKind;
use super::link::Shared;
use super::options::Options;
use super::series::{LINE_WIDTH, series_numbers};
use super::series_style::SeriesStyles;
use super::snapshot::StreamSnapshot;
use super::steps::{Standing, Steps};
use super::trigger::Trigger;
use super::view::{AutoRange, Interval, View};
use super::waterfall::Waterfall;
use crate::history::{ColumnCache, ColumnGrid, Frames, Scale};
use crate::store::{Clock, Data, lock};
use crate::stream::{Liveness, StreamKind, Style};

/// One stream in a plot.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    /// Its place in the frame's list of streams.
    pub(crate) index: usize,
    /// Its name, by which the plot knows it from frame to frame.
    pub(crate) name: String,
    /// What it is called in the plot: its label, or its name where two labels are the same.
    pub(crate) label: String,
    /// Its number in the theme's series.
    pub(crate) series: usize,
    /// The colour that somebody chose, and the one that its producer wishes.
    pub(crate) chosen: Option<[u8; 3]>,
    pub(crate) wish: Option<[u8; 3]>,
    /// How it is drawn: as its producer wishes, unless the viewer was asked for something else.
    pub(crate) style: Style,
    /// Width of its line, points.
    pub(crate) width: f32,
    /// The pattern of its line: the chosen one, or the one that goes with its colour.
    pub(crate) dash: Dash,
    /// Of its density or waterfall, where somebody chose them.
    pub(crate) colours: Option<Colours>,
    /// It has texts and no values.
    pub(crate) is_events: bool,
    /// Switched off in the legend.
    pub(crate) is_hidden: bool,
}

/// What a curve in the plane keeps while its plot stands still.
#[derive(Clone, Debug)]
struct Kept {
    scales: Scales,
    run: u64,
    end: u64,
    frames: Option<Frames>,
    /// Lowest and highest x and y of a trace.
    bounds: Option<[(f64, f64); 2]>,
}

/// State of one plot.
#[expect(clippy::struct_excessive_bools, reason = "switches that have nothing to do with each other")]
#[derive(Debug)]
pub(crate) struct PlotState {
    kind: PlotKind,
    key: String,
    /// What it is called; its legend says enough where this is empty.
    pub(crate) title: String,
    /// Names of its axes, in place of what the streams say.
    pub(crate) x_label: Option<String>,
    pub(crate) y_label: Option<String>,
    /// Names of the streams that it shows where they are there.
    pub(crate) sources: Vec<String>,
    /// Names of streams that are switched off as soon as they come.
    hidden: Vec<String>,
    /// Shows the same x as other panels over time.
    pub(crate) is_linked: bool,
    /// Somebody moved its x, which linked panels have not been told yet.
    is_moved: bool,
    /// The x that it shows because of its trigger.
    triggered: Option<Interval>,
    /// What it shares with the panels that it is linked with.
    pub(crate) shared: Shared,
    /// What its x counts on.
    clock: Clock,
    /// Names of the streams that it follows, or followed last.
    followed: Vec<String>,
    members: Vec<Member>,
    scales: Scales,
    view: View,
    drawn: View,
    grid: ColumnGrid,
    motion: FollowMode,
    /// Axes that were moved by hand and do not fit by themselves.
    by_hand: Axes,
    /// The same, at the moment when the plot stopped following.
    was_by_hand: Axes,
    is_touched: bool,
    /// The x that it shows because the options of this run ask for it.
    asked: Option<Interval>,
    /// The span to follow with, once it was chosen by hand.
    span: Option<f64>,
    auto_x: AutoRange,
    auto_y: AutoRange,
    autoscale: Autoscale,
    /// Columns that [`Autoscale::SpikeInsensitive`] looks at.
    spread: HashMap<String, ColumnCache>,
    steps: Steps<Standing>,
    /// What was asked for since the last frame came by a notch of the wheel, or a key that is held down.
    pub(crate) is_notch: bool,
    trigger: Trigger,
    kept: HashMap<String, Kept>,
    waterfall: Waterfall,
    /// Its curve in the plane is drawn as a density, and the memory of that, in bytes.
    pub(crate) is_density: bool,
    pub(crate) density_bytes: u64,
    first_data_secs: Option<f64>,
    newest_x: Option<f64>,
    /// Widest y labels so far, points; the strip never gets narrower.
    pub(crate) strip_width: f32,
    /// Rows of the legend in the last frame.
    pub(crate) header_rows: usize,
    /// Columns of the streams by name, from frame to frame.
    pub(crate) columns: HashMap<String, ColumnCache>,
    /// The gesture in progress.
    pub(crate) drag: Option<Drag>,
    /// Shows in this frame what it showed in the last one.
    pub(crate) is_still: bool,
    /// What was asked for in the last frame.
    last_view: Option<View>,
}

impl PlotState {
    pub(crate) fn new(kind: PlotKind, key: String, options: &Options) -> Self {
        let view = View::default();
        let log_y = options.log_y && kind != PlotKind::Waterfall;
        let scales = Scales { x: Scale::log_if(options.log_x), y: Scale::log_if(log_y) };
        let (drawn_x, grid) = view.x.snapped(1);
        let mut plot = Self {
            kind,
            key,
            title: String::new(),
            x_label: None,
            y_label: None,
            sources: Vec::new(),
            hidden: Vec::new(),
            is_linked: true,
            is_moved: false,
            triggered: None,
            shared: Shared::default(),
            clock: Clock::default(),
            followed: Vec::new(),
            members: Vec::new(),
            scales,
            view,
            drawn: View { x: drawn_x, y: view.y },
            grid,
            motion: FollowMode::Live,
            by_hand: Axes { x: false, y: false },
            was_by_hand: Axes { x: false, y: false },
            is_touched: false,
            asked: None,
            span: None,
            auto_x: AutoRange::default(),
            auto_y: AutoRange::default(),
            autoscale: Autoscale::default(),
            spread: HashMap::new(),
            steps: Steps::default(),
            is_notch: false,
            trigger: Trigger::default(),
            kept: HashMap::new(),
            waterfall: Waterfall::default(),
            is_density: false,
            density_bytes: 0,
            first_data_secs: None,
            newest_x: None,
            strip_width: 0.0,
            header_rows: 1,
            columns: HashMap::new(),
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
        self.motion
    }

    pub(crate) fn drawn(&self) -> View {
        self.drawn
    }

    pub(crate) fn scales(&self) -> Scales {
        self.scales
    }

    /// Makes an axis logarithmic, or even if it was; it fits its data anew.
    pub(crate) fn toggle_scale(&mut self, axes: Axes, streams: &[StreamSnapshot]) {
        let toggled = |scale| Scale::log_if(scale == Scale::Linear);
        if axes.x {
            self.is_moved = true;
            self.scales.x = toggled(self.scales.x);
            self.by_hand.x = false;
            self.auto_x.reset();
            if self.kind == PlotKind::Time {
                self.span = None;
                if self.motion != FollowMode::Live {
                    self.fit_time_x(streams);
                }
            }
        }
        // The y of a waterfall is time.
        if axes.y && self.kind != PlotKind::Waterfall {
            self.scales.y = toggled(self.scales.y);
            self.by_hand.y = false;
            self.auto_y.reset();
        }
    }

    /// The values at a place of the plot area, given as shares of its width and height from the lower left.
    pub(crate) fn values_at(&self, place: [f64; 2]) -> [f64; 2] {
        [self.scales.x.inverse(self.drawn.x.at(place[0])), self.scales.y.inverse(self.drawn.y.at(place[1]))]
    }

    pub(crate) fn grid(&self) -> ColumnGrid {
        self.grid
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The members that are switched on, with their streams.
    pub(crate) fn shown<'a>(
        &'a self,
        streams: &'a [StreamSnapshot],
    ) -> impl Iterator<Item = (&'a Member, &'a StreamSnapshot)> {
        self.members.iter().filter(|m| !m.is_hidden).filter_map(|m| streams.get(m.index).map(|s| (m, s)))
    }

    pub(crate) fn waterfall(&self) -> &Waterfall {
        &self.waterfall
    }

    /// How far the newest sample lies right of the view, in x, or the newest curve above it; `None` while the view shows
    /// it.
    pub(crate) fn behind_live(&self) -> Option<f64> {
        let edge = match self.kind {
            PlotKind::Waterfall => self.drawn.y.max,
            _ => self.scales.x.inverse(self.drawn.x.max),
        };
        self.newest_x.map(|newest| newest - edge).filter(|behind| *behind > 0.0)
    }

    /// What all the streams have in common, if no more points may come: how they ended.
    pub(crate) fn ending(&self, streams: &[StreamSnapshot]) -> Option<Liveness> {
        let mut states = self.members.iter().filter_map(|m| streams.get(m.index)).map(|s| s.liveness);
        let first = states.next().filter(|s| s.is_over())?;
        states.try_fold(first, |worst, state| match state {
            open if !open.is_over() => None,
            Liveness::Damaged => Some(Liveness::Damaged),
            Liveness::Dead if worst != Liveness::Damaged => Some(Liveness::Dead),
            _ => Some(worst),
        })
    }

    pub(crate) fn set_members(
        &mut self,
        indices: &[usize],
        streams: &[StreamSnapshot],
        looks: &SeriesStyles,
    ) {
        let numbers = series_numbers(indices.iter().map(|i| streams[*i].info.meta.name.as_str()));
        let shown_name = |index: &usize| streams[*index].info.meta.shown_name();
        let members = indices.iter().zip(numbers).map(|(index, series)| {
            let info = &streams[*index].info;
            let is_known = self.members.iter().any(|m| m.name == info.meta.name);
            let is_hidden = if is_known {
                self.members.iter().any(|m| m.is_hidden && m.name == info.meta.name)
            } else {
                self.hidden.contains(&info.meta.name)
            };
            let look = looks.get(&info.meta.name).copied().unwrap_or_default();
            let is_taken = indices.iter().any(|i| i != index && shown_name(i) == shown_name(index));
            Member {
                index: *index,
                name: info.meta.name.clone(),
                label: if is_taken { info.meta.name.as_str() } else { shown_name(index) }.to_owned(),
                series,
                chosen: look.colour,
                wish: info.meta.colour,
                dash: look.dash.unwrap_or(Dash::of_series(series)),
                width: look.width.unwrap_or(LINE_WIDTH),
                style: streams[*index].style,
                colours: look.colours,
                is_events: info.kind == StreamKind::Events,
                is_hidden,
            }
        });
        let members: Vec<Member> = members.collect();
        if self.members.iter().any(|old| members.iter().all(|member| member.name != old.name)) {
            // What was grabbed is gone.
            self.drag = None;
        }
        self.members = members;
        self.columns.retain(|name, _| self.members.iter().any(|member| member.name == *name));
    }

    /// Switches a stream off or on.
    pub(crate) fn toggle(&mut self, member: usize) {
        if let Some(member) = self.members.get_mut(member) {
            member.is_hidden = !member.is_hidden;
        }
        self.refit_y();
    }

    /// Switches a stream off or on, if it is here.
    pub(crate) fn toggle_named(&mut self, name: &str) {
        if let Some(member) = self.members.iter().position(|member| member.name == name) {
            self.toggle(member);
        }
    }

    /// Shows one stream alone; all of them if it was alone already.
    pub(crate) fn solo(&mut self, member: usize) {
        let is_alone = self.members.iter().enumerate().all(|(i, m)| m.is_hidden == (i != member));
        for (i, m) in self.members.iter_mut().enumerate() {
            m.is_hidden = !is_alone && i != member;
        }
        self.refit_y();
    }

    fn refit_y(&mut self) {
        self.fit_y_anew();
        if self.kind != PlotKind::Time {
            self.auto_x.reset();
        }
        self.waterfall.refit();
    }

    /// Tells, before the update, whether it shows again what it showed in the last frame: it does not follow, nobody
    /// moved it, and new data do not reach into it.
    pub(crate) fn notice_stillness(&mut self) {
        let has_all = self.kind != PlotKind::Time || self.behind_live().is_some();
        self.is_still = self.motion != FollowMode::Live && self.last_view == Some(self.view) && has_all;
    }

    /// Calls `f` with what a curve in the plane shows of a stream now: the newest points, or those it held when
    /// it was stopped. `None` if there is nothing.
    pub(crate) fn with_points<R>(
        &self,
        stream: &StreamSnapshot,
        max_points: u64,
        f: impl FnOnce(PlanePoints<'_>) -> R,
    ) -> Option<R> {
        let kept = self.kept_of(stream);
        let state = lock(&stream.shared);
        match &state.data {
            Data::Trace(trace) => {
                let end = kept.map_or(trace.end(), |kept| kept.end);
                Some(f(PlanePoints::Trace(trace, end.saturating_sub(max_points)..end)))
            }
            Data::Frames(frames) => {
                let frames = kept.and_then(|kept| kept.frames.as_ref()).unwrap_or(frames);
                (!frames.is_empty()).then(|| f(PlanePoints::Frames(frames)))
            }
            Data::Events(_) => None,
        }
    }

    fn kept_of(&self, stream: &StreamSnapshot) -> Option<&Kept> {
        self.kept.get(&stream.info.meta.name).filter(|kept| kept.run == stream.run)
    }

    /// Stops following: the picture stands still from here on.
    pub(crate) fn hold(&mut self, streams: &[StreamSnapshot], motion: FollowMode) {
        self.is_moved = true;
        self.is_touched = true;
        let was_live = self.motion == FollowMode::Live;
        self.motion = motion;
        if !was_live {
            return;
        }
        self.was_by_hand = self.by_hand;
        self.view.x = self.drawn.x;
        match self.kind {
            PlotKind::Time => return,
            PlotKind::Waterfall => {
                self.view.y = self.drawn.y;
                return;
            }
            PlotKind::Xy | PlotKind::Snapshot => {}
        }
        let keep = self.members.iter().filter_map(|m| streams.get(m.index)).map(|stream| {
            let state = lock(&stream.shared);
            let (frames, bounds) = match &state.data {
                Data::Frames(frames) => (Some(frames.clone()), None),
                Data::Trace(trace) => (None, bounds_of(trace, self.scales)),
                Data::Events(_) => (None, None),
            };
            drop(state);
            let (scales, run, end) = (self.scales, stream.run, stream.end);
            (stream.info.meta.name.clone(), Kept { scales, run, end, frames, bounds })
        });
        self.kept = keep.collect();
    }

    /// Follows again. Over time: with the span that is shown now, and the y of before, since a box that was zoomed to
    /// may lie nowhere near what comes. In the plane: with the view that is shown now.
    pub(crate) fn go_live(&mut self) {
        self.is_moved = true;
        if self.motion != FollowMode::Live {
            self.motion = FollowMode::Live;
            self.trigger.arm();
            if self.kind == PlotKind::Time {
                if self.by_hand.x {
                    self.span = Some(self.view.x.span());
                    self.by_hand.x = false;
                }
                if self.by_hand.y && !self.was_by_hand.y {
                    self.by_hand.y = false;
                    self.fit_y_anew();
                }
            }
            if self.kind == PlotKind::Waterfall && self.by_hand.y {
                self.span = Some(self.view.y.span());
                self.by_hand.y = false;
            }
            self.kept.clear();
            self.drag = None;
        }
    }

    /// Shows all of the axes' data, and lets them fit again.
    pub(crate) fn fit(&mut self, axes: Axes, streams: &[StreamSnapshot]) {
        if axes.x && self.kind == PlotKind::Time {
            self.hold(streams, FollowMode::Held);
            self.fit_time_x(streams);
        }
        if axes.y && self.kind == PlotKind::Waterfall {
            self.hold(streams, FollowMode::Held);
            self.fit_waterfall_y(streams);
        }
        if axes.x {
            self.is_moved = true;
            self.by_hand.x = false;
            self.auto_x.reset();
        }
        if axes.y {
            self.by_hand.y = false;
            self.auto_y.reset();
        }
    }

    /// Shows this view; only the given axes change.
    pub(crate) fn show(&mut self, mut axes: Axes, view: View, streams: &[StreamSnapshot]) {
        if axes.x && self.retune(view.x) {
            axes.x = false;
        }
        // Over time the other axis may move while the one follows; in the plane there is no such axis.
        let stops = match self.kind {
            PlotKind::Time => axes.x,
            PlotKind::Waterfall => axes.y,
            PlotKind::Xy | PlotKind::Snapshot => true,
        };
        if stops {
            self.hold(
                streams,
                if self.motion == FollowMode::Paused { FollowMode::Paused } else { FollowMode::Held },
            );
        }
        if axes.x {
            self.is_moved = true;
            self.by_hand.x = true;
            self.view.x = Interval::new(view.x.min, view.x.max);
            if self.kind == PlotKind::Time && !self.by_hand.y {
                self.fit_y_anew();
            }
        }
        if axes.y {
            self.by_hand.y = true;
            self.is_touched = true;
            self.view.y = Interval::new(view.y.min, view.y.max);
        }
    }

    /// Zooms around a place of the plot area, given as shares of its width and height from the lower left.
    pub(crate) fn zoom(&mut self, axes: Axes, at: [f64; 2], factor: f64, streams: &[StreamSnapshot]) {
        let from = self.moving_from();
        let view =
            View { x: from.x.zoomed(from.x.at(at[0]), factor), y: from.y.zoomed(from.y.at(at[1]), factor) };
        self.show(axes, view, streams);
    }

    /// Moves the view by shares of the plot area's width and height.
    pub(crate) fn pan(&mut self, axes: Axes, from: View, by: [f64; 2], streams: &[StreamSnapshot]) {
        let view = View { x: from.x.panned(by[0]), y: from.y.panned(by[1]) };
        self.show(axes, view, streams);
    }

    /// The view that a gesture starts from: unsnapped, so that small moves add up, except while following.
    pub(crate) fn moving_from(&self) -> View {
        let x = match self.motion {
            // What is about to be drawn, where that is known.
            FollowMode::Live => self.triggered_x().unwrap_or(self.drawn.x),
            FollowMode::Held | FollowMode::Paused => self.view.x,
        };
        View { x, y: self.view.y }
    }

    /// The axes that dragging in the plot area moves: y only where it does not fit by itself.
    pub(crate) fn dragged_axes(&self) -> Axes {
        Axes { x: true, y: self.kind != PlotKind::Time || self.by_hand.y }
    }

    /// The axes that the wheel over the plot area moves.
    pub(crate) fn wheel_axes(&self) -> Axes {
        match self.kind {
            PlotKind::Time => Axes::X,
            PlotKind::Waterfall => Axes::Y,
            PlotKind::Xy | PlotKind::Snapshot => Axes::BOTH,
        }
    }

    /// Memory of what is kept from picture to picture, in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.density_bytes + self.waterfall.memory_bytes()
    }

    /// Whether all of the picture is computed.
    pub(crate) fn is_complete(&self) -> bool {
        !self.waterfall.is_waiting()
    }
}

/// Points that a curve in the plane shows.
pub(crate) enum PlanePoints<'a> {
    /// Some positions of a trace.
    Trace(&'a crate::history::Trace, std::ops::Range<u64>),
    /// Whole curves, the newest last.
    Frames(&'a Frames),
}
