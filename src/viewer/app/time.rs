//! What the labels of time say, in the app.

use super::App;
use crate::chart::{Severity, StreamSnapshot};

impl App {
    /// The next labels that make sense for at least one plot.
    pub(super) fn step_time_labels(&mut self, streams: &[StreamSnapshot]) {
        match self.plots.set.next_labels(self.time.labels, streams) {
            Ok(next) => {
                self.time.labels = next;
                self.notices.say(Severity::Quiet, next.title());
            }
            Err(why) => self.notices.say(Severity::Quiet, format!("Time stays in seconds: {why}")),
        }
    }

    /// Tells once why a plot keeps its seconds though other labels were asked for.
    pub(super) fn tell_of_time(&mut self, streams: &[StreamSnapshot]) {
        let why = self.plots.set.why_seconds(self.time.labels, streams);
        if why != self.time.told {
            if !why.is_empty() {
                self.notices.say(Severity::Warn, format!("A plot keeps its seconds: {why}"));
            }
            self.time.told = why;
        }
    }
}
