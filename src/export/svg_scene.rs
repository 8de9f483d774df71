//! A plot's scene as SVG: its ground, grid and gaps, and its layers as paths. Densities and waterfalls are pictures.

use egui::{Color32, Rect, pos2, vec2};

use super::svg_text::{N, fill, paint};
use super::svg_writer::Svg;
use crate::render::{Axis, BAND_EMPTY, HALVES, Image, Layer, Levels, Row, Rows, Scene, Shape};

/// So far above and below the plot area a line is still told, pixels.
const MARGIN: f32 = 60.0;

/// Draws a scene, cut at the edges of its plot area.
pub(crate) fn draw(svg: &mut Svg, scene: &Scene) {
    let area = Rect::from_min_size(pos2(scene.rect.x, scene.rect.y), vec2(scene.rect.w, scene.rect.h));
    let clip = svg.clip(area);
    svg.add(format_args!(
        "<g clip-path=\"url(#c{clip})\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n"
    ));
    rect(svg, area, &fill(colour(scene.background)));
    for line in &scene.grid {
        let (at, width) = (line.at_px.floor(), line.width_px.round().max(1.0));
        let strip = match line.axis {
            Axis::X => Rect::from_min_size(pos2(at, area.top()), vec2(width, area.height())),
            Axis::Y => Rect::from_min_size(pos2(area.left(), at), vec2(area.width(), width)),
        };
        rect(svg, strip, &fill(colour(line.colour)));
    }
    for (index, gap) in scene.gaps.iter().enumerate() {
        let band = Rect::from_min_max(pos2(gap.x0_px, area.top()), pos2(gap.x1_px, area.bottom()));
        if band.width() < 8.0 {
            rect(svg, band, &fill(colour(gap.colour)));
            continue;
        }
        // Of two places one cannot have the same number: clips are counted, and each area is clipped once.
        svg.define(format_args!(
            "<pattern id=\"h{clip}-{index}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect width=\"4\" height=\"8\"{}/></pattern>\n",
            fill(colour(gap.colour))
        ));
        rect(svg, band, &format!(" fill=\"url(#h{clip}-{index})\""));
    }
    for layer in &scene.layers {
        draw_layer(svg, area, layer);
    }
    svg.add(format_args!("</g>\n"));
}

fn draw_layer(svg: &mut Svg, area: Rect, layer: &Layer) {
    let ink = colour(layer.colour);
    match &layer.shape {
        Shape::Bands { first_px, halves } => bands(svg, area, *first_px, halves, ink, layer.width_px),
        Shape::Segments { points } => segments(svg, area, points, ink, layer.width_px),
        Shape::Markers { points, radius_px } => {
            // A dot is a stroke of no length with round ends.
            svg.add(format_args!("<path d=\""));
            for [x, y] in points.iter().filter(|point| is_near(area, **point)) {
                svg.add(format_args!("M{} {}h0", N(*x), N(*y)));
            }
            finish_path(svg, ink, 2.0 * radius_px);
        }
        Shape::Density { levels, colours } => {
            if let Some(picture) = density(levels, colours) {
                image(svg, area, &picture);
            }
        }
        Shape::Rows(rows) => {
            let picture = waterfall(rows, ink);
            let size = vec2(picture.width as f32, picture.height as f32 * rows.row_px as f32);
            let corner = pos2(rows.corner_px[0].round(), rows.corner_px[1].round());
            image(svg, Rect::from_min_size(corner, size), &picture);
        }
    }
}

/// Ends a path that is a line, of one opacity wherever it crosses itself.
fn finish_path(svg: &mut Svg, ink: Color32, width: f32) {
    let stroke = paint("stroke", solid(ink));
    let opacity = N(f32::from(ink.a()) / 255.0);
    svg.add(format_args!("\" fill=\"none\"{stroke} stroke-width=\"{}\" opacity=\"{opacity}\"/>\n", N(width)));
}

/// The runs of columns as polygons around what they cover, with a stroke as wide as the line.
fn bands(svg: &mut Svg, area: Rect, first_px: f32, halves: &[[f32; 2]], ink: Color32, width: f32) {
    let y = |y: f32| N(y.clamp(area.top() - MARGIN, area.bottom() + MARGIN));
    let step = 1.0 / HALVES as f32;
    let x = |index: usize| N(first_px.round() + (index as f32 + 0.5) * step);
    let is_empty =
        |half: &[f32; 2]| *half == BAND_EMPTY || half[0] > half[1] || half.iter().any(|v| v.is_nan());
    svg.add(format_args!("<path d=\""));
    let mut from = 0;
    for run in halves.chunk_by(|a, b| is_empty(a) == is_empty(b)) {
        let columns = from..from + run.len();
        from = columns.end;
        if is_empty(&run[0]) {
            continue;
        }
        let is_line = width > 0.0 && run.iter().all(|[lo, hi]| hi - lo < 0.01);
        for (column, [lo, _]) in columns.clone().zip(run) {
            let letter = if column == columns.start { 'M' } else { 'L' };
            svg.add(format_args!("{letter}{} {}", x(column), y(*lo)));
        }
        if is_line {
            // Back the way that it came, or the ends would be joined.
            if run.len() == 1 {
                svg.add(format_args!("h0"));
            }
            for (column, [_, hi]) in columns.zip(run).rev().skip(1) {
                svg.add(format_args!("L{} {}", x(column), y(*hi)));
            }
            continue;
        }
        for (column, [_, hi]) in columns.zip(run).rev() {
            svg.add(format_args!("L{} {}", x(column), y(*hi)));
        }
        svg.add(format_args!("Z"));
    }
    let inside = fill(solid(ink));
    let edge = if width > 0.0 {
        format!("{} stroke-width=\"{}\"", paint("stroke", solid(ink)), N(width))
    } else {
        String::new()
    };
    let opacity = N(f32::from(ink.a()) / 255.0);
    svg.add(format_args!("\"{inside}{edge} opacity=\"{opacity}\"/>\n"));
}

