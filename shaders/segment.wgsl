// Straight pieces of a line with round ends and joints, antialiased from the distance to the piece. A joint belongs to
// the piece after it, and only as far as the piece before does not reach: so the edges of a line are as smooth where its
// points are close as where they are not.
// In:  one Segment per instance.
// Out: premultiplied colour times coverage.
// Joined after common/view.wgsl and common/coverage.wgsl.

struct Segment {
    a_px: vec2<f32>,     // one end, target pixels
    b_px: vec2<f32>,     // the other end, target pixels; may equal a_px (a dot)
    before_px: vec2<f32>, // where the piece before begins, target pixels; a_px if there is none
    half_width_px: f32,  // half the line's width, pixels
    colour: u32,         // straight alpha, unorm8 x 4
    is_last: u32,        // 1 if no piece follows at b_px
    padding: u32,        // unused, keeps the struct at 40 bytes
}

// How far a piece reaches over its end where another follows, pixels: rounding must not leave a slit.
const OVERLAP_PX: f32 = 0.01;

@group(1) @binding(0) var<storage, read> segments: array<Segment>;

struct Varying {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) colour: vec4<f32>,
    @location(1) @interpolate(flat) a_px: vec2<f32>,
    @location(2) @interpolate(flat) along: vec2<f32>, // direction of the piece, length 1
    @location(3) @interpolate(flat) from_before_px: vec2<f32>, // the piece before; 0 if there is none
    @location(4) @interpolate(flat) length_px: f32,
    @location(5) @interpolate(flat) half_width_px: f32,
    @location(6) @interpolate(flat) is_last: u32,
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
    out.a_px = segment.a_px;
    out.along = along;
    out.from_before_px = segment.a_px - segment.before_px;
    out.length_px = length_px;
    out.half_width_px = segment.half_width_px;
    out.is_last = segment.is_last;
    return out;
}

@fragment
fn fs_main(in: Varying) -> @location(0) vec4<f32> {
    // From the pixel's own place, not interpolated: so a line is the same so many whole pixels on.
    let from_a = in.position.xy - in.a_px;
    let along_px = dot(from_a, in.along);
    let across_px = dot(from_a, vec2<f32>(-in.along.y, in.along.x));
    let is_first = all(in.from_before_px == vec2<f32>(0.0));
    let before = along_px < 0.0 && !is_first && dot(from_a, in.from_before_px) <= 0.0;
    let after = along_px > in.length_px + OVERLAP_PX && in.is_last == 0u;
    let distance_px = length(vec2<f32>(along_px - clamp(along_px, 0.0, in.length_px), across_px));
    return in.colour * select(coverage(distance_px, -in.half_width_px, in.half_width_px), 0.0, before || after);
}
