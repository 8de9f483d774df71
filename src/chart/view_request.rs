//! Views that a person asks for in words: `10ms`, `last 30s`, `x 3.2..3.4`, `y -1..1`, `goto 12:30:05`.

use jiff::civil::Time;

use super::format;

/// A view that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ViewRequest {
    /// So many seconds: the newest while the plot follows, else those around the middle.
    Span(f64),
    /// The newest so many seconds, from now on.
    Last(f64),
    /// From one x to another.
    X([f64; 2]),
    /// From one y to another.
    Y([f64; 2]),
    /// An x in the middle.
    GoTo(f64),
    /// A time of day in the middle, of the day that is shown.
    TimeOfDay(Time),
}

const UNITS: [(&str, f64); 9] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("ms", 1e-3),
    ("min", 60.0),
    ("m", 60.0),
    ("h", 3600.0),
    ("d", 86_400.0),
    ("s", 1.0),
];

impl ViewRequest {
    /// What a text asks for; `None` where it is no view.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((&text, ""));
        match word {
            "x" => range(rest, seconds).map(Self::X),
            "y" => range(rest, number).map(Self::Y),
            "last" => seconds(rest).filter(|secs| *secs > 0.0).map(Self::Last),
            "goto" if rest.contains(':') => rest.trim().parse().ok().map(Self::TimeOfDay),
            "goto" => seconds(rest).map(Self::GoTo),
            // A bare number may be part of a name.
            _ if text.ends_with(char::is_alphabetic) => {
                seconds(&text).filter(|secs| *secs > 0.0).map(Self::Span)
            }
            _ => None,
        }
    }

    /// As the palette has it.
    pub(crate) fn title(&self) -> String {
        let secs = |secs: f64| format::value(secs, "s");
        match self {
            Self::Span(span) => format!("Show {}", secs(*span)),
            Self::Last(span) => format!("Follow the last {}", secs(*span)),
            Self::X([from, to]) => {
                format!("Show x from {} to {}", format::value(*from, ""), format::value(*to, ""))
            }
            Self::Y([from, to]) => {
                format!("Show y from {} to {}", format::value(*from, ""), format::value(*to, ""))
            }
            Self::GoTo(x) => format!("Go to x = {}", format::value(*x, "")),
            Self::TimeOfDay(time) => format!("Go to {time}"),
        }
    }
}

fn range(text: &str, read: impl Fn(&str) -> Option<f64>) -> Option<[f64; 2]> {
    let (from, to) = text.split_once("..")?;
    let (from, to) = (read(from)?, read(to)?);
    (from < to).then_some([from, to])
}

fn number(text: &str) -> Option<f64> {
    text.trim().replace('−', "-").parse().ok().filter(|value: &f64| value.is_finite())
}

/// A number, of seconds where a unit follows it.
fn seconds(text: &str) -> Option<f64> {
    let text = text.trim();
    let with_unit = |(unit, secs): (&str, f64)| Some(number(text.strip_suffix(unit)?)? * secs);
    UNITS.into_iter().find_map(with_unit).or_else(|| number(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_views() {
        let view = |text: &str| ViewRequest::parse(text);
        assert_eq!(view("10ms"), Some(ViewRequest::Span(0.01)));
        assert_eq!(view(" 2 min "), Some(ViewRequest::Span(120.0)));
        assert_eq!(view("Last 30s"), Some(ViewRequest::Last(30.0)));
        assert_eq!(view("x 3.2..3.4"), Some(ViewRequest::X([3.2, 3.4])));
        assert_eq!(view("x 1ms .. 2ms"), Some(ViewRequest::X([0.001, 0.002])));
        assert_eq!(view("y −1..1"), Some(ViewRequest::Y([-1.0, 1.0])));
        assert_eq!(view("goto 7"), Some(ViewRequest::GoTo(7.0)));
        assert!(matches!(view("goto 12:30:05"), Some(ViewRequest::TimeOfDay(time)) if time.minute() == 30));
    }

    #[test]
    fn what_is_no_view_is_none() {
        for text in [
            "",
            "10",
            "fit",
            "x",
            "x 3..2",
            "x a..b",
            "y 1..1",
            "last",
            "last -3s",
            "goto",
            "goto 25:00",
            "nanms",
            "infs",
            "s",
        ] {
            assert_eq!(ViewRequest::parse(text), None, "{text}");
        }
    }
}
