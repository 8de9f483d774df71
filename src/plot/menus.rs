//! A panel's grip and menus: what can be done with the panel and with each of its streams.

use egui::{Color32, Rect, Response, Sense, Ui, WidgetInfo, pos2, vec2};

use super::frame::FrameContext;
use super::overlays::Measuring;
use crate::chart::{
    Autoscale, Axes, Colours, Command, CursorReads, CursorTarget, Gain, Keymap, LINE_WIDTH, MOST_Y_AXES,
    Member, PlotKind, PlotState, SeriesStyle, TimeAxis, TimeLabels, YAxes,
};
use crate::history::Scale;
use crate::stream::Dash;

/// Widths of lines to choose from, points.
const WIDTHS: [f32; 5] = [1.0, LINE_WIDTH, 2.0, 3.0, 4.0];
/// Colours to choose from in a row of the menu.
const COLOURS: usize = 8;
/// Side of a grip, points.
const GRIP: f32 = 14.0;

/// What is asked for in a panel and is not for the panel alone to do.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PanelAction {
    /// A command that means this panel.
    Run(Command),
    /// Gives the panel this title.
    Title(String),
    /// Takes a stream out of the panel.
    Remove(String),
    /// Shows a stream in a panel of its own beside this one.
    Apart(String),
    /// Moves a stream to the panel of this key.
    Move(String, String),
    /// Gives a stream another colour, width or style in all panels; none of them gives it its producer's again.
    SeriesStyle(String, SeriesStyle),
    /// Moves a stream to the y axis at this place, or to a new one.
    ToAxis(String, usize),
    /// Shows where the points of a stream are.
    GoTo(String),
    /// Draws a stream over the others.
    Raise(String),
    /// Computes something from a stream.
    Derive(String),
    /// Labels time in another way in all panels.
    Time(TimeLabels),
}

/// What is dragged from a legend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DraggedStream(pub(crate) String);

/// The menu of something: by a right click, or by Shift+F10 where it has the focus.
pub(crate) fn menu_of(response: &Response) -> egui::Popup<'_> {
    let menu = egui::Popup::context_menu(response);
    if !response.has_focus() {
        return menu;
    }
    if response.ctx.input(|i| i.modifiers.shift && i.key_pressed(egui::Key::F10)) {
        egui::Popup::open_id(&response.ctx, egui::Popup::default_response_id(response));
    }
    menu.at_position(response.rect.left_bottom())
}

/// The handle of a panel, in the corner above its y axis: dragged it moves the panel, clicked it opens the menu.
pub(crate) fn grip(
    ui: &Ui,
    (header, left): (Rect, f32),
    plot: &mut PlotState,
    frame: FrameContext<'_>,
    actions: &mut Vec<PanelAction>,
) -> bool {
    let theme = frame.theme;
    let centre = pos2(left + GRIP / 2.0 + 1.0, header.top() + 11.0);
    let rect = Rect::from_center_size(centre, vec2(GRIP, GRIP));
    let id = ui.scope_id().with((plot.key(), "grip"));
    let response = ui.interact(rect.expand(3.0), id, Sense::click_and_drag());
    let name = format!("panel {}", plot.shown_title());
    response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Button, true, &name));
    let is_lit = response.hovered() || response.has_focus();
    let colour = if is_lit { theme.text } else { theme.text_faint.gamma_multiply(0.6) };
    for (x, y) in [(-2.5, -5.0), (-2.5, 0.0), (-2.5, 5.0), (2.5, -5.0), (2.5, 0.0), (2.5, 5.0)] {
        ui.painter().circle_filled(centre + vec2(x, y), 1.2, colour);
    }
    egui::Popup::menu(&response).show(|ui| panel_menu(ui, plot, frame.keymap, actions));
    let is_dragged = response.drag_started();
    response.on_hover_text("Drag to move the panel, click for its menu");
    is_dragged
}

