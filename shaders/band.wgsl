// Lines as exact pixel columns: each column is one pixel wide and lit from lo to hi, widened by the line width.
// In:  one Strip per instance: a run of neighbouring columns of one line and the box that holds them all.
// Out: premultiplied colour times the exact part of the pixel that the column's band covers.
// Joined after common/view.wgsl and common/coverage.wgsl.

struct Strip {
    min_px: vec2<f32>,   // left and top edge of the box, target pixels; left is whole
    max_px: vec2<f32>,   // right and bottom edge of the box, target pixels; right is whole
    half_width_px: f32,  // half the line's width, pixels
    colour: u32,         // straight alpha, unorm8 x 4
    first: u32,          // index of the leftmost column in `columns`
    padding: u32,        // unused, keeps the struct at 32 bytes
}

@group(1) @binding(0) var<storage, read> strips: array<Strip>;
@group(1) @binding(1) var<storage, read> columns: array<vec2<f32>>; // lo and hi, pixels down; empty: lo > hi

struct Varying {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) colour: vec4<f32>,
    @location(1) @interpolate(flat) half_width_px: f32,
    @location(2) @interpolate(flat) column_from_px: i32, // add a pixel's x to get its column's index
}

@vertex
fn vs_main(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Varying {
    let strip = strips[instance];
    var out: Varying;
    out.position = clip_from_px(mix(strip.min_px, strip.max_px, unit_corner(vertex)));
    out.colour = premultiplied(strip.colour);
    out.half_width_px = strip.half_width_px;
    out.column_from_px = i32(strip.first) - i32(strip.min_px.x);
    return out;
}

@fragment
fn fs_main(in: Varying) -> @location(0) vec4<f32> {
    let column = columns[u32(i32(in.position.x) + in.column_from_px)];
    return in.colour * coverage(in.position.y, column.x - in.half_width_px, column.y + in.half_width_px);
}
