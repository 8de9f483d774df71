//! What is derived from what: `mean(lorenz/x, 0.1s)`, as text, as values, and with its unit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::error::DerivedError;
use super::spectrum::{Scaling, Settings, WindowFunction};
use super::syntax::{self, written};
use crate::history::derive::Window;
use crate::stream::Meta;

/// A derived trace: its name and what it is.
///
/// ```
/// use ringplot::store::DerivedSpec;
///
/// let spec = DerivedSpec::parse("speed = derivative(lorenz/x)")?;
/// assert_eq!((spec.name.as_str(), spec.formula.sources()), ("speed", vec!["lorenz/x"]));
/// assert_eq!(DerivedSpec::parse("derivative(a)")?.shown_name(), "derivative(a)");
/// # Ok::<(), ringplot::store::DerivedError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DerivedSpec {
    /// The name it has among the streams; the formula where it is empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// What it is.
    pub formula: Formula,
}

impl DerivedSpec {
    /// Reads `NAME=FORMULA` or a formula alone, split at the first `=` that is in no backticks and no bracket.
    ///
    /// # Errors
    /// [`DerivedError::BadFormula`] when the text is no formula, with what to write; [`DerivedError::BadValue`] when a
    /// setting of a spectrum is out of range.
    pub fn parse(text: &str) -> Result<Self, DerivedError> {
        let (name, formula) = match syntax::first_equals(text) {
            Some(at) => (syntax::read_before_equals(&text[..at]), &text[at + 1..]),
            None => (String::new(), text),
        };
        Ok(Self { name, formula: formula.parse()? })
    }

    /// The name it has among the streams.
    pub fn shown_name(&self) -> String {
        if self.name.is_empty() { self.formula.to_string() } else { self.name.clone() }
    }
}

/// What a derived trace is.
///
/// ```
/// use ringplot::history::derive::Window;
/// use ringplot::store::Formula;
///
/// let formula: Formula = "mean(lorenz/x, 100ms)".parse()?;
/// assert_eq!(formula, Formula::Mean("lorenz/x".to_owned(), Window::Seconds(0.1)));
/// assert_eq!("volts / amps".parse::<Formula>()?.to_string(), "ratio(volts, amps)");
/// # Ok::<(), ringplot::store::DerivedError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Formula {
    /// Δy/Δx from sample to sample.
    Derivative(String),
    /// The mean over a moving window.
    Mean(String, Window),
    /// The root mean square over a moving window.
    Rms(String, Window),
    /// The first minus the second, at the first one's x.
    Difference(String, String),
    /// The first over the second, at the first one's x.
    Ratio(String, String),
    /// A spectrum of the newest samples.
    Spectrum(String, Settings),
}

const HELP: &str = "write derivative(a), mean(a, 100), rms(a, 0.1s), difference(a, b) or a - b, ratio(a, b) or a / b, \
                    amplitude(a, 4096, hann) or psd(a, 4096, hann, overlap=0.5, average=8); a name with blanks, \
                    commas, brackets or = stands in `backticks`";

impl Formula {
    /// The names of the streams that it is made of.
    pub fn sources(&self) -> Vec<&str> {
        match self {
            Self::Derivative(a) | Self::Mean(a, _) | Self::Rms(a, _) | Self::Spectrum(a, _) => vec![a],
            Self::Difference(a, b) | Self::Ratio(a, b) => vec![a, b],
        }
    }

    /// Whether its values can be computed.
    ///
    /// # Errors
    /// [`DerivedError::BadValue`] when the window or a setting of a spectrum is out of range.
    pub fn check(&self) -> Result<(), DerivedError> {
        match self {
            Self::Mean(_, window) | Self::Rms(_, window) => check_window(*window),
            Self::Spectrum(_, settings) => settings.check(),
            Self::Derivative(_) | Self::Difference(..) | Self::Ratio(..) => Ok(()),
        }
    }

