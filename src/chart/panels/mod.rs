//! The panels of a viewer: which there are, what each shows, and what they do together. Where they lie is up to who draws.

mod automatic;
mod labels;
mod link;
mod run;

use self::automatic::{Wanted, base};
use super::axes::Axes;
use super::kind::PlotKind;
use super::layout::PanelSettings;
use super::options::Options;
use super::series::SeriesNumbers;
use super::series_style::SeriesStyles;
use super::snapshot::StreamSnapshot;
use super::state::PlotState;
use crate::history::Scale;
use crate::store::{Data, curves_kept, lock};
use crate::stream::StreamKind;

/// The panels of a viewer.
#[derive(Debug, Default)]
pub(crate) struct PanelList {
    /// In the order of reading.
    pub(crate) list: Vec<PlotState>,
    /// How streams look in all of them, where somebody chose it.
    pub(crate) looks: SeriesStyles,
    numbers: SeriesNumbers,
    /// The panels of a layout that does not say where they lie.
    pub(crate) expected: Vec<PanelSettings>,
}

/// Gives a new panel what its first stream is looked at with: the lines of a spectrum differ by decades.
fn suit(plot: &mut PlotState, first: Option<&StreamSnapshot>) {
    let is_spectrum =
        first.is_some_and(|stream| stream.info.derived.is_some() && stream.info.kind == StreamKind::Snapshot);
    if is_spectrum && plot.scales().y == Scale::Linear {
        plot.toggle_scale(Axes::Y, &[]);
    }
}

impl PanelList {
    /// Takes in which streams there are: before the panels are made to fit them.
    pub(crate) fn begin(&mut self, streams: &[StreamSnapshot]) {
        for stream in streams.iter().filter(|stream| stream.info.kind == StreamKind::Snapshot) {
            if let Data::Frames(frames) = &mut lock(&stream.shared).data {
                frames.keep(curves_kept(stream.style));
            }
        }
        let known = self.list.iter().flat_map(|plot| plot.sources().iter().map(String::as_str));
        self.numbers.update(streams.iter().map(|stream| stream.info.meta.name.as_str()).chain(known));
    }

    /// Makes the panels those that streams have by themselves.
    pub(crate) fn sync_automatic(&mut self, streams: &[StreamSnapshot], options: &Options) {
        let wanted = automatic::panels(streams, &self.expected);
        let clocks: Vec<_> = wanted.iter().map(|panel| (panel.key.clone(), panel.clock)).collect();
        let mut old = std::mem::take(&mut self.list);
        for Wanted { kind, key, clock, members, .. } in wanted {
            let is_like = |plot: &PlotState| plot.kind() == kind && base(plot.key()) == base(&key);
            let is_free = |plot: &PlotState| {
                let mut others = clocks.iter().filter(|(other, _)| base(other) == base(&key));
                others.all(|(_, clock)| *clock != Some(plot.clock()))
            };
            let is_on = |plot: &PlotState| is_like(plot) && Some(plot.clock()) == clock;
            let kept = old.iter().position(|plot| is_on(plot) && plot.key() == key);
            let kept = kept.or_else(|| old.iter().position(is_on));
            let kept = kept.or_else(|| old.iter().position(|plot| is_like(plot) && is_free(plot)));
            let mut plot = if let Some(at) = kept {
                old.remove(at)
            } else {
                // Two runs of one name side by side, while the old one is still shown; two clocks in one group; two names
                // that make one key.
                let mut key = key;
                let rest = old.iter().filter(|plot| plot.kind() == kind);
                while self.list.iter().chain(rest.clone()).any(|plot| plot.key() == key) {
                    key.push('+');
                }
                let mut plot = PlotState::new(kind, key, options);
                match self.expected.iter().find(|panel| panel.id == plot.key()) {
                    Some(settings) => plot.apply(settings.clone(), options),
                    None => suit(&mut plot, members.first().map(|index| &streams[*index])),
                }
                plot
            };
            *plot.sources_mut() =
                members.iter().map(|index| streams[*index].info.meta.name.clone()).collect();
            if let Some(settings) = self.expected.iter().find(|panel| panel.id == plot.key()) {
                // What is not there yet is waited for.
                let absent = settings.streams.iter().filter(|name| !plot.sources().contains(name));
                let absent: Vec<_> = absent.cloned().collect();
                plot.sources_mut().extend(absent);
            }
            plot.set_members(&members, streams, (&self.looks, &self.numbers));
            self.list.push(plot);
        }
    }

    /// Gives panels that stand where they are the streams that they name.
    pub(crate) fn sync_named(&mut self, streams: &[StreamSnapshot], options: &Options) {
        for plot in &mut self.list {
            let named = plot.sources().iter().flat_map(|name| {
                let all = streams.iter().enumerate();
                all.filter(move |(_, stream)| stream.info.meta.name == *name).map(|(index, _)| index)
            });
            let mut members: Vec<usize> = named.collect();
            let kind_of = |index: &usize| PlotKind::of(&streams[*index]);
            // A panel is of the kind of its first stream; what does not fit to it is offered.
            if let Some(kind) = members.first().map(kind_of) {
                if kind != plot.kind() {
                    let settings = plot.settings();
                    let mut other = PlotState::new(kind, plot.key().to_owned(), options);
                    other.apply(settings, options);
                    if plot.members().is_empty() {
                        suit(&mut other, members.first().map(|index| &streams[*index]));
                    }
                    *plot = other;
                }
                members.retain(|index| kind_of(index) == kind);
                members.truncate(if kind.spec().is_shared { usize::MAX } else { 1 });
            }
            plot.set_members(&members, streams, (&self.looks, &self.numbers));
        }
    }

    /// The panel of a key.
    pub(crate) fn find(&self, key: &str) -> Option<&PlotState> {
        self.list.iter().find(|plot| plot.key() == key)
    }

    /// The panel of a key.
    pub(crate) fn find_mut(&mut self, key: &str) -> Option<&mut PlotState> {
        self.list.iter_mut().find(|plot| plot.key() == key)
    }

    /// The key of the panel so many after one, or before it; from the first or the last where there is none.
    pub(crate) fn beside(&self, now: Option<&str>, by: isize) -> Option<String> {
        let count = self.list.len() as isize;
        if count == 0 {
            return None;
        }
        let at = now.and_then(|key| self.list.iter().position(|plot| plot.key() == key));
        let next = match (at, by > 0) {
            (Some(at), _) => (at as isize + by).rem_euclid(count),
            (None, true) => 0,
            (None, false) => count - 1,
        };
        Some(self.list[next as usize].key().to_owned())
    }
}
