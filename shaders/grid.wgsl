// The plot's ground: background, grid lines and gap bands, in that order, one quad each.
// In:  one Rect per instance, its edges already on whole pixels (the CPU snaps them), so nothing is antialiased here.
// Out: premultiplied colour. A hatched rectangle shows its colour on every other diagonal stripe and half of it between.
// Joined after common/view.wgsl.

struct Rect {
    min_px: vec2<f32>,  // left and top edge, target pixels
    max_px: vec2<f32>,  // right and bottom edge, target pixels
    colour: u32,        // straight alpha, unorm8 x 4
    stripe_px: u32,     // width of a diagonal stripe in pixels: a power of two, 0 = plain
}

@group(1) @binding(0) var<storage, read> rects: array<Rect>;

struct Varying {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) colour: vec4<f32>,
    @location(1) @interpolate(flat) stripe_px: u32,
}

@vertex
fn vs_main(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Varying {
    let rect = rects[instance];
    var out: Varying;
    out.position = clip_from_px(mix(rect.min_px, rect.max_px, unit_corner(vertex)));
    out.colour = premultiplied(rect.colour);
    out.stripe_px = rect.stripe_px;
    return out;
}

@fragment
fn fs_main(in: Varying) -> @location(0) vec4<f32> {
    // A power of two, so that one bit tells the stripes apart: a division costs as much as all the rest.
    let diagonal = u32(in.position.x) + u32(in.position.y);
    return in.colour * select(1.0, 0.5, (diagonal & in.stripe_px) != 0u);
}
