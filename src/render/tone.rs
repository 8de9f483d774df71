//! From densities to colours: levels, which are logarithms, and the tone map that gives each level its colour.
//!
//! A level is the upper bits of a density as f32: 64 steps for each doubling, which is finer than any eye and any
//! colour table. So the tone map is a table of some thousand entries, made from a histogram of the levels.

/// Steps of a doubling.
const STEPS: u32 = 64;
/// Mantissa bits of a density that a level leaves out.
const CUT_BITS: u32 = f32::MANTISSA_DIGITS - 1 - STEPS.ilog2();
/// Bits of the least density that is shown, 2^-12.
const LEAST_BITS: u32 = (127 - 12) << 23;
/// Levels, from nothing over 2^-12 to 2^32.
pub const LEVELS: usize = (44 * STEPS + 2) as usize;
/// Densities that lie this far apart, or farther, use the whole table.
const WIDE_DOUBLINGS: f32 = 8.0;
/// Doublings that persistence shows below the brightest.
const GLOW_DOUBLINGS: f32 = 7.0;
/// Time in which the exposure follows by most of the way, seconds.
const FOLLOW_SECS: f64 = 0.4;
/// A curve that is as near to where it goes stands still.
const SETTLED: f32 = 1.0 / 512.0;

/// How densities become shares of a colour table.
///
/// ```
/// use ringplot::chart::ColourMap;
/// use ringplot::render::{Exposure, ToneMap, histogram, level};
///
/// let levels = [1.0, 1024.0].map(level); // ten doublings apart
/// let faintest = |tone| {
///     let mut exposure = Exposure::default();
///     exposure.follow(&histogram(&levels), tone, 0.0);
///     exposure.colours(&ColourMap::Greys.table(), tone)[usize::from(levels[0])]
/// };
/// assert_eq!(faintest(ToneMap::Log), [0, 0, 0, 255]);
/// assert_eq!(faintest(ToneMap::Glow), [0; 4], "it has faded");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ToneMap {
    /// Each doubling is as far from the next, from the least density to the greatest.
    Log,
    /// Each share of the table has as many cells; half of it, the other half being logarithmic, so that noise stays
    /// noise and does not use the whole table. The least density has the first colour, and densities that differ little
    /// have colours that differ little.
    #[default]
    Equalised,
    /// As `Log` over the upper seven doublings, and fading to nothing below them: for what fades.
    Glow,
}

/// The level of a density: 0 below 2^-12, and no more than [`LEVELS`]. NaN has none.
#[inline]
pub fn level(density: f32) -> u16 {
    let bits = density.max(0.0).to_bits();
    ((bits.saturating_sub(LEAST_BITS - (1 << CUT_BITS)) >> CUT_BITS).min(LEVELS as u32 - 1)) as u16
}

/// Levels of a row of densities, appended to `out`.
pub fn push_levels(densities: &[f32], out: &mut Vec<u16>) {
    out.extend(densities.iter().map(|density| level(*density)));
}

/// How many cells have each level; that of level 0 is not kept.
pub fn histogram(levels: &[u16]) -> Vec<u32> {
    // Neighbours are often alike: four tables, so that no addition waits for the one before.
    let mut tables = [(); 4].map(|()| vec![0_u32; LEVELS]);
    let (fours, rest) = levels.as_chunks::<4>();
    for four in fours {
        if *four != [0; 4] {
            for (table, level) in tables.iter_mut().zip(four) {
                table[usize::from(*level).min(LEVELS - 1)] += 1;
            }
        }
    }
    for level in rest {
        tables[0][usize::from(*level).min(LEVELS - 1)] += 1;
    }
    let mut all: Vec<u32> = (0..LEVELS).map(|level| tables.iter().map(|table| table[level]).sum()).collect();
    all[0] = 0;
    all
}

/// The tone map at a moment: it follows the histogram slowly, so that a picture does not flicker.
///
/// ```
/// use ringplot::chart::ColourMap;
/// use ringplot::render::{Exposure, ToneMap, histogram, level};
///
/// let levels = [1.0, 50.0, 100.0].map(level);
/// let mut exposure = Exposure::default();
/// exposure.follow(&histogram(&levels), ToneMap::Log, 0.016); // once a frame
/// let colours = exposure.colours(&ColourMap::Greys.table(), ToneMap::Log);
/// assert_eq!(colours[usize::from(levels[0])], [0, 0, 0, 255]);
/// assert_eq!(colours[usize::from(levels[2])], [255, 255, 255, 255]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Exposure {
    /// Share of the colour table for each level; below 0 where nothing is shown. Empty before the first picture.
    curve: Vec<f32>,
}

impl Exposure {
    /// Follows a histogram, for `passed_secs` since the last call; the first call, or infinitely many seconds, goes all
    /// the way. Returns whether it is there.
    pub fn follow(&mut self, histogram: &[u32], tone: ToneMap, passed_secs: f64) -> bool {
        let Some(target) = curve(histogram, tone) else { return true };
        if self.curve.len() != target.len() {
            self.curve = target;
            return true;
        }
        let part = (1.0 - (-passed_secs.max(0.0) / FOLLOW_SECS).exp()) as f32;
        let mut farthest = 0.0_f32;
        for (now, target) in self.curve.iter_mut().zip(&target) {
            let apart = target - *now;
            *now += apart * part;
            farthest = farthest.max((apart - apart * part).abs());
        }
        if farthest < SETTLED {
            self.curve = target;
        }
        farthest < SETTLED
    }

