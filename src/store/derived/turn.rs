//! A turn of a derived trace: it takes what is new of its sources, and fills its stream.

use std::sync::Arc;

use super::super::data::{Data, Derivation, SharedStream, StreamInfo, StreamState, curves_kept, lock};
use super::super::streams::Store;
use super::engine::{Engine, Second};
use super::error::DerivedError;
use super::formula::Formula;
use super::run::{Run, Source};
use crate::history::derive::Line;
use crate::history::{Frames, Trace};
use crate::ring::{Batch, XMode};
use crate::stream::{Counts, Liveness, Meta, StreamKind};

/// Chunks before the next trace has its turn.
const CHUNKS_A_TURN: usize = 4;
/// Of a history that is there already, a spectrum takes the newest so many segments.
const OLD_SEGMENTS: u64 = 64;
/// The share of the budget that the curves of a spectrum may take: one in so many.
const SHARE_OF_CURVES: u64 = 8;

/// What a turn brought.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Round {
    pub(super) is_new: bool,
    pub(super) has_more: bool,
}

/// What a turn must know of a source.
struct Seen {
    meta: Meta,
    run: u64,
    x_mode: XMode,
    liveness: Liveness,
    rate_hz: Option<f64>,
    start: u64,
    end: u64,
    has_forgotten: bool,
    newest_x: Option<f64>,
}

/// The stream of that name.
pub(super) fn find(store: &Store, name: &str) -> Option<SharedStream> {
    store.streams().into_iter().find(|shared| lock(shared).info.meta.name == name)
}

/// Whether it has values over time.
pub(super) fn is_over_time(state: &StreamState) -> bool {
    matches!(state.info.kind, StreamKind::Timed | StreamKind::Uniform) && matches!(state.data, Data::Trace(_))
}

impl Run {
    /// Goes on for a bounded number of samples.
    pub(super) fn step(&mut self, store: &Store, streams: &[SharedStream]) -> Round {
        self.give_way(store, streams);
        let seen = match self.look(streams) {
            Ok(seen) => seen,
            Err(error) => return self.end(error),
        };
        self.waits_for = None;
        let runs = self.sources.iter().zip(&seen);
        if self.engine.is_none() || runs.clone().any(|(source, seen)| source.run != seen.run) {
            self.begin(store, &seen);
        }
        let mut round = Round::default();
        for _ in 0..CHUNKS_A_TURN {
            let (is_new, has_more) = self.chunk(&seen);
            round.is_new |= is_new;
            round.has_more = has_more;
            if !has_more {
                break;
            }
        }
        round.is_new |= self.publish(&seen, round.has_more);
        round
    }

    /// Takes another name, and begins anew, where the name that it has is that of another stream, too; takes the one
    /// that it was given where that is free again.
    fn give_way(&mut self, store: &Store, streams: &[SharedStream]) {
        let own = self.stream.as_ref();
        let is_taken = |name: &str| {
            let others = streams.iter().filter(|other| own.is_none_or(|own| !Arc::ptr_eq(own, other)));
            others.into_iter().any(|other| lock(other).info.meta.name == name)
        };
        let mut name = self.spec.shown_name();
        if is_taken(&name) {
            name = self.spec.formula.to_string();
        }
        while is_taken(&name) {
            name.push_str(" (derived)");
        }
        if name != self.name {
            self.name = name;
            self.engine = None;
            if let Some(stream) = self.stream.take() {
                store.remove(&stream);
            }
        }
    }

