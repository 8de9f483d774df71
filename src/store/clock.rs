//! The clock that a stream over time counts on.
//!
//! Streams on one clock share an axis, and panels on one clock show the same x. On two clocks the same x means two
//! moments: such streams never move each other's axis.

use super::data::StreamInfo;

/// Origins that lie closer to each other than this are taken for one: streams that a program created one after another.
pub(crate) const ONE_START_NANOS: u64 = 1_000_000_000;
/// Seconds since 1970 from 2001 to 2286: times like these are taken for Unix time where no origin says otherwise.
const UNIX_SECS: std::ops::Range<f64> = 1e9..1e10;

/// What x = 0 stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Clock {
    /// The start of a simulation, or of whatever else is not dated.
    #[default]
    Simulation,
    /// A moment, nanoseconds since 1970.
    Wall(i64),
}

impl Clock {
    /// The clock of a stream whose oldest point has this x.
    pub(crate) fn of(info: &StreamInfo, oldest_x: Option<f64>) -> Self {
        match info.meta.origin_unix_nanos {
            Some(origin) => Self::Wall(origin),
            None if oldest_x.is_some_and(|x| UNIX_SECS.contains(&x)) => Self::Wall(0),
            None => Self::Simulation,
        }
    }

    /// Makes one clock of those that differ by less than [`ONE_START_NANOS`]: that of the first of them.
    pub(crate) fn unify<'a>(clocks: impl IntoIterator<Item = &'a mut Self>) {
        let mut known: Vec<i64> = Vec::new();
        for clock in clocks {
            let Self::Wall(origin) = clock else { continue };
            match known.iter().find(|other| origin.abs_diff(**other) < ONE_START_NANOS) {
                Some(same) => *origin = *same,
                None => known.push(*origin),
            }
        }
    }
}
