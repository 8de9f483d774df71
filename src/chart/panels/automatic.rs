//! Which panels there are where nobody arranged them: those that a layout names, and one for each group, clock, unit and
//! curve of the other streams.
//!
//! Streams of one unit share a y axis. On one axis, 350 °C would leave 5 bar no more than a flat line.

use super::super::axes::MOST_Y_AXES;
use super::super::kind::PlotKind;
use super::super::layout::PanelSettings;
use super::super::snapshot::StreamSnapshot;
use crate::store::Clock;
use crate::stream::StreamKind;

/// Units of a group that have a panel each; those of more have further y axes in these panels.
const MOST_UNITS: usize = 6;

/// A panel to be.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) kind: PlotKind,
    pub(super) key: String,
    /// The key that it would have if all its group had one unit.
    of_group: String,
    /// What its x counts on; `None` where it is not over time, or has no stream yet.
    pub(super) clock: Option<Clock>,
    /// Places of its streams among all.
    pub(super) members: Vec<usize>,
}

impl Wanted {
    fn new(kind: PlotKind, [key, of_group]: [String; 2], index: usize, stream: &StreamSnapshot) -> Self {
        let clock = kind.is_over_time().then_some(stream.clock);
        Self { kind, key, of_group, clock, members: vec![index] }
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
    let mut units: Vec<(&str, Clock, Vec<&str>)> = Vec::new();
    for (index, stream) in others.into_iter().chain(events) {
        let kind = PlotKind::of(stream);
        let meta = &stream.info.meta;
        // What a stream names itself counts for more than its group, or its unit.
        let has_panel = !meta.panel.is_empty();
        let together = if kind.is_over_time() { &meta.group } else { &meta.name };
        let of_group = key(kind, if has_panel { &meta.panel } else { together });
        let is_events = stream.info.kind == StreamKind::Events;
        let has_unit = kind.is_over_time() && !is_events;
        let key = if has_panel {
            of_group.clone()
        } else if has_unit {
            of_unit(&of_group, &mut units, stream)
        } else {
            of_group.clone()
        };
        // One that a layout names has no stream yet, and is not waiting for another.
        let is_empty = |panel: &Wanted| panel.members.is_empty() && panel.key == key;
        if let Some(empty) = wanted.iter_mut().find(|panel| is_empty(panel)) {
            *empty = Wanted::new(kind, [key, of_group], index, stream);
            continue;
        }
        let takes = |fits: &dyn Fn(&Wanted) -> bool| {
            wanted.iter().position(|panel| fits(panel) && panel.takes(kind, stream))
        };
        let same = takes(&|panel| panel.key == key);
        // Events lie over values, of their group where it has some.
        let any = || takes(&|panel| panel.of_group == of_group).or_else(|| takes(&|_| true));
        let same = if is_events { same.or_else(any) } else { same };
        if let Some(same) = same {
            wanted[same].members.push(index);
        } else {
            // The panels of a group lie together.
            let is_of_group = |panel: &Wanted| panel.of_group == of_group && panel.takes(kind, stream);
            let after = wanted.iter().rposition(is_of_group).map_or(wanted.len(), |last| last + 1);
            wanted.insert(after, Wanted::new(kind, [key, of_group], index, stream));
        }
    }
    // What is over time comes first wherever its streams are in the order.
    wanted.sort_by_key(|panel| !panel.kind.is_over_time());
    wanted
}

/// The key of the panel of a stream's unit. That of the first unit of a group is the group's.
fn of_unit<'a>(
    of_group: &str,
    units: &mut Vec<(&'a str, Clock, Vec<&'a str>)>,
    stream: &'a StreamSnapshot,
) -> String {
    let (group, unit) = (stream.info.meta.group.as_str(), stream.info.meta.y_unit.trim());
    let known = units.iter().position(|(other, clock, _)| *other == group && *clock == stream.clock);
    let at = known.unwrap_or_else(|| {
        units.push((group, stream.clock, Vec::new()));
        units.len() - 1
    });
    let known = &mut units[at].2;
    if !known.contains(&unit) && known.len() < MOST_UNITS * MOST_Y_AXES {
        known.push(unit);
    }
    match known.iter().position(|other| *other == unit).unwrap_or(known.len() - 1) % MOST_UNITS {
        0 => of_group.to_owned(),
        at if known[at].is_empty() => format!("{of_group}-none"),
        at => format!("{of_group}-{}", known[at].chars().map(plain).collect::<String>()),
    }
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
    Wanted { kind, key: settings.id.clone(), of_group: settings.id.clone(), clock, members }
}

/// A key without what tells it from others like it.
pub(super) fn base(key: &str) -> &str {
    key.trim_end_matches('+')
}

fn plain(c: char) -> char {
    if c.is_alphanumeric() || c == '_' || c == '.' { c } else { '-' }
}

/// The key of a panel that arranges itself: a word that can stand in a layout.
fn key(kind: PlotKind, name: &str) -> String {
    match name {
        "" => kind.spec().word.to_owned(),
        name => format!("{}-{}", kind.spec().word, name.chars().map(plain).collect::<String>()),
    }
}
