//! The viewer's own ingest thread, over the whole run: it must follow every successor, and lose count of nothing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use ringplot::store::{Data, Ingest, Selection, SharedStream, Store};
use ringplot::{Liveness, StreamKind};

use super::figures::Figures;
use super::points::{LONGEST, is_pen_up, length, t, text, x, y};

/// Newest points of a dead run that are checked in the viewer's history.
const NEWEST: u64 = 4096;
const WATCHDOG: Duration = Duration::from_mins(2);

/// A viewer without a window.
#[derive(Debug)]
pub struct Watcher {
    store: Store,
    ingest: Ingest,
}

impl Watcher {
    pub fn start(names: &[String]) -> Self {
        let store = Store::new(256 << 20);
        let ingest = Ingest::start(store.clone(), Selection::Names(names.to_vec())).unwrap();
        Self { store, ingest }
    }

    fn streams(&self) -> BTreeMap<String, SharedStream> {
        let named = self.store.streams().into_iter();
        named.map(|shared| (shared.lock().unwrap().info.meta.name.clone(), shared.clone())).collect()
    }

    /// Waits until each of these streams is shown as `is_so` wants it.
    fn wait(
        &self,
        names: impl Iterator<Item = String>,
        what: &str,
        mut is_so: impl FnMut(&str, &SharedStream) -> bool,
    ) {
        let end = Instant::now() + WATCHDOG;
        let mut streams = BTreeMap::new();
        for name in names {
            while !streams.get(&name).is_some_and(|shared| is_so(&name, shared)) {
                assert!(Instant::now() < end, "{name}: waited in vain for {what}");
                std::thread::sleep(Duration::from_millis(1));
                streams = self.streams();
            }
        }
    }

    /// Waits until the viewer shows these runs.
    pub fn wait_for_runs(&self, runs: &[(String, u64)], figures: &mut Figures) {
        let wanted: BTreeMap<_, _> = runs.iter().cloned().collect();
        self.wait(wanted.keys().cloned(), "the successor", |name, shared| {
            shared.lock().unwrap().run == wanted[name]
        });
        figures.add("times the viewer attached to a successor", runs.len() as u64);
    }

    /// Waits until the viewer shows these runs as dead, with all that they had published.
    pub fn wait_for_ends(&self, ends: &[(String, u64, u64)], figures: &mut Figures) {
        let wanted: BTreeMap<_, _> =
            ends.iter().map(|(name, run, published)| (name.clone(), (*run, *published))).collect();
        let mut checked = 0;
        self.wait(wanted.keys().cloned(), "the end of a dead run", |name, shared| {
            let state = shared.lock().unwrap();
            let (run, published) = wanted[name];
            assert_eq!(state.run, run, "{name}");
            if state.liveness != Liveness::Dead {
                return false;
            }
            let counts = state.counts;
            assert_eq!(counts.received + counts.lost, counts.position - counts.start, "{name}: {counts:?}");
            assert_eq!(counts.position, published, "{name}: {counts:?}");
            let seed = u64::from_str_radix(&state.info.meta.label, 16).unwrap();
            checked += check(seed, state.info.kind, &state.data);
            true
        });
        figures.add("times the viewer saw the death", ends.len() as u64);
        figures.add("points checked in the viewer", checked);
    }

    /// Waits until the viewer has `points` points of each of these runs, and none is lost.
    pub fn wait_for_points(&self, runs: &[(String, u64)], points: u64) {
        self.wait(runs.iter().map(|(name, _)| name.clone()), "the successor's points", |name, shared| {
            let counts = shared.lock().unwrap().counts;
            assert_eq!(counts.lost, 0, "{name}");
            counts.received == points
        });
    }

    pub fn stop(self, figures: &mut Figures) {
        let runs = self.ingest.stop();
        for run in &runs {
            let counts = run.counts;
            assert_eq!(counts.received + counts.lost, counts.position - counts.start, "{run:?}");
        }
        figures.add("runs followed by the viewer, each counted to the point", runs.len() as u64);
    }
}

/// Checks what the viewer keeps of a run; how many points that was.
fn check(seed: u64, kind: StreamKind, data: &Data) -> u64 {
    match data {
        Data::Frames(frames) => {
            let Some(frame) = frames.newest() else { return 0 };
            let n = frame.number;
            assert_eq!((frame.t, frame.x.len() as u64), (t(seed, n), length(seed, n)));
            for (i, point) in (n * LONGEST..).zip(frame.points()) {
                assert_eq!(point, (x(seed, i).into(), y(seed, i).into()), "in frame {n}");
            }
            frame.x.len() as u64
        }
        Data::Events(events) => {
            for event in events.iter() {
                let n = event.number;
                let line = text(seed, n).replace('\n', " ");
                assert_eq!((event.t, &*event.text), (t(seed, n), &*line));
            }
            events.len() as u64
        }
        Data::Trace(trace) => {
            let mut checked = 0;
            for position in trace.start().max(trace.end().saturating_sub(NEWEST))..trace.end() {
                let Some((at, value)) = trace.point(position) else { continue };
                checked += 1;
                if is_pen_up(seed, position) {
                    assert!(!value.is_finite() || !at.is_finite(), "the pen is down at {position}");
                    continue;
                }
                assert_eq!(value, f64::from(y(seed, position)), "y at {position}");
                let right =
                    if kind == StreamKind::Xy { f64::from(x(seed, position)) } else { t(seed, position) };
                assert!((at - right).abs() < 1e-9, "x at {position}: {at} and not {right}");
            }
            checked
        }
    }
}