    /// The colour of each level out of a table from the least to the greatest: straight alpha, sRGB. What glows lets
    /// the ground show through at its low end, the more the lower.
    pub fn colours(&self, table: &[[u8; 4]; 256], tone: ToneMap) -> Vec<[u8; 4]> {
        let colour = |share: &f32| {
            if *share < 0.0 {
                return [0; 4];
            }
            let share = share.min(1.0);
            let [r, g, b, _] = table[(share * 255.0 + 0.5) as usize];
            let alpha = if tone == ToneMap::Glow { (share / SOLID_FROM).min(1.0) } else { 1.0 };
            [r, g, b, (alpha * 255.0 + 0.5) as u8]
        };
        let mut colours: Vec<[u8; 4]> = self.curve.iter().map(colour).collect();
        colours.resize(LEVELS, [0; 4]);
        colours[0] = [0; 4];
        colours
    }
}

/// Share from which what glows hides the ground.
const SOLID_FROM: f32 = 0.35;

/// Share of the table for each level; `None` where there is nothing.
fn curve(histogram: &[u32], tone: ToneMap) -> Option<Vec<f32>> {
    let lowest = histogram.iter().position(|cells| *cells > 0)?;
    let highest = histogram.iter().rposition(|cells| *cells > 0)?;
    let total: u64 = histogram.iter().map(|cells| u64::from(*cells)).sum();
    let span = (highest - lowest).max(1) as f32;
    let log = |level: usize| (level as f32 - lowest as f32) / span;
    let glow = |level: usize| 1.0 - (highest as f32 - level as f32) / (GLOW_DOUBLINGS * STEPS as f32);
    // Of the cells between the emptiest and the fullest ones.
    let ends = [lowest, highest].map(|level| histogram[level] as f32 / 2.0);
    let ranked = (total as f32 - ends[0] - ends[1]).max(1.0);
    let wide = span.max(WIDE_DOUBLINGS * STEPS as f32);
    let mut below = 0_u64;
    let shares = histogram.iter().enumerate().map(|(level, cells)| {
        let rank = ((below as f32 + *cells as f32 / 2.0 - ends[0]) / ranked).clamp(0.0, 1.0);
        below += u64::from(*cells);
        match tone {
            ToneMap::Log => log(level).clamp(0.0, 1.0),
            ToneMap::Equalised => 0.5 * (log(level).clamp(0.0, 1.0) + rank) * span / wide,
            ToneMap::Glow => glow(level).min(1.0),
        }
    });
    Some(shares.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_rise_with_density() {
        let mut last = 0;
        for step in 0_u16..4400 {
            let level = level(2f32.powf(f32::from(step) / 100.0 - 12.0));
            assert!(level >= last && level >= 1 && usize::from(level) < LEVELS, "{step}");
            last = level;
        }
        assert_eq!([0.0, -1.0, 1e-5, 0.000_244].map(level), [0; 4]);
        assert_eq!(level(1.0 / 4096.0), 1);
        assert_eq!(usize::from(level(f32::INFINITY)), LEVELS - 1);
        assert!(usize::from(level(4_294_967_296.0)) < LEVELS);
        assert!(level(65.0) > level(64.0), "whole numbers up to 64 are told apart");
    }

    #[test]
    fn histogram_counts_every_cell_that_shows_something() {
        let levels: Vec<u16> = (0..1003).map(|i| i % 7).collect();
        let counted = histogram(&levels);
        assert_eq!(counted[0], 0);
        for level in 1..7_u16 {
            let expected = levels.iter().filter(|other| **other == level).count();
            assert_eq!(counted[usize::from(level)] as usize, expected);
        }
    }

    #[test]
    fn denser_is_never_lower_in_the_table() {
        let mut histogram = vec![0; LEVELS];
        for (at, cells) in histogram.iter_mut().enumerate().skip(1) {
            *cells = (at * 7919 % 13) as u32;
        }
        for tone in [ToneMap::Log, ToneMap::Equalised, ToneMap::Glow] {
            let curve = curve(&histogram, tone).unwrap();
            assert!(curve.is_sorted(), "{tone:?}");
        }
    }

    #[test]
    fn exposure_follows_and_arrives() {
        let histogram = |level: usize| {
            let mut cells = vec![0; LEVELS];
            cells[level] = 10;
            cells[level + 500] = 10;
            cells
        };
        let mut exposure = Exposure::default();
        assert!(exposure.follow(&histogram(700), ToneMap::Log, 0.0), "the first picture is not dark");
        let first = exposure.curve.clone();
        assert!(!exposure.follow(&histogram(1200), ToneMap::Log, 0.016));
        assert!((exposure.curve[1200] - first[1200]).abs() < 0.1, "it jumped");
        let arrived = (0..600).any(|_| exposure.follow(&histogram(1200), ToneMap::Log, 0.016));
        assert!(arrived);
        assert_eq!(exposure.curve, curve(&histogram(1200), ToneMap::Log).unwrap());
    }
}
