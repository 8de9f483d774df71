//! What the labels of time say in all panels.

use super::super::snapshot::StreamSnapshot;
use super::super::time::{TimeAxis, TimeLabels};
use super::PanelList;

impl PanelList {
    /// The next labels that make sense for at least one plot.
    ///
    /// # Errors
    /// Why there are none but seconds.
    pub(crate) fn next_labels(
        &self,
        labels: TimeLabels,
        streams: &[StreamSnapshot],
    ) -> Result<TimeLabels, String> {
        let is_on = |labels: TimeLabels| {
            let mut plots = self.list.iter().filter(|plot| plot.kind().is_over_time());
            plots.any(|plot| {
                TimeAxis::of(labels, plot, streams).is_ok() && plot.shown(streams).next().is_some()
            })
        };
        // What is automatic looks like one of the others.
        let now = match labels {
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
            return Err(if why.is_empty() { "there are no streams over time".to_owned() } else { why });
        }
        Ok(next)
    }

    /// Why a plot keeps its seconds; empty if none does.
    pub(crate) fn why_seconds(&self, labels: TimeLabels, streams: &[StreamSnapshot]) -> String {
        let why = |plot| TimeAxis::of(labels, plot, streams).err();
        self.list.iter().find_map(why).unwrap_or_default()
    }
}
