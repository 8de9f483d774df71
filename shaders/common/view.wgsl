// What all pipelines share: the target's size, and from pixels to clip space.
// Pixels are the target's own: x right, y down, pixel (i, j) covers [i, i+1) x [j, j+1).

struct View {
    target_size_px: vec2<f32>, // width and height of the target, in pixels
    padding: vec2<f32>,        // unused, keeps the struct at 16 bytes
}

@group(0) @binding(0) var<uniform> view: View;

// Clip position of a point given in target pixels. The viewport is always the whole target.
fn clip_from_px(px: vec2<f32>) -> vec4<f32> {
    let unit = px / view.target_size_px;
    return vec4<f32>(2.0 * unit.x - 1.0, 1.0 - 2.0 * unit.y, 0.0, 1.0);
}

// Corner 0..3 of a triangle strip over [0, 1] x [0, 1].
fn unit_corner(vertex: u32) -> vec2<f32> {
    return vec2<f32>(f32(vertex & 1u), f32(vertex >> 1u));
}

// Premultiplied colour from straight alpha, four unorm bytes, red in the lowest.
fn premultiplied(colour: u32) -> vec4<f32> {
    let straight = unpack4x8unorm(colour);
    return vec4<f32>(straight.rgb * straight.a, straight.a);
}
