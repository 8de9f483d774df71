//! One plot on the screen: header, plot area, axis strips; what it shows goes into a scene for the GPU.
//!
//! ```text
//!   legend entries ...........................  badges
//!   y | plot area: painted by our own pipelines     |
//!     |____________________________________________|
//!       x ticks, x title
//! ```
//! egui paints no ground and no grid here: on a software adapter its fills cost more than the data.

use egui::{Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::axes::{self, PaintAxis as _};
use super::cache::PanelCache;
use super::canvas::Canvas;
use super::frame::FrameContext;
use super::gestures::{self, Parts};
use super::kinds::{LegendValue, PointedAt, Subject, painter};
use super::legend::{self, LegendAction};
use super::menus::PanelAction;
use super::overlays::{CursorBoxes, Ground, Measuring, SeenMarks, crosshair};
use super::quality::Quality;
use super::scene::Drawing;
use super::theme::{BODY, Theme, elided, faded, font, srgba};
use super::{accessibility as words, badges, menus as panel};
use crate::chart::{self, AxisNames, BadgeAction, PlotState, Reading, StreamSnapshot, value_text};
use crate::render::{Axis as GridAxis, GridLine, PxRect, Renderer, Scene};
use crate::stream::StreamKind;

/// A plot less high than this has no title on its x axis, points.
const LEAST_TITLED: f32 = 150.0;

/// What is painted where, once the layout is known.
struct PanelRects {
    header: Rect,
    area: Rect,
    x_strip: Rect,
    y_strip: Rect,
}

impl PanelRects {
    /// The parts of a panel in `rect`, with room for the title of y and for what lies right of the plot area.
    fn new(rect: Rect, cache: &mut PanelCache, [y_title_width, side_width]: [f32; 2], ppp: f32) -> Self {
        // Last frame's badges tell how much of the header the legend may take; they seldom change.
        let rows = cache.legend_rows.max(1);
        let header_height = rows as f32 * legend::ROW + 6.0;
        // Room for an x title even without one: plots side by side end on one line.
        let x_title_height = if rect.height() < LEAST_TITLED { 0.0 } else { axes::TITLE };
        let bottom = rect.bottom() - axes::X_STRIP - x_title_height;
        let height = (bottom - rect.top() - header_height).max(0.0);
        cache.rect = rect;
        cache.margins = [y_title_width + cache.strip_width.max(axes::strip_width(20.0)), 10.0 + side_width];
        let [left, right] = [0, 1].map(|side| cache.margins[side].max(cache.column_margins[side]));
        let area = snapped(
            Rect::from_min_max(
                pos2(rect.left() + left, rect.top() + header_height),
                pos2((rect.right() - right).max(rect.left() + left), rect.top() + header_height + height),
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
    (plot, cache): (&mut PlotState, &mut PanelCache),
    frame: FrameContext<'_>,
    measuring: &mut Measuring,
    scenes: &mut Vec<Scene>,
) -> Shown {
    let FrameContext { streams, theme, options, .. } = frame;
    let kind = painter(plot.kind());
    let names = AxisNames::of(plot, streams, options, frame.time);
    let side_width = kind.side_width(rect.width());
    let y_title_width = if names.y_name.is_empty() && names.y_unit.is_empty() { 0.0 } else { axes::TITLE };
    let ppp = ui.ctx().pixels_per_point();
    let layout = PanelRects::new(rect, cache, [y_title_width, side_width], ppp);
    let area = layout.area;

    let parts = sense(ui, &layout, plot, frame.pointer.draws_boxes);
    gestures::apply(ui, plot, &parts, frame);
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

    let x_axis = kind.x_axis(plot, area.width(), &names);
    let y_axis = kind.y_axis(plot, area.height(), &names);
    let reading = kind.reading(plot, &y_axis, area.height());
    // Only for those who listen.
    ui.ctx().accesskit_node_builder(parts.plot.id, |node| {
        let units = [names.x_unit.as_str(), &names.y_unit];
        node.set_description(words::of_plot(plot, streams, [&x_axis, &y_axis], units, reading));
    });
    let width = axes::strip_width(y_axis.widest(ui.painter()));
    if width > cache.strip_width {
        cache.margins[0] = y_title_width + width.max(axes::strip_width(20.0));
        cache.strip_width = width;
        ui.ctx().request_discard("wider axis labels");
    }

    let canvas = Canvas {
        rect: plot_px,
        view: plot.drawn(),
        grid: plot.grid(),
        y_scale: plot.scales().y,
        pixels_per_point: ppp / quality.pixel(),
        quality,
    };
    let (drawing, wants_frame) = draw(plot, cache, frame, &canvas);
    if wants_frame {
        ui.ctx().request_repaint();
    }
    let badges = chart::badges(plot, streams, &drawing.notes(), (frame.is_figure, frame.pointer.draws_boxes));

    let y_labels = layout.y_strip.with_min_x(layout.y_strip.left() + y_title_width);
    let ground = Ground {
        area,
        strips: [layout.x_strip, y_labels],
        axes: [&x_axis, &y_axis],
        units: [&names.x_unit, &names.y_unit],
        reading,
        theme,
    };
    let marks = measuring.markers.seen(&ground, plot, streams);
    paint_scene(ui, &canvas, &ground, (drawing, &marks), frame, scenes);
    ui.painter().rect_stroke(area, 0.0, Stroke::new(1.0, theme.border), StrokeKind::Outside);
    let x_name = names.x_name.as_deref().unwrap_or_default();
    let has_x_title = rect.height() >= LEAST_TITLED;
    let x_title = if has_x_title { x_axis.title(x_name, &names.x_unit) } else { String::new() };
    let y_title = y_axis.title(&names.y_name, &names.y_unit);
    let hover = parts.plot.hover_pos().filter(|at| area.contains(*at) && plot.drag.is_none());
    let pointed = hover.map(|at| (at, crosshair::tags(ui, &ground, plot, at)));
    let [x_tag, y_tag] = [0, 1].map(|axis| pointed.as_ref().map(|(_, tags)| &tags[axis]));
    x_axis.paint_x(ui.painter(), [area, rect], &x_title, x_tag, theme);
    y_axis.paint_y(ui.painter(), [area, layout.y_strip], &y_title, y_tag, theme);
    if side_width > 0.0 {
        kind.paint_side(ui, area, plot, frame, &names);
    }
    let cross_x = measuring.crosshair.x_of(plot, area, hover);
    let place = hover.map(|at| gestures::place(at, area));
    let mut actions = Vec::new();
    header(
        ui,
        &layout,
        (plot, cache),
        frame,
        &badges,
        (PointedAt { x: cross_x, place }, reading),
        &mut actions,
    );
    let is_dragged =
        !frame.is_figure && panel::grip(ui, (layout.header, rect.left()), plot, frame, &mut actions);
    paint_over(ui, plot, frame, measuring, &ground, &marks, (pointed, cross_x));
    if parts.plot.secondary_clicked() {
        let at = parts.plot.interact_pointer_pos();
        measuring.menu_at = at.map(|at| plot.values_at(gestures::place(at, area)));
    }
    panel::menu_of(&parts.plot).show(|ui| panel::plot_menu(ui, plot, frame, measuring, &mut actions));
    panel::menu_of(&parts.x_strip).show(|ui| panel::x_menu(ui, plot, frame, &mut actions));
    panel::menu_of(&parts.y_strip).show(|ui| panel::y_menu(ui, plot, frame, &mut actions));
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
    marks: &SeenMarks,
    (pointed, cross_x): (Option<(egui::Pos2, [axes::Tag; 2])>, Option<f64>),
) {
    let (area, theme, streams) = (ground.area, ground.theme, frame.streams);
    if let Some(band) = gestures::rubber_band(ui, plot, area) {
        let stroke = Stroke::new(1.0, theme.text);
        ui.painter().rect(band, 0.0, faded(theme.text, 0.08), stroke, StrokeKind::Inside);
    } else if let Some(pointed) = pointed {
        crosshair::paint(ui, ground, plot, streams, pointed);
    } else if let Some(x) = cross_x {
        crosshair::paint_x(ui, ground, plot, streams, x);
    }
    super::overlays::marks(ui, plot, ground);
    if !frame.is_figure {
        super::overlays::settings_box(ui, plot, area);
    }
    // The handles of the cursors have the upper edge.
    let top = if measuring.cursors.pair(plot).is_some() { 22.0 } else { 4.0 };
    measuring.markers.show(ui, ground, (&mut *plot, streams), marks, top);
    measuring.boxes.show(ui, ground, &mut measuring.cursors, plot, streams);
}

/// Says what an empty panel waits for.
fn empty(ui: &Ui, area: Rect, plot: &PlotState, theme: &Theme) {
    let text = if plot.sources().is_empty() {
        "Drag a stream here from another panel's legend, or choose one with + in the title bar".to_owned()
    } else {
        format!("Waiting for {}", plot.sources().join(", "))
    };
    let galley = elided(ui.painter(), &text, font(BODY), theme.text_faint, area.width() - 20.0);
    let at = area.lerp_inside(vec2(0.5, 0.4)) - galley.size() / 2.0;
    ui.painter().galley(at, galley, theme.text_faint);
}

fn sense(ui: &Ui, layout: &PanelRects, plot: &PlotState, is_box_mode: bool) -> Parts {
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
        is_covered: CursorBoxes::has_pointer(ui, plot),
    }
}

/// The quality that a plot is drawn in.
fn quality_of(plot: &PlotState, frame: FrameContext<'_>) -> Quality {
    // What is counted or kept for these pixels would have to begin anew for others.
    if plot.is_still || plot.kind().spec().has_cells { Quality::Full } else { frame.quality }
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

/// What the streams put into the scene, and whether another frame is wanted though nothing new came.
fn draw(
    plot: &PlotState,
    cache: &mut PanelCache,
    frame: FrameContext<'_>,
    canvas: &Canvas,
) -> (Drawing, bool) {
    let mut drawing = Drawing::default();
    if !(canvas.rect.w >= 1.0 && canvas.rect.h >= 1.0) {
        return (drawing, false);
    }
    let wants_frame = painter(plot.kind()).draw(&mut drawing, cache, &Subject { plot, frame, canvas });
    (drawing, wants_frame)
}

fn paint_scene(
    ui: &Ui,
    canvas: &Canvas,
    ground: &Ground<'_>,
    (drawing, marks): (Drawing, &SeenMarks),
    frame: FrameContext<'_>,
    scenes: &mut Vec<Scene>,
) {
    let (area, [x_axis, y_axis]) = (ground.area, ground.axes);
    let mut grid = Vec::new();
    if frame.has_grid {
        grid = x_axis.grid_lines(GridAxis::X, canvas, frame.theme);
        grid.extend(y_axis.grid_lines(GridAxis::Y, canvas, frame.theme));
    }
    grid.extend(marks.lines().map(|(at, colour)| GridLine {
        axis: GridAxis::X,
        at_px: canvas.rect.x + (at - area.left()) / area.width().max(1.0) * canvas.rect.w,
        colour: srgba(colour),
        width_px: canvas.pixels_per_point.round().max(1.0),
    }));
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
    layout: &PanelRects,
    (plot, cache): (&mut PlotState, &mut PanelCache),
    frame: FrameContext<'_>,
    badges: &[crate::chart::Badge],
    (at, reading): (PointedAt, Reading),
    actions: &mut Vec<PanelAction>,
) {
    let FrameContext { streams, theme, .. } = frame;
    let first_row = layout.header.with_max_y(layout.header.top() + legend::ROW);
    let (badges_left, clicked) = badges::paint(ui, first_row, plot.key(), badges, theme);
    let value = |stream: &StreamSnapshot| {
        let value = match painter(plot.kind()).legend_value(plot, stream, at) {
            _ if stream.info.kind == StreamKind::Events => return String::new(),
            LegendValue::Nothing => return String::new(),
            LegendValue::Missing => None,
            LegendValue::Value(value) => Some(value),
        };
        value_text(value, stream.reading(reading), &stream.info.meta.y_unit)
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
    if entries.rows != cache.legend_rows.max(1) {
        cache.legend_rows = entries.rows;
        ui.ctx().request_discard("more rows of legend");
    }
    match legend::paint(ui, origin, plot, &entries, (frame, cache.density.is_shown()), actions) {
        Some(LegendAction::Toggle(member)) => plot.toggle(member),
        Some(LegendAction::Solo(member)) => plot.solo(member),
        None => {}
    }
    match clicked {
        Some(BadgeAction::GoLive) => plot.go_live(),
        Some(BadgeAction::GoToLoss) => plot.go_to_loss(streams),
        None => {}
    }
}
