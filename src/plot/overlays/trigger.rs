//! What is seen of a trigger: the handle of its level, its mark, its settings.

use egui::{DragValue, EventFilter, Key, Pos2, Rect, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::super::gestures::place;
use super::super::theme::faded;
use super::crosshair::Ground;
use crate::chart::{Member, Mode, PlotState, Reading, format};
use crate::store::Edge;

/// Width and height of the level's handle, points.
const HANDLE: [f32; 2] = [10.0, 14.0];
/// Width and height of the mark of the trigger, points.
const MARK: [f32; 2] = [10.0, 7.0];
/// Share of the height that an arrow key moves the level by.
const STEP: f64 = 0.01;

/// Paints where the trigger is and at what level, which a drag moves.
pub(crate) fn marks(ui: &Ui, plot: &mut PlotState, ground: &Ground<'_>) {
    let Ground { area, theme, .. } = *ground;
    if !plot.trigger().is_on() || !plot.can_trigger() || !area.is_positive() {
        return;
    }
    let Some(member) = plot.trigger_member().cloned() else { return };
    let colour = theme.colour_of(&member);
    let place = plot.members().iter().position(|other| other.name == member.name);
    let reading = place.and_then(|place| ground.readings.get(place)).copied().unwrap_or(Reading::OWN);
    let unit = &ground.ys[member.axis.min(ground.ys.len() - 1)].unit;
    let view = plot.drawn();
    let edge = Stroke::new(1.0, theme.plot);
    if let Some(at) = plot.trigger().shown() {
        let share = view.x.fraction(at);
        if (0.0..=1.0).contains(&share) {
            let x = area.left() + share as f32 * area.width();
            let [half, height] = [MARK[0] / 2.0, MARK[1]];
            let points =
                [pos2(x - half, area.top()), pos2(x + half, area.top()), pos2(x, area.top() + height)];
            ui.painter().add(Shape::convex_polygon(points.to_vec(), colour, edge));
        }
    }
    let Some(level) = plot.trigger().level() else { return };
    let share = plot.y_share(&member, level).unwrap_or(0.0);
    let y = area.bottom() - share.clamp(0.0, 1.0) as f32 * area.height();
    let tip = pos2(area.right() - HANDLE[0], y);
    let handle = Rect::from_min_max(
        pos2(tip.x - 2.0, y - HANDLE[1] / 2.0),
        pos2(area.right() + 6.0, y + HANDLE[1] / 2.0),
    );
    let response =
        ui.interact(handle, ui.scope_id().with((plot.key(), "trigger level")), Sense::click_and_drag());
    let name = format!("trigger level of {}", plot.key());
    response.widget_info(|| WidgetInfo::slider(true, level, &name));
    let points = [tip, pos2(area.right(), handle.top()), pos2(area.right(), handle.bottom())];
    // Its trace lies behind it, in the same colour.
    let outline = Stroke::new(1.5, theme.text_strong);
    ui.painter().add(Shape::convex_polygon(points.to_vec(), colour, outline));
    if response.hovered() || response.dragged() || response.has_focus() {
        let line = [pos2(area.left(), y), tip];
        let stroke = Stroke::new(1.0, faded(colour, 0.8));
        ui.painter().extend(Shape::dashed_line(&line, stroke, 6.0, 4.0));
    }
    let moved = moved_to(ui, (plot, &member), &response, share, area);
    let automatic = response.double_clicked();
    if moved.is_some() || automatic {
        let mut settings = plot.trigger().settings.clone();
        settings.level = moved.filter(|_| !automatic);
        plot.set_trigger(settings);
    }
    let response = response.on_hover_cursor(egui::CursorIcon::ResizeVertical);
    response.on_hover_text(format!(
        "Trigger level {}; drag it, double click for automatic",
        reading.value(level, unit)
    ));
}

/// The level that a drag or an arrow key asks for.
fn moved_to(
    ui: &Ui,
    (plot, member): (&PlotState, &Member),
    response: &egui::Response,
    share: f64,
    area: Rect,
) -> Option<f64> {
    let share = if response.dragged() {
        let at: Pos2 = response.interact_pointer_pos()?;
        place(at, area)[1]
    } else if response.has_focus() {
        let filter = EventFilter { vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let [up, down] = ui.input(|i| [Key::ArrowUp, Key::ArrowDown].map(|key| i.num_presses(key) as f64));
        ((up - down).abs() > 0.5).then_some(share + (up - down) * STEP)?
    } else {
        return None;
    };
    let level = plot.y_value(member, share.clamp(0.0, 1.0));
    level.is_finite().then_some(level)
}

/// Shows the settings, where they were asked for.
pub(crate) fn settings_box(ui: &Ui, plot: &mut PlotState, area: Rect) {
    if !plot.trigger().is_open {
        return;
    }
    let mut settings = plot.trigger().settings.clone();
    let (mut is_open, mut closes) = (true, false);
    let names: Vec<(String, String)> = plot
        .members()
        .iter()
        .filter(|member| !member.is_events)
        .map(|member| (member.name.clone(), member.label.clone()))
        .collect();
    let source = plot.trigger_member().map(|member| member.label.clone());
    // Of the source: other streams of the panel may be of another size.
    let span = plot.trigger().source_span().unwrap_or(plot.drawn().y.span());
    let in_force = [plot.trigger().level(), plot.trigger().hysteresis()].map(Option::unwrap_or_default);
    egui::Window::new("Trigger")
        .id(ui.scope_id().with((plot.key(), "trigger settings")))
        .open(&mut is_open)
        .collapsible(false)
        .resizable(false)
        .default_pos(area.left_top() + vec2(12.0, 12.0))
        .constrain_to(ui.ctx().content_rect())
        .show(ui.ctx(), |ui| {
            egui::Grid::new("trigger settings").num_columns(2).spacing([14.0, 8.0]).show(ui, |ui| {
                ui.label("Trigger");
                ui.checkbox(&mut settings.on, "On");
                ui.end_row();
                let label = ui.label("Source").id;
                let shown = source.unwrap_or_else(|| "not in this plot".to_owned());
                let choice = egui::ComboBox::from_id_salt("source").selected_text(shown);
                let choice = choice.show_ui(ui, |ui| {
                    for (name, label) in names {
                        ui.selectable_value(&mut settings.source, Some(name), label);
                    }
                });
                choice.response.labelled_by(label);
                ui.end_row();
                ui.label("Edge");
                ui.horizontal(|ui| {
                    for (edge, title) in Edge::ALL {
                        ui.radio_value(&mut settings.edge, edge, title);
                    }
                });
                ui.end_row();
                optional(ui, "Level", &mut settings.level, in_force[0], span);
                optional(ui, "Hysteresis", &mut settings.hysteresis, in_force[1], span);
                let label = ui.label("Hold-off").id;
                let hold_off = DragValue::new(&mut settings.hold_off_secs).speed(1e-3).range(0.0..=1e6);
                ui.add(hold_off.suffix(" s").max_decimals(9)).labelled_by(label);
                ui.end_row();
                let label = ui.label("Before trigger").id;
                let mut percent = settings.pre_trigger * 100.0;
                let slider = egui::Slider::new(&mut percent, 0.0..=100.0).suffix(" %").max_decimals(0);
                if ui.add(slider).labelled_by(label).changed() {
                    settings.pre_trigger = percent / 100.0;
                }
                ui.end_row();
                ui.label("Mode");
                ui.horizontal(|ui| {
                    for (mode, title) in Mode::ALL {
                        ui.radio_value(&mut settings.mode, mode, title);
                    }
                });
                ui.end_row();
            });
            ui.add_space(4.0);
            closes = ui.button("Close").clicked();
        });
    if settings != plot.trigger().settings {
        plot.set_trigger(settings);
    }
    plot.open_trigger(is_open && !closes);
}

/// A row for a value that may be chosen automatically.
fn optional(ui: &mut Ui, name: &str, value: &mut Option<f64>, automatic: f64, span: f64) {
    let label = ui.label(name).id;
    ui.horizontal(|ui| {
        let mut is_automatic = value.is_none();
        let speed = (span / 400.0).clamp(1e-30, 1e30);
        // Not "-0.000".
        let automatic = if automatic.abs() < speed { 0.0 } else { automatic };
        let mut number = value.unwrap_or(automatic);
        let decimals = format::decimals_for(speed).clamp(6, 15);
        let drag = DragValue::new(&mut number).speed(speed).max_decimals(decimals);
        let field = ui.add_enabled(!is_automatic, drag);
        if field.labelled_by(label).changed() {
            *value = Some(number);
        }
        let automatic = ui.checkbox(&mut is_automatic, "automatic");
        let title = format!("Automatic {}", name.to_lowercase());
        automatic.widget_info(|| {
            WidgetInfo::selected(egui::accesskit::Role::CheckBox, true, is_automatic, &title)
        });
        if automatic.changed() {
            *value = (!is_automatic).then_some(number);
        }
    });
    ui.end_row();
}
