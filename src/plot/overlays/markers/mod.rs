//! Markers: texts at times, set by the user or sent by producers as event streams.
//!
//! 1. A marker stays at its x. The user's show in every plot over time that is linked, a stream's where the stream is.
//! 2. A text is shown on one line, without what could change its direction or its place.
//! 3. What is painted is bounded by pixels: marks that share one are one, flags without room become a count, and many
//!    marks become ticks. The events in view are walked once a frame; a history holds at most 65,536 of them.

mod flags;
mod show;

pub(crate) use self::show::SeenMarks;
use serde::{Deserialize, Serialize};

use crate::chart::{Axes, PlotState, StreamSnapshot, UserMarker};
use crate::store::{Data, lock};
use crate::stream::escaped;

/// Characters of a text that are looked at to show it on one line.
const LONGEST: usize = 300;

/// The markers that the user set, in the order in which that was.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct MarkerSettings {
    pub(crate) markers: Vec<UserMarker>,
}

/// A marker whose text is being written.
#[derive(Clone, Debug, PartialEq)]
struct Editing {
    /// Which of the list; `None` for one that is not there yet.
    marker: Option<usize>,
    x: f64,
    text: String,
    /// The plot that the field is shown in.
    plot: String,
    /// Frames that it was shown in. The first one still has the key that asked for it.
    frames: usize,
}

/// The markers of a window.
#[derive(Debug, Default)]
pub(crate) struct Markers {
    pub(crate) settings: MarkerSettings,
    editing: Option<Editing>,
}

impl Markers {
    /// Whether a text is being written.
    pub(crate) fn is_editing(&self) -> bool {
        self.editing.is_some()
    }

    /// Writes no more of a text whose plot is gone.
    pub(crate) fn keep_field<'a>(&mut self, mut plots: impl Iterator<Item = &'a PlotState>) {
        if let Some(editing) = &self.editing
            && !plots.any(|plot| plot.key() == editing.plot)
        {
            self.editing = None;
        }
    }

    /// Asks for the text of a new marker at a place of a plot over time, given as shares of its width and height; without
    /// one, at the newest x. False where there is none.
    pub(crate) fn begin(
        &mut self,
        plot: &PlotState,
        streams: &[StreamSnapshot],
        place: Option<[f64; 2]>,
    ) -> bool {
        let newest = || plot.shown(streams).filter_map(|(_, s)| s.newest).map(|n| n.0).reduce(f64::max);
        let x = match place {
            Some(place) => Some(plot.values_at(place)[0]),
            None => newest(),
        };
        let Some(x) = x.filter(|x| x.is_finite() && plot.kind().is_over_time()) else { return false };
        let plot = plot.key().to_owned();
        self.editing = Some(Editing { marker: None, x, text: String::new(), plot, frames: 0 });
        true
    }

    /// Asks for another text of a marker.
    fn rename(&mut self, index: usize, plot: &PlotState) {
        let Some(marker) = self.settings.markers.get(index) else { return };
        self.editing = Some(Editing {
            marker: Some(index),
            x: marker.x,
            text: marker.text.clone(),
            plot: plot.key().to_owned(),
            frames: 0,
        });
    }

    fn delete(&mut self, index: usize) {
        if index < self.settings.markers.len() {
            self.settings.markers.remove(index);
        }
        self.editing = None;
    }

    /// Keeps what was written; a marker without a text gets a number.
    fn keep(&mut self) {
        let Some(editing) = self.editing.take() else { return };
        let mut text = editing.text.trim().to_owned();
        if text.is_empty() {
            let is_taken = |text: &str| self.settings.markers.iter().any(|marker| marker.text == text);
            let mut number = 1;
            text = loop {
                let text = format!("marker {number}");
                if !is_taken(&text) {
                    break text;
                }
                number += 1;
            };
        }
        match editing.marker {
            None => self.settings.markers.push(UserMarker { x: editing.x, text, colour: None }),
            Some(index) => {
                if let Some(marker) = self.settings.markers.get_mut(index) {
                    marker.text = text;
                }
            }
        }
    }

    /// Moves the view of a plot to the next marker or event after its middle, or to the one before.
    pub(crate) fn jump(&self, plot: &mut PlotState, streams: &[StreamSnapshot], is_next: bool) -> bool {
        if !plot.kind().is_over_time() {
            return false;
        }
        let middle = plot.values_at([0.5, 0.5])[0];
        // What is in the middle already, to half a column, is not the next one.
        let reach = plot.values_at([0.5 + 0.5 / plot.grid().count.max(1) as f64, 0.5])[0] - middle;
        let fits = |x: &f64| if is_next { *x > middle + reach } else { *x < middle - reach };
        let mut xs: Vec<f64> =
            self.settings.markers.iter().map(|marker| marker.x).filter(|x| fits(x)).collect();
        for (_, stream) in plot.shown(streams) {
            if let Data::Events(events) = &lock(&stream.shared).data {
                let times = events.iter().map(|event| event.t).filter(|t| t.is_finite() && fits(t));
                xs.extend(times.reduce(if is_next { f64::min } else { f64::max }));
            }
        }
        let nearest = xs.into_iter().reduce(if is_next { f64::min } else { f64::max });
        nearest.is_some_and(|x| centre(plot, streams, x))
    }
}

/// Moves the view of a plot so that an x is in its middle.
fn centre(plot: &mut PlotState, streams: &[StreamSnapshot], x: f64) -> bool {
    let Some(place) = plot.scales().x.checked_transform(x) else { return false };
    let from = plot.moving_from();
    plot.pan(Axes::X, from, [from.x.fraction(place) - 0.5, 0.0], streams);
    true
}

/// A text as it can be shown on one short line.
fn one_line(text: &str) -> String {
    let shown: String = text.chars().take(LONGEST).collect();
    let mut line = escaped(&shown).into_owned();
    if text.chars().nth(LONGEST).is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_any_length_and_script_is_one_short_line() {
        assert_eq!(one_line("a\nb\tc\u{202e}d\u{0}"), r"a\nb\tc\u{202e}d\u{0}");
        assert_eq!(one_line("שלום 🚀 Größe"), "שלום 🚀 Größe");
        assert_eq!(one_line(&"x".repeat(1 << 20)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn markers_are_read_as_they_were_written_and_unknown_fields_are_refused() {
        let settings = MarkerSettings {
            markers: vec![
                UserMarker { x: 1.5, text: "ignition \"on\"".to_owned(), colour: Some([1, 2, 3]) },
                UserMarker { x: -1e300, text: String::new(), colour: None },
            ],
        };
        let text = toml::to_string(&settings).expect("it can be written");
        assert_eq!(toml::from_str::<MarkerSettings>(&text).expect("it can be read"), settings);
        assert!(toml::from_str::<MarkerSettings>("[[markers]]\nx = 1.0\ntext = \"a\"\nsize = 3").is_err());
    }

    #[test]
    fn a_marker_without_a_text_gets_the_next_number() {
        let mut markers = Markers::default();
        for text in ["", "start", "  ", ""] {
            let editing =
                Editing { marker: None, x: 0.0, text: text.to_owned(), plot: String::new(), frames: 1 };
            markers.editing = Some(editing);
            markers.keep();
        }
        markers.delete(0);
        markers.editing =
            Some(Editing { marker: None, x: 0.0, text: String::new(), plot: String::new(), frames: 1 });
        markers.keep();
        let texts: Vec<&str> = markers.settings.markers.iter().map(|marker| marker.text.as_str()).collect();
        assert_eq!(texts, ["start", "marker 2", "marker 3", "marker 1"]);
    }
}