    /// What the values of what is made of streams with these offsets of y are differences to, so that small changes of
    /// large numbers stay.
    pub(crate) fn y_offset(&self, [first, second]: [f64; 2]) -> f64 {
        match self {
            Self::Mean(..) => first,
            Self::Rms(..) => first.abs(),
            Self::Difference(..) if (first - second).is_finite() => first - second,
            Self::Ratio(..) if (first / second).is_finite() => first / second,
            Self::Difference(..) | Self::Ratio(..) | Self::Derivative(_) | Self::Spectrum(..) => 0.0,
        }
    }

    /// The units of x and y of what is made of streams with this metadata.
    pub(crate) fn units(&self, sources: &[&Meta]) -> [String; 2] {
        let unit = |i: usize| sources.get(i).map_or("", |meta: &&Meta| meta.y_unit.as_str());
        let x = sources.first().map_or("", |meta| meta.x_unit.as_str());
        let seconds = if x.is_empty() { "s" } else { x };
        let y = match self {
            Self::Derivative(_) => per(unit(0), seconds),
            Self::Mean(..) | Self::Rms(..) => unit(0).to_owned(),
            // Of unlike things there is none.
            Self::Difference(..) if unit(0) == unit(1) => unit(0).to_owned(),
            Self::Difference(..) => String::new(),
            Self::Ratio(..) if unit(0) == unit(1) => String::new(),
            Self::Ratio(..) => per(unit(0), unit(1)),
            Self::Spectrum(_, settings) => {
                let hertz = if seconds == "s" { "Hz".to_owned() } else { per("", seconds) };
                let y = match settings.scaling {
                    Scaling::Amplitude => unit(0).to_owned(),
                    Scaling::Density if hertz == "Hz" => format!("{}/Hz", squared(unit(0))),
                    Scaling::Density => format!("{}·{seconds}", squared(unit(0))),
                };
                return [hertz, y];
            }
        };
        [x.to_owned(), y]
    }
}

fn check_window(window: Window) -> Result<(), DerivedError> {
    let (value, range) = match window {
        Window::Samples(count) if (1..=Window::MOST_SAMPLES).contains(&count) => return Ok(()),
        Window::Seconds(seconds) if seconds.is_finite() && seconds > 0.0 => return Ok(()),
        Window::Samples(count) => (count.to_string(), "from 1 to 4194304 samples"),
        Window::Seconds(seconds) => (format!("{seconds}s"), "above 0 s"),
    };
    Err(DerivedError::BadValue { what: "window", value, range })
}

/// A unit over another.
fn per(unit: &str, over: &str) -> String {
    const SECONDS: [(&str, &str); 3] = [("/s²", "/s³"), ("/s", "/s²"), ("", "/s")];
    if over.is_empty() {
        return unit.to_owned();
    }
    let over = if over.contains(['/', '·', ' ']) { format!("({over})") } else { over.to_owned() };
    if unit.is_empty() {
        return format!("1/{over}");
    }
    let ending = SECONDS.iter().find(|(ending, _)| over == "s" && unit.ends_with(ending));
    match ending {
        Some((ending, next)) => format!("{}{next}", unit.strip_suffix(ending).unwrap_or(unit)),
        None if unit.contains(['/', ' ']) => format!("({unit})/{over}"),
        None => format!("{unit}/{over}"),
    }
}

fn squared(unit: &str) -> String {
    match unit {
        "" => "1".to_owned(),
        unit if unit.chars().all(char::is_alphabetic) => format!("{unit}²"),
        unit => format!("({unit})²"),
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Derivative(a) => write!(f, "derivative({})", written(a)),
            Self::Mean(a, window) => write!(f, "mean({}, {})", written(a), window_text(*window)),
            Self::Rms(a, window) => write!(f, "rms({}, {})", written(a), window_text(*window)),
            Self::Difference(a, b) => write!(f, "difference({}, {})", written(a), written(b)),
            Self::Ratio(a, b) => write!(f, "ratio({}, {})", written(a), written(b)),
            Self::Spectrum(a, settings) => {
                let standard = Settings::default();
                let name = settings.scaling.name();
                write!(f, "{name}({}, {}, {}", written(a), settings.length, settings.taper.name())?;
                if settings.overlap.to_bits() != standard.overlap.to_bits() {
                    write!(f, ", overlap={}", settings.overlap)?;
                }
                if settings.average != standard.average {
                    write!(f, ", average={}", settings.average)?;
                }
                write!(f, ")")
            }
        }
    }
}

