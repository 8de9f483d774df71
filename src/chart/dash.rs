//! The patterns of lines.

/// A pattern of a line.
///
/// ```
/// use ringplot::chart::Dash;
///
/// assert_eq!(Dash::from_name("dash-dot"), Some(Dash::DashDot));
/// assert_eq!(Dash::default().name(), "solid");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dash {
    /// No gaps.
    #[default]
    Solid,
    /// Dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// A dash and a dot in turn.
    DashDot,
    /// Long dashes.
    Long,
    /// A dash and two dots in turn.
    DashDotDot,
    /// Short dashes far apart.
    Sparse,
    /// Dashes in pairs.
    Pairs,
}

impl Dash {
    /// Every pattern.
    pub const ALL: [Self; 8] = [
        Self::Solid,
        Self::Dashed,
        Self::Dotted,
        Self::DashDot,
        Self::Long,
        Self::DashDotDot,
        Self::Sparse,
        Self::Pairs,
    ];

    /// Its name, in lowercase.
    pub fn name(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Dashed => "dashed",
            Self::Dotted => "dotted",
            Self::DashDot => "dash-dot",
            Self::Long => "long",
            Self::DashDotDot => "dash-dot-dot",
            Self::Sparse => "sparse",
            Self::Pairs => "pairs",
        }
    }

    /// The pattern of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dash| dash.name() == name)
    }

    /// The pattern of lines whose colours come round again for the `round`th time in a panel: at first none.
    pub(super) fn of_round(round: usize) -> Self {
        Self::ALL[round % Self::ALL.len()]
    }

    /// Lengths of dashes and gaps in turn, points of the screen.
    fn lengths(self) -> &'static [f32] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[8.0, 4.0],
            Self::Dotted => &[2.0, 3.0],
            Self::DashDot => &[10.0, 3.0, 2.0, 3.0],
            Self::Long => &[18.0, 5.0],
            Self::DashDotDot => &[10.0, 3.0, 2.0, 3.0, 2.0, 3.0],
            Self::Sparse => &[4.0, 9.0],
            Self::Pairs => &[6.0, 3.0, 6.0, 9.0],
        }
    }

    /// For each of `count` pixels from number `first` on, whether it lies in a dash.
    pub(crate) fn mask(self, first: i64, count: usize, pixels_per_point: f32) -> Vec<bool> {
        let pixels = |length: &f32| (length * pixels_per_point).round().max(1.0) as usize;
        let period: Vec<bool> = (self.lengths().iter().enumerate())
            .flat_map(|(turn, length)| std::iter::repeat_n(turn % 2 == 0, pixels(length)))
            .collect();
        if period.is_empty() {
            return vec![true; count];
        }
        let start = first.rem_euclid(period.len() as i64) as usize;
        period.iter().copied().cycle().skip(start).take(count).collect()
    }
}