/// The entries of a panel's menu that are about the panel.
fn panel_menu(ui: &mut Ui, plot: &PlotState, keymap: &Keymap, actions: &mut Vec<PanelAction>) {
    ui.set_min_width(190.0);
    let mut title = plot.title.clone();
    let field = egui::TextEdit::singleline(&mut title).hint_text("Title").desired_width(180.0);
    let response = ui.add(field);
    response
        .widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::TextInput, true, "Title of the panel"));
    if response.changed() {
        actions.push(PanelAction::Title(title));
    }
    ui.separator();
    let commands =
        [Command::SplitRight, Command::SplitDown, Command::Maximise, Command::LinkX, Command::ClosePanel];
    for command in commands {
        if command == Command::LinkX && !plot.kind().is_over_time() {
            continue;
        }
        let is_on = command == Command::LinkX && plot.is_linked();
        let text = if is_on { "Unlink x from the other panels" } else { command.spec().title };
        entry(ui, keymap, (command, text), actions);
    }
}

/// The first of the keys of a command.
fn first_key(keymap: &Keymap, command: Command) -> String {
    keymap.keys_of(command).split("  ").next().unwrap_or_default().to_owned()
}

fn entry(ui: &mut Ui, keymap: &Keymap, (command, text): (Command, &str), actions: &mut Vec<PanelAction>) {
    if ui.add(egui::Button::new(text).shortcut_text(first_key(keymap, command))).clicked() {
        actions.push(PanelAction::Run(command));
        ui.close();
    }
}

/// A command that is on or off, with its key; whether it was clicked.
fn switch(ui: &mut Ui, keymap: &Keymap, (command, text): (Command, &str), mut is_on: bool) -> bool {
    let key = egui::RichText::new(first_key(keymap, command)).weak();
    let is_clicked = ui.add(egui::Checkbox::new(&mut is_on, (text, egui::Atom::grow(), key))).clicked();
    if is_clicked {
        ui.close();
    }
    is_clicked
}

/// The menu of a plot area.
pub(crate) fn plot_menu(
    ui: &mut Ui,
    plot: &mut PlotState,
    frame: FrameContext<'_>,
    measuring: &mut Measuring,
    actions: &mut Vec<PanelAction>,
) {
    let streams = frame.streams;
    ui.set_min_width(170.0);
    for command in [Command::PauseOrResume, Command::Live, Command::Fit, Command::FitY] {
        entry(ui, frame.keymap, (command, command.spec().title), actions);
    }
    let scales = plot.scales();
    for (axes, scale, command) in [(Axes::X, scales.x, Command::LogX), (Axes::Y, scales.y, Command::LogY)] {
        if switch(ui, frame.keymap, (command, command.spec().title), scale == Scale::Log10) {
            plot.toggle_scale(axes, streams);
        }
    }
    if plot.can_trigger() {
        if switch(ui, frame.keymap, (Command::Trigger, "Trigger"), plot.trigger().is_on()) {
            plot.toggle_trigger();
        }
        entry(ui, frame.keymap, (Command::TriggerSettings, "Trigger settings"), actions);
    }
    if plot.kind().has_values_on_y() {
        if plot.y_axes() == 1 {
            ui.menu_button("Scale y", |ui| autoscale_menu(ui, plot, 0));
        }
        ui.menu_button("y axes", |ui| axes_switches(ui, plot, frame, actions));
    }
    ui.separator();
    ui.menu_button("Cursors", |ui| cursor_menu(ui, plot, frame, measuring, actions));
    ui.menu_button("Panel", |ui| panel_menu(ui, plot, frame.keymap, actions));
    for command in [Command::Export, Command::SavePng] {
        entry(ui, frame.keymap, (command, command.spec().title), actions);
    }
    ui.separator();
    let height = ui.ctx().content_rect().height() * 0.5;
    egui::ScrollArea::vertical().max_height(height).show(ui, |ui| {
        for member in 0..plot.members().len() {
            let m = &plot.members()[member];
            let mut is_shown = !m.is_hidden;
            if ui.checkbox(&mut is_shown, &m.label).clicked() {
                plot.toggle(member);
            }
        }
    });
}

