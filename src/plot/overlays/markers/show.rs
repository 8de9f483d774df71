//! Markers on the screen: lines, flags, ticks where there are many, and the field for a text.

use std::collections::BTreeMap;

use egui::{Align2, Color32, Rect, Sense, Ui, WidgetInfo, pos2, vec2};

use super::super::super::gestures::position;
use super::super::super::theme::{SMALL, elided, faded, font};
use super::super::crosshair::Ground;
use super::{Markers, centre, flags, one_line};
use crate::chart::{PlotState, StreamSnapshot, format};
use crate::store::{Data, lock};

/// Height of a flag and distance of two rows, points.
const FLAG: f32 = 16.0;
const ROW: f32 = 18.0;
/// Rows of flags.
const ROWS: usize = 3;
/// Width of a flag at most, and at least, points.
const WIDEST: f32 = 150.0;
const LEAST: f32 = 68.0;
/// Marks that a plot shows with flags; more are ticks.
const MOST_FLAGGED: usize = 60;
/// How much of an event's colour its line has.
const EVENT_LINE: f32 = 0.6;
/// Texts in the hint of a flag.
const TOLD: usize = 12;

/// What a pixel column holds.
#[derive(Clone, Debug)]
struct Mark {
    x: f64,
    at: f32,
    count: usize,
    text: String,
    colour: Color32,
    /// Which of the user's markers it is.
    user: Option<usize>,
}

/// The marks that a plot shows: those with flags, and those of which there are too many for that.
#[derive(Debug, Default)]
pub(crate) struct SeenMarks {
    flagged: Vec<Mark>,
    crowd: Vec<Mark>,
}

impl SeenMarks {
    /// Place and colour of the lines of events, which lie behind the data: what a person has set lies over them.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (f32, Color32)> + '_ {
        let events = self.flagged.iter().filter(|mark| mark.user.is_none());
        events.map(|mark| (mark.at, faded(mark.colour, EVENT_LINE)))
    }
}

/// So many, called what they are.
fn counted<'a>(count: usize, marks: impl Iterator<Item = &'a Mark>) -> String {
    let mut kinds: Vec<bool> = marks.map(|mark| mark.user.is_some()).collect();
    kinds.dedup();
    let name = match kinds[..] {
        [false] => "events",
        [true] => "markers",
        _ => "marks",
    };
    format!("{} {name}", format::count(count as u64))
}

/// What a click on a flag asks for.
enum Action {
    Centre(f64),
    Rename(usize),
    Delete(usize),
}

impl Markers {
    /// The markers and events that a plot over time shows.
    pub(crate) fn seen(
        &self,
        ground: &Ground<'_>,
        plot: &PlotState,
        streams: &[StreamSnapshot],
    ) -> SeenMarks {
        let area = ground.area;
        if !plot.kind().is_over_time() || area.width() < 1.0 || area.height() < FLAG {
            return SeenMarks::default();
        }
        let mut marks = self.marks(ground, plot);
        for (member, stream) in plot.shown(streams) {
            if let Data::Events(events) = &lock(&stream.shared).data {
                let [x0, x1] = [0.0, 1.0].map(|share| plot.values_at([share, 0.0])[0]);
                let found = in_columns(
                    ground,
                    plot,
                    events.in_range(x0, x1.next_up()).map(|event| (event.t, &*event.text)),
                    ground.theme.colour_of(member),
                );
                marks.extend(found);
            }
        }
        marks.sort_by(|a, b| a.at.total_cmp(&b.at));
        if marks.len() <= MOST_FLAGGED {
            return SeenMarks { flagged: marks, crowd: Vec::new() };
        }
        // What the user set keeps its flags as long as it can.
        let is_crowd = marks.iter().filter(|mark| mark.user.is_some()).count() > MOST_FLAGGED;
        let (crowd, flagged) = marks.into_iter().partition(|mark| is_crowd || mark.user.is_none());
        SeenMarks { flagged, crowd }
    }

