//! The patterns of lines, in points of the screen.

use crate::stream::Dash;

/// The pattern of lines whose colours come round again for the `round`th time in a panel: at first none.
pub(super) fn of_round(round: usize) -> Dash {
    Dash::ALL[round % Dash::ALL.len()]
}

/// Lengths of dashes and gaps in turn, points of the screen.
fn lengths(dash: Dash) -> &'static [f32] {
    match dash {
        Dash::Solid => &[],
        Dash::Dashed => &[8.0, 4.0],
        Dash::Dotted => &[2.0, 3.0],
        Dash::DashDot => &[10.0, 3.0, 2.0, 3.0],
        Dash::Long => &[18.0, 5.0],
        Dash::DashDotDot => &[10.0, 3.0, 2.0, 3.0, 2.0, 3.0],
        Dash::Sparse => &[4.0, 9.0],
        Dash::Pairs => &[6.0, 3.0, 6.0, 9.0],
    }
}

/// For each of `count` pixels from number `first` on, whether it lies in a dash.
pub(crate) fn mask(dash: Dash, first: i64, count: usize, pixels_per_point: f32) -> Vec<bool> {
    let pixels = |length: &f32| (length * pixels_per_point).round().max(1.0) as usize;
    let period: Vec<bool> = (lengths(dash).iter().enumerate())
        .flat_map(|(turn, length)| std::iter::repeat_n(turn % 2 == 0, pixels(length)))
        .collect();
    if period.is_empty() {
        return vec![true; count];
    }
    let start = first.rem_euclid(period.len() as i64) as usize;
    period.iter().copied().cycle().skip(start).take(count).collect()
}