    /// Finds the sources and what is to be known of them.
    fn look(&mut self, streams: &[SharedStream]) -> Result<Vec<Seen>, DerivedError> {
        let is_there = |source: &Source| streams.iter().any(|other| Arc::ptr_eq(other, &source.shared));
        let names = self.spec.formula.sources();
        if self.sources.len() != names.len() || !self.sources.iter().all(is_there) {
            self.sources.clear();
            self.engine = None;
            for name in names {
                let found = streams.iter().find(|shared| lock(shared).info.meta.name == name);
                let found = found.ok_or_else(|| DerivedError::UnknownSource(name.to_owned()))?;
                self.sources.push(Source { shared: Arc::clone(found), run: 0, cursor: 0 });
            }
        }
        let seen = |source: &Source| {
            let state = lock(&source.shared);
            let Data::Trace(trace) = &state.data else {
                return Err(DerivedError::NotOverTime(state.info.meta.name.clone()));
            };
            if !is_over_time(&state) {
                return Err(DerivedError::NotOverTime(state.info.meta.name.clone()));
            }
            Ok(Seen {
                meta: state.info.meta.clone(),
                run: state.run,
                x_mode: state.info.x_mode,
                liveness: state.liveness,
                rate_hz: state.rate_hz,
                start: trace.start(),
                end: trace.end(),
                has_forgotten: trace.has_forgotten(),
                newest_x: trace.newest().map(|newest| newest.1),
            })
        };
        self.sources.iter().map(seen).collect()
    }

    /// Nothing more comes, for now: a source is not there.
    fn end(&mut self, error: DerivedError) -> Round {
        self.waits_for = Some(error);
        (self.engine, self.sources) = (None, Vec::new());
        let Some(stream) = &self.stream else { return Round::default() };
        let mut state = lock(stream);
        let is_new = !state.liveness.is_over();
        if is_new {
            state.liveness = Liveness::Closed;
        }
        Round { is_new, has_more: false }
    }

    /// Begins anew, in the place of the run before if there was one.
    fn begin(&mut self, store: &Store, seen: &[Seen]) {
        for (source, seen) in self.sources.iter_mut().zip(seen) {
            (source.run, source.cursor) = (seen.run, seen.start);
        }
        let first = &seen[0];
        let metas: Vec<&Meta> = seen.iter().map(|seen| &seen.meta).collect();
        let [x_unit, y_unit] = self.spec.formula.units(&metas);
        let y_offsets = [0, 1].map(|index| metas.get(index).map_or(0.0, |meta| meta.y_offset));
        let y_offset = self.spec.formula.y_offset(y_offsets);
        let mut meta = Meta {
            name: self.name.clone(),
            group: first.meta.group.clone(),
            x_unit,
            y_unit,
            y_offset,
            clock: first.meta.clock,
            origin_unix_nanos: first.meta.origin_unix_nanos,
            order: first.meta.order,
            ..Meta::default()
        };
        let (kind, x_mode, data) = if let Formula::Spectrum(_, settings) = &self.spec.formula {
            let old = OLD_SEGMENTS * u64::from(settings.average).min(OLD_SEGMENTS) * settings.hop() as u64;
            let old = old + settings.length as u64;
            self.sources[0].cursor = first.start.max(first.end.saturating_sub(old));
            let mut frames = Frames::keeping(curves_kept(store.style_of(&meta)));
            frames.set_max_bytes(store.memory().1 / SHARE_OF_CURVES);
            (StreamKind::Snapshot, XMode::Xy, Data::Frames(frames))
        } else {
            meta.rate_hint_hz = first.meta.rate_hint_hz;
            let kind = if first.x_mode == XMode::Timed { StreamKind::Timed } else { StreamKind::Uniform };
            let trace = Trace::new(first.x_mode, u64::MAX).with_y_offset(y_offset);
            (kind, first.x_mode, Data::Trace(trace))
        };
        let asked_name = Some(self.spec.shown_name()).filter(|asked| *asked != self.name);
        let derived = Derivation {
            formula: self.spec.formula.to_string().into(),
            behind_secs: None,
            asked_name: asked_name.map(Into::into),
        };
        let state = StreamState {
            info: StreamInfo { meta, kind, x_mode, derived: Some(derived), capacity: None },
            run: seen.iter().fold(0, |run: u64, seen| run.rotate_left(1) ^ seen.run),
            liveness: Liveness::Live,
            counts: Counts::default(),
            rate_hz: None,
            data,
        };
        self.engine = Some(Engine::new(&self.spec.formula, first.x_mode, y_offsets));
        match &self.stream {
            Some(stream) => *lock(stream) = state,
            None => self.stream = Some(store.add(state)),
        }
    }

