//! One plot on the screen: header, plot area, axis strips; what it shows goes into a scene for the GPU.
//!
//! ```text
//!   legend entries ...........................  badges
//!   y | plot area: painted by our own pipelines     |
//!     |____________________________________________|
//!       x ticks, x title
//! ```
//! egui paints no ground and no grid here: on a software adapter its fills cost more than the data.

use std::collections::HashMap;

use egui::{Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::axes::{self, Axis};
use super::canvas::{Canvas, Pen};
use super::frame::FrameContext;
use super::gestures::{self, Parts};
use super::kinds::{Density, DensityFrame, waterfall as waterfall_drawing};
use super::legend::{self, LegendAction};
use super::menus::PanelAction;
use super::overlays::{Ground, Measuring, crosshair};
use super::quality::Quality;
use super::scene::Drawing;
use super::theme::{BODY, Theme, elided, faded, font, srgba};
use super::{accessibility as words, badges, menus as panel};
use crate::chart::{Options, PlanePoints, PlotKind, PlotState, Reading, StreamSnapshot, TimeAxis, format};
use crate::history::ColumnCache;
use crate::render::{Axis as GridAxis, PxRect, Renderer, Scene};
use crate::store::{Data, lock};
use crate::stream::StreamKind;

/// A plot less high than this has no title on its x axis, points.
const LEAST_TITLED: f32 = 150.0;

/// What is painted where, once the layout is known.
struct Layout {
    header: Rect,
    area: Rect,
    x_strip: Rect,
    y_strip: Rect,
}

impl Layout {
    /// The parts of a panel in `rect`, with room for the title of y and for a bar of colours.
    fn new(rect: Rect, plot: &PlotState, [y_title_width, bar_width]: [f32; 2], ppp: f32) -> Self {
        // Last frame's badges tell how much of the header the legend may take; they seldom change.
        let rows = plot.header_rows.max(1);
        let header_height = rows as f32 * legend::ROW + 6.0;
        // Room for an x title even without one: plots side by side end on one line.
        let x_title_height = if rect.height() < LEAST_TITLED { 0.0 } else { axes::TITLE };
        let bottom = rect.bottom() - axes::X_STRIP - x_title_height;
        let height = (bottom - rect.top() - header_height).max(0.0);
        let shared_width = plot.shared.strip_width;
        let strip = y_title_width + plot.strip_width.max(shared_width).max(Axis::strip_width(20.0));
        let area = snapped(
            Rect::from_min_max(
                pos2(rect.left() + strip, rect.top() + header_height),
                pos2(
                    (rect.right() - 10.0 - bar_width).max(rect.left() + strip),
                    rect.top() + header_height + height,
                ),
            ),
            ppp,
        );
        Self {
            header: Rect::from_min_max(pos2(area.left(), rect.top()), pos2(area.right(), area.top())),
            area,
            x_strip: Rect::from_min_max(area.left_bottom(), pos2(area.right(), rect.bottom())),
            y_strip: Rect::from_min_max(pos2(rect.left(), area.top()), area.left_bottom()),
        }
    }
}

/// What the axes of a plot are called, and their units.
struct Names {
    x_unit: String,
    /// The unit of the streams' y.
    value_unit: String,
    time: TimeAxis,
    x_name: String,
    y_name: String,
    y_unit: String,
}

fn names(plot: &PlotState, frame: FrameContext<'_>) -> Names {
    let FrameContext { streams, options, .. } = frame;
    let mut x_unit = unit_of(plot, streams, |s| s.info.meta.x_unit.as_str());
    if plot.kind() == PlotKind::Time {
        // Whatever they say: timed and uniform streams are in seconds.
        "s".clone_into(&mut x_unit);
    }
    let value_unit = unit_of(plot, streams, |s| s.info.meta.y_unit.as_str());
    let time = TimeAxis::of(frame.time, plot, streams).unwrap_or(TimeAxis::Seconds);
    let x_name = x_name(plot, options, &time);
    let (y_name, y_unit) = match (plot.kind(), plot.waterfall().is_over_time()) {
        (PlotKind::Waterfall, true) => ("time".to_owned(), "s".to_owned()),
        (PlotKind::Waterfall, false) => ("curve".to_owned(), String::new()),
        _ => {
            (plot.y_label.clone().or_else(|| options.ylabel.clone()).unwrap_or_default(), value_unit.clone())
        }
    };
    Names { x_unit, value_unit, time, x_name, y_name, y_unit }
}

/// What showing a panel left.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The plot area, points.
    pub(crate) area: Rect,
    pub(crate) actions: Vec<PanelAction>,
    /// Somebody began to drag the panel.
    pub(crate) is_dragged: bool,
}