    /// Shows them, from `top` on.
    pub(crate) fn show(
        &mut self,
        ui: &mut Ui,
        ground: &Ground<'_>,
        (plot, streams): (&mut PlotState, &[StreamSnapshot]),
        seen: &SeenMarks,
        top: f32,
    ) {
        if !plot.kind().is_over_time() {
            return;
        }
        if ground.area.width() < 1.0 || ground.area.height() < FLAG + top {
            // No room for a flag; a text that is being written goes on.
            self.field(ui, ground, plot, top);
            return;
        }
        ticks(ui, ground, &seen.crowd);
        match flagged(ui, ground, plot, &seen.flagged, top) {
            Some(Action::Centre(x)) => {
                centre(plot, streams, x);
            }
            Some(Action::Rename(index)) => self.rename(index, plot),
            Some(Action::Delete(index)) => self.delete(index),
            None => {}
        }
        self.field(ui, ground, plot, top);
    }

    /// The user's markers that are in sight.
    fn marks(&self, ground: &Ground<'_>, plot: &PlotState) -> Vec<Mark> {
        let markers = self.settings.markers.iter().enumerate();
        let mark = |(index, marker): (usize, &crate::chart::UserMarker)| {
            let at = at(ground, plot, marker.x)?;
            let colour =
                marker.colour.map_or(ground.theme.text_strong, |[r, g, b]| Color32::from_rgb(r, g, b));
            Some(Mark { x: marker.x, at, count: 1, text: marker.text.clone(), colour, user: Some(index) })
        };
        markers.filter_map(mark).collect()
    }

    /// The field for a text, where one is being written.
    fn field(&mut self, ui: &mut Ui, ground: &Ground<'_>, plot: &PlotState, top: f32) {
        let Some(editing) = self.editing.as_mut().filter(|editing| editing.plot == plot.key()) else {
            return;
        };
        editing.frames += 1;
        if editing.frames == 1 {
            ui.ctx().request_repaint();
            return;
        }
        let area = ground.area;
        let x = at(ground, plot, editing.x).unwrap_or(area.left());
        ui.painter().vline(x, area.y_range(), (1.0, ground.theme.text_strong));
        let size = vec2(180.0f32.min(area.width()), 22.0);
        let left = x.min(area.right() - size.x).max(area.left());
        let rect = Rect::from_min_size(pos2(left, area.top() + top), size);
        let id = ui.scope_id().with("marker text");
        let field = egui::TextEdit::singleline(&mut editing.text)
            .id(id)
            .hint_text("Text of the marker")
            .char_limit(super::LONGEST);
        let is_first = editing.frames == 2;
        let response = ui.put(rect, field);
        if is_first {
            response.request_focus();
        } else if ui.input(|i| i.key_pressed(egui::Key::Escape)) {
            self.editing = None;
        } else if response.lost_focus() || !response.has_focus() {
            self.keep();
        }
    }
}

/// Where an x lies in the plot, if it does.
fn at(ground: &Ground<'_>, plot: &PlotState, x: f64) -> Option<f32> {
    let place = plot.scales().x.checked_transform(x)?;
    let view = plot.drawn();
    let at = position(view, place, view.y.min, ground.area).x;
    ground.area.x_range().contains(at).then_some(at)
}

/// One mark for each column of points that has any.
fn in_columns<'a>(
    ground: &Ground<'_>,
    plot: &PlotState,
    events: impl Iterator<Item = (f64, &'a str)>,
    colour: Color32,
) -> Vec<Mark> {
    let mut columns: BTreeMap<i32, Mark> = BTreeMap::new();
    for (x, text) in events {
        let Some(at) = at(ground, plot, x) else { continue };
        columns.entry(at as i32).and_modify(|mark| mark.count += 1).or_insert_with(|| Mark {
            x,
            at,
            count: 1,
            text: one_line(text),
            colour,
            user: None,
        });
    }
    columns.into_values().collect()
}

/// What a mark says in its flag.
fn said(mark: &Mark) -> String {
    match mark.count {
        1 => one_line(&mark.text),
        count => format!("{} events", format::count(count as u64)),
    }
}

