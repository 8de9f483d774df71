//! The table below the plots: for each stream whether its producer lives, how fast it is, and the exact counts.
//!
//! Streams stand in blocks beside each other where there is room, so that many take little height. What does not
//! fit can be scrolled to, and the last line says how much that is and whether points were lost there.

use egui::{Align2, Color32, Painter, Rect, ScrollArea, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::chart::{StreamSnapshot, counts_text, format, state_of};
use crate::plot::{SMALL, Theme, badges, digits, elided_in_front, font};
use crate::stream::StreamKind;

/// Height of a row, points.
const ROW: f32 = 19.0;
/// Share of the window that the table takes at most.
const MOST: f32 = 0.25;
/// A window less high than this has no table, points; nor has one with no room for a name.
const LEAST_WINDOW: f32 = 200.0;
/// Room left and right, points.
const MARGIN: f32 = 14.0;
/// Room between two blocks, points.
const GAP: f32 = 32.0;
/// Least and greatest width of the column of names, points.
const NAME: [f32; 2] = [70.0, 340.0];
/// Names get no more than this where that makes room for another block.
const SHORT_NAME: f32 = 136.0;
/// Widths of the other columns, points; counts have room for thousands of millions before they need more.
const STATE: f32 = 100.0;
const RATE: f32 = 74.0;
const COUNT: f32 = 98.0;
/// Least room between two counts, points.
const COUNT_GAP: f32 = 12.0;

/// Where the columns of a block lie, from its left end, points.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Columns {
    /// Room for the name.
    name: f32,
    /// Left edge of the producer's state; `None` where there is no room.
    state: Option<f32>,
    /// Right edge of the rate, likewise.
    rate: Option<f32>,
    /// Right edges of drained, received and lost, likewise. Lost is never left out.
    counts: [Option<f32>; 3],
}

impl Columns {
    /// For names and counts that are at most so wide, in a block of `width`.
    fn new(name: f32, count: f32, width: f32) -> Self {
        let mut columns = Self { name: 0.0, state: None, rate: None, counts: [None; 3] };
        let least = name.clamp(NAME[0], NAME[1].min(width.max(NAME[0])));
        let fits = |counts: f32, others: f32| {
            let name = if counts < 3.0 { NAME[0] } else { least.min(SHORT_NAME) };
            width >= name + counts * count + others
        };
        let shown = [3.0, 2.0].into_iter().find(|n| fits(*n, 0.0)).unwrap_or(1.0);
        let has_rate = shown > 2.5 && fits(3.0, RATE);
        let has_state = has_rate && fits(3.0, RATE + STATE);
        let others = if has_rate { RATE } else { 0.0 } + if has_state { STATE } else { 0.0 };
        columns.name = least.min(width - shown * count - others).max(0.0);
        let mut at = columns.name;
        if has_state {
            columns.state = Some(at + 8.0);
            at += STATE;
        }
        if has_rate {
            at += RATE;
            columns.rate = Some(at);
        }
        for (i, edge) in columns.counts.iter_mut().enumerate() {
            if i as f32 >= 3.0 - shown {
                at += count;
                *edge = Some(at.min(width));
            }
        }
        columns
    }

    /// Width of a block that has all columns.
    fn whole(name: f32, count: f32) -> f32 {
        name + STATE + RATE + 3.0 * count
    }
}

/// How the table is laid out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TableLayout {
    /// Height of the table; nothing is painted where it is zero.
    pub(crate) height: f32,
    columns: Columns,
    blocks: usize,
    /// Width of a block.
    block: f32,
    /// Rows of a block.
    rows: usize,
    /// Rows that are seen at once.
    seen_rows: usize,
}

impl TableLayout {
    /// The layout for these streams in this window.
    pub(crate) fn new(ui: &Ui, streams: &[StreamSnapshot], window: egui::Vec2) -> Self {
        let width = |text: String, font| ui.painter().layout_no_wrap(text, font, Color32::WHITE).size().x;
        let name = streams.iter().map(|s| width(s.info.meta.name.clone(), font(SMALL)) + 22.0);
        let greatest = streams.iter().map(|s| s.counts.position.saturating_sub(s.counts.start)).max();
        let count = width(format::count(greatest.unwrap_or(0)), digits(SMALL)) + COUNT_GAP;
        Self::of(streams.len(), name.fold(0.0, f32::max), count, window)
    }

