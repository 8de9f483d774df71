//! A laid-out frame as a drawing: what egui painted, and the scenes of the plots in their places, as SVG.
//!
//! The same shapes as on the screen, so the drawing looks like the plot, whatever the plot shows, in any browser: text is
//! drawn as outlines. Lines are drawn from the columns of the picture, and not from all points, so a file is small however many there are.

use std::fmt::Write;

use egui::epaint::{ClippedShape, ColorMode, PathShape, RectShape, TextShape};
use egui::{Color32, Mesh, Rect, Shape, Stroke, StrokeKind, Vec2, pos2};

use super::outlines::Outlines;
use super::svg_scene;
use super::svg_text::{Escaped, N, fill, stroke};
use super::svg_writer::Svg;
use crate::render::Scene;

/// A frame that was laid out at one pixel a point.
pub(crate) struct Page<'a> {
    /// What of it is shown.
    pub(crate) area: Rect,
    /// Colour of the ground.
    pub(crate) ground: Color32,
    pub(crate) shapes: &'a [ClippedShape],
    pub(crate) scenes: &'a [Scene],
    /// What the drawing is called.
    pub(crate) title: &'a str,
}

/// The frame as a whole SVG file.
pub(crate) fn document(page: &Page<'_>) -> String {
    let Rect { min, .. } = page.area;
    let Vec2 { x: width, y: height } = page.area.size();
    let mut out =
        Svg { body: String::new(), defs: String::new(), clips: Vec::new(), outlines: Outlines::new() };
    let fill = fill(page.ground);
    out.add(format_args!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{fill}/>\n",
        N(min.x),
        N(min.y),
        N(width),
        N(height)
    ));
    for ClippedShape { clip_rect, shape, .. } in page.shapes {
        let bounds = shape.visual_bounding_rect();
        // What is not finite is no shape of ours.
        if !bounds.is_finite() || !bounds.intersects(page.area) || !bounds.intersects(*clip_rect) {
            continue;
        }
        if clip_rect.expand(0.5).contains_rect(bounds) {
            out.shape(shape, page.scenes);
        } else {
            let clip = out.clip(*clip_rect);
            out.add(format_args!("<g clip-path=\"url(#c{clip})\">\n"));
            out.shape(shape, page.scenes);
            out.add(format_args!("</g>\n"));
        }
    }
    let mut text = String::with_capacity(out.body.len() + out.defs.len() + 512);
    let _ = writeln!(
        text,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" \
         width=\"{w}\" height=\"{h}\" viewBox=\"{x} {y} {w} {h}\" xml:space=\"preserve\">\n<title>{}</title>\n<defs>\n{}</defs>",
        Escaped(page.title),
        out.defs,
        x = N(min.x),
        y = N(min.y),
        w = N(width),
        h = N(height),
    );
    text + &out.body + "</svg>\n"
}

