//! What the labels of time say, in the app.

use super::App;
use crate::chart::{Severity, StreamSnapshot, TimeAxis, TimeLabels};

impl App {
    /// The next labels that make sense for at least one plot.
    pub(super) fn step_time_labels(&mut self, streams: &[StreamSnapshot]) {
        let is_on = |labels: TimeLabels| {
            let mut plots = self.plots.iter().filter(|plot| plot.kind().is_over_time());
            plots.any(|plot| {
                TimeAxis::of(labels, plot, streams).is_ok() && plot.shown(streams).next().is_some()
            })
        };
        // What is automatic looks like one of the others.
        let now = match self.time.labels {
            TimeLabels::Auto if is_on(TimeLabels::Local) => TimeLabels::Local,
            TimeLabels::Auto => TimeLabels::Seconds,
            chosen => chosen,
        };
        let mut others = TimeLabels::ALL.into_iter().cycle().skip_while(|labels| *labels != now).skip(1);
        let next = others.find(|labels| match labels {
            TimeLabels::Auto => false,
            TimeLabels::Seconds => true,
            labels => is_on(*labels),
        });
        let next = next.unwrap_or(TimeLabels::Seconds);
        if next == now {
            let why = self.why_seconds(TimeLabels::Utc, streams);
            let why = if why.is_empty() { "there are no streams over time".to_owned() } else { why };
            self.notices.say(Severity::Quiet, format!("Time stays in seconds: {why}"));
            return;
        }
        self.time.labels = next;
        self.notices.say(Severity::Quiet, next.title());
    }

    /// Why a plot keeps its seconds; empty if none does.
    fn why_seconds(&self, labels: TimeLabels, streams: &[StreamSnapshot]) -> String {
        let why = |plot| TimeAxis::of(labels, plot, streams).err();
        self.plots.iter().find_map(why).unwrap_or_default()
    }

    /// Tells once why a plot keeps its seconds though other labels were asked for.
    pub(super) fn tell_of_time(&mut self, streams: &[StreamSnapshot]) {
        let why = self.why_seconds(self.time.labels, streams);
        if why != self.time.told {
            if !why.is_empty() {
                self.notices.say(Severity::Warn, format!("A plot keeps its seconds: {why}"));
            }
            self.time.told = why;
        }
    }
}