/// Shows one panel in `rect` and adds its scene to `scenes`.
pub(crate) fn show(
    ui: &mut Ui,
    rect: Rect,
    (plot, density): (&mut PlotState, &mut Density),
    frame: FrameContext<'_>,
    measuring: &mut Measuring,
    scenes: &mut Vec<Scene>,
) -> Shown {
    let FrameContext { streams, theme, options, .. } = frame;
    let Names { x_unit, value_unit, time, x_name, y_name, y_unit } = names(plot, frame);
    let bar_width =
        if plot.kind() == PlotKind::Waterfall { waterfall_drawing::bar_width(rect.width()) } else { 0.0 };
    let y_title_width = if y_name.is_empty() && y_unit.is_empty() { 0.0 } else { axes::TITLE };
    let ppp = ui.ctx().pixels_per_point();
    let layout = Layout::new(rect, plot, [y_title_width, bar_width], ppp);
    let area = layout.area;

    let parts = sense(ui, &layout, plot, frame.is_box_mode);
    gestures::apply(ui, plot, &parts, streams, frame.is_box_mode);
    // A plot that stands still is drawn in full, however long that takes.
    plot.notice_stillness();
    let quality = quality_of(plot, frame);
    let plot_px = quality.pixels_of(in_pixels(area, ppp));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "pixels of a screen, not negative"
    )]
    let size_px = [plot_px.w as usize, plot_px.h as usize];
    plot.update(frame.now_secs, streams, size_px, options);
    if plot.waterfall().is_waiting() {
        ui.ctx().request_repaint();
    }

    let view = plot.drawn();
    let scales = plot.scales();
    let x_axis = match plot.kind() {
        PlotKind::Time => Axis::x_time(plot.x_on_axis(), scales.x, area.width(), &time),
        _ => Axis::x(plot.x_on_axis(), scales.x, area.width(), false, &x_unit),
    };
    let y_axis = match y_unit.as_str() {
        "s" if plot.kind() == PlotKind::Waterfall => Axis::y_time(view.y, area.height()),
        _ => Axis::y(view.y, scales.y, area.height(), &y_unit),
    };
    let reading = match plot.kind() {
        PlotKind::Waterfall => plot.waterfall().reading(area.height()),
        _ => y_axis.reading(),
    };
    // Only for those who listen.
    ui.ctx().accesskit_node_builder(parts.plot.id, |node| {
        let units = [x_unit.as_str(), &y_unit];
        node.set_description(words::of_plot(plot, streams, [&x_axis, &y_axis], units, reading));
    });
    let width = Axis::strip_width(y_axis.widest(ui.painter()));
    if width > plot.strip_width {
        plot.strip_width = width;
        ui.ctx().request_discard("wider axis labels");
    }

    let canvas = Canvas {
        rect: plot_px,
        view,
        grid: plot.grid(),
        y_scale: scales.y,
        pixels_per_point: ppp / quality.pixel(),
        quality,
    };
    let mut columns = std::mem::take(&mut plot.columns);
    let (drawing, wants_frame) = draw(plot, (&mut columns, density), frame, &canvas);
    plot.columns = columns;
    (plot.is_density, plot.density_bytes) = (density.is_shown(), density.memory_bytes());
    if wants_frame {
        ui.ctx().request_repaint();
    }
    let badges = badges::of(plot, &drawing, frame);

    paint_scene(ui, &canvas, area, drawing, [&x_axis, &y_axis], frame, scenes);
    ui.painter().rect_stroke(area, 0.0, Stroke::new(1.0, theme.border), StrokeKind::Outside);
    let has_x_title = rect.height() >= LEAST_TITLED;
    let x_title = if has_x_title { x_axis.title(&x_name, &x_unit) } else { String::new() };
    x_axis.paint_x(ui.painter(), area, rect, &x_title, theme);
    y_axis.paint_y(ui.painter(), area, layout.y_strip, &y_axis.title(&y_name, &y_unit), theme);
    if bar_width > 0.0 {
        let colours = plot.members().first().and_then(|member| member.colours);
        let colours = colours.unwrap_or(options.colours).table();
        waterfall_drawing::paint_bar(plot.waterfall(), ui.painter(), area, &value_unit, theme, colours);
    }
    let hover = parts.plot.hover_pos().filter(|at| area.contains(*at) && plot.drag.is_none());
    let cross_x = measuring.crosshair.x_of(plot, area, hover);
    let place = hover.map(|at| gestures::place(at, area));
    let mut actions = Vec::new();
    header(ui, &layout, plot, frame, &badges, (place, cross_x, reading), &mut actions);
    let is_dragged =
        !frame.is_figure && panel::grip(ui, (layout.header, rect.left()), plot, frame, &mut actions);
    let y_labels = layout.y_strip.with_min_x(layout.y_strip.left() + y_title_width);
    let strips = [layout.x_strip, y_labels];
    let ground = Ground { area, strips, axes: [&x_axis, &y_axis], units: [&x_unit, &y_unit], reading, theme };
    paint_over(ui, plot, frame, measuring, &ground, hover, cross_x);
    if parts.plot.secondary_clicked() {
        let at = parts.plot.interact_pointer_pos();
        measuring.menu_at = at.map(|at| plot.values_at(gestures::place(at, area)));
    }
    panel::menu_of(&parts.plot).show(|ui| panel::plot_menu(ui, plot, frame, measuring, &mut actions));
    panel::menu_of(&parts.x_strip).show(|ui| panel::x_menu(ui, plot, streams, frame.time, &mut actions));
    panel::menu_of(&parts.y_strip).show(|ui| panel::y_menu(ui, plot, streams));
    if plot.members().is_empty() {
        empty(ui, area, plot, theme);
    }
    Shown { area, actions, is_dragged }
}