    /// The layout for a number of streams, the width of the widest name, and that of the greatest count.
    fn of(streams: usize, name: f32, count: f32, window: egui::Vec2) -> Self {
        let inner = (window.x - 2.0 * MARGIN).max(0.0);
        let name = name.clamp(NAME[0], NAME[1]);
        let roomy = count.max(COUNT);
        let most = |name: f32| ((inner + GAP) / (Columns::whole(name, roomy) + GAP)).floor().max(1.0);
        let blocks = (most(name.min(SHORT_NAME)) as usize).min(streams.max(1));
        let block = if blocks > 1 { (inner - GAP * (blocks - 1) as f32) / blocks as f32 } else { inner };
        let is_roomy = block >= Columns::whole(name.min(SHORT_NAME), roomy);
        let columns = Columns::new(name, if is_roomy { roomy } else { count }, block);
        let rows = streams.div_ceil(blocks);
        let fixed = ROW + 12.0;
        let most_rows = (((window.y * MOST - fixed) / ROW).floor().max(1.0)) as usize;
        // One line less where the last one says what is left out.
        let seen_rows = if rows > most_rows { most_rows.saturating_sub(1).max(1) } else { rows };
        let lines = if rows > seen_rows { seen_rows + 1 } else { rows };
        let is_shown = streams > 0 && window.y >= LEAST_WINDOW && inner >= NAME[0];
        let height = if is_shown { lines as f32 * ROW + fixed } else { 0.0 };
        Self { height, columns, blocks, block, rows, seen_rows }
    }

    /// The stream at a row of a block: down one block, then the next, so that a group stays together.
    fn stream(&self, block: usize, row: usize) -> usize {
        block * self.rows + row
    }
}

/// Paints the table into `rect`.
pub(crate) fn show(ui: &mut Ui, rect: Rect, layout: TableLayout, streams: &[StreamSnapshot], theme: &Theme) {
    if layout.height <= 0.0 || rect.height() < ROW {
        return;
    }
    let inner = rect.shrink2(vec2(MARGIN, 0.0));
    ui.painter().hline(rect.x_range(), ui.painter().round_to_pixel_center(rect.top()), (1.0, theme.border));
    let left = |block: usize| block as f32 * (layout.block + GAP);
    for block in 0..layout.blocks {
        let corner = inner.left_top() + vec2(left(block), 5.0);
        head_row(ui.painter(), Rect::from_min_size(corner, vec2(layout.block, ROW)), layout.columns, theme);
    }
    let top = inner.top() + 5.0 + ROW;
    // The scroll bar lies in the margin.
    let size = vec2(inner.width() + MARGIN - 2.0, layout.seen_rows as f32 * ROW);
    let body = Rect::from_min_size(pos2(inner.left(), top), size);
    let scroll = ui.scope_builder(UiBuilder::new().max_rect(body), |ui| {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        let area = ScrollArea::vertical().max_height(body.height()).min_scrolled_height(0.0);
        area.auto_shrink([false, false]).show(ui, |ui| {
            for row in 0..layout.rows {
                let size = vec2(inner.width(), ROW);
                let (line, _) = ui.allocate_exact_size(size, Sense::hover());
                for block in 0..layout.blocks {
                    let index = layout.stream(block, row);
                    let Some(stream) = streams.get(index) else { continue };
                    let corner = line.left_top() + vec2(left(block), 0.0);
                    let cell = Rect::from_min_size(corner, vec2(layout.block, ROW));
                    let id = ui.scope_id().with(("stream", index));
                    let response = ui.interact(cell, id, Sense::hover());
                    let text = counts_text(stream);
                    response.widget_info(|| {
                        WidgetInfo::labeled(egui::accesskit::Role::Label, true, text.clone())
                    });
                    if stream_row(ui.painter(), cell, layout.columns, stream, theme) {
                        response.on_hover_text(text);
                    }
                }
            }
        })
    });
    if layout.rows > layout.seen_rows {
        let first = (scroll.inner.state.clamped_offset().y / ROW).round().max(0.0) as usize;
        let at = pos2(inner.left() + 14.0, body.bottom() + ROW / 2.0);
        left_out(ui.painter(), at, layout, first, streams, theme);
    }
}

/// Says how many streams are not in sight, and whether points were lost in them.
fn left_out(
    painter: &Painter,
    at: egui::Pos2,
    layout: TableLayout,
    first: usize,
    streams: &[StreamSnapshot],
    theme: &Theme,
) {
    let seen = first..first + layout.seen_rows;
    let hidden = streams.iter().enumerate().filter(|(i, _)| !seen.contains(&(i % layout.rows.max(1))));
    let (mut count, mut losing) = (0, 0);
    for (_, stream) in hidden {
        count += 1;
        losing += usize::from(stream.counts.lost > 0 && stream.info.kind != StreamKind::Snapshot);
    }
    let text = format!("+{count} more: scroll");
    let text = painter.text(at, Align2::LEFT_CENTER, text, font(SMALL), theme.text_faint);
    if losing > 0 {
        let at = pos2(text.right() + 12.0, at.y);
        let text = format!("{losing} of them lost points");
        painter.text(at, Align2::LEFT_CENTER, text, font(SMALL), theme.bad);
    }
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
    for (name, at) in ["drained", "received", "lost"].into_iter().zip(columns.counts) {
        if let Some(at) = at {
            head(name, at, Align2::RIGHT_CENTER);
        }
    }
}