fn window_text(window: Window) -> String {
    match window {
        Window::Samples(count) => count.to_string(),
        Window::Seconds(seconds) if (1e-4..1e6).contains(&seconds) => format!("{seconds}s"),
        Window::Seconds(seconds) => format!("{seconds:e}s"),
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> Self {
        formula.to_string()
    }
}

impl TryFrom<String> for Formula {
    type Error = DerivedError;

    fn try_from(text: String) -> Result<Self, DerivedError> {
        text.parse()
    }
}

impl FromStr for Formula {
    type Err = DerivedError;

    /// Reads a formula as it is written in a layout.
    ///
    /// # Errors
    /// As [`DerivedSpec::parse`].
    fn from_str(text: &str) -> Result<Self, DerivedError> {
        let text = text.trim();
        let bad = |reason: String| {
            let text = text.chars().take(200).collect();
            DerivedError::BadFormula { text, reason, help: HELP }
        };
        if let Some((a, sign, b)) = syntax::operation(text) {
            let (a, b) = (source(a).map_err(bad)?, source(b).map_err(bad)?);
            return Ok(if sign == '-' { Self::Difference(a, b) } else { Self::Ratio(a, b) });
        }
        let inside =
            text.split_once('(').and_then(|(kind, rest)| Some((kind.trim(), rest.strip_suffix(')')?)));
        let Some((kind, inside)) = inside else { return Err(bad("no formula".to_owned())) };
        let arguments = syntax::arguments(inside);
        if arguments.iter().any(|argument| argument.is_empty()) {
            return Err(bad("an argument is empty".to_owned()));
        }
        let count = |wanted: usize, names: &str| {
            let given = arguments.len();
            if given == wanted {
                Ok(())
            } else {
                Err(bad(format!("{kind} takes {names}, not {given} arguments")))
            }
        };
        let stream = |at: usize| source(arguments[at]).map_err(bad);
        let window = || {
            let text = arguments[1];
            parse_window(text).ok_or_else(|| bad(format!("{text:?} is no window, such as 100 or 0.1s")))
        };
        let formula = match kind {
            "derivative" => {
                count(1, "a stream")?;
                Ok(Self::Derivative(stream(0)?))
            }
            "mean" => {
                count(2, "a stream and a window")?;
                Ok(Self::Mean(stream(0)?, window()?))
            }
            "rms" => {
                count(2, "a stream and a window")?;
                Ok(Self::Rms(stream(0)?, window()?))
            }
            "difference" => {
                count(2, "two streams")?;
                Ok(Self::Difference(stream(0)?, stream(1)?))
            }
            "ratio" => {
                count(2, "two streams")?;
                Ok(Self::Ratio(stream(0)?, stream(1)?))
            }
            "amplitude" | "psd" => {
                let scaling = if kind == "psd" { Scaling::Density } else { Scaling::Amplitude };
                let mut settings = Settings { scaling, ..Settings::default() };
                for argument in &arguments[1..] {
                    read_setting(&mut settings, argument).ok_or_else(|| {
                        bad(format!("{argument:?} is no length, window, overlap= or average="))
                    })?;
                }
                Ok(Self::Spectrum(stream(0)?, settings))
            }
            other => Err(bad(format!("{other:?} is nothing to derive"))),
        }?;
        formula.check()?;
        Ok(formula)
    }
}

/// The name of the stream that is written as an argument; of what is derived, its formula as it is written here.
fn source(text: &str) -> Result<String, String> {
    if syntax::operation(text).is_some() || syntax::is_like_formula(text) {
        let formula = text.parse::<Formula>();
        return Ok(formula.map_or_else(|_| text.to_owned(), |formula| formula.to_string()));
    }
    syntax::read(text)
}

/// A number of samples, or a time with its unit.
pub(crate) fn parse_window(text: &str) -> Option<Window> {
    const UNITS: [(&str, f64); 5] = [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1.0)];
    let text = text.trim();
    for (unit, scale) in UNITS {
        if let Some(number) = text.strip_suffix(unit) {
            let number: f64 = number.trim().parse().ok()?;
            return (number.is_finite() && number > 0.0).then_some(Window::Seconds(number * scale));
        }
    }
    let count: f64 = text.parse().ok()?;
    let is_count = count.fract() == 0.0 && (1.0..=f64::from(Window::MOST_SAMPLES)).contains(&count);
    is_count.then_some(Window::Samples(count as u32))
}