/// What lies over the data: the box that is drawn or the crosshair, trigger, markers, cursors.
fn paint_over(
    ui: &mut Ui,
    plot: &mut PlotState,
    frame: FrameContext<'_>,
    measuring: &mut Measuring,
    ground: &Ground<'_>,
    hover: Option<egui::Pos2>,
    cross_x: Option<f64>,
) {
    let (area, theme, streams) = (ground.area, ground.theme, frame.streams);
    if let Some(band) = gestures::rubber_band(ui, plot, area) {
        let stroke = Stroke::new(1.0, theme.text);
        ui.painter().rect(band, 0.0, faded(theme.text, 0.08), stroke, StrokeKind::Inside);
    } else if let Some(at) = hover {
        crosshair::paint(ui, ground, plot, streams, at);
    } else if let Some(x) = cross_x {
        crosshair::paint_x(ui, ground, plot, streams, x);
    }
    super::overlays::marks(ui, plot, ground);
    if !frame.is_figure {
        super::overlays::settings_box(ui, plot, area);
    }
    // The handles of the cursors have the upper edge.
    let top = if measuring.cursors.pair(plot).is_some() { 22.0 } else { 4.0 };
    measuring.markers.show(ui, ground, plot, streams, top);
    measuring.cursors.show(ui, ground, plot, streams);
}

