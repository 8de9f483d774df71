// How much of the unit interval around `centre` lies in [lo, hi]: 0 outside, 1 inside, exact in between.
// All three in pixels. An empty interval (lo > hi) covers nothing.
fn coverage(centre: f32, lo: f32, hi: f32) -> f32 {
    return clamp(min(centre + 0.5, hi) - max(centre - 0.5, lo), 0.0, 1.0);
}
