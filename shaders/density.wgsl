// A picture of levels: each pixel has the colour that belongs to the level of the cell under it.
// In:  one Grid, the levels of its cells, and a colour for each level. The tone map is in the colours.
// Out: premultiplied colour; nothing where a cell's level is 0.
// Joined after common/view.wgsl.

struct Grid {
    min_px: vec2<f32>,        // left and top edge, target pixels
    cells_per_px: vec2<f32>,  // cells across and down for each pixel
    cells: vec2<u32>,         // cells across and down
    max_px: vec2<f32>,        // right and bottom edge, target pixels
}

@group(1) @binding(0) var<storage, read> grids: array<Grid>;
// Two levels a word, the left one in the low half, a row after the other from the top.
@group(1) @binding(1) var<storage, read> levels: array<u32>;
// Straight alpha, unorm8 x 4, by level.
@group(1) @binding(2) var<storage, read> colours: array<u32>;

struct Varying {
    @builtin(position) position: vec4<f32>,
}

@vertex
fn vs_main(@builtin(vertex_index) vertex: u32, @builtin(instance_index) instance: u32) -> Varying {
    let grid = grids[instance];
    var out: Varying;
    out.position = clip_from_px(mix(grid.min_px, grid.max_px, unit_corner(vertex)));
    return out;
}

@fragment
fn fs_main(in: Varying) -> @location(0) vec4<f32> {
    let grid = grids[0];
    let place = (in.position.xy - grid.min_px) * grid.cells_per_px;
    let cell = min(vec2<u32>(max(place, vec2<f32>(0.0))), grid.cells - 1u);
    let index = cell.y * grid.cells.x + cell.x;
    let level = (levels[index >> 1u] >> ((index & 1u) * 16u)) & 0xffffu;
    return premultiplied(colours[min(level, arrayLength(&colours) - 1u)]);
}