/// Says what an empty panel waits for.
fn empty(ui: &Ui, area: Rect, plot: &PlotState, theme: &Theme) {
    let text = if plot.sources.is_empty() {
        "Drag a stream here from another panel's legend".to_owned()
    } else {
        format!("Waiting for {}", plot.sources.join(", "))
    };
    let galley = elided(ui.painter(), &text, font(BODY), theme.text_faint, area.width() - 20.0);
    let at = area.lerp_inside(vec2(0.5, 0.4)) - galley.size() / 2.0;
    ui.painter().galley(at, galley, theme.text_faint);
}

fn sense(ui: &Ui, layout: &Layout, plot: &PlotState, is_box_mode: bool) -> Parts {
    let part = |rect: Rect, name: &str, label: &str| {
        let response = ui.interact(rect, ui.scope_id().with((plot.key(), name)), Sense::click_and_drag());
        let label = format!("{label} of {}", plot.key());
        response.widget_info(|| WidgetInfo::labeled(egui::accesskit::Role::Canvas, true, &label));
        response
    };
    let pointer = if is_box_mode { egui::CursorIcon::ZoomIn } else { egui::CursorIcon::Crosshair };
    Parts {
        plot: part(layout.area, "area", "plot area").on_hover_cursor(pointer),
        x_strip: part(layout.x_strip, "x", "x axis").on_hover_cursor(egui::CursorIcon::ResizeHorizontal),
        y_strip: part(layout.y_strip, "y", "y axis").on_hover_cursor(egui::CursorIcon::ResizeVertical),
    }
}

/// The unit of an axis, if all streams shown have the same.
fn unit_of<'a>(
    plot: &'a PlotState,
    streams: &'a [StreamSnapshot],
    unit: impl Fn(&'a StreamSnapshot) -> &'a str,
) -> String {
    let with_values = |stream: &&StreamSnapshot| stream.info.kind != StreamKind::Events;
    let streams = plot.members().iter().filter_map(|m| streams.get(m.index)).filter(with_values);
    let mut units = streams.map(unit);
    let first = units.next().unwrap_or_default();
    if units.all(|other| other == first) { first.to_owned() } else { String::new() }
}

fn x_name(plot: &PlotState, options: &Options, time: &TimeAxis) -> String {
    match (&plot.x_label.clone().or_else(|| options.xlabel.clone()), plot.kind()) {
        (Some(label), PlotKind::Time) => label.clone(),
        (None, PlotKind::Time) if plot.x_origin() != 0.0 => "time from trigger".to_owned(),
        (None, PlotKind::Time) if matches!(time, TimeAxis::Samples { .. }) => "sample".to_owned(),
        (None, PlotKind::Time) => "time".to_owned(),
        (label, PlotKind::Xy | PlotKind::Snapshot | PlotKind::Waterfall) => label.clone().unwrap_or_default(),
    }
}

/// The quality that a plot is drawn in.
fn quality_of(plot: &PlotState, frame: FrameContext<'_>) -> Quality {
    match plot.kind() {
        _ if plot.is_still => Quality::Full,
        PlotKind::Time | PlotKind::Snapshot => frame.quality,
        // What is counted or kept for these pixels would have to begin anew for others.
        PlotKind::Xy | PlotKind::Waterfall => Quality::Full,
    }
}

/// A rectangle on whole pixels.
fn snapped(rect: Rect, ppp: f32) -> Rect {
    let round = |v: f32| (v * ppp).round() / ppp;
    let min = pos2(round(rect.left()), round(rect.top()));
    Rect::from_min_max(min, pos2(round(rect.right()).max(min.x), round(rect.bottom()).max(min.y)))
}

/// A rectangle that lies on whole pixels, in pixels.
fn in_pixels(rect: Rect, ppp: f32) -> PxRect {
    let round = |v: f32| (v * ppp).round();
    PxRect { x: round(rect.left()), y: round(rect.top()), w: round(rect.width()), h: round(rect.height()) }
}

