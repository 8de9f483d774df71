//! What a plot admits about itself: whether it follows, what became of its producers, what it leaves out.

use super::axes::FollowMode;
use super::badge::{Badge, BadgeAction, Severity};
use super::format;
use super::kind::{Flow, PlotKind};
use super::snapshot::StreamSnapshot;
use super::state::PlotState;
use crate::stream::Liveness;

/// What a plot says of its density.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DensityNote {
    /// Points in the view, so far; `None` where they fade.
    pub(crate) points: Option<u64>,
    /// Share of the points that is counted.
    pub(crate) share: f64,
}

/// What who drew a plot found out about it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a remark of its own")]
pub(crate) struct PictureNotes {
    /// Samples that are no numbers are marked by ticks.
    pub(crate) has_ticks: bool,
    /// The pen was lifted somewhere in the view.
    pub(crate) has_lifted_pen: bool,
    /// The share of a trace, of that with the greatest, that is not drawn yet; 0 if all is there.
    pub(crate) missing_share: f64,
    /// Some column has more lines above each other than are told apart.
    pub(crate) are_lines_joined: bool,
    /// Points of what is shown that have no place on a logarithmic axis.
    pub(crate) left_out: u64,
    /// Times of some stream are coarse where the view lies: they are this far apart at least, seconds.
    pub(crate) time_step: Option<f64>,
    /// Some stream is drawn as the extremes of each column.
    pub(crate) is_decimated: bool,
    /// A state is drawn on from its last sample.
    pub(crate) has_held: bool,
    /// A curve is drawn as the density of its points.
    pub(crate) density: Option<DensityNote>,
    /// Points of a curve are held that are not drawn: only the newest this many are.
    pub(crate) newest_only: Option<u64>,
}

/// How a producer's state is called and coloured.
pub(crate) fn state(liveness: Liveness) -> (&'static str, Severity) {
    match liveness {
        Liveness::Live => ("live", Severity::Good),
        Liveness::Stalled => ("stalled", Severity::Warn),
        Liveness::Closed => ("closed", Severity::Quiet),
        Liveness::Finished => ("finished", Severity::Quiet),
        Liveness::Dead => ("ended (killed)", Severity::Bad),
        Liveness::Replaced => ("replaced", Severity::Quiet),
        Liveness::Damaged => ("damaged", Severity::Bad),
    }
}

/// The badges of a plot, the most important first. A picture for readers has those that its truth needs: what is missing,
/// and what its marks mean.
pub(crate) fn badges(
    plot: &PlotState,
    streams: &[StreamSnapshot],
    notes: &PictureNotes,
    (is_figure, is_box_mode): (bool, bool),
) -> Vec<Badge> {
    let mut badges = if is_figure { Vec::new() } else { of_producers(plot, streams) };
    badges.extend(of_data(plot, streams, notes, is_figure));
    if !is_figure {
        badges.extend(of_view(plot, is_box_mode));
    }
    badges
}

/// Whether the plot follows, and what became of its producers.
fn of_producers(plot: &PlotState, streams: &[StreamSnapshot]) -> Vec<Badge> {
    let mut badges = Vec::new();
    let ending = plot.ending(streams);
    let behind = plot.behind_live().filter(|_| plot.kind().flow() != Flow::InPlace);
    match (plot.motion(), ending) {
        _ if plot.is_all_hidden() => badges.push(Badge::new(
            "all hidden",
            Severity::Quiet,
            "All streams of this panel are switched off; click one in the legend to show it",
        )),
        (_, Some(ending)) => {
            let (text, tone) = state(ending);
            let explanation = match ending {
                Liveness::Dead => "The producer's process ended without closing its stream",
                Liveness::Replaced => "Another producer has taken this name over",
                Liveness::Damaged => {
                    "Somebody cut the stream's shared memory short or overwrote it; shown is what came before"
                }
                _ => "The producer closed its stream; nothing more will come",
            };
            badges.push(Badge::new(text, tone, explanation));
        }
        (FollowMode::Live, None) => badges.push(following(plot)),
        (motion, None) => {
            let what = if motion == FollowMode::Paused { "paused" } else { "stopped" };
            let text = match behind {
                Some(behind) => format!("{what} · {} behind live", format::lag(behind)),
                None if motion == FollowMode::Paused => "paused".to_owned(),
                None => "standing still".to_owned(),
            };
            let explanation =
                "The picture stands still and nothing is lost; click, or press L, to follow again";
            let tone = Severity::Warn;
            badges.push(Badge { action: Some(BadgeAction::GoLive), ..Badge::new(text, tone, explanation) });
        }
    }
    let stalled = plot.shown(streams).filter(|(_, s)| s.liveness == Liveness::Stalled).count();
    if ending.is_none() && stalled > 0 {
        badges.push(Badge::new(
            "stalled",
            Severity::Warn,
            "A producer is there but has sent nothing for a while",
        ));
    }
    badges
}

