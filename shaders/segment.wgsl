// Straight pieces of a line with round ends, antialiased from the distance to the piece.
// In:  one Segment per instance.
// Out: premultiplied colour times coverage.
// Joined after common/view.wgsl and common/coverage.wgsl.

struct Segment {
    a_px: vec2<f32>,     // one end, target pixels
    b_px: vec2<f32>,     // the other end, target pixels; may equal a_px (a dot)
    half_width_px: f32,  // half the line's width, pixels
    colour: u32,         // straight alpha, unorm8 x 4
}

@group(1) @binding(0) var<storage, read> segments: array<Segment>;

struct Varying {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) colour: vec4<f32>,
    @location(1) along_across_px: vec2<f32>, // position relative to end a, along and across the piece
    @location(2) @interpolate(flat) length_px: f32,
    @location(3) @interpolate(flat) half_width_px: f32,
}

@vertex
fn vs_main(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Varying {
    let segment = segments[instance];
    let offset = segment.b_px - segment.a_px;
    let length_px = length(offset);
    let along = select(vec2<f32>(1.0, 0.0), offset / max(length_px, 1e-12), length_px > 1e-6);
    let across = vec2<f32>(-along.y, along.x);
    // A pixel whose centre is half a pixel or more from the line is not covered at all.
    let reach = segment.half_width_px + 0.5;
    let corner = unit_corner(vertex);
    let local = vec2<f32>(mix(-reach, length_px + reach, corner.x), mix(-reach, reach, corner.y));
    var out: Varying;
    out.position = clip_from_px(segment.a_px + along * local.x + across * local.y);
    out.colour = premultiplied(segment.colour);
    out.along_across_px = local;
    out.length_px = length_px;
    out.half_width_px = segment.half_width_px;
    return out;
}

@fragment
fn fs_main(in: Varying) -> @location(0) vec4<f32> {
    let beyond = in.along_across_px.x - clamp(in.along_across_px.x, 0.0, in.length_px);
    let distance_px = length(vec2<f32>(beyond, in.along_across_px.y));
    return in.colour * coverage(distance_px, -in.half_width_px, in.half_width_px);
}