/// Returns whether something had to be left out.
fn stream_row(
    painter: &Painter,
    row: Rect,
    columns: Columns,
    stream: &StreamSnapshot,
    theme: &Theme,
) -> bool {
    let y = row.center().y;
    let (state, tone) = state_of(stream);
    let tone = badges::colour(tone, theme);
    painter.circle_filled(pos2(row.left() + 4.0, y), 3.0, tone);
    let room = columns.name - 22.0;
    let name = elided_in_front(painter, &stream.info.meta.name, &font(SMALL), theme.text_strong, room);
    let is_cut = name.text().starts_with('…') || columns.state.is_none() || columns.counts[0].is_none();
    painter.galley(pos2(row.left() + 14.0, y - name.size().y / 2.0), name, theme.text_strong);
    if let Some(at) = columns.state {
        painter.text(pos2(row.left() + at, y), Align2::LEFT_CENTER, state, font(SMALL), tone);
    }
    let number = |text: String, at: Option<f32>, colour: Color32| {
        if let Some(at) = at {
            painter.text(pos2(row.left() + at, y), Align2::RIGHT_CENTER, text, digits(SMALL), colour);
        }
    };
    let rate = stream.rate_hz.filter(|_| !stream.liveness.is_over());
    number(rate.map_or_else(|| "–".to_owned(), format::rate), columns.rate, theme.text);
    if stream.info.derived.is_some() {
        // No producer counts them.
        for at in columns.counts {
            number("–".to_owned(), at, theme.text_faint);
        }
        return is_cut;
    }
    let counts = stream.counts;
    let lost = match (counts.lost, stream.info.kind) {
        (0, _) => theme.text_faint,
        // Curves are there to be replaced.
        (_, StreamKind::Snapshot) => theme.text,
        _ => theme.bad,
    };
    number(format::count(counts.position.saturating_sub(counts.start)), columns.counts[0], theme.text);
    number(format::count(counts.received), columns.counts[1], theme.text);
    number(format::count(counts.lost), columns.counts[2], lost);
    is_cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_inside_and_apart_however_narrow() {
        for width in [212.0f32, 240.0, 400.0, 500.0, 640.0, 800.0, 1280.0] {
            for name in [30.0, 120.0, 500.0] {
                let columns = Columns::new(name, 96.0, width);
                let mut edges = vec![columns.name];
                edges.extend(columns.counts.iter().flatten());
                assert!(edges.windows(2).all(|w| w[1] - w[0] >= 95.9), "{width}: {columns:?}");
                assert!(columns.counts[2].is_some_and(|at| at <= width + 0.1), "{width}: {columns:?}");
            }
        }
        assert!(Columns::new(100.0, COUNT, 1280.0).state.is_some());
        assert_eq!(Columns::new(100.0, COUNT, 240.0).counts[0], None);
    }

    #[test]
    fn the_table_leaves_most_of_the_window_to_the_plots() {
        for streams in [1, 4, 30, 1000] {
            for size in [vec2(1280.0, 720.0), vec2(640.0, 360.0), vec2(240.0, 160.0), vec2(3840.0, 2160.0)] {
                let layout = TableLayout::of(streams, 120.0, 90.0, size);
                assert!(layout.height <= (size.y * MOST).max(3.0 * ROW + 12.0), "{streams}: {layout:?}");
                let width = layout.blocks as f32 * (layout.block + GAP) - GAP;
                assert!(width <= size.x - 2.0 * MARGIN + 0.1, "{streams}: {layout:?}");
                assert!(layout.blocks * layout.rows >= streams);
            }
        }
    }

    #[test]
    fn a_few_streams_stand_beside_each_other_and_all_are_seen() {
        let layout = TableLayout::of(4, 120.0, 90.0, vec2(1280.0, 720.0));
        assert_eq!((layout.blocks, layout.rows, layout.seen_rows), (2, 2, 2));
        let many = TableLayout::of(30, 120.0, 90.0, vec2(1280.0, 720.0));
        assert!(many.seen_rows < many.rows, "nothing is left out that could be said");
    }
}
