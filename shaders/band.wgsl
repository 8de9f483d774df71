// Lines as exact columns half a pixel wide: each is lit from lo to hi, widened by the line width up, down and to the sides.
// In:  one Strip per instance: a run of neighbouring pixel columns of one line and the box that holds them all.
// Out: premultiplied colour times the part of the pixel that the line covers: exact in y, and in x to the half column.
// Joined after common/view.wgsl and common/coverage.wgsl.

struct Strip {
    min_px: vec2<f32>,   // left and top edge of the box, target pixels; left is whole
    max_px: vec2<f32>,   // right and bottom edge of the box, target pixels; right is whole
    half_width_px: f32,  // half the line's width, pixels
    colour: u32,         // straight alpha, unorm8 x 4
    first: u32,          // index of the left half of the leftmost pixel column in `halves`
    reach: u32,          // halves to each side of a half column that its stroke reaches into
}

@group(1) @binding(0) var<storage, read> strips: array<Strip>;
@group(1) @binding(1) var<storage, read> halves: array<vec2<f32>>; // lo and hi, pixels down; empty: lo > hi

struct Varying {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) colour: vec4<f32>,
    @location(1) @interpolate(flat) half_width_px: f32,
    @location(2) @interpolate(flat) half_from_px: i32, // add twice a pixel's x to get the index of its left half
    @location(3) @interpolate(flat) reach: i32,
}

@vertex
fn vs_main(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Varying {
    let strip = strips[instance];
    var out: Varying;
    out.position = clip_from_px(mix(strip.min_px, strip.max_px, unit_corner(vertex)));
    out.colour = premultiplied(strip.colour);
    out.half_width_px = strip.half_width_px;
    out.half_from_px = i32(strip.first) - 2 * i32(strip.min_px.x);
    out.reach = i32(strip.reach);
    return out;
}

@fragment
fn fs_main(in: Varying) -> @location(0) vec4<f32> {
    let left = 2 * i32(in.position.x) + in.half_from_px;
    let y = in.position.y;
    // What each half of the pixel is covered by: its own column, or a stroke that comes in from the side.
    let own = array(halves[left], halves[left + 1]);
    var covered = vec2<f32>(
        coverage(y, own[0].x - in.half_width_px, own[0].y + in.half_width_px),
        coverage(y, own[1].x - in.half_width_px, own[1].y + in.half_width_px),
    );
    for (var away = 1; away <= in.reach; away++) {
        let share = clamp(2.0 * in.half_width_px + 0.5 - f32(away), 0.0, 1.0);
        let before = array(halves[left - away], halves[left + 1 - away]);
        let after = array(halves[left + away], halves[left + 1 + away]);
        let beside = vec2<f32>(
            max(coverage(y, before[0].x, before[0].y), coverage(y, after[0].x, after[0].y)),
            max(coverage(y, before[1].x, before[1].y), coverage(y, after[1].x, after[1].y)),
        );
        covered = max(covered, share * beside);
    }
    return in.colour * (0.5 * (covered.x + covered.y));
}
