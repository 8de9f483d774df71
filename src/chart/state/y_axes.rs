//! The y axes of a plot as others see them: what lies on which, where its values lie, and how a layout has them.

use super::super::axes::{Scales, YAxes};
use super::super::layout::AxisSettings;
use super::super::options::Options;
use super::super::snapshot::StreamSnapshot;
use super::super::view::{Interval, View};
use super::plot_axes::YAxis;
use super::{Member, PlotState};
use crate::history::Scale;
use crate::stream::StreamKind;

impl PlotState {
    /// How many y axes are drawn, at least one.
    pub(crate) fn y_axes(&self) -> usize {
        self.axes.ys().len()
    }

    /// The y axes that a key means: the one under the pointer, or all.
    pub(crate) fn meant_axes(&self) -> YAxes {
        self.pointed_axis.map_or(YAxes::ALL, YAxes::one)
    }

    /// What is drawn of x, and on a y axis.
    pub(crate) fn drawn_on(&self, axis: usize) -> View {
        View { x: self.axes.x.drawn, y: self.axes.y(axis).drawn }
    }

    /// The scales of x and of a y axis.
    pub(crate) fn scales_on(&self, axis: usize) -> Scales {
        self.axes.scales_on(axis)
    }

    /// The value of a y axis at a share of the height from below.
    pub(crate) fn y_at(&self, axis: usize, share: f64) -> f64 {
        self.axes.values_at([0.0, share], axis)[1]
    }

    /// What somebody called a y axis.
    pub(crate) fn y_label(&self, axis: usize) -> Option<&str> {
        self.axes.y(axis).label.as_deref()
    }

    /// The streams on a y axis, also those that are switched off.
    pub(crate) fn members_on(&self, axis: usize) -> impl Iterator<Item = &Member> {
        self.members().iter().filter(move |member| member.axis == axis && !member.is_events)
    }

    /// Where a value of a stream lies on its y axis, as a share of the height from below; `None` where it has no place.
    pub(crate) fn y_share(&self, member: &Member, value: f64) -> Option<f64> {
        let y = self.axes.y(member.axis);
        let place = y.scale.checked_transform(member.drawn_gain.on(y.scale).of(value))?;
        Some(y.drawn.fraction(place))
    }

    /// The value of a stream that lies at a share of the height from below.
    pub(crate) fn y_value(&self, member: &Member, share: f64) -> f64 {
        let y = self.axes.y(member.axis);
        member.drawn_gain.on(y.scale).value_at(y.scale.inverse(y.drawn.at(share)))
    }

    /// Where the values of a stream from the lowest to the highest lie, in places of its y axis.
    pub(super) fn y_places(&self, member: &Member, bounds: (f64, f64)) -> Option<(f64, f64)> {
        let scale = self.axes.y(member.axis).scale;
        scale.transform_range(member.drawn_gain.on(scale).of_range(bounds))
    }

    /// Where a stream lies, where that is not as everybody expects: `y axis 2, ×2 +3`.
    pub(crate) fn place_of_member(&self, member: &Member) -> String {
        let axis = (self.y_axes() > 1).then(|| format!("y axis {}", member.axis + 1));
        let gain = member.gain.text().filter(|_| !self.is_normalised());
        let normal = self.is_normalised().then(|| "normalised".to_owned());
        axis.into_iter().chain(gain).chain(normal).collect::<Vec<_>>().join(", ")
    }

    /// Gives the members their axes.
    pub(super) fn place_members(&mut self, streams: &[StreamSnapshot]) {
        let is_value = |member: &&Member| !member.is_events;
        let unit = |member: &Member| streams.get(member.index).map_or("", |s| s.info.meta.y_unit.trim());
        let units: Vec<(&str, &str)> = if self.kind.has_values_on_y() {
            let values = self.members.list.iter().filter(is_value);
            values.map(|member| (member.name.as_str(), unit(member))).collect()
        } else {
            Vec::new()
        };
        let before = self.axes.list().len();
        self.axes.place(&self.members.sources, &units);
        if self.axes.list().len() != before {
            self.drag = None;
        }
        let is_normalised = self.axes.is_normalised();
        for member in &mut self.members.list {
            member.axis = if is_normalised { 0 } else { self.axes.of(&member.name).unwrap_or(0) };
        }
    }