/// What is done with cursors.
fn cursor_menu(
    ui: &mut Ui,
    plot: &PlotState,
    frame: FrameContext<'_>,
    measuring: &mut Measuring,
    actions: &mut Vec<PanelAction>,
) {
    measuring.menu(ui, plot, frame.streams, &|command| first_key(frame.keymap, command));
    if plot.kind().spec().cursor == CursorReads::Streams {
        ui.separator();
        for target in CursorTarget::ALL {
            let command = Command::CursorTo(target);
            entry(ui, frame.keymap, (command, command.spec().title), actions);
        }
    }
}

/// The menu of an x axis.
pub(crate) fn x_menu(
    ui: &mut Ui,
    plot: &mut PlotState,
    frame: FrameContext<'_>,
    actions: &mut Vec<PanelAction>,
) {
    let (streams, now) = (frame.streams, frame.time);
    if ui.button("Fit x").clicked() {
        plot.fit(Axes::X, streams);
        ui.close();
    }
    let command = (Command::LogX, Command::LogX.spec().title);
    if plot.kind().has_values_on_y() && switch(ui, frame.keymap, command, plot.scales().x == Scale::Log10) {
        plot.toggle_scale(Axes::X, streams);
    }
    if !plot.kind().is_over_time() {
        return;
    }
    ui.separator();
    for labels in TimeLabels::ALL {
        let why_not = TimeAxis::of(labels, plot, streams).err();
        let button = egui::RadioButton::new(now == labels, labels.title());
        let response = ui.add_enabled(why_not.is_none(), button);
        if response.clicked() {
            actions.push(PanelAction::Time(labels));
            ui.close();
        }
        response.on_disabled_hover_text(why_not.unwrap_or_default());
    }
}

/// The menu of the y axis at this place.
pub(crate) fn y_menu(
    ui: &mut Ui,
    plot: &mut PlotState,
    axis: usize,
    frame: FrameContext<'_>,
    actions: &mut Vec<PanelAction>,
) {
    let key = first_key(frame.keymap, Command::FitY);
    if ui.add(egui::Button::new(Command::FitY.spec().title).shortcut_text(key)).clicked() {
        plot.fit(Axes::y(axis), frame.streams);
        ui.close();
    }
    if plot.kind().has_values_on_y() {
        let command = (Command::LogY, Command::LogY.spec().title);
        let is_log = plot.scales_on(axis).y == Scale::Log10;
        if !plot.is_normalised() && switch(ui, frame.keymap, command, is_log) {
            plot.toggle_scale(Axes::y(axis), frame.streams);
        }
        ui.separator();
        autoscale_menu(ui, plot, axis);
    }
    axes_switches(ui, plot, frame, actions);
}

/// What there is for all y axes of a plot.
fn axes_switches(ui: &mut Ui, plot: &mut PlotState, frame: FrameContext<'_>, actions: &mut Vec<PanelAction>) {
    if plot.can_normalise() {
        let command = (Command::Normalise, Command::Normalise.spec().title);
        if switch(ui, frame.keymap, command, plot.is_normalised()) {
            plot.toggle_normalised(frame.streams);
        }
    }
    if plot.kind().spec().is_shared {
        entry(ui, frame.keymap, (Command::NextAxis, Command::NextAxis.spec().title), actions);
    }
}

/// The ways in which y goes along with the data.
fn autoscale_menu(ui: &mut Ui, plot: &mut PlotState, axis: usize) {
    for mode in Autoscale::ALL {
        if ui.radio(plot.autoscale(axis) == mode, mode.title()).clicked() {
            plot.set_autoscale(YAxes::one(axis), mode);
            ui.close();
        }
    }
}

