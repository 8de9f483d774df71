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
use super::legend::{self, LegendAction, Said};
use super::menus::PanelAction;
use super::overlays::{CursorBoxes, Ground, Measuring, SeenMarks, crosshair};
use super::quality::Quality;
use super::renderers::SceneRenderers;
use super::scene::Drawing;
use super::theme::{BODY, Theme, elided, faded, font, srgba};
use super::y_strips::{self, Widths};
use super::{accessibility as words, badges, menus as panel};
use crate::chart::{
    self, AxisNames, BadgeAction, Gain, MOST_Y_AXES, PlotState, Reading, StreamSnapshot, value_text,
};
use crate::render::{Axis as GridAxis, GridLine, PxRect, Scene};
use crate::stream::StreamKind;

/// A plot less high than this has no title on its x axis, points.
const LEAST_TITLED: f32 = 150.0;

/// What the parts of the y axes are called.
const Y_NAMES: [[&str; 2]; MOST_Y_AXES] =
    [["y", "y axis"], ["y 2", "second y axis"], ["y 3", "third y axis"], ["y 4", "fourth y axis"]];

/// What is painted where, once the layout is known.
struct PanelRects {
    header: Rect,
    area: Rect,
    x_strip: Rect,
    /// Of each y axis, and the same without its title.
    y_strips: Vec<[Rect; 2]>,
}

impl PanelRects {
    /// The parts of a panel in `rect`, with room for the y axes and for what else lies right of the plot area.
    fn new(rect: Rect, cache: &mut PanelCache, (widths, side_width): (&Widths, f32), ppp: f32) -> Self {
        // Last frame's badges tell how much of the header the legend may take; they seldom change.
        let rows = cache.legend_rows.max(1);
        let header_height = rows as f32 * legend::ROW + 6.0;
        // Room for an x title even without one: plots side by side end on one line.
        let x_title_height = if rect.height() < LEAST_TITLED { 0.0 } else { axes::TITLE };
        let bottom = rect.bottom() - axes::X_STRIP - x_title_height;
        let height = (bottom - rect.top() - header_height).max(0.0);
        cache.rect = rect;
        cache.margins = widths.margins(side_width);
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
            y_strips: widths.rects(area, rect),
        }
    }
}

/// What showing a panel left.
#[derive(Debug)]
pub(crate) struct Shown {
    /// The plot area, points.
    pub(crate) area: Rect,
    /// Of each y axis, points.
    pub(crate) strips: Vec<Rect>,
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
    let names_on = |axis| AxisNames::of(plot, axis, streams, options, frame.time);
    let of_axes: Vec<AxisNames> = (0..plot.y_axes()).map(names_on).collect();
    let names = &of_axes[0];
    let side_width = kind.side_width(rect.width());
    let ppp = ui.ctx().pixels_per_point();
    let widths = Widths::new(cache, &of_axes);
    let layout = PanelRects::new(rect, cache, (&widths, side_width), ppp);
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

    let x_axis = kind.x_axis(plot, area.width(), names);
    let ys = y_strips::strips(ui, (plot, kind), cache, &of_axes, &layout.y_strips);
    cache.margins = Widths::new(cache, &of_axes).margins(side_width);
    let beside: Vec<Reading> = ys.iter().map(|y| kind.reading(plot, &y.axis, y.rect.height())).collect();
    let readings = chart::readings(plot, streams, &beside);
    let ground = Ground {
        area,
        x_strip: layout.x_strip,
        x_axis: &x_axis,
        x_unit: &names.x_unit,
        ys: &ys,
        readings: &readings,
        theme,
    };
    // Only for those who listen.
    ui.ctx().accesskit_node_builder(parts.plot.id, |node| {
        node.set_description(words::of_plot(plot, streams, &ground));
    });

    let canvas = Canvas {
        rect: plot_px,
        view: plot.drawn(),
        grid: plot.grid(),
        y_scale: plot.scales().y,
        gain: Gain::default(),
        pixels_per_point: ppp / quality.pixel(),
        quality,
    };
    let (drawing, wants_frame) = draw(plot, cache, frame, &canvas);
    if wants_frame {
        ui.ctx().request_repaint();
    }
    let badges = chart::badges(plot, streams, &drawing.notes(), (frame.is_figure, frame.pointer.draws_boxes));

    let marks = measuring.markers.seen(&ground, plot, streams);
    paint_scene(ui, &canvas, &ground, (drawing, &marks), frame, scenes);
    ui.painter().rect_stroke(area, 0.0, Stroke::new(1.0, theme.border), StrokeKind::Outside);
    let x_name = names.x_name.as_deref().unwrap_or_default();
    let has_x_title = rect.height() >= LEAST_TITLED;
    let x_title = if has_x_title { x_axis.title(x_name, &names.x_unit) } else { String::new() };
    let hover = parts.plot.hover_pos().filter(|at| area.contains(*at) && plot.drag.is_none());
    let pointed = hover.map(|at| (at, crosshair::tags(ui, &ground, plot, at)));
    let tags = pointed.as_ref().map(|(_, tags)| tags);
    x_axis.paint_x(ui.painter(), [area, rect], &x_title, tags.map(|tags| &tags.x), theme);
    for (axis, y) in ys.iter().enumerate() {
        let tag = tags.and_then(|tags| tags.ys.get(axis));
        y.paint(ui.painter(), area, tag, &y_strips::colours_of(plot, axis, theme), theme);
    }
    if side_width > 0.0 {
        kind.paint_side(ui, area, plot, frame, names);
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
        (PointedAt { x: cross_x, place }, &readings),
        &mut actions,
    );
    let is_dragged =
        !frame.is_figure && panel::grip(ui, (layout.header, rect.left()), plot, frame, &mut actions);
    paint_over(ui, plot, frame, measuring, &ground, &marks, (pointed, cross_x));
    menus(plot, &parts, frame, measuring, &mut actions);
    if plot.members().is_empty() {
        empty(ui, area, plot, theme);
    }
    let strips = ys.iter().map(|y| y.rect).collect();
    Shown { area, strips, actions, is_dragged }
}

