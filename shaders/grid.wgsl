// The plot's ground: background, grid lines and gap bands, in that order, one quad each.
// In:  one Rect per instance, its edges already on whole pixels (the CPU snaps them), so nothing is antialiased here.
// Out: premultiplied colour. A hatched rectangle shows its colour on every other diagonal stripe and half of it between.
// Joined after common/view.wgsl.

struct Rect {
    min_px: vec2<f32>,  // left and top edge, target pixels
    max_px: vec2<f32>,  // right and bottom edge, target pixels
    colour: u32,        // straight alpha, unorm8 x 4
    stripe_px: u32,     // width of one diagonal stripe in pixels, 0 = plain
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
    if in.stripe_px == 0u {
        return in.colour;
    }
    let diagonal = u32(in.position.x) + u32(in.position.y);
    let off = ((diagonal / in.stripe_px) & 1u) == 1u;
    return in.colour * select(1.0, 0.5, off);
}
