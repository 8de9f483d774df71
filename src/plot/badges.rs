//! What a plot admits about itself: whether it follows, what became of its producers, what it leaves out.

use egui::{Align2, Color32, Rect, Sense, Ui, pos2, vec2};

use super::canvas::DensityNote;
use super::frame::FrameContext;
use super::kinds::painter;
use super::scene::Drawing;
use super::theme::{Theme, font};
use crate::chart::{Badge, BadgeAction, Flow, FollowMode, PlotState, Severity, StreamSnapshot, format};
use crate::stream::Liveness;

/// Height of a badge, points.
pub(crate) const HEIGHT: f32 = 18.0;
const TEXT: f32 = 11.0;

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

/// The colour of a tone.
pub(crate) fn colour(tone: Severity, theme: &Theme) -> Color32 {
    match tone {
        Severity::Quiet => theme.text_faint,
        Severity::Good => theme.good,
        Severity::Warn => theme.warn,
        Severity::Bad => theme.bad,
    }
}

/// The badges of a plot, the most important first. A picture for readers has those that its truth needs: what is missing,
/// and what its marks mean.
pub(crate) fn of(plot: &PlotState, drawing: &Drawing, frame: FrameContext<'_>) -> Vec<Badge> {
    let mut badges = if frame.is_figure { Vec::new() } else { of_producers(plot, frame.streams) };
    badges.extend(of_data(plot, drawing, frame));
    if !frame.is_figure {
        badges.extend(of_view(plot, frame.pointer.draws_boxes));
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
        (FollowMode::Live, None) => badges.push(painter(plot.kind()).following(plot)),
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
fn of_data(plot: &PlotState, drawing: &Drawing, frame: FrameContext<'_>) -> Vec<Badge> {
    let streams = frame.streams;
    let mut badges = Vec::new();
    let lost_count = plot.shown(streams).map(|(_, s)| s.counts.lost).sum();
    if lost_count > 0 {
        let badge = painter(plot.kind()).lost(lost_count, frame.is_figure);
        let explanation = format!("{}{}", badge.explanation, advice_on_losses(plot, streams)).into();
        let action = plot.kind().is_over_time().then_some(BadgeAction::GoToLoss);
        badges.push(Badge { explanation, action, ..badge });
    }
    if drawing.lines_of_ticks > 0 {
        badges.push(Badge::new(
            "ticks: no number",
            Severity::Quiet,
            "Each tick of a stream's colour at the lower edge is a sample that is no number, or infinite",
        ));
    }
    if drawing.has_lifted_pen {
        badges.push(Badge::new(
            "grey: pen lifted",
            Severity::Quiet,
            "Where the upper edge is grey the producer lifted the pen: nothing is missing, and nothing connects",
        ));
    }
    let steps_back: u64 = plot.shown(frame.streams).map(|(_, s)| s.steps_back).sum();
    if plot.kind().is_over_time() && steps_back > 0 {
        badges.push(went_back(steps_back));
    }
    if drawing.sweeps.missing > 0.0 {
        badges.push(Badge::new(
            format!("drawing · {:.0} %", ((1.0 - drawing.sweeps.missing) * 100.0).floor()),
            Severity::Quiet,
            "Time went back so often that a frame is too short for all of it: the newest is drawn first, the rest follows",
        ));
    }
    if drawing.sweeps.are_joined {
        badges.push(Badge::new(
            "lines joined",
            Severity::Warn,
            "More than 256 separate lines lie above each other in a column of pixels: the nearest are drawn as one",
        ));
    }
    if drawing.left_out > 0 {
        badges.push(Badge::new(
            format!("{} not above 0", format::count(drawing.left_out)),
            Severity::Warn,
            "A logarithmic axis has no place for these points: they are left out, and nothing connects across them",
        ));
    }
    if let Some(step) = drawing.time_step {
        badges.push(Badge::new(
            format!("time in steps of {}", format::value(step, "s")),
            Severity::Warn,
            "The stream's seconds are so far from zero that f64 tells them apart no better; let it count from an origin",
        ));
    }
    if frame.is_figure {
        // That a column shows more than one point hides nothing: it is exact.
    } else if drawing.is_decimated {
        badges.push(painter(plot.kind()).decimated());
    }
    badges.extend(of_names(plot, streams, drawing));
    badges.extend(drawing.density.map(of_density));
    if let Some(newest) = drawing.newest_only {
        badges.push(Badge::new(
            format!("newest {} points", format::count(newest)),
            Severity::Quiet,
            "Older points are held but not drawn",
        ));
    }
    badges
}

/// What is drawn that is no sample, and what is not called as was asked.
fn of_names(plot: &PlotState, streams: &[StreamSnapshot], drawing: &Drawing) -> Vec<Badge> {
    let mut badges = Vec::new();
    if drawing.has_held {
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
    if let Some((text, explanation)) = plot.autoscale().badge() {
        badges.push(Badge::new(text, Severity::Quiet, explanation));
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

/// Paints badges from the right edge of `row` to the left. Returns where they begin, and what the one that
/// was clicked does.
pub(crate) fn paint(
    ui: &Ui,
    row: Rect,
    salt: &str,
    badges: &[Badge],
    theme: &Theme,
) -> (f32, Option<BadgeAction>) {
    let mut right = row.right();
    let mut clicked = None;
    for badge in badges {
        let tone = colour(badge.tone, theme);
        let has_dot = badge.tone != Severity::Quiet;
        let galley = ui.painter().layout_no_wrap(badge.text.clone(), font(TEXT), theme.text);
        let width = galley.size().x + if has_dot { 26.0 } else { 16.0 };
        let rect =
            Rect::from_min_size(pos2(right - width, row.center().y - HEIGHT / 2.0), vec2(width, HEIGHT));
        if rect.left() < row.left() {
            break;
        }
        let sense = if badge.action.is_some() { Sense::click() } else { Sense::hover() };
        let response = ui.interact(rect, ui.scope_id().with((salt, "badge", badge.text.as_str())), sense);
        let role =
            if badge.action.is_some() { egui::accesskit::Role::Button } else { egui::accesskit::Role::Label };
        response.widget_info(|| egui::WidgetInfo::labeled(role, true, &badge.text));
        let ground = if response.hovered() && badge.action.is_some() { theme.border } else { theme.raised };
        let edge = if badge.action.is_some() { tone } else { theme.border };
        let stroke = egui::Stroke::new(1.0, edge);
        ui.painter().rect(rect, HEIGHT / 2.0, ground, stroke, egui::StrokeKind::Inside);
        let mut text_left = rect.left() + 8.0;
        if has_dot {
            ui.painter().circle_filled(pos2(rect.left() + 10.5, rect.center().y), 3.0, tone);
            text_left += 10.0;
        }
        let text_colour = if badge.tone == Severity::Quiet { theme.text_faint } else { theme.text };
        let at = pos2(text_left, rect.center().y);
        ui.painter().text(at, Align2::LEFT_CENTER, &badge.text, font(TEXT), text_colour);
        if response.clicked() {
            clicked = badge.action;
        }
        response.on_hover_text(badge.explanation.as_ref());
        right = rect.left() - 6.0;
    }
    (right, clicked)
}
