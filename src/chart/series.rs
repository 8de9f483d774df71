//! The numbers of streams among the colours of a window, by their names.

use std::collections::{HashMap, HashSet};

/// Width of a data line, points.
pub(crate) const LINE_WIDTH: f32 = 1.5;
/// Colours that are told apart without a pattern.
const COLOURS: usize = 8;

/// The numbers of the streams of a window: in every panel a stream has the same, and keeps it while it is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct SeriesNumbers {
    by_name: HashMap<String, usize>,
}

impl SeriesNumbers {
    /// Takes in which streams there are, in their order. A new one has the number of its name, moved on where taken.
    pub(crate) fn update<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let names: Vec<&str> = names.collect();
        let known: HashSet<&str> = names.iter().copied().collect();
        self.by_name.retain(|name, _| known.contains(name.as_str()));
        if self.by_name.len() == known.len() {
            return;
        }
        let mut taken: HashSet<usize> = self.by_name.values().copied().collect();
        for name in names {
            if !self.by_name.contains_key(name) {
                let number = free(name, &taken);
                taken.insert(number);
                self.by_name.insert(name.to_owned(), number);
            }
        }
    }

    /// The number of a stream.
    pub(crate) fn of(&self, name: &str) -> usize {
        self.by_name.get(name).copied().unwrap_or_default()
    }

    /// For each stream of a panel, how many rounds of colours there are before it in that panel: lines of one round are
    /// told apart by colours alone.
    pub(crate) fn rounds<'a>(&self, names: impl Iterator<Item = &'a str>) -> Vec<usize> {
        let numbers: Vec<usize> = names.map(|name| self.of(name)).collect();
        let mut sorted = numbers.clone();
        sorted.sort_unstable();
        numbers.iter().map(|number| sorted.partition_point(|other| other < number) / COLOURS).collect()
    }
}

/// The number of a name that is not taken.
fn free(name: &str, taken: &HashSet<usize>) -> usize {
    let start = fnv1a(name) as usize % COLOURS;
    // Among one round more than there are, one is free.
    let rounds = taken.len() / COLOURS + 1;
    (0..=rounds)
        .flat_map(|round| (0..COLOURS).map(move |i| round * COLOURS + (start + i) % COLOURS))
        .find(|number| !taken.contains(number))
        .unwrap_or(0)
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

    fn numbers(names: &[&str]) -> SeriesNumbers {
        let mut numbers = SeriesNumbers::default();
        numbers.update(names.iter().copied());
        numbers
    }

    #[test]
    fn the_colour_belongs_to_the_name() {
        assert_eq!(numbers(&["lorenz/x"]).of("lorenz/x"), numbers(&["lorenz/x"]).of("lorenz/x"));
        assert_eq!(fnv1a("a"), 0xAF63_DC4C_8601_EC8C);
    }

    #[test]
    fn a_stream_keeps_its_colour_whoever_comes_and_goes() {
        let all: Vec<String> = (0..20).map(|i| format!("stream {i}")).collect();
        let mut numbers = SeriesNumbers::default();
        numbers.update(all[..10].iter().map(String::as_str));
        let before: Vec<usize> = all[..10].iter().map(|name| numbers.of(name)).collect();
        numbers.update(all.iter().rev().map(String::as_str));
        numbers.update(all[..10].iter().rev().map(String::as_str));
        let after: Vec<usize> = all[..10].iter().map(|name| numbers.of(name)).collect();
        assert_eq!(before, after);
        let mut distinct = after.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 10);
    }

    #[test]
    fn eight_streams_use_the_eight_colour_blind_safe_colours() {
        let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let numbers = numbers(&names);
        assert!(names.iter().all(|name| numbers.of(name) < 8));
        assert_eq!(numbers.rounds(names.into_iter()), [0; 8]);
    }

    #[test]
    fn a_panel_has_patterns_only_from_its_ninth_stream_on() {
        let all: Vec<String> = (0..24).map(|i| format!("stream {i}")).collect();
        let mut numbers = SeriesNumbers::default();
        numbers.update(all.iter().map(String::as_str));
        assert_eq!(numbers.rounds(all[16..].iter().map(String::as_str)), [0; 8]);
        let mut rounds = numbers.rounds(all.iter().map(String::as_str));
        rounds.sort_unstable();
        assert_eq!(rounds, [[0; 8], [1; 8], [2; 8]].concat());
    }
}