/// The menu of a stream in a legend, where its points may all be out of view. `panels` are the others that it could move
/// to: key and title.
pub(crate) fn stream_menu(
    response: &Response,
    (plot, member): (&PlotState, &Member),
    is_away: bool,
    panels: &[(String, String)],
    frame: FrameContext<'_>,
    actions: &mut Vec<PanelAction>,
) {
    let (theme, kind) = (frame.theme, plot.kind());
    menu_of(response).show(|ui| {
        ui.set_min_width(170.0);
        let name = || member.name.clone();
        ui.label(egui::RichText::new(&member.name).color(theme.text_faint));
        if is_away && ui.button("Go to its points").clicked() {
            actions.push(PanelAction::GoTo(name()));
            ui.close();
        }
        if ui.button("Bring to front").clicked() {
            actions.push(PanelAction::Raise(name()));
            ui.close();
        }
        ui.horizontal(|ui| {
            for series in 0..COLOURS {
                let colour = theme.series(series);
                if swatch(ui, colour, colour == theme.colour_of(member), series).clicked() {
                    let [r, g, b, _] = colour.to_array();
                    let look = SeriesStyle { colour: Some([r, g, b]), ..SeriesStyle::default() };
                    actions.push(PanelAction::SeriesStyle(name(), look));
                }
            }
        });
        let [r, g, b, _] = theme.colour_of(member).to_array();
        let mut rgb = [r, g, b];
        ui.horizontal(|ui| {
            let response = ui.color_edit_button_srgb(&mut rgb);
            response.widget_info(|| {
                WidgetInfo::labeled(
                    egui::accesskit::Role::ColorWell,
                    true,
                    format!("Colour of {}", member.name),
                )
            });
            ui.label("any colour");
            if response.changed() {
                let look = SeriesStyle { colour: Some(rgb), ..SeriesStyle::default() };
                actions.push(PanelAction::SeriesStyle(name(), look));
            }
        });
        look_menus(ui, member, kind, frame, actions);
        axis_menus(ui, plot, member, frame, actions);
        if ui.button("As its producer wishes").clicked() {
            actions.push(PanelAction::SeriesStyle(name(), SeriesStyle::default()));
            ui.close();
        }
        ui.separator();
        if ui.button("Derived trace…").clicked() {
            actions.push(PanelAction::Derive(name()));
            ui.close();
        }
        ui.separator();
        if ui.button("Into a panel of its own").clicked() {
            actions.push(PanelAction::Apart(name()));
            ui.close();
        }
        if !panels.is_empty() {
            ui.menu_button("Move to", |ui| {
                for (key, title) in panels {
                    if ui.button(title).clicked() {
                        actions.push(PanelAction::Move(name(), key.clone()));
                        ui.close();
                    }
                }
            });
        }
        if ui.button("Take out of this panel").clicked() {
            actions.push(PanelAction::Remove(name()));
            ui.close();
        }
    });
}

/// The menus of where a stream lies: on which y axis, with which gain.
fn axis_menus(
    ui: &mut Ui,
    plot: &PlotState,
    member: &Member,
    frame: FrameContext<'_>,
    actions: &mut Vec<PanelAction>,
) {
    if plot.can_have_axes() && !member.is_events {
        ui.menu_button("y axis", |ui| {
            for axis in 0..plot.y_axes() {
                let text = format!("{} · {}", axis + 1, axis_name(plot, axis, frame));
                if ui.radio(member.axis == axis, text).clicked() {
                    actions.push(PanelAction::ToAxis(member.name.clone(), axis));
                    ui.close();
                }
            }
            let is_alone = plot.members_on(member.axis).count() == 1 && member.axis + 1 == plot.y_axes();
            if plot.y_axes() < MOST_Y_AXES && !is_alone && ui.radio(false, "A new one").clicked() {
                actions.push(PanelAction::ToAxis(member.name.clone(), plot.y_axes()));
                ui.close();
            }
        });
    }
    if !plot.can_normalise() || member.is_events {
        return;
    }
    ui.menu_button("Gain and offset", |ui| {
        let mut gain = member.gain;
        egui::Grid::new("gain").num_columns(2).show(ui, |ui| {
            for (name, value) in [("Gain", &mut gain.factor), ("Offset", &mut gain.offset)] {
                let label = ui.label(name).id;
                let speed = (value.abs() / 100.0).max(0.01);
                ui.add(egui::DragValue::new(value).speed(speed).max_decimals(9)).labelled_by(label);
                ui.end_row();
            }
        });
        ui.label("It lies at gain × value + offset. Its values stay its own.");
        if ui.button("As it is").clicked() {
            gain = Gain::default();
            ui.close();
        }
        let is_usable = gain.factor.is_finite() && gain.factor != 0.0 && gain.offset.is_finite();
        if gain != member.gain && is_usable {
            let look = SeriesStyle { gain: Some(gain), ..SeriesStyle::default() };
            actions.push(PanelAction::SeriesStyle(member.name.clone(), look));
        }
    });
}