/// Paints lines with flags; what was clicked.
fn flagged(ui: &Ui, ground: &Ground<'_>, plot: &PlotState, marks: &[Mark], top: f32) -> Option<Action> {
    let (area, theme, painter) = (ground.area, ground.theme, ui.painter());
    let text = |mark: &Mark| elided(painter, &said(mark), font(SMALL), mark.colour, WIDEST);
    let sizes: Vec<[f32; 2]> = marks.iter().map(|mark| [mark.at, text(mark).size().x + 10.0]).collect();
    let rows = (((area.height() - top) / (2.0 * ROW)) as usize).clamp(1, ROWS);
    let mut action = None;
    for mark in marks.iter().filter(|mark| mark.user.is_some()) {
        let x = painter.round_to_pixel_center(mark.at);
        painter.vline(x, area.y_range(), (1.0, faded(mark.colour, 0.7)));
    }
    for flag in flags::place(&sizes, rows, [area.left(), area.right()], LEAST) {
        let mark = &marks[flag.marks[0]];
        let count: usize = flag.marks.iter().map(|index| marks[*index].count).sum();
        let galley = if flag.marks.len() == 1 {
            text(mark)
        } else {
            let text = counted(count, flag.marks.iter().map(|index| &marks[*index]));
            elided(painter, &text, font(SMALL), theme.text_strong, flag.width)
        };
        let size = vec2((galley.size().x + 10.0).min(flag.width), FLAG);
        let left = if mark.at > flag.left + 0.5 { flag.left + flag.width - size.x } else { flag.left };
        let rect = Rect::from_min_size(pos2(left, area.top() + top + flag.row as f32 * ROW), size);
        let id = ui.scope_id().with((plot.key(), "flag", mark.user, mark.x.to_bits(), mark.text.as_str()));
        let response = ui.interact(rect, id, Sense::click());
        let told = told(ground, marks, &flag.marks);
        response.widget_info(|| {
            let name = if mark.user.is_some() { "marker" } else { "event" };
            WidgetInfo::labeled(egui::accesskit::Role::Button, true, format!("{name}: {told}"))
        });
        let edge = if response.hovered() || response.has_focus() { theme.text_strong } else { mark.colour };
        painter.rect(rect, 2.0, theme.raised, (1.0, edge), egui::StrokeKind::Inside);
        let text_at = Align2::LEFT_CENTER.anchor_size(rect.left_center() + vec2(5.0, 0.0), galley.size()).min;
        painter.galley(text_at, galley, theme.text_strong);
        if response.clicked() {
            action = Some(Action::Centre(mark.x));
        }
        if let (Some(index), 1) = (mark.user, flag.marks.len()) {
            response.context_menu(|ui| {
                if ui.button("Rename").clicked() {
                    action = Some(Action::Rename(index));
                    ui.close();
                }
                if ui.button("Delete").clicked() {
                    action = Some(Action::Delete(index));
                    ui.close();
                }
            });
        }
        response.on_hover_text(told);
    }
    action
}

/// Whole texts and times of some marks, a line each.
fn told(ground: &Ground<'_>, marks: &[Mark], of: &[usize]) -> String {
    let line = |index: &usize| {
        let mark = &marks[*index];
        let more = if mark.count > 1 { format!(" and {} more", mark.count - 1) } else { String::new() };
        let axis = ground.x_axis;
        let at = axis.said(mark.x).unwrap_or_else(|| format!("{} s", axis.readout(mark.x)));
        format!("{at}  {}{more}", one_line(&mark.text))
    };
    let mut lines: Vec<String> = of.iter().take(TOLD).map(line).collect();
    if of.len() > TOLD {
        lines.push(format!("and {} more", of.len() - TOLD));
    }
    lines.join("\n")
}

/// Paints many marks as ticks at the upper edge, the higher the more share a place, and says how many there are.
fn ticks(ui: &Ui, ground: &Ground<'_>, marks: &[Mark]) {
    let (area, painter) = (ground.area, ui.painter());
    if marks.is_empty() {
        return;
    }
    for mark in marks {
        let x = painter.round_to_pixel_center(mark.at);
        let height = 6.0 + 3.0 * (mark.count as f32).log2().min(4.0);
        painter.vline(x, area.top()..=area.top() + height.min(area.height()), (1.0, mark.colour));
    }
    let count: usize = marks.iter().map(|mark| mark.count).sum();
    let text = format!("{} in view", counted(count, marks.iter()));
    let galley = painter.layout_no_wrap(text, font(SMALL), ground.theme.text);
    let rect = Rect::from_min_size(
        pos2(area.left() + 6.0, area.top() + 24.0 + ROW * ROWS as f32),
        galley.size() + vec2(10.0, 2.0),
    );
    painter.rect_filled(rect, 3.0, ground.theme.raised);
    painter.galley(rect.min + vec2(5.0, 1.0), galley, ground.theme.text);
}