fn read_setting(settings: &mut Settings, text: &str) -> Option<()> {
    if let Some((key, value)) = text.split_once('=') {
        match key.trim() {
            "overlap" => settings.overlap = value.trim().parse().ok()?,
            "average" => settings.average = value.trim().parse().ok()?,
            _ => return None,
        }
    } else if let Some(taper) = WindowFunction::from_name(text) {
        settings.taper = taper;
    } else {
        settings.length = text.parse().ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_reads_back_as_it_is_written() {
        for text in [
            "derivative(lorenz/x)",
            "mean(lorenz/x, 100)",
            "rms(a, 0.1s)",
            "rms(a, 1e300s)",
            "rms(a, 2.5e-7s)",
            "difference(a, b)",
            "ratio(a, mean(b, 10))",
            "amplitude(a, 4096, hann)",
            "psd(a, 1024, flat-top, overlap=0.75, average=8)",
            "derivative(mean(a, 0.002s))",
            "ratio(a-b, imu/acc[0])",
            "derivative(1-2)",
            "mean(`Temp (°C)`, 10)",
            "difference(`a - b`, `a,b`)",
            "rms(`a``b`, 10)",
            "derivative(mean(`a b`, 10))",
            "psd(`a=1`, 4096, hann)",
        ] {
            assert_eq!(text.parse::<Formula>().map(|formula| formula.to_string()), Ok(text.to_owned()));
        }
        assert_eq!("mean( a ,200ms )".parse(), Ok(Formula::Mean("a".into(), Window::Seconds(0.2))));
        assert_eq!("psd(a)".parse(), Ok(Formula::Spectrum("a".into(), Settings::default())));
        // Blanks around it make a sign of what else belongs to a name.
        for (text, same) in [
            ("a-b - c/d", "difference(a-b, c/d)"),
            ("a / b", "ratio(a, b)"),
            ("a - 1", "difference(a, 1)"),
            ("`a - b` / `c`", "ratio(`a - b`, c)"),
            ("mean(a, 10) - a", "difference(mean(a, 10), a)"),
            ("derivative(a - b)", "derivative(difference(a, b))"),
            ("derivative( mean(a,10) )", "derivative(mean(a, 10))"),
        ] {
            assert_eq!(text.parse::<Formula>().map(|formula| formula.to_string()), Ok(same.to_owned()));
        }
        assert_eq!("mean(`Temp (°C)`, 10)".parse::<Formula>().unwrap().sources(), ["Temp (°C)"]);
        assert_eq!("rms(`a``b`, 10)".parse::<Formula>().unwrap().sources(), ["a`b"]);
        let spec = DerivedSpec::parse("slow = psd(a, average=4)").unwrap();
        assert_eq!((spec.name.as_str(), spec.formula.sources()), ("slow", vec!["a"]));
        assert_eq!(DerivedSpec::parse("psd(a, average=4)").unwrap().name, "");
        // The first equals sign outside backticks parts name and formula.
        for (text, name, source) in [
            ("`a=b`=mean(`c=d`, 10)", "a=b", "c=d"),
            ("Temp (°C)=derivative(a)", "Temp (°C)", "a"),
            ("`a=b` - c", "", "a=b"),
        ] {
            let spec = DerivedSpec::parse(text).unwrap();
            assert_eq!((spec.name.as_str(), spec.formula.sources()[0]), (name, source), "{text}");
        }
    }

    #[test]
    fn what_is_no_formula_is_told_with_what_to_write() {
        for (text, part) in [
            ("", "no formula"),
            ("mean(a, 10", "no formula"),
            ("median(a, 10)", "\"median\" is nothing to derive"),
            ("mean(a)", "mean takes a stream and a window, not 1 arguments"),
            ("mean(a, 0)", "\"0\" is no window"),
            ("mean(a, 1e300)", "no window"),
            ("mean(a, -1s)", "no window"),
            ("mean(, 3)", "an argument is empty"),
            ("psd(a, 1000)", "length 1000 is not a power of two"),
            ("psd(a, overlap=1)", "overlap 1 is not"),
            ("psd(a, average=0)", "average 0 is not"),
            ("psd(a, kaiser)", "\"kaiser\" is no length, window"),
            ("))((", "no formula"),
            ("mean(a b, 10)", "\"a b\" is no name: put it in backticks"),
            ("difference(a -b, c)", "\"a -b\" is no name"),
            ("a -b", "no formula"),
            ("mean(`a, 10)", "takes a stream and a window"),
            ("mean(``, 10)", "a name is empty"),
            ("derivative((a)", "the brackets"),
        ] {
            let error = text.parse::<Formula>().expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn a_spec_is_two_lines_of_a_layout_and_refuses_what_it_does_not_know() {
        let spec = DerivedSpec::parse("slow=mean(a, 0.1s)").unwrap();
        let text = toml::to_string(&spec).unwrap();
        assert_eq!(text, "name = \"slow\"\nformula = \"mean(a, 0.1s)\"\n");
        assert_eq!(toml::from_str::<DerivedSpec>(&text).unwrap(), spec);
        assert!(toml::from_str::<DerivedSpec>("formula = \"mean(a, 1)\"\ncolour = 1").is_err());
        let error = toml::from_str::<DerivedSpec>("formula = \"mean(a)\"").unwrap_err().to_string();
        assert!(error.contains("a stream and a window"), "{error}");
    }

    #[test]
    fn units_follow_what_is_done() {
        let meta = |y: &str| Meta { y_unit: y.to_owned(), ..Meta::default() };
        let y = |text: &str, units: &[&str]| {
            let metas: Vec<Meta> = units.iter().map(|unit| meta(unit)).collect();
            text.parse::<Formula>().unwrap().units(&metas.iter().collect::<Vec<_>>())
        };
        for (formula, units, expected) in [
            ("derivative(a)", &["V"][..], ["", "V/s"]),
            ("derivative(a)", &["m/s"], ["", "m/s²"]),
            ("derivative(a)", &["m/s²"], ["", "m/s³"]),
            ("derivative(a)", &[""], ["", "1/s"]),
            ("mean(a, 1)", &["V"], ["", "V"]),
            ("difference(a, b)", &["V", "V"], ["", "V"]),
            ("difference(a, b)", &["V", "A"], ["", ""]),
            ("ratio(a, b)", &["V", "A"], ["", "V/A"]),
            ("ratio(a, b)", &["V", "V"], ["", ""]),
            ("ratio(a, b)", &["V", "m/s"], ["", "V/(m/s)"]),
            ("amplitude(a)", &["V"], ["Hz", "V"]),
            ("psd(a)", &["V"], ["Hz", "V²/Hz"]),
            ("psd(a)", &["m/s²"], ["Hz", "(m/s²)²/Hz"]),
            ("psd(a)", &[""], ["Hz", "1/Hz"]),
        ] {
            assert_eq!(y(formula, units), expected.map(str::to_owned), "{formula} of {units:?}");
        }
    }
}