/// What is missing from the picture, and what its marks mean.
fn of_data(
    plot: &PlotState,
    streams: &[StreamSnapshot],
    notes: &PictureNotes,
    is_figure: bool,
) -> Vec<Badge> {
    let mut badges = Vec::new();
    let lost_count = plot.shown(streams).map(|(_, s)| s.counts.lost).sum();
    if lost_count > 0 {
        let badge = lost(plot.kind(), lost_count, is_figure);
        let explanation = format!("{}{}", badge.explanation, advice_on_losses(plot, streams)).into();
        let action = plot.kind().is_over_time().then_some(BadgeAction::GoToLoss);
        badges.push(Badge { explanation, action, ..badge });
    }
    if notes.has_ticks {
        badges.push(Badge::new(
            "ticks: no number",
            Severity::Quiet,
            "Each tick of a stream's colour at the lower edge is a sample that is no number, or infinite",
        ));
    }
    if notes.has_lifted_pen {
        badges.push(Badge::new(
            "grey: pen lifted",
            Severity::Quiet,
            "Where the upper edge is grey the producer lifted the pen: nothing is missing, and nothing connects",
        ));
    }
    let steps_back: u64 = plot.shown(streams).map(|(_, s)| s.steps_back).sum();
    if plot.kind().is_over_time() && steps_back > 0 {
        badges.push(went_back(steps_back));
    }
    if notes.missing_share > 0.0 {
        badges.push(Badge::new(
            format!("drawing · {:.0} %", ((1.0 - notes.missing_share) * 100.0).floor()),
            Severity::Quiet,
            "Time went back so often that a frame is too short for all of it: the newest is drawn first, the rest follows",
        ));
    }
    if notes.are_lines_joined {
        badges.push(Badge::new(
            "lines joined",
            Severity::Warn,
            "More than 256 separate lines lie above each other in a column of pixels: the nearest are drawn as one",
        ));
    }
    if notes.left_out > 0 {
        badges.push(Badge::new(
            format!("{} not above 0", format::count(notes.left_out)),
            Severity::Warn,
            "A logarithmic axis has no place for these points: they are left out, and nothing connects across them",
        ));
    }
    if let Some(step) = notes.time_step {
        badges.push(Badge::new(
            format!("time in steps of {}", format::value(step, "s")),
            Severity::Warn,
            "The stream's seconds are so far from zero that f64 tells them apart no better; let it count from an origin",
        ));
    }
    if is_figure {
        // That a column shows more than one point hides nothing: it is exact.
    } else if notes.is_decimated {
        badges.push(decimated(plot.kind()));
    }
    badges.extend(of_names(plot, streams, notes));
    badges.extend(notes.density.map(of_density));
    if let Some(newest) = notes.newest_only {
        badges.push(Badge::new(
            format!("newest {} points", format::count(newest)),
            Severity::Quiet,
            "Older points are held but not drawn",
        ));
    }
    badges
}

/// What is drawn that is no sample, and what is not called as was asked.
fn of_names(plot: &PlotState, streams: &[StreamSnapshot], notes: &PictureNotes) -> Vec<Badge> {
    let mut badges = Vec::new();
    if notes.has_held {
        badges.push(Badge::new(
            "dashed: held",
            Severity::Quiet,
            "A state that is sent when it changes holds up to now: the dashes begin at its last sample",
        ));
    }
    let asked = plot.shown(streams).filter_map(|(_, s)| s.info.derived.as_ref()?.asked_name.as_deref());
    badges.extend(asked.map(|name| {
        let explanation =
            "A stream has the name that a derived trace was given: the trace is called by its formula";
        Badge::new(format!("{name} is another stream"), Severity::Warn, explanation)
    }));
    badges
}

/// What helps against losses: how long the shortest ring that overflowed lasts, and what to do.
fn advice_on_losses(plot: &PlotState, streams: &[StreamSnapshot]) -> String {
    let losing = plot.shown(streams).filter(|(_, stream)| stream.counts.lost > 0);
    let lasts = losing.filter_map(|(_, stream)| {
        let rate_hz = stream.rate_hz.filter(|rate| *rate > 0.0)?;
        Some((stream.info.capacity? as f64 / rate_hz, stream))
    });
    let Some((secs, stream)) = lasts.min_by(|a, b| a.0.total_cmp(&b.0)) else { return String::new() };
    let name = &stream.info.meta.name;
    format!(". The ring of {name} holds {}: raise its capacity, or click to see the loss", format::lag(secs))
}

