//! The number of a stream among the colours of a plot, by its name.

/// Width of a data line, points.
pub(crate) const LINE_WIDTH: f32 = 1.5;

/// Series numbers for the streams of one plot, given in their order: each by its name, moved on where taken.
pub(crate) fn series_numbers<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
    let mut taken = Vec::new();
    for name in names {
        let start = (fnv1a(name) % 8) as usize;
        // Among one round more than there are, one is free.
        let rounds = taken.len() / 8 + 1;
        let number = (0..=rounds)
            .flat_map(|round| (0..8).map(move |i| round * 8 + (start + i) % 8))
            .find(|number| !taken.contains(number))
            .unwrap_or(0);
        taken.push(number);
    }
    taken
}

/// FNV-1a, 64 bits: the same on every machine and in every version, unlike the standard library's hasher.
pub(crate) fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_colour_belongs_to_the_name() {
        assert_eq!(series_numbers(["lorenz/x"]), series_numbers(["lorenz/x"]));
        assert_eq!(fnv1a("a"), 0xAF63_DC4C_8601_EC8C);
    }

    #[test]
    fn eight_streams_use_the_eight_colour_blind_safe_colours() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        assert!(series_numbers(names).iter().all(|n| *n < 8));
    }
}