/// Shows the menus of the parts of a plot that were asked for.
fn menus(
    plot: &mut PlotState,
    parts: &Parts,
    frame: FrameContext<'_>,
    measuring: &mut Measuring,
    actions: &mut Vec<PanelAction>,
) {
    if parts.plot.secondary_clicked() {
        let at = parts.plot.interact_pointer_pos();
        measuring.menu_at = at.map(|at| plot.values_at(gestures::place(at, parts.plot.rect)));
    }
    panel::menu_of(&parts.plot).show(|ui| panel::plot_menu(ui, plot, frame, measuring, actions));
    panel::menu_of(&parts.x_strip).show(|ui| panel::x_menu(ui, plot, frame, actions));
    for (axis, strip) in parts.y_strips.iter().enumerate() {
        panel::menu_of(strip).show(|ui| panel::y_menu(ui, plot, axis, frame, actions));
    }
}

/// What lies over the data: the box that is drawn or the crosshair, trigger, markers, cursors.
fn paint_over(
    ui: &mut Ui,
    plot: &mut PlotState,
    frame: FrameContext<'_>,
    measuring: &mut Measuring,
    ground: &Ground<'_>,
    marks: &SeenMarks,
    (pointed, cross_x): (Option<(egui::Pos2, crosshair::Tags)>, Option<f64>),
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
    let y_strips = layout.y_strips.iter().zip(Y_NAMES).map(|([rect, _], [name, label])| {
        part(*rect, name, label).on_hover_cursor(egui::CursorIcon::ResizeVertical)
    });
    let pointer = if is_box_mode { egui::CursorIcon::ZoomIn } else { egui::CursorIcon::Crosshair };
    Parts {
        plot: part(layout.area, "area", "plot area").on_hover_cursor(pointer),
        x_strip: part(layout.x_strip, "x", "x axis").on_hover_cursor(egui::CursorIcon::ResizeHorizontal),
        y_strips: y_strips.collect(),
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
    let area = ground.area;
    let mut grid = Vec::new();
    if frame.has_grid {
        grid = ground.x_axis.grid_lines(GridAxis::X, canvas, frame.theme);
        // Lines of several y axes would be nobody's.
        let first = ground.ys.iter().take(1);
        grid.extend(first.flat_map(|y| y.axis.grid_lines(GridAxis::Y, canvas, frame.theme)));
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
        ui.painter().add(egui_wgpu::Callback::new_paint_callback(
            area,
            DrawScene { renderer: frame.renderer, index },
        ));
    }
}

/// Draws one of the scenes that were prepared for this frame.
struct DrawScene {
    /// The key of its renderer.
    renderer: u64,
    index: usize,
}

impl egui_wgpu::CallbackTrait for DrawScene {
    fn paint(
        &self,
        info: egui::PaintCallbackInfo,
        pass: &mut wgpu::RenderPass<'static>,
        resources: &egui_wgpu::CallbackResources,
    ) {
        if let Some(renderer) = resources.get::<SceneRenderers>().and_then(|all| all.get(self.renderer)) {
            let clip = info.clip_rect_in_pixels();
            let clip = [clip.left_px, clip.top_px, clip.width_px, clip.height_px].map(|px| px as f32);
            renderer.draw_within(pass, self.index, PxRect { x: clip[0], y: clip[1], w: clip[2], h: clip[3] });
        }
    }
}

fn header(
    ui: &Ui,
    layout: &PanelRects,
    (plot, cache): (&mut PlotState, &mut PanelCache),
    frame: FrameContext<'_>,
    badges: &[crate::chart::Badge],
    (at, readings): (PointedAt, &[Reading]),
    actions: &mut Vec<PanelAction>,
) {
    let FrameContext { streams, theme, .. } = frame;
    let first_row = layout.header.with_max_y(layout.header.top() + legend::ROW);
    let (badges_left, clicked) = badges::paint(ui, first_row, plot.key(), badges, theme);
    let said = |member: usize, stream: &StreamSnapshot| {
        let value = match painter(plot.kind()).legend_value(plot, stream, at) {
            _ if stream.info.kind == StreamKind::Events => return Said::default(),
            LegendValue::Nothing => return Said::default(),
            LegendValue::Missing => None,
            LegendValue::Value(value) => Some(value),
        };
        let text = |value| value_text(value, readings[member], &stream.info.meta.y_unit);
        let ends = [0.0, 1.0].map(|share| text(Some(plot.y_value(&plot.members()[member], share))));
        let most = ends.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        Said { value: text(value), most, is_at_x: at.x.is_some() }
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
    let entries = legend::arrange(ui, plot, streams, widths, most_rows, said);
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
