//! Which panels there are where nobody arranged them: those that a layout names, and one for each group, clock and curve
//! of the other streams.

use crate::chart::{PanelSettings, PlotKind, StreamSnapshot};
use crate::store::Clock;
use crate::stream::StreamKind;

/// A panel to be.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) kind: PlotKind,
    pub(super) key: String,
    /// What its x counts on; `None` where it is not over time, or has no stream yet.
    pub(super) clock: Option<Clock>,
    /// Places of its streams among all.
    pub(super) members: Vec<usize>,
}

impl Wanted {
    fn new(kind: PlotKind, key: String, index: usize, stream: &StreamSnapshot) -> Self {
        let clock = kind.is_over_time().then_some(stream.clock);
        Self { kind, key, clock, members: vec![index] }
    }

    /// Whether a stream over time can lie in it, too.
    fn takes(&self, kind: PlotKind, stream: &StreamSnapshot) -> bool {
        kind.is_over_time() && self.kind.is_over_time() && self.clock == Some(stream.clock)
    }
}

/// The panels of these streams; `expected` are those that a layout names.
pub(super) fn panels(streams: &[StreamSnapshot], expected: &[PanelSettings]) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = expected.iter().map(|settings| named(streams, settings)).collect();
    let placed: Vec<usize> = wanted.iter().flat_map(|panel| panel.members.clone()).collect();
    let others = streams.iter().enumerate().filter(|(index, _)| !placed.contains(index));
    let is_events = |(_, stream): &(usize, &StreamSnapshot)| stream.info.kind == StreamKind::Events;
    let (events, others): (Vec<_>, Vec<_>) = others.partition(is_events);
    for (index, stream) in others.into_iter().chain(events) {
        let kind = PlotKind::of(stream);
        let meta = &stream.info.meta;
        let key = key(kind, if kind.is_over_time() { &meta.group } else { &meta.name });
        // One that a layout names has no stream yet, and is not waiting for another.
        let is_empty = |panel: &Wanted| panel.members.is_empty() && panel.key == key;
        if let Some(empty) = wanted.iter_mut().find(|panel| is_empty(panel)) {
            *empty = Wanted::new(kind, key, index, stream);
            continue;
        }
        let same = wanted.iter().position(|panel| panel.key == key && panel.takes(kind, stream));
        // Events lie over values, of their group where it has some.
        let any = || wanted.iter().position(|panel| panel.takes(kind, stream));
        let same = if stream.info.kind == StreamKind::Events { same.or_else(any) } else { same };
        match same {
            Some(same) => wanted[same].members.push(index),
            None => wanted.push(Wanted::new(kind, key, index, stream)),
        }
    }
    // What is over time comes first wherever its streams are in the order.
    wanted.sort_by_key(|panel| !panel.kind.is_over_time());
    wanted
}

/// A panel that a layout names: of the kind of the first of its streams that is there.
fn named(streams: &[StreamSnapshot], settings: &PanelSettings) -> Wanted {
    let of_name = |name: &String| {
        let all = streams.iter().enumerate();
        let of_name = name.clone();
        all.filter(move |(_, stream)| stream.info.meta.name == of_name).map(|(index, _)| index)
    };
    let mut members: Vec<usize> = settings.streams.iter().flat_map(of_name).collect();
    let kind = members.first().map_or(PlotKind::Time, |index| PlotKind::of(&streams[*index]));
    members.retain(|index| PlotKind::of(&streams[*index]) == kind);
    members.truncate(if kind.spec().is_shared { usize::MAX } else { 1 });
    let clock = members.first().filter(|_| kind.is_over_time()).map(|index| streams[*index].clock);
    Wanted { kind, key: settings.id.clone(), clock, members }
}

/// A key without what tells it from others like it.
pub(super) fn base(key: &str) -> &str {
    key.trim_end_matches('+')
}

/// The key of a panel that arranges itself: a word that can stand in a layout.
fn key(kind: PlotKind, name: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '_' || c == '.' { c } else { '-' };
    match name {
        "" => kind.spec().word.to_owned(),
        name => format!("{}-{}", kind.spec().word, name.chars().map(plain).collect::<String>()),
    }
}