/// How often time went back in what is held.
fn went_back(count: u64) -> Badge {
    let times = match count {
        1 => "once".to_owned(),
        count => format!("{} times", format::count(count)),
    };
    Badge::new(
        format!("time went back {times}"),
        Severity::Quiet,
        "The line begins anew wherever the time of a point is before that of the point pushed before it",
    )
}

/// What was chosen for the view.
fn of_view(plot: &PlotState, is_box_mode: bool) -> Vec<Badge> {
    let mut badges = Vec::new();
    let is_live = plot.motion() == FollowMode::Live && plot.can_trigger();
    badges.extend(plot.trigger().badge(is_live, plot.trigger_member().is_some()));
    for axis in 0..plot.y_axes() {
        if let Some((text, explanation)) = plot.autoscale(axis).badge() {
            let text =
                if axis == 0 { text.to_owned() } else { text.replacen('y', &format!("y {}", axis + 1), 1) };
            badges.push(Badge::new(text, Severity::Quiet, explanation));
        }
    }
    if plot.is_normalised() {
        badges.push(Badge::new(
            "normalised",
            Severity::Quiet,
            "Each stream goes from 0 to 100 % of what is visible of it; its values are its own wherever they are read",
        ));
    }
    if is_box_mode {
        badges.push(Badge::new(
            "box",
            Severity::Quiet,
            "A left drag zooms to a box and a right drag moves the view; B changes that",
        ));
    }
    badges
}

/// How a density is told of.
fn of_density(density: DensityNote) -> Badge {
    let points = density.points.map(|points| format!(" of {} points", format::count(points)));
    let percent = (density.share * 100.0).floor();
    let share = (density.share < 1.0).then(|| format!(" · {percent:.0} %"));
    let text = format!("density{}{}", points.unwrap_or_default(), share.unwrap_or_default());
    Badge::new(
        text,
        Severity::Quiet,
        "More points than markers can show: each pixel's colour tells how many lie in it, on a scale that fits itself",
    )
}

/// How a plot that follows is told of.
fn following(plot: &PlotState) -> Badge {
    let explanation = match plot.kind() {
        PlotKind::Time if plot.trigger().shown().is_some() => {
            return Badge::new("live", Severity::Good, "Shows the newest trigger whose picture is complete");
        }
        PlotKind::Time => "The newest sample stays at the right edge",
        PlotKind::Waterfall => "The newest curve stays at the top edge",
        PlotKind::Xy | PlotKind::Snapshot => {
            return Badge::new("live", Severity::Good, "Shows the newest points as they come");
        }
    };
    Badge::new("following", Severity::Good, explanation)
}

/// What a plot says where its streams lost `count` points or curves.
fn lost(kind: PlotKind, count: u64, is_figure: bool) -> Badge {
    let number = format::count(count);
    match kind {
        PlotKind::Time => Badge::new(
            if is_figure { format!("hatched: {number} points lost") } else { "lost points".to_owned() },
            Severity::Bad,
            "The producer overtook the ring: points were overwritten before they could be read, and are marked as gaps",
        ),
        PlotKind::Xy => Badge::new(
            if is_figure { format!("{number} points lost") } else { "lost points".to_owned() },
            Severity::Bad,
            "The producer overtook the ring: points were overwritten before they could be read; the line breaks there",
        ),
        // A curve replaces the one before it: that is what such a stream is for.
        PlotKind::Snapshot => Badge::new(
            format!("{number} curves skipped"),
            Severity::Quiet,
            "Curves come faster than they can be drawn: those in between are counted as lost",
        ),
        PlotKind::Waterfall => Badge::new(
            format!("{number} {} lost", if count == 1 { "curve" } else { "curves" }),
            Severity::Bad,
            "The producer overtook the ring: curves were overwritten before they could be read; rows that have none are hatched",
        ),
    }
}

/// What is said where a pixel stands for several points.
fn decimated(kind: PlotKind) -> Badge {
    match kind {
        PlotKind::Waterfall => Badge::new(
            "max",
            Severity::Quiet,
            "Each pixel shows the greatest value of all the bins and curves in it, exactly",
        ),
        PlotKind::Time | PlotKind::Xy | PlotKind::Snapshot => Badge::new(
            "min/max",
            Severity::Quiet,
            "More points than pixels: each column shows everything the line covers in it, exactly",
        ),
    }
}