    /// Brings the places of the streams on their axes up to date.
    pub(super) fn update_gains(&mut self, streams: &[StreamSnapshot], options: &Options, at: [f64; 2]) {
        if self.kind.spec().has_cells {
            return;
        }
        for index in 0..self.members.list.len() {
            let member = &self.members.list[index];
            let gain = match streams.get(member.index) {
                Some(stream) if self.axes.is_normalised() && stream.info.kind != StreamKind::Events => {
                    let bounds = self.y_bounds(member, stream, options);
                    let name = member.name.clone();
                    self.axes.normal_gain(&name, bounds, at)
                }
                _ => member.gain,
            };
            self.members.list[index].drawn_gain = gain;
        }
    }

    /// Whether each stream goes from 0 to 100.
    pub(crate) fn is_normalised(&self) -> bool {
        self.axes.is_normalised()
    }

    /// Whether it can be normalised.
    pub(crate) fn can_normalise(&self) -> bool {
        self.kind.has_values_on_y() && !self.kind.spec().has_cells
    }

    pub(crate) fn toggle_normalised(&mut self, streams: &[StreamSnapshot]) {
        if self.can_normalise() {
            self.axes.set_normalised(!self.axes.is_normalised());
            self.drag = None;
            self.place_members(streams);
        }
    }

    /// Whether streams of this panel can lie on several y axes.
    pub(crate) fn can_have_axes(&self) -> bool {
        self.kind.spec().is_shared && !self.axes.is_normalised()
    }

    /// Moves a stream to a y axis, or to a new one beyond the last.
    pub(crate) fn move_to_axis(&mut self, name: &str, axis: usize, streams: &[StreamSnapshot]) {
        if self.can_have_axes() && self.members.sources.iter().any(|other| other == name) {
            self.drag = None;
            self.axes.move_to(name, axis);
            self.place_members(streams);
        }
    }

    /// Moves a stream to the axis after its own, to a new one after the last, and from there to the first.
    pub(crate) fn move_to_next_axis(&mut self, name: &str, streams: &[StreamSnapshot]) {
        let Some(at) = self.axes.of(name) else { return };
        let is_alone = self.axes.list()[at].series.len() == 1;
        let last = self.axes.list().len() - 1;
        let is_end = at == last && (is_alone || last + 1 == super::super::axes::MOST_Y_AXES);
        self.move_to_axis(name, if is_end { 0 } else { at + 1 }, streams);
    }

    /// Takes over what a layout keeps of the y axes, the first first.
    pub(super) fn apply_y(&mut self, axes: Vec<AxisSettings>, options: &Options) {
        let mut series: Vec<Vec<String>> = axes.iter().map(|axis| axis.streams.clone()).collect();
        if series.len() > 1 {
            let named = series.concat();
            let others = self.members.sources.iter().filter(|name| !named.contains(name));
            series[0] = others.cloned().collect();
        }
        self.axes.set_series(series);
        let has_range = options.y_min.is_none() && options.y_max.is_none();
        let has_values = self.kind.has_values_on_y();
        for (y, settings) in self.axes.list_mut().iter_mut().zip(axes) {
            y.scale = Scale::log_if((settings.log || options.log_y) && has_values);
            y.label = settings.label;
            y.fit();
            if has_values {
                y.set_autoscale(settings.autoscale);
            }
            if let Some(view) =
                settings.y.filter(|_| has_range).and_then(|y_range| interval_of(y_range, y.scale))
            {
                y.view = view;
                y.by_hand = true;
            }
        }
    }
}

impl YAxis {
    /// What a layout keeps of it.
    pub(super) fn settings(&self) -> AxisSettings {
        AxisSettings {
            label: self.label.clone(),
            streams: self.series.clone(),
            log: self.scale == Scale::Log10,
            autoscale: self.autoscale,
            y: self.by_hand.then(|| self.values()),
        }
    }
}

/// The places of two values on an axis, where they have some.
pub(super) fn interval_of(values: [f64; 2], scale: Scale) -> Option<Interval> {
    let [Some(a), Some(b)] = values.map(|value| scale.checked_transform(value)) else { return None };
    (a < b).then(|| Interval::new(a, b))
}
