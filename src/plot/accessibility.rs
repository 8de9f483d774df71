//! A plot in words, for those who do not see it.

use super::overlays::Ground;
use crate::chart::Axis;
use crate::chart::{FollowMode, PlotState, StreamSnapshot, away};

/// Streams that are told of by name; of more only the number is.
const MOST_STREAMS: usize = 12;

/// What a plot shows: `time plot, following, x from 0 s to 10 s, y from −20 to 20, lorenz/x 3.2, …`.
pub(crate) fn of_plot(plot: &PlotState, streams: &[StreamSnapshot], ground: &Ground<'_>) -> String {
    let (x_axis, x_unit) = (ground.x_axis, ground.x_unit);
    let motion = match plot.motion() {
        FollowMode::Live => "following",
        FollowMode::Held => "standing still",
        FollowMode::Paused => "paused",
    };
    let [x0, x1] = [0.0, 1.0].map(|share| plot.values_at([share, 0.0])[0]);
    let range = |name: &str, [from, to]: [f64; 2], axis: &Axis, unit: &str| {
        let reading = axis.reading();
        format!("{name} from {} to {}", reading.value(from, unit), reading.value(to, unit))
    };
    let x = match [x_axis.said(x0), x_axis.said(x1)] {
        [Some(from), Some(to)] => format!("{} from {from} to {to}", x_axis.title("x", "")),
        _ => range("x", [x0, x1], x_axis, x_unit),
    };
    let mut words = vec![plot.kind().spec().spoken.to_owned(), motion.to_owned(), x];
    for (axis, y) in ground.ys.iter().enumerate() {
        let name = if axis == 0 { "y".to_owned() } else { format!("y {}", axis + 1) };
        words.push(range(&name, [0.0, 1.0].map(|share| plot.y_at(axis, share)), &y.axis, &y.unit));
    }
    for (member, reading) in plot.members().iter().zip(ground.readings).take(MOST_STREAMS) {
        let Some(stream) = streams.get(member.index) else { continue };
        words.push(match (away(plot, member, stream), stream.newest) {
            _ if member.is_hidden => format!("{} hidden", member.label),
            (Some(away), _) => format!("{} {away}", member.label),
            (None, Some((_, y))) => {
                let value = reading.value(y, &stream.info.meta.y_unit);
                format!("{} {value}", member.label)
            }
            (None, None) => member.label.clone(),
        });
    }
    let more = plot.members().len().saturating_sub(MOST_STREAMS);
    if more > 0 {
        words.push(format!("and {more} more"));
    }
    words.join(", ")
}
