// Rows of values through a colour table, each value one pixel wide and each row some pixels high.
// In:  one Waterfall per instance; the rows lie in a ring that keeps what was uploaded for the frames before.
// Out: the opaque colour of the value; nothing where there is none; hatched where a row is missing.
// Joined after common/view.wgsl.

struct Waterfall {
    min_px: vec2<f32>,     // left and top edge of what is seen, target pixels, whole
    max_px: vec2<f32>,     // right and bottom edge of what is seen, target pixels, whole
    corner_px: vec2<i32>,  // left and top edge of the first value, target pixels
    lowest: f32,           // the value that has the first colour
    colours_per_unit: f32, // colours of the table for each unit of the value
    first_row: u32,        // index of the topmost row in `rows`
    row_px: u32,           // height of a row, pixels
    columns: u32,          // values of a row
    missing_colour: u32,   // straight alpha, unorm8 x 4
}

@group(1) @binding(0) var<storage, read> waterfalls: array<Waterfall>;
@group(1) @binding(1) var<storage, read> rows: array<u32>;    // the place of each row in the ring, or one of those below
@group(1) @binding(2) var<storage, read> colours: array<u32>; // 256 of straight alpha, unorm8 x 4
@group(1) @binding(3) var<storage, read> values: array<f32>;  // the ring: rows of `columns` values

// A row without values.
const NOTHING: u32 = 0xffffffffu;
// A row that is known to be missing.
const MISSING: u32 = 0xfffffffeu;
// What is above this is no value.
const NO_VALUE: f32 = 3e38;
// The table's last colour.
const LAST_COLOUR: f32 = 255.0;

struct Varying {
    @builtin(position) position: vec4<f32>,
    @location(0) @interpolate(flat) instance: u32,
}

@vertex
fn vs_main(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Varying {
    let waterfall = waterfalls[instance];
    var out: Varying;
    out.position = clip_from_px(mix(waterfall.min_px, waterfall.max_px, unit_corner(vertex)));
    out.instance = instance;
    return out;
}

@fragment
fn fs_main(in: Varying) -> @location(0) vec4<f32> {
    let waterfall = waterfalls[in.instance];
    let px = vec2<u32>(vec2<i32>(in.position.xy) - waterfall.corner_px);
    let row = rows[waterfall.first_row + px.y / waterfall.row_px];
    if row == NOTHING {
        return vec4<f32>(0.0);
    }
    if row == MISSING {
        let stripe = (u32(in.position.x) + u32(in.position.y)) & 4u;
        return premultiplied(waterfall.missing_colour) * select(1.0, 0.5, stripe != 0u);
    }
    let value = values[row * waterfall.columns + px.x];
    if value > NO_VALUE {
        return vec4<f32>(0.0);
    }
    let colour = clamp((value - waterfall.lowest) * waterfall.colours_per_unit, 0.0, LAST_COLOUR);
    return premultiplied(colours[u32(colour + 0.5)]);
}
