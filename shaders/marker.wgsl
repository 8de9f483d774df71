// Points as antialiased discs.
// In:  one Marker per instance.
// Out: premultiplied colour times coverage.
// Joined after common/view.wgsl and common/coverage.wgsl.

struct Marker {
    centre_px: vec2<f32>, // target pixels
    radius_px: f32,       // pixels
    colour: u32,          // straight alpha, unorm8 x 4
}

@group(1) @binding(0) var<storage, read> markers: array<Marker>;

struct Varying {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) colour: vec4<f32>,
    @location(1) @interpolate(flat) centre_px: vec2<f32>,
    @location(2) @interpolate(flat) radius_px: f32,
}

@vertex
fn vs_main(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Varying {
    let marker = markers[instance];
    let local = (2.0 * unit_corner(vertex) - 1.0) * (marker.radius_px + 0.5);
    var out: Varying;
    out.position = clip_from_px(marker.centre_px + local);
    out.colour = premultiplied(marker.colour);
    out.centre_px = marker.centre_px;
    out.radius_px = marker.radius_px;
    return out;
}

@fragment
fn fs_main(in: Varying) -> @location(0) vec4<f32> {
    return in.colour * coverage(length(in.position.xy - in.centre_px), -in.radius_px, in.radius_px);
}
