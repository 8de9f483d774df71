//! Powers of a thousand before units: an SI prefix where the unit takes one, a power of ten elsewhere.
//!
//! Contract: every axis, legend, cursor and badge writes its powers through [`Prefix::before`] and [`Prefix::join`], so none puts a letter before a unit that changes its meaning (1 km² is 10^6 m²).

/// Symbols that take a prefix. A unit takes one if it begins with such a symbol, to the power 1: alone, or first in
/// a product or a quotient. Not in the list: what has a prefix already (kg, mV), ratios and levels (%, dB, ppm), what
/// is not proportional (°C), angles in degrees, units of time longer than a second.
const SYMBOLS: [&str; 47] = [
    "m", "g", "s", "A", "K", "mol", "cd", // base units
    "rad", "sr", "Hz", "N", "Pa", "J", "W", "C", "V", "F", "Ω", "\u{2126}", "S", "Wb", "T", "H", "lm", "lx",
    "Bq", "Gy", "Sv", "kat", // derived units
    "eV", "Da", "L", "l", "bar", "Wh", "Ah", "VA", "var", "cal", "pc", "Torr", // used with them
    "B", "bit", "bps", "Bd", // data
    "Ohm", "ohm",
];

/// A power of a thousand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Prefix {
    /// Values are divided by this.
    pub(crate) scale: f64,
    /// The letter, empty for 1; alone it stands only for counts, which have no unit (`1.00 M/s` are a million points).
    pub(crate) letter: &'static str,
    /// The power of ten, empty for 1.
    power: &'static str,
}

impl Prefix {
    /// No prefix.
    pub(crate) const NONE: Self = Self { scale: 1.0, letter: "", power: "" };

    const ALL: [Self; 13] = [
        Self { scale: 1e18, letter: "E", power: "×10¹⁸" },
        Self { scale: 1e15, letter: "P", power: "×10¹⁵" },
        Self { scale: 1e12, letter: "T", power: "×10¹²" },
        Self { scale: 1e9, letter: "G", power: "×10⁹" },
        Self { scale: 1e6, letter: "M", power: "×10⁶" },
        Self { scale: 1e3, letter: "k", power: "×10³" },
        Self::NONE,
        Self { scale: 1e-3, letter: "m", power: "×10⁻³" },
        Self { scale: 1e-6, letter: "µ", power: "×10⁻⁶" },
        Self { scale: 1e-9, letter: "n", power: "×10⁻⁹" },
        Self { scale: 1e-12, letter: "p", power: "×10⁻¹²" },
        Self { scale: 1e-15, letter: "f", power: "×10⁻¹⁵" },
        Self { scale: 1e-18, letter: "a", power: "×10⁻¹⁸" },
    ];

    /// The prefix with which `magnitude` has one to three digits before the point.
    pub(crate) fn of(magnitude: f64) -> Self {
        let magnitude = magnitude.abs() * (1.0 + 1e-9);
        if !magnitude.is_finite() || !(1e-18..1e21).contains(&magnitude) {
            return Self::NONE;
        }
        Self::ALL.iter().copied().find(|p| magnitude >= p.scale).unwrap_or(Self::NONE)
    }

    /// What stands for it before a unit, with the unit: `kV`, `×10³ m²`, `×10³`, and without a prefix `V`.
    pub(crate) fn before(self, unit: &str) -> String {
        match (takes_prefix(unit), unit.is_empty() || self.power.is_empty()) {
            (true, _) => format!("{}{unit}", self.letter),
            (false, true) => format!("{}{unit}", self.power),
            (false, false) => format!("{} {unit}", self.power),
        }
    }

    /// The digits of a number that was divided by it, with it and the unit: `1.5 kV`, `1.5×10³ m²`, `1.5`.
    pub(crate) fn join(self, digits: &str, unit: &str) -> String {
        let rest = self.before(unit);
        let space = if rest.is_empty() || rest.starts_with('×') { "" } else { " " };
        format!("{digits}{space}{rest}")
    }

    /// The letter that stands for it before a unit, to put onto a label; `None` where the unit takes none.
    pub(crate) fn letter_for(self, unit: &str) -> Option<&'static str> {
        takes_prefix(unit).then_some(self.letter)
    }
}

/// Whether a prefix may stand before a unit.
fn takes_prefix(unit: &str) -> bool {
    let end = unit.find(|c: char| !c.is_alphabetic()).unwrap_or(unit.len());
    let (symbol, rest) = unit.split_at(end);
    // A star is a product, two of them are a power.
    let is_alone = rest.is_empty() || rest.starts_with(['/', '·', '⋅', '*', ' ']) && !rest.starts_with("**");
    is_alone && SYMBOLS.contains(&symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_stands_only_before_a_symbol_that_takes_one() {
        let thousands = Prefix::of(50_000.0);
        for (unit, written) in [
            // Alone, and first in a product or a quotient.
            ("V", "kV"),
            ("m", "km"),
            ("m/s", "km/s"),
            ("m/s²", "km/s²"),
            ("V/√Hz", "kV/√Hz"),
            ("N·m", "kN·m"),
            ("N m", "kN m"),
            ("A*h", "kA*h"),
            ("J/(kg·K)", "kJ/(kg·K)"),
            ("g", "kg"),
            ("K", "kK"),
            ("Hz", "kHz"),
            ("Ω", "kΩ"),
            ("\u{2126}", "k\u{2126}"),
            ("eV", "keV"),
            ("bit/s", "kbit/s"),
            ("rad", "krad"),
            ("Wh", "kWh"),
            // To another power.
            ("m²", "×10³ m²"),
            ("m2", "×10³ m2"),
            ("m^2", "×10³ m^2"),
            ("m**2", "×10³ m**2"),
            ("m³/s", "×10³ m³/s"),
            ("s⁻¹", "×10³ s⁻¹"),
            ("s-1", "×10³ s-1"),
            ("V²/Hz", "×10³ V²/Hz"),
            ("V²", "×10³ V²"),
            ("(m/s)²", "×10³ (m/s)²"),
            // Not first.
            ("1/s", "×10³ 1/s"),
            ("/s", "×10³ /s"),
            ("√Hz", "×10³ √Hz"),
            // With a prefix already.
            ("kg", "×10³ kg"),
            ("mV", "×10³ mV"),
            ("km/h", "×10³ km/h"),
            ("µm", "×10³ µm"),
            // No symbols that take one.
            ("%", "×10³ %"),
            ("°C", "×10³ °C"),
            ("°", "×10³ °"),
            ("dB", "×10³ dB"),
            ("dBm", "×10³ dBm"),
            ("ppm", "×10³ ppm"),
            ("rpm", "×10³ rpm"),
            ("min", "×10³ min"),
            ("h", "×10³ h"),
            ("counts", "×10³ counts"),
            ("Ünit", "×10³ Ünit"),
            ("", "×10³"),
        ] {
            assert_eq!(thousands.before(unit), written);
            assert_eq!(Prefix::NONE.before(unit), unit);
        }
    }

    #[test]
    fn numbers_are_joined_to_powers_and_units() {
        let micro = Prefix::of(2e-6);
        assert_eq!(micro.join("2", "V"), "2 µV");
        assert_eq!(micro.join("2", "m²"), "2×10⁻⁶ m²");
        assert_eq!(micro.join("2", ""), "2×10⁻⁶");
        assert_eq!([Prefix::NONE.join("2", "m²"), Prefix::NONE.join("2", "")], ["2 m²", "2"]);
    }
}
