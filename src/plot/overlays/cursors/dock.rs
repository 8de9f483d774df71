//! What the cursors measure, in a panel beside the plots: a row for each stream of all panels that have the cursors, and a
//! column for each quantity. A click on a heading sorts by it.

use egui::{Color32, Rect, RichText, Sense, Ui, WidgetInfo, pos2, vec2};

use super::super::super::theme::{SMALL, Theme, digits, font};
use crate::chart::cursors::{CursorSettings, Quantity, Report};
use crate::chart::told_apart;

/// Share of the width that the dock has at first.
const SHARE: f32 = 0.36;
/// Narrowest dock, and least that it leaves to the plots, points.
const LEAST: f32 = 180.0;
/// Width of the edge that is dragged, points.
const EDGE: f32 = 6.0;
/// Characters of a name at most.
const NAME: usize = 24;

/// What one plot says.
#[derive(Debug)]
pub(super) struct Docked {
    pub(super) report: Report,
    /// Of each column.
    pub(super) colours: Vec<Color32>,
}

/// A row of the table.
struct Row<'a> {
    name: String,
    colour: Color32,
    cells: &'a [Quantity],
}

/// The panel beside the plots.
#[derive(Debug, Default)]
pub(super) struct Dock {
    /// What the plots of this frame say.
    pub(super) docked: Vec<Docked>,
    /// Share of the width, where somebody chose it.
    share: Option<f32>,
    /// The quantity to sort by, and whether the greatest comes first.
    sort: Option<(&'static str, bool)>,
}

impl Dock {
    /// The room of the plots and that of the dock.
    pub(super) fn split(&self, area: Rect) -> (Rect, Rect) {
        let most = (area.width() - LEAST).max(0.0);
        let width = (area.width() * self.share.unwrap_or(SHARE)).clamp(LEAST.min(most), most);
        let at = area.right() - width;
        (area.with_max_x(at - EDGE), area.with_min_x(at))
    }