fn segments(svg: &mut Svg, area: Rect, points: &[[f32; 2]], ink: Color32, width: f32) {
    svg.add(format_args!("<path d=\""));
    let is_point = |point: &[f32; 2]| point.iter().all(|v| v.is_finite() && v.abs() < 1e9);
    for line in points.chunk_by(|a, b| is_point(a) == is_point(b)) {
        if !is_point(&line[0]) {
            continue;
        }
        // Points far outside were cut before; those of a line that leaves the area stay, for its slope.
        for (index, [x, y]) in line.iter().enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            svg.add(format_args!("{letter}{} {}", N(*x), N(*y)));
        }
        if line.len() == 1 && is_near(area, line[0]) {
            svg.add(format_args!("h0"));
        }
    }
    finish_path(svg, ink, width);
}

fn is_near(area: Rect, [x, y]: [f32; 2]) -> bool {
    area.expand(MARGIN).contains(pos2(x, y))
}

fn rect(svg: &mut Svg, rect: Rect, paint: &str) {
    let size = rect.size().max(vec2(0.0, 0.0));
    svg.add(format_args!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{paint}/>\n",
        N(rect.min.x),
        N(rect.min.y),
        N(size.x),
        N(size.y)
    ));
}

/// The cells of a density in their colours.
fn density(levels: &Levels, colours: &[[u8; 4]]) -> Option<Image> {
    let [width, height] = levels.size;
    let last = *colours.last()?;
    if levels.levels.len() != width as usize * height as usize || levels.levels.is_empty() {
        return None;
    }
    let rgba = levels.levels.iter().flat_map(|level| *colours.get(usize::from(*level)).unwrap_or(&last));
    Some(Image { width, height, rgba: rgba.collect() })
}

/// The rows of a waterfall, a pixel high each.
fn waterfall(rows: &Rows, missing: Color32) -> Image {
    let table = rows.colours.table();
    let [lowest, highest] = rows.range;
    let colour = |value: f32| {
        if value.is_nan() {
            return [0; 4];
        }
        let share = (value - lowest) / (highest - lowest) * 255.0;
        table[(share.clamp(0.0, 255.0) + 0.5) as usize % 256]
    };
    let mut rgba = Vec::with_capacity(rows.rows.len() * rows.columns * 4);
    for row in &rows.rows {
        let end = rgba.len() + rows.columns * 4;
        match row {
            Row::Values { values, .. } => {
                rgba.extend(values.iter().take(rows.columns).flat_map(|value| colour(*value)));
            }
            Row::Missing => {
                let faint = missing.gamma_multiply(0.75).to_srgba_unmultiplied();
                rgba.extend((0..rows.columns).flat_map(|_| faint));
            }
            Row::Nothing => {}
        }
        rgba.resize(end, 0);
    }
    Image { width: rows.columns as u32, height: rows.rows.len() as u32, rgba }
}

fn image(svg: &mut Svg, area: Rect, picture: &Image) {
    let mut png = Vec::new();
    // A picture of no size is no PNG.
    if picture.width == 0 || picture.height == 0 || picture.encode(&mut png).is_err() {
        return;
    }
    let size = area.size();
    svg.add(format_args!(
        "<image x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>\n",
        N(area.min.x),
        N(area.min.y),
        N(size.x),
        N(size.y),
        base64(&png)
    ));
}

/// RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |n: usize| u32::from(three.get(n).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n)) as usize % 64];
            text.push(if n <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

/// Straight alpha, 0..=1.
fn colour([r, g, b, a]: [f32; 4]) -> Color32 {
    let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
    Color32::from_rgba_unmultiplied(byte(r), byte(g), byte(b), byte(a))
}

/// A colour without its opacity.
fn solid(colour: Color32) -> Color32 {
    let [r, g, b, a] = colour.to_srgba_unmultiplied();
    if a == 0 { Color32::TRANSPARENT } else { Color32::from_rgb(r, g, b) }
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn base64_is_that_of_the_standard() {
        // The examples of RFC 4648, 10.
        let pairs = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, text) in pairs {
            assert_eq!(base64(plain.as_bytes()), text);
        }
    }
}