/// What a y axis is called in a menu: its name, or the units of its streams.
fn axis_name(plot: &PlotState, axis: usize, frame: FrameContext<'_>) -> String {
    if let Some(label) = plot.y_label(axis) {
        return label.to_owned();
    }
    let unit = |member: &Member| frame.streams.get(member.index).map(|s| s.info.meta.y_unit.clone());
    let mut units: Vec<String> = plot.members_on(axis).filter_map(unit).collect();
    units.dedup();
    let named = |unit: String| if unit.is_empty() { "no unit".to_owned() } else { unit };
    units.into_iter().map(named).collect::<Vec<_>>().join(", ")
}

/// The menus of how a stream is drawn: style, width, dash, colours of its density.
fn look_menus(
    ui: &mut Ui,
    member: &Member,
    kind: PlotKind,
    frame: FrameContext<'_>,
    actions: &mut Vec<PanelAction>,
) {
    let name = || member.name.clone();
    let chosen = member.colours.unwrap_or(frame.options.colours);
    ui.menu_button("Style", |ui| {
        for style in kind.spec().styles {
            if ui.radio(member.style == *style, style.as_str()).clicked() {
                let look = SeriesStyle { style: Some(*style), ..SeriesStyle::default() };
                actions.push(PanelAction::SeriesStyle(name(), look));
                ui.close();
            }
        }
    });
    ui.menu_button("Width", |ui| {
        for width in WIDTHS {
            if ui.radio((member.width - width).abs() < 0.01, format!("{width}")).clicked() {
                let look = SeriesStyle { width: Some(width), ..SeriesStyle::default() };
                actions.push(PanelAction::SeriesStyle(name(), look));
                ui.close();
            }
        }
    });
    if !kind.spec().has_cells {
        ui.menu_button("Dash", |ui| {
            for &dash in Dash::ALL {
                if ui.radio(member.dash == dash, dash.to_string()).clicked() {
                    let look = SeriesStyle { dash: Some(dash), ..SeriesStyle::default() };
                    actions.push(PanelAction::SeriesStyle(name(), look));
                    ui.close();
                }
            }
        });
    }
    if kind.spec().has_cells {
        ui.menu_button("Colours", |ui| {
            // A stream's own colour is no scale for its values.
            let is_waterfall = !kind.has_values_on_y();
            for colours in Colours::all().filter(|colours| !(is_waterfall && *colours == Colours::Own)) {
                let is_on = if is_waterfall { chosen.table() == colours.table() } else { chosen == colours };
                if ui.radio(is_on, colours.name()).clicked() {
                    let look = SeriesStyle { colours: Some(colours), ..SeriesStyle::default() };
                    actions.push(PanelAction::SeriesStyle(name(), look));
                    ui.close();
                }
            }
        });
    }
}

fn swatch(ui: &mut Ui, colour: Color32, is_chosen: bool, series: usize) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(16.0, 16.0), Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(
            egui::accesskit::Role::RadioButton,
            true,
            is_chosen,
            format!("Colour {}", series + 1),
        )
    });
    ui.painter().rect_filled(rect.shrink(1.0), 3.0, colour);
    if is_chosen || response.hovered() || response.has_focus() {
        let stroke = (1.0, ui.visuals().strong_text_color());
        ui.painter().rect_stroke(rect, 3.0, stroke, egui::StrokeKind::Inside);
    }
    response
}