    /// Shows what was measured in this frame. `all` is the room of the plots and the dock.
    pub(super) fn show(
        &mut self,
        ui: &mut Ui,
        (all, rect): (Rect, Rect),
        settings: &mut CursorSettings,
        theme: &Theme,
    ) {
        self.edge(ui, all, rect, theme);
        let docked = std::mem::take(&mut self.docked);
        let mut child = ui.new_child(egui::UiBuilder::new().max_rect(rect.shrink2(vec2(8.0, 2.0))));
        let ui = &mut child;
        ui.set_clip_rect(rect.intersect(ui.clip_rect()));
        ui.horizontal(|ui| {
            ui.label(RichText::new("Cursors").color(theme.text_strong));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if ui.button("Undock").on_hover_text("Shows the values in the plot").clicked() {
                    settings.docked = false;
                }
                if ui.button("Copy").on_hover_text("Copies all digits as text (Ctrl+C)").clicked() {
                    let texts: Vec<String> = docked.iter().map(|docked| docked.report.text()).collect();
                    ui.ctx().copy_text(texts.join("\n\n"));
                }
            });
        });
        egui::ScrollArea::both().id_salt("docked cursors").auto_shrink(false).show(ui, |ui| {
            // Plots that read the same quantities are one table; a curve in the plane has none.
            for (index, first) in docked.iter().enumerate() {
                let same = |other: &&Docked| other.report.rows == first.report.rows;
                if docked[..index].iter().any(|before| same(&before)) && !first.report.rows.is_empty() {
                    continue;
                }
                head(ui, index, &first.report, theme);
                let together: Vec<&Docked> = docked[index..].iter().filter(same).collect();
                self.table(ui, index, &first.report.rows, &together, theme);
                ui.add_space(8.0);
            }
        });
    }

    fn edge(&mut self, ui: &Ui, all: Rect, rect: Rect, theme: &Theme) {
        let edge = Rect::from_min_max(pos2(rect.left() - EDGE, rect.top()), rect.left_bottom());
        let response = ui.interact(edge, ui.scope_id().with("edge of docked cursors"), Sense::drag());
        response.widget_info(|| {
            WidgetInfo::labeled(egui::accesskit::Role::Splitter, true, "edge of docked cursors")
        });
        if let Some(at) = response.interact_pointer_pos().filter(|_| response.dragged()) {
            self.share = Some(((all.right() - at.x) / all.width().max(1.0)).clamp(0.1, 0.9));
        }
        let is_lit = response.hovered() || response.dragged();
        let colour = if is_lit { theme.text_faint } else { theme.border };
        ui.painter().vline(edge.center().x, edge.y_range(), (1.0, colour));
        response.on_hover_cursor(egui::CursorIcon::ResizeHorizontal);
    }

    fn table(
        &mut self,
        ui: &mut Ui,
        index: usize,
        names: &[&'static str],
        docked: &[&Docked],
        theme: &Theme,
    ) {
        let columns = || docked.iter().flat_map(|docked| docked.report.columns.iter().zip(&docked.colours));
        let labels: Vec<&str> = columns().map(|(column, _)| column.label.as_str()).collect();
        let mut rows: Vec<Row<'_>> = columns()
            .zip(told_apart(&labels, NAME))
            .map(|((column, colour), name)| Row { name, colour: *colour, cells: &column.cells })
            .collect();
        if let Some((by, is_greatest_first)) = self.sort
            && let Some(at) = names.iter().position(|name| *name == by)
        {
            let value = |row: &Row<'_>| row.cells.get(at).map_or(f64::NAN, |cell| cell.value);
            rows.sort_by(|a, b| {
                let (a, b) = (value(a), value(b));
                let order = if is_greatest_first { b.total_cmp(&a) } else { a.total_cmp(&b) };
                // What has no value comes last either way.
                a.is_nan().cmp(&b.is_nan()).then(order)
            });
        }
        egui::Grid::new(("docked cursors", index)).striped(true).spacing([12.0, 4.0]).show(ui, |ui| {
            ui.label(RichText::new("stream").font(font(SMALL)).color(theme.text_faint));
            for name in names {
                let right = egui::Layout::right_to_left(egui::Align::Center);
                ui.with_layout(right, |ui| self.heading(ui, name, theme));
            }
            ui.end_row();
            for Row { name, colour, cells } in rows {
                ui.label(RichText::new(name).font(font(SMALL)).color(colour));
                for cell in cells {
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        let text = RichText::new(cell.shown()).font(digits(SMALL)).color(theme.text_strong);
                        ui.add(egui::Label::new(text).extend());
                    });
                }
                ui.end_row();
            }
        });
    }

    /// The heading of a quantity: a click sorts by it, the greatest first, then the least, then as the legends have them.
    fn heading(&mut self, ui: &mut Ui, name: &'static str, theme: &Theme) {
        let order = self.sort.filter(|(by, _)| *by == name).map(|(_, is_greatest_first)| is_greatest_first);
        let mark = match order {
            Some(true) => " ▼",
            Some(false) => " ▲",
            None => "",
        };
        let text = RichText::new(format!("{name}{mark}")).font(font(SMALL)).color(theme.text);
        let response = ui.add(egui::Button::new(text).frame(false));
        response.widget_info(|| {
            WidgetInfo::labeled(egui::accesskit::Role::ColumnHeader, true, format!("sort by {name}"))
        });
        if response.clicked() {
            self.sort = match order {
                None => Some((name, true)),
                Some(true) => Some((name, false)),
                Some(false) => None,
            };
        }
    }
}

/// What the cursors say of themselves.
fn head(ui: &mut Ui, index: usize, report: &Report, theme: &Theme) {
    egui::Grid::new(("head of docked cursors", index)).spacing([12.0, 2.0]).show(ui, |ui| {
        for (name, quantity) in &report.head {
            ui.label(RichText::new(*name).font(font(SMALL)).color(theme.text));
            ui.label(RichText::new(quantity.shown()).font(digits(SMALL)).color(theme.text_strong));
            ui.end_row();
        }
    });
}