/// What the columns of the traces of a plot may cost in a frame: about a hundredth of a second.
const MOST_VISITS: u64 = 1 << 18;

/// What the streams put into the scene, and whether another frame is wanted though nothing new came.
fn draw(
    plot: &PlotState,
    (columns, density): (&mut HashMap<String, ColumnCache>, &mut Density),
    frame: FrameContext<'_>,
    canvas: &Canvas,
) -> (Drawing, bool) {
    let mut drawing = Drawing::default();
    // Pictures are drawn in full.
    let stepping = plot.shown(frame.streams).filter(|(_, stream)| stream.steps_back > 0).count();
    drawing.most_visits = frame.density.budget.map(|_| MOST_VISITS / stepping.max(1) as u64);
    let mut wants_frame = false;
    let options = frame.options;
    if !(canvas.rect.w >= 1.0 && canvas.rect.h >= 1.0) {
        return (drawing, false);
    }
    for (member, stream) in plot.shown(frame.streams) {
        if plot.kind() == PlotKind::Waterfall {
            drawing.is_decimated = true;
            let colours = member.colours.unwrap_or(options.colours).table();
            drawing.layers.extend(waterfall_drawing::layer(plot.waterfall(), canvas, frame.theme, colours));
            continue;
        }
        let (colour, breaks) = (frame.theme.colour_of(member), frame.theme.text_faint);
        let pen = Pen { colour, breaks, style: member.style, width: member.width, dash: member.dash };
        if plot.kind() == PlotKind::Time {
            let state = lock(&stream.shared);
            if let Data::Trace(trace) = &state.data {
                drawing.losses(canvas, trace, faded(frame.theme.bad, 0.32));
                let cache = columns.entry(member.name.clone()).or_default();
                drawing.trace(canvas, trace, pen, cache);
                drawing.count_left_out(canvas, trace);
                if let Some((until, (from, y))) = stream.held_until.zip(stream.newest) {
                    drawing.held(canvas, [from, until], y, pen);
                }
            }
            continue;
        }
        let max_points = frame.options.max_xy_points;
        let mut is_trace = false;
        plot.with_points(stream, max_points, |points| match points {
            PlanePoints::Trace(trace, positions) => {
                if positions.start > trace.start() {
                    drawing.newest_only = Some(max_points);
                }
                is_trace = true;
                drawing.count_left_out(canvas, trace);
            }
            PlanePoints::Frames(frames) => drawing.frames(canvas, frames, pen, frame.theme.plot),
        });
        if is_trace {
            let density_frame = DensityFrame {
                options: frame.density,
                now_secs: frame.now_secs,
                choice: member.colours.unwrap_or(options.colours),
                theme: frame.theme,
                most_points: max_points,
            };
            wants_frame |= density.draw(&mut drawing, canvas, plot, stream, pen, &density_frame);
        }
    }
    wants_frame |= drawing.sweeps.missing > 0.0;
    (drawing, wants_frame)
}

fn paint_scene(
    ui: &Ui,
    canvas: &Canvas,
    area: Rect,
    drawing: Drawing,
    [x_axis, y_axis]: [&Axis; 2],
    frame: FrameContext<'_>,
    scenes: &mut Vec<Scene>,
) {
    let mut grid = Vec::new();
    if frame.has_grid {
        grid = x_axis.grid_lines(GridAxis::X, canvas, frame.theme);
        grid.extend(y_axis.grid_lines(GridAxis::Y, canvas, frame.theme));
    }
    let background = srgba(frame.theme.plot);
    let is_coarse = canvas.quality == Quality::Coarse;
    let scene = Scene {
        rect: in_pixels(area, ui.ctx().pixels_per_point()),
        is_coarse,
        background,
        grid,
        gaps: drawing.gaps,
        layers: drawing.layers,
    };
    let index = scenes.len();
    scenes.push(scene);
    if area.is_positive() {
        ui.painter().add(egui_wgpu::Callback::new_paint_callback(area, DrawScene { index }));
    }
}

