//! The trigger of a plot over time, as on an oscilloscope: where a stream crosses a level, the picture stands still.

mod settings;

use std::ops::ControlFlow;

pub(crate) use self::settings::{Mode, TriggerSettings};
use super::badge::{Badge, Severity};
use super::view::{AutoRange, Interval};
use crate::history::{Interpolation, Scale};
use crate::store::{Engine, Source, Threshold, sharpened};

/// In automatic mode the picture goes on after this time without a trigger, seconds.
const WAITS_SECS: f64 = 0.3;
/// A trigger counts as new for this long, seconds.
const NEW_SECS: f64 = 0.5;
/// Automatic hysteresis, as a share of the range of the source.
const HYSTERESIS: f64 = 0.1;
/// The automatic level moves down to a smaller range at most once in this time, seconds.
const CALM_SECS: f64 = 1.0;

/// What a plot knows of its trigger.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trigger {
    pub(crate) settings: TriggerSettings,
    /// Its settings are shown.
    pub(crate) is_open: bool,
    engine: Engine,
    /// What the source covers, for the automatic level.
    range: AutoRange,
    /// The threshold in force, once there are data.
    threshold: Option<Threshold>,
    /// The x of the trigger that is shown.
    shown: Option<f64>,
    /// When that was found, on egui's clock.
    found_secs: Option<f64>,
    /// Since when it looks for one.
    since_secs: Option<f64>,
    /// The picture goes on without one.
    is_free: bool,
    /// Seconds shown.
    span: f64,
    now_secs: f64,
}

impl Trigger {
    /// Switched on.
    pub(crate) fn is_on(&self) -> bool {
        self.settings.on
    }

    /// Switches it on or off, and looks anew.
    pub(crate) fn toggle(&mut self) {
        self.settings.on = !self.settings.on;
        self.arm();
    }

    /// Looks for the next trigger, as if there had been none.
    pub(crate) fn arm(&mut self) {
        self.engine.go_on();
        if self.settings.mode == Mode::Single {
            self.engine.skip_past();
        }
        (self.shown, self.found_secs, self.since_secs, self.is_free) = (None, None, None, false);
    }

    /// Takes other settings and looks again at what is held.
    pub(crate) fn change(&mut self, settings: TriggerSettings) {
        let is_armed_anew = (settings.on, settings.mode) != (self.settings.on, self.settings.mode);
        if settings.source != self.settings.source {
            self.range.reset();
        }
        self.settings = settings;
        if self.settings.mode == Mode::Single {
            self.engine.skip_past();
        } else {
            self.engine.look_again();
        }
        if is_armed_anew {
            self.arm();
        }
    }

    /// What x shows while the picture stands on a trigger, counted from it.
    pub(crate) fn window_from_it(&self) -> Interval {
        self.settings.tame().window(0.0, self.span)
    }

    /// The x of the trigger that the picture stands on.
    pub(crate) fn shown(&self) -> Option<f64> {
        self.shown.filter(|_| self.settings.on && !self.is_free)
    }

    /// The level in force.
    pub(crate) fn level(&self) -> Option<f64> {
        self.threshold.filter(|_| self.settings.on).map(|threshold| threshold.level)
    }

    /// The hysteresis in force.
    pub(crate) fn hysteresis(&self) -> Option<f64> {
        self.threshold.filter(|_| self.settings.on).map(|threshold| threshold.hysteresis)
    }

    /// What the source covers, in its own units.
    pub(crate) fn source_span(&self) -> Option<f64> {
        self.range.get().map(Interval::span)
    }

    /// What x shows `span` seconds long; `None` where the picture goes on by itself. `Break` once a single trigger is
    /// there, and the picture is to be held.
    pub(crate) fn follow(
        &mut self,
        source: Option<Source<'_>>,
        span: f64,
        now_secs: f64,
        is_busy: bool,
    ) -> ControlFlow<Interval, Option<Interval>> {
        (self.now_secs, self.span) = (now_secs, span);
        let since = *self.since_secs.get_or_insert(now_secs);
        let settings = self.settings.tame();
        if let Some(source) = source
            && let Some(threshold) = self.look(source, &settings, span, now_secs)
            // What a hand is moving stands still.
            && !is_busy
            && let Some(at) = self.newest_whole(source, threshold, source.newest - span * settings.after())
        {
            (self.shown, self.found_secs, self.is_free) = (Some(at), Some(now_secs), false);
            if settings.mode == Mode::Single {
                return ControlFlow::Break(settings.window(at, span));
            }
        }
        let waited = now_secs - self.found_secs.unwrap_or(since);
        if settings.mode == Mode::Auto && !is_busy && waited > WAITS_SECS + settings.hold_off_secs {
            self.is_free = true;
        }
        ControlFlow::Continue(self.shown().map(|at| settings.window(at, span)))
    }

    /// The newest trigger at or before `latest`, if there is one that was not shown.
    fn newest_whole(&mut self, source: Source<'_>, threshold: Threshold, latest: f64) -> Option<f64> {
        let found = self.engine.newest_before(latest)?;
        let at = source.ask(|trace| sharpened(trace, found, threshold)).unwrap_or(found.at);
        if at > latest {
            // Noise crossed the level before the signal did.
            self.engine.put_back(found);
            return None;
        }
        Some(at)
    }

    fn look(
        &mut self,
        source: Source<'_>,
        settings: &TriggerSettings,
        span: f64,
        now_secs: f64,
    ) -> Option<Threshold> {
        let (x0, x1) = (source.newest - span, source.newest);
        let bounds = source
            .ask(|trace| trace.y_bounds(x0, x1, Interpolation::Points, Scale::Linear, Scale::Linear))?;
        let (lo, hi) = bounds?;
        let range = self.range.update(Some((lo, hi)), now_secs, CALM_SECS);
        // Of data that do not change, there is no middle to cross.
        let share = if lo < hi { HYSTERESIS } else { 0.0 };
        let level = settings.level.unwrap_or(range.at(0.5));
        let threshold = Threshold {
            edge: settings.edge,
            level,
            hysteresis: settings.hysteresis.unwrap_or(range.span() * share),
            hold_off_secs: settings.hold_off_secs,
        };
        self.threshold = Some(threshold);
        self.engine.look(source, threshold, span);
        Some(threshold)
    }

    /// What a badge says of it.
    pub(crate) fn badge(&self, is_live: bool, has_source: bool) -> Option<Badge> {
        if !self.settings.on {
            return None;
        }
        let is_new = self.found_secs.is_some_and(|found| self.now_secs - found < NEW_SECS);
        let badge = match self.settings.mode {
            _ if !has_source => Badge::new(
                "trigger: no source",
                Severity::Warn,
                "The stream that triggers is not in this plot",
            ),
            Mode::Single if self.shown.is_some() => Badge::new(
                "trigger: single",
                Severity::Good,
                "One trigger was found and its picture is held; L looks for the next one",
            ),
            _ if !is_live => Badge::new(
                "trigger: stopped",
                Severity::Quiet,
                "It looks for triggers while the plot follows",
            ),
            _ if is_new => Badge::new(
                "trigger: triggered",
                Severity::Good,
                "The picture stands where the source crossed the level",
            ),
            Mode::Auto if self.is_free => Badge::new(
                "trigger: auto",
                Severity::Quiet,
                "No trigger for a while: the picture goes on by itself until there is one",
            ),
            _ => Badge::new("trigger: armed", Severity::Warn, "It waits for the source to cross the level"),
        };
        Some(badge)
    }
}
