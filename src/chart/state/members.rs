//! The streams of a plot: those it is to show, and those of them that are there.

use super::super::axes::Gain;
use super::super::colours::Colours;
use super::super::dash::of_round;
use super::super::series::{LINE_WIDTH, SeriesNumbers};
use super::super::series_style::SeriesStyles;
use super::super::snapshot::StreamSnapshot;
use crate::stream::{Dash, Liveness, StreamKind, Style};

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
    /// The place of its y axis among those that are drawn.
    pub(crate) axis: usize,
    /// Where somebody wants its values on that axis.
    pub(crate) gain: Gain,
    /// Where they lie: there, or from 0 to 100 while the plot is normalised.
    pub(crate) drawn_gain: Gain,
}

/// The streams of a plot.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) list: Vec<Member>,
    /// Names of the streams that it shows where they are there.
    pub(super) sources: Vec<String>,
    /// Names of streams that are switched off as soon as they come.
    pub(super) hidden: Vec<String>,
    /// The stream that was switched on last: it is drawn over the others.
    raised: Option<String>,
}

impl Members {
    /// The members that are switched on, with their streams.
    pub(super) fn shown<'a>(
        &'a self,
        streams: &'a [StreamSnapshot],
    ) -> impl Iterator<Item = (&'a Member, &'a StreamSnapshot)> {
        self.list.iter().filter(|m| !m.is_hidden).filter_map(|m| streams.get(m.index).map(|s| (m, s)))
    }

    /// Those in the order in which they are drawn: what is derived lies over its source, and what was switched on last over
    /// all.
    pub(super) fn drawing_order<'a>(
        &'a self,
        streams: &'a [StreamSnapshot],
    ) -> Vec<(&'a Member, &'a StreamSnapshot)> {
        let mut shown: Vec<_> = self.shown(streams).collect();
        shown.sort_by_key(|(member, stream)| {
            (self.raised.as_ref() == Some(&member.name), stream.info.derived.is_some())
        });
        shown
    }

    /// The streams of all members, also of those that are switched off.
    pub(super) fn streams<'a>(
        &'a self,
        streams: &'a [StreamSnapshot],
    ) -> impl Iterator<Item = &'a StreamSnapshot> {
        self.list.iter().filter_map(|m| streams.get(m.index))
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|member| member.name == name)
    }

    /// Takes these streams for its members. Returns whether one of those before is gone.
    pub(super) fn set(
        &mut self,
        indices: &[usize],
        streams: &[StreamSnapshot],
        (styles, numbers): (&SeriesStyles, &SeriesNumbers),
    ) -> bool {
        let rounds = numbers.rounds(indices.iter().map(|i| streams[*i].info.meta.name.as_str()));
        let shown_name = |index: &usize| streams[*index].info.meta.shown_name();
        let members = indices.iter().zip(rounds).map(|(index, round)| {
            let info = &streams[*index].info;
            let name = &info.meta.name;
            let known = self.list.iter().find(|m| m.name == *name);
            let style = styles.get(name).copied().unwrap_or_default();
            let is_taken = indices.iter().any(|i| i != index && shown_name(i) == shown_name(index));
            Member {
                index: *index,
                name: name.clone(),
                label: if is_taken { name.as_str() } else { shown_name(index) }.to_owned(),
                series: numbers.of(name),
                chosen: style.colour,
                wish: info.meta.colour,
                dash: style.dash.or(info.meta.dash).unwrap_or(of_round(round)),
                width: style.width.or(info.meta.width).unwrap_or(LINE_WIDTH),
                style: streams[*index].style,
                colours: style.colours,
                is_events: info.kind == StreamKind::Events,
                is_hidden: known.map_or_else(|| self.hidden.contains(name), |known| known.is_hidden),
                axis: known.map_or(0, |known| known.axis),
                gain: style.gain.unwrap_or_default(),
                drawn_gain: known.map_or_else(Gain::default, |known| known.drawn_gain),
            }
        });
        let members: Vec<Member> = members.collect();
        let before = std::mem::replace(&mut self.list, members);
        before.iter().any(|old| self.find(&old.name).is_none())
    }

    /// Whether there are streams and all of them are switched off.
    pub(super) fn are_hidden(&self) -> bool {
        !self.list.is_empty() && self.list.iter().all(|member| member.is_hidden)
    }

    /// Switches a stream off or on.
    pub(super) fn toggle(&mut self, member: usize) {
        if let Some(member) = self.list.get_mut(member) {
            member.is_hidden = !member.is_hidden;
            if !member.is_hidden {
                self.raised = Some(member.name.clone());
            }
        }
    }

    /// Switches these streams off, whether they are there or come later, and all others on.
    pub(super) fn hide(&mut self, names: Vec<String>) {
        for member in &mut self.list {
            member.is_hidden = names.contains(&member.name);
        }
        self.hidden = names;
    }

    /// Draws a stream over the others.
    pub(super) fn raise(&mut self, name: &str) {
        self.raised = Some(name.to_owned());
    }

    /// Shows one stream alone; all of them if it was alone already.
    pub(super) fn solo(&mut self, member: usize) {
        let is_alone = self.list.iter().enumerate().all(|(i, m)| m.is_hidden == (i != member));
        for (i, m) in self.list.iter_mut().enumerate() {
            m.is_hidden = !is_alone && i != member;
        }
    }

    /// Names of streams that a layout keeps as switched off: also of those that are not there.
    pub(super) fn all_hidden(&self) -> Vec<String> {
        let absent = self.hidden.iter().filter(|name| self.find(name).is_none()).cloned();
        let hidden = self.list.iter().filter(|member| member.is_hidden);
        let hidden = hidden.map(|member| member.name.clone()).chain(absent);
        hidden.filter(|name| self.sources.contains(name)).collect()
    }

    /// What all the streams have in common, if no more points may come: how they ended.
    pub(super) fn ending(&self, streams: &[StreamSnapshot]) -> Option<Liveness> {
        let mut states = self.streams(streams).map(|s| s.liveness);
        let first = states.next().filter(|s| s.is_over())?;
        states.try_fold(first, |worst, state| match state {
            open if !open.is_over() => None,
            Liveness::Damaged => Some(Liveness::Damaged),
            Liveness::Dead if worst != Liveness::Damaged => Some(Liveness::Dead),
            _ => Some(worst),
        })
    }
}