/// Draws one of the scenes that were prepared for this frame.
struct DrawScene {
    index: usize,
}

impl egui_wgpu::CallbackTrait for DrawScene {
    fn paint(
        &self,
        _info: egui::PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &egui_wgpu::CallbackResources,
    ) {
        if let Some(renderer) = resources.get::<Renderer>() {
            renderer.draw(pass, self.index);
        }
    }
}

fn header(
    ui: &Ui,
    layout: &Layout,
    plot: &mut PlotState,
    frame: FrameContext<'_>,
    badges: &[crate::chart::Badge],
    (place, at, reading): (Option<[f64; 2]>, Option<f64>, Reading),
    actions: &mut Vec<PanelAction>,
) {
    let FrameContext { streams, theme, .. } = frame;
    let first_row = layout.header.with_max_y(layout.header.top() + legend::ROW);
    let (badges_left, goes_live) = badges::paint(ui, first_row, plot.key(), badges, theme);
    let value = |stream: &StreamSnapshot| match plot.kind() {
        _ if stream.info.kind == StreamKind::Events => String::new(),
        PlotKind::Time => {
            let value = crosshair::value_of(stream, at).map(|v| v.1);
            legend::value_text(value, stream.reading(reading), &stream.info.meta.y_unit)
        }
        PlotKind::Waterfall => {
            let value = place.and_then(|place| plot.waterfall().value_at(place));
            value.map_or_else(String::new, |value| {
                legend::value_text(Some(value), stream.reading(reading), &stream.info.meta.y_unit)
            })
        }
        PlotKind::Xy | PlotKind::Snapshot => String::new(),
    };
    let mut origin = layout.header.left_top();
    if !plot.title.is_empty() {
        let most = (badges_left - 8.0 - origin.x).max(0.0) * 0.5;
        let title = elided(ui.painter(), &plot.title, font(BODY), theme.text_strong, most);
        ui.painter().galley(
            origin + vec2(0.0, (legend::ROW - title.size().y) / 2.0),
            title.clone(),
            theme.text_strong,
        );
        origin.x += title.size().x + 14.0;
    }
    let first_width = badges_left - 8.0 - origin.x;
    let most_rows = legend::most_rows(layout.x_strip.bottom() - layout.header.top(), frame.is_figure);
    let widths = [first_width, layout.header.right() - origin.x];
    let entries = legend::arrange(ui, plot, streams, widths, most_rows, value);
    if entries.rows != plot.header_rows.max(1) {
        plot.header_rows = entries.rows;
        ui.ctx().request_discard("more rows of legend");
    }
    match legend::paint(ui, origin, plot, &entries, frame, actions) {
        Some(LegendAction::Toggle(member)) => plot.toggle(member),
        Some(LegendAction::Solo(member)) => plot.solo(member),
        None => {}
    }
    if goes_live {
        plot.go_live();
    }
}

/// What a screen reader is told of a stream's counts.
pub(crate) fn counts_text(stream: &StreamSnapshot) -> String {
    if let Some(derived) = &stream.info.derived {
        let behind = derived.behind_secs.map(|secs| format!(", {} behind", format::lag(secs)));
        let name = &stream.info.meta.name;
        let asked = derived.asked_name.as_ref().map(|asked| format!(", not called {asked} as a stream is"));
        let [behind, asked] = [behind, asked].map(Option::unwrap_or_default);
        return format!("{name}: derived, {}{behind}{asked}", derived.formula);
    }
    let counts = stream.counts;
    format!(
        "{}: {}, drained {}, received {}, lost {}",
        stream.info.meta.name,
        badges::state(stream.liveness).0,
        format::count(counts.position.saturating_sub(counts.start)),
        format::count(counts.received),
        format::count(counts.lost),
    )
}
