// Plots that were drawn at half the size, shown at their place: one texel is a square of two by two pixels.
// In:  one Pane per instance, and the texture in which texel (i, j) is what pixels (2i..2i+1, 2j..2j+1) show.
// Out: the texel, which is premultiplied already.
// Joined after common/view.wgsl.

struct Pane {
    min_px: vec2<f32>, // left and top edge, whole target pixels
    max_px: vec2<f32>, // right and bottom edge, whole target pixels
}

@group(1) @binding(0) var<storage, read> panes: array<Pane>;
@group(1) @binding(1) var drawn: texture_2d<f32>;

@vertex
fn vs_main(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> @builtin(position) vec4<f32> {
    let pane = panes[instance];
    return clip_from_px(mix(pane.min_px, pane.max_px, unit_corner(vertex)));
}

@fragment
fn fs_main(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    return textureLoad(drawn, vec2<i32>(position.xy) / 2, 0);
}
