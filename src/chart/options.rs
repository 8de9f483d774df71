//! What a viewer is asked to show.

use super::colours::Colours;
use super::keymap::Keymap;
use super::layout::Layout;
use super::time::labels::TimeLabels;

/// What a viewer is asked to show.
///
/// ```
/// use ringplot::chart::{Colours, ColourMap, Options};
///
/// let options = Options {
///     title: Some("Pendulum".to_owned()),
///     x_span_secs: Some(2.0), // the newest two seconds
///     y_min: Some(0.0),
///     colours: Colours::Table(ColourMap::Viridis),
///     ..Options::default()
/// };
/// assert_eq!(options.y_max, None, "as the data want it");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Title of the picture; by default the names of the streams.
    pub title: Option<String>,
    /// Name of the x axis of the time plot.
    pub xlabel: Option<String>,
    /// Name of the y axes.
    pub ylabel: Option<String>,
    /// Seconds shown while following. By default 10, and less while there are fewer; if set, always so many.
    pub x_span_secs: Option<f64>,
    /// Shows x from here up to there and does not follow; an end that is infinite is that of the data.
    pub x_range: Option<[f64; 2]>,
    /// Fixes the lower edge of y.
    pub y_min: Option<f64>,
    /// Fixes the upper edge of y.
    pub y_max: Option<f64>,
    /// Starts with a logarithmic x axis.
    pub log_x: bool,
    /// Starts with a logarithmic y axis.
    pub log_y: bool,
    /// An XY plot shows at most the newest this many points.
    pub max_xy_points: u64,
    /// Colours of densities and waterfalls, where nobody chose others for a stream.
    pub colours: Colours,
    /// Panels, where they lie, what they show and how; they arrange themselves without it.
    pub layout: Option<Layout>,
    /// Which keys do what.
    pub keymap: Keymap,
    /// What the labels of time say, whatever layouts have; by default what these have, or seconds.
    pub time: Option<TimeLabels>,
    /// Streams that were asked for by name: the viewer says which of them are not there yet.
    pub waits_for: Vec<String>,
    /// Pictures that are written show all that the window does: the table of streams, their states, what draws them.
    pub with_status: bool,
    /// Dark or light; `None` follows the system, and is dark where the system does not say.
    pub dark: Option<bool>,
}

impl Options {
    /// Seconds shown while following, unless set.
    pub const DEFAULT_SPAN_SECS: f64 = 10.0;
}

impl Default for Options {
    fn default() -> Self {
        Self {
            title: None,
            xlabel: None,
            ylabel: None,
            x_span_secs: None,
            x_range: None,
            y_min: None,
            y_max: None,
            log_x: false,
            log_y: false,
            max_xy_points: u64::MAX,
            colours: Colours::default(),
            layout: None,
            keymap: Keymap::default(),
            time: None,
            waits_for: Vec::new(),
            with_status: false,
            dark: None,
        }
    }
}
