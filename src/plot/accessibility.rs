//! A plot in words, for those who do not see it.

use crate::chart::AWAY;
use crate::chart::Axis;
use crate::chart::{FollowMode, PlotState, Reading, StreamSnapshot};

/// Streams that are told of by name; of more only the number is.
const MOST_STREAMS: usize = 12;

/// What a plot shows: `time plot, following, x from 0 s to 10 s, y from −20 to 20, lorenz/x 3.2, …`.
pub(crate) fn of_plot(
    plot: &PlotState,
    streams: &[StreamSnapshot],
    [x_axis, y_axis]: [&Axis; 2],
    [x_unit, y_unit]: [&str; 2],
    reading: Reading,
) -> String {
    let motion = match plot.motion() {
        FollowMode::Live => "following",
        FollowMode::Held => "standing still",
        FollowMode::Paused => "paused",
    };
    let [[x0, y0], [x1, y1]] = [plot.values_at([0.0, 0.0]), plot.values_at([1.0, 1.0])];
    let range = |name: &str, [from, to]: [f64; 2], axis: &Axis, unit: &str| {
        let reading = axis.reading();
        format!("{name} from {} to {}", reading.value(from, unit), reading.value(to, unit))
    };
    let x = match [x_axis.said(x0), x_axis.said(x1)] {
        [Some(from), Some(to)] => format!("{} from {from} to {to}", x_axis.title("x", "")),
        _ => range("x", [x0, x1], x_axis, x_unit),
    };
    let mut words = vec![
        plot.kind().spec().spoken.to_owned(),
        motion.to_owned(),
        x,
        range("y", [y0, y1], y_axis, y_unit),
    ];
    for member in plot.members().iter().take(MOST_STREAMS) {
        let Some(stream) = streams.get(member.index) else { continue };
        words.push(match (member.is_hidden, stream.newest) {
            (true, _) => format!("{} hidden", member.label),
            (false, _) if plot.is_away(member, stream) => format!("{} {AWAY}", member.label),
            (false, Some((_, y))) => {
                let value = stream.reading(reading).value(y, &stream.info.meta.y_unit);
                format!("{} {value}", member.label)
            }
            (false, None) => member.label.clone(),
        });
    }
    let more = plot.members().len().saturating_sub(MOST_STREAMS);
    if more > 0 {
        words.push(format!("and {more} more"));
    }
    words.join(", ")
}