impl Svg {
    fn shape(&mut self, shape: &Shape, scenes: &[Scene]) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| self.shape(shape, scenes)),
            Shape::Circle(circle) => {
                let (at, r) = (circle.center, N(circle.radius));
                let (fill, line) = (fill(circle.fill), stroke(circle.stroke));
                self.add(format_args!(
                    "<circle cx=\"{}\" cy=\"{}\" r=\"{r}\"{fill}{line}/>\n",
                    N(at.x),
                    N(at.y)
                ));
            }
            Shape::Ellipse(ellipse) => {
                let (at, r) = (ellipse.center, ellipse.radius);
                let (fill, line) = (fill(ellipse.fill), stroke(ellipse.stroke));
                self.add(format_args!(
                    "<ellipse cx=\"{}\" cy=\"{}\" rx=\"{}\" ry=\"{}\"{fill}{line}/>\n",
                    N(at.x),
                    N(at.y),
                    N(r.x),
                    N(r.y)
                ));
            }
            Shape::LineSegment { points: [a, b], stroke: pen } => {
                let line = stroke(*pen);
                self.add(format_args!(
                    "<path d=\"M{} {}L{} {}\" fill=\"none\"{line}/>\n",
                    N(a.x),
                    N(a.y),
                    N(b.x),
                    N(b.y)
                ));
            }
            Shape::Path(path) => self.path(path),
            Shape::Rect(rect) => self.rect(rect),
            Shape::Text(text) => self.text(text),
            Shape::Mesh(mesh) => self.mesh(mesh),
            Shape::Callback(callback) => {
                let is_its = |scene: &&Scene| {
                    let corner = pos2(scene.rect.x, scene.rect.y);
                    corner.distance(callback.rect.min) < 1.0
                        && (scene.rect.w - callback.rect.width()).abs() < 1.0
                };
                if let Some(scene) = scenes.iter().find(is_its) {
                    svg_scene::draw(self, scene);
                }
            }
            // Nothing, or none of ours.
            Shape::Noop | Shape::Band(_) | Shape::QuadraticBezier(_) | Shape::CubicBezier(_) => {}
        }
    }

    fn path(&mut self, PathShape { points, closed, fill: inside, stroke: pen }: &PathShape) {
        let colour = match &pen.color {
            ColorMode::Solid(colour) => *colour,
            ColorMode::UV(_) => Color32::TRANSPARENT,
        };
        let line = stroke(Stroke::new(pen.width, colour));
        let fill = fill(*inside);
        self.add(format_args!("<path d=\""));
        for (at, letter) in points.iter().zip(std::iter::once('M').chain(std::iter::repeat('L'))) {
            self.add(format_args!("{letter}{} {}", N(at.x), N(at.y)));
        }
        let end = if *closed { "Z" } else { "" };
        self.add(format_args!("{end}\"{fill}{line}/>\n"));
    }

    fn rect(&mut self, shape: &RectShape) {
        if shape.brush.is_some() || shape.blur_width > 0.0 {
            // A texture of egui's own, or a shadow.
            return;
        }
        let half = shape.stroke.width / 2.0;
        let rect = match shape.stroke_kind {
            _ if shape.stroke.is_empty() => shape.rect,
            StrokeKind::Inside => shape.rect.shrink(half),
            StrokeKind::Middle => shape.rect,
            StrokeKind::Outside => shape.rect.expand(half),
        };
        let radius = f32::from(shape.corner_radius.nw).min(rect.width() / 2.0).min(rect.height() / 2.0);
        let round = if radius > 0.0 { format!(" rx=\"{}\"", N(radius)) } else { String::new() };
        let (fill, line) = (fill(shape.fill), stroke(shape.stroke));
        let size = rect.size().max(Vec2::ZERO);
        self.add(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{round}{fill}{line}/>\n",
            N(rect.min.x),
            N(rect.min.y),
            N(size.x),
            N(size.y)
        ));
    }

    /// Text as outlines, with what it says as the title of its group.
    fn text(&mut self, shape: &TextShape) {
        for row in &shape.galley.rows {
            let text: String = row.glyphs.iter().map(|glyph| glyph.chr).collect();
            if text.trim().is_empty() {
                continue;
            }
            let Some(section) = shape.galley.job.sections.first() else { continue };
            let format = &section.format;
            let own = if format.color == Color32::PLACEHOLDER { shape.fallback_color } else { format.color };
            let colour = shape.override_text_color.unwrap_or(own).gamma_multiply(shape.opacity_factor);
            let size = format.font_id.size;
            let fill = fill(colour);
            self.add(format_args!("<g{fill}"));
            if shape.angle != 0.0 {
                let degrees = N(shape.angle.to_degrees());
                let (x, y) = (N(shape.pos.x), N(shape.pos.y));
                self.add(format_args!(" transform=\"rotate({degrees} {x} {y})\""));
            }
            self.add(format_args!("><title>{}</title>", Escaped(&text)));
            let Self { body, defs, outlines, .. } = self;
            for glyph in &row.glyphs {
                let at = shape.pos + row.pos.to_vec2() + glyph.pos.to_vec2();
                let define = |number: usize, path: &str| {
                    // Writing to a string does not fail.
                    let _ = writeln!(defs, "<path id=\"g{number}\" d=\"{path}\"/>");
                };
                if let Some(known) = outlines.glyph(glyph.chr, &format.font_id.family, define) {
                    let (x, y) = (N(at.x), N(at.y + known.down * size));
                    let (number, scale) = (known.number, known.scale * size);
                    let _ = write!(
                        body,
                        "<use href=\"#g{number}\" transform=\"translate({x} {y}) scale({scale:.5})\"/>"
                    );
                }
            }
            self.add(format_args!("</g>\n"));
        }
    }

    /// A gradient in steps: a colour for each triangle.
    fn mesh(&mut self, mesh: &Mesh) {
        if mesh.texture_id != egui::TextureId::default() {
            return;
        }
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |n: usize| mesh.vertices.get(corners[n] as usize);
            let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) else { continue };
            let fill = fill(a.color.lerp_to_gamma(b.color, 0.5).lerp_to_gamma(c.color, 1.0 / 3.0));
            self.add(format_args!(
                "<path d=\"M{} {}L{} {}L{} {}Z\"{fill}/>\n",
                N(a.pos.x),
                N(a.pos.y),
                N(b.pos.x),
                N(b.pos.y),
                N(c.pos.x),
                N(c.pos.y)
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_finite() {
        let text = |value: f32| N(value).to_string();
        assert_eq!([text(1.0), text(-0.5), text(2.25), text(0.04)], ["1", "-0.5", "2.25", "0.04"]);
        assert_eq!([text(f32::NAN), text(f32::INFINITY), text(-0.001)], ["0", "100000", "0"]);
    }

    #[test]
    fn text_cannot_leave_its_element() {
        let text = Escaped("<b> & \"q\" \u{0}\u{7}\u{FFFE} 温度 🌡").to_string();
        assert_eq!(text, "&lt;b&gt; &amp; \"q\" \\u{0}\\u{7}\u{FFFD} 温度 🌡");
    }
}