    /// Takes one chunk of the first source; whether anything came of it, and whether there is more.
    fn chunk(&mut self, seen: &[Seen]) -> (bool, bool) {
        let (Some(engine), Some(stream)) = (&mut self.engine, &self.stream) else { return (false, false) };
        let Some((source, others)) = self.sources.split_first_mut() else { return (false, false) };
        {
            let state = lock(&source.shared);
            let Data::Trace(trace) = &state.data else { return (false, false) };
            if state.run != seen[0].run {
                return (false, true);
            }
            trace.copy(source.cursor, &mut self.batch);
        }
        if self.batch.points.is_empty() {
            return (false, false);
        }
        if self.batch.first > source.cursor {
            engine.reset();
        }
        let mut other = others.first_mut();
        let batch = &mut self.other;
        let mut pull = |line: &mut Line| other.as_deref_mut().is_some_and(|other| pull(other, batch, line));
        let is_over = seen.get(1).is_none_or(|seen| seen.liveness.is_over());
        let wanted = self.batch.points.len();
        let curves = engine.apply(&mut self.batch, Second { pull: &mut pull, is_over }, |frame| {
            if let Data::Frames(frames) = &mut lock(stream).data {
                frames.push(frame);
            }
        });
        source.cursor = self.batch.end();
        let mut state = lock(stream);
        if let Data::Trace(trace) = &mut state.data {
            trace.append(&self.batch);
            return (!self.batch.points.is_empty(), self.batch.points.len() == wanted);
        }
        (curves > 0, true)
    }

    /// Tells of this turn in the stream, and forgets what the source forgot; whether that is news.
    fn publish(&mut self, seen: &[Seen], has_more: bool) -> bool {
        let (Some(stream), Some(source)) = (&self.stream, self.sources.first()) else { return false };
        let first = &seen[0];
        let mut state = lock(stream);
        let state = &mut *state;
        let at = match &mut state.data {
            Data::Trace(trace) => {
                if first.has_forgotten {
                    trace.forget_before(first.start);
                } else {
                    trace.clear_before(first.start);
                }
                trace.newest().map(|newest| newest.1)
            }
            Data::Frames(frames) => {
                if !first.has_forgotten {
                    frames.clear_before(first.start);
                }
                frames.newest().map(|newest| newest.t)
            }
            Data::Events(_) => None,
        };
        let engine_bytes = self.engine.as_ref().map_or(0, Engine::memory_bytes);
        self.memory_bytes = state.data.memory_bytes() + engine_bytes;
        let waiting = first.end.saturating_sub(source.cursor);
        let is_behind = has_more || waiting > 0 && seen.len() > 1;
        let behind_secs = match (at, first.newest_x) {
            (Some(at), Some(newest)) if is_behind && newest > at => Some(newest - at),
            _ => None,
        };
        let liveness = match first.liveness {
            over if over.is_over() && waiting > 0 => Liveness::Live,
            Liveness::Damaged => Liveness::Closed,
            liveness => liveness,
        };
        let before = (state.liveness, state.info.derived.as_ref().and_then(|derived| derived.behind_secs));
        state.liveness = liveness;
        state.rate_hz = if state.info.kind == StreamKind::Snapshot { None } else { first.rate_hz };
        if let Some(derived) = &mut state.info.derived {
            derived.behind_secs = behind_secs;
        }
        before != (liveness, behind_secs)
    }
}

/// Takes a chunk of the second source into its line; whether anything came.
fn pull(source: &mut Source, batch: &mut Batch, line: &mut Line) -> bool {
    let state = lock(&source.shared);
    let Data::Trace(trace) = &state.data else { return false };
    if state.run != source.run {
        return false;
    }
    trace.copy(source.cursor, batch);
    drop(state);
    if batch.points.is_empty() {
        return false;
    }
    if batch.first > source.cursor {
        line.lift();
    }
    batch.iter().for_each(|(_, x, y)| line.push(x, y));
    source.cursor = batch.end();
    true
}
