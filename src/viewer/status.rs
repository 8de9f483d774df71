//! The table below the plots: for each stream whether its producer lives, how fast it is, and the exact counts.

use egui::{Align2, Color32, Painter, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::badges;
use super::format;
use super::seen::SeenStream;
use super::theme::{SMALL, Theme, digits, font};
use super::widget::counts_text;

/// Height of a row, points.
const ROW: f32 = 19.0;
/// Share of the window that the table takes at most.
const MOST: f32 = 0.3;
/// Room left and right, points.
const MARGIN: f32 = 14.0;
/// Least and greatest width of the column of names, points.
const NAME: [f32; 2] = [120.0, 340.0];
/// Widths of the other columns, points.
const STATE: f32 = 120.0;
const RATE: f32 = 90.0;
const COUNT: f32 = 130.0;

/// Where the columns lie, from the left end of the table, points.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Columns {
    /// Left edge of the producer's state; `None` where there is no room.
    state: Option<f32>,
    /// Right edge of the rate, likewise.
    rate: Option<f32>,
    /// Right edges of the counts.
    counts: [f32; 3],
}

impl Columns {
    fn new(name: f32, width: f32) -> Self {
        let name = name.clamp(NAME[0], NAME[1]);
        let mut columns = Self { state: None, rate: None, counts: [0.0; 3] };
        // The counts are never left out; where it is narrow, all columns share what there is.
        let count = ((width - NAME[0]) / 3.0).clamp(0.0, COUNT);
        let mut at = (name + 20.0).min(width - 3.0 * count);
        if width >= at + STATE + 3.0 * count {
            columns.state = Some(at);
            at += STATE;
        }
        if width >= at + RATE + 3.0 * count {
            at += RATE;
            columns.rate = Some(at);
        }
        columns.counts = [1.0, 2.0, 3.0].map(|i| at + i * count);
        columns
    }
}

/// Height of the table for this many streams in a window this high.
pub(crate) fn height(streams: usize, window: f32) -> f32 {
    if streams == 0 {
        return 0.0;
    }
    ((streams + 1) as f32 * ROW + 12.0).min((window * MOST).max(ROW * 2.0 + 12.0))
}

/// Paints the table into `rect`.
pub(crate) fn show(ui: &mut Ui, rect: Rect, streams: &[SeenStream], theme: &Theme) {
    if streams.is_empty() || rect.height() < ROW {
        return;
    }
    let inner = rect.shrink2(vec2(MARGIN, 0.0));
    let name_width = |s: &SeenStream| {
        ui.painter().layout_no_wrap(s.info.meta.name.clone(), font(SMALL), Color32::WHITE).size().x + 14.0
    };
    let columns = Columns::new(streams.iter().map(name_width).fold(0.0, f32::max), inner.width());
    ui.painter().hline(rect.x_range(), ui.painter().round_to_pixel_center(rect.top()), (1.0, theme.border));
    let head = Rect::from_min_size(inner.left_top() + vec2(0.0, 5.0), vec2(inner.width(), ROW));
    head_row(ui.painter(), head, columns, theme);
    let body = Rect::from_min_max(pos2(inner.left(), head.bottom()), pos2(inner.right(), rect.bottom()));
    ui.scope_builder(UiBuilder::new().max_rect(body), |ui| {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            for stream in streams {
                let (row, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
                response.widget_info(|| {
                    WidgetInfo::labeled(egui::accesskit::Role::Label, true, counts_text(stream))
                });
                stream_row(ui.painter(), row, columns, stream, theme);
            }
        });
    });
}

fn head_row(painter: &Painter, row: Rect, columns: Columns, theme: &Theme) {
    let head = |name: &str, at: f32, align: Align2| {
        let at = pos2(row.left() + at, row.center().y);
        painter.text(at, align, name, font(SMALL - 1.0), theme.text_faint);
    };
    head("stream", 0.0, Align2::LEFT_CENTER);
    if let Some(at) = columns.state {
        head("producer", at, Align2::LEFT_CENTER);
    }
    if let Some(at) = columns.rate {
        head("rate", at, Align2::RIGHT_CENTER);
    }
    for (name, at) in ["written", "received", "lost"].into_iter().zip(columns.counts) {
        head(name, at, Align2::RIGHT_CENTER);
    }
}

fn stream_row(painter: &Painter, row: Rect, columns: Columns, stream: &SeenStream, theme: &Theme) {
    let y = row.center().y;
    let (state, tone) = badges::state(stream.liveness);
    let tone = badges::colour(tone, theme);
    painter.circle_filled(pos2(row.left() + 4.0, y), 3.0, tone);
    let name_right = columns.state.or(columns.rate.map(|at| at - RATE)).unwrap_or(NAME[0]);
    let clip = row.with_max_x(row.left() + name_right - 8.0).intersect(painter.clip_rect());
    let at = pos2(row.left() + 14.0, y);
    painter.with_clip_rect(clip).text(
        at,
        Align2::LEFT_CENTER,
        &stream.info.meta.name,
        font(SMALL),
        theme.text_strong,
    );
    if let Some(at) = columns.state {
        painter.text(pos2(row.left() + at, y), Align2::LEFT_CENTER, state, font(SMALL), tone);
    }
    let number = |text: String, at: f32, colour: Color32| {
        painter.text(pos2(row.left() + at, y), Align2::RIGHT_CENTER, text, digits(SMALL), colour);
    };
    if let Some(at) = columns.rate {
        let rate = stream
            .rate_hz
            .filter(|_| !stream.liveness.is_over())
            .map_or_else(|| "–".to_owned(), format::rate);
        number(rate, at, theme.text);
    }
    let counts = stream.counts;
    let lost = if counts.lost > 0 { theme.bad } else { theme.text_faint };
    number(format::count(counts.written.saturating_sub(counts.start)), columns.counts[0], theme.text);
    number(format::count(counts.received), columns.counts[1], theme.text);
    number(format::count(counts.lost), columns.counts[2], lost);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_stay_inside_however_narrow() {
        for width in [240.0, 400.0, 500.0, 640.0, 800.0, 1280.0] {
            let columns = Columns::new(500.0, width);
            assert!(columns.counts[2] <= width, "{width}: {columns:?}");
            assert!(columns.counts[0] > NAME[0], "{width}: {columns:?}");
            assert!(columns.state.is_none_or(|at| at + STATE <= columns.counts[0]));
        }
        assert!(Columns::new(100.0, 1280.0).rate.is_some());
        assert!(Columns::new(100.0, 500.0).rate.is_none());
    }
}
