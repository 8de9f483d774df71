//! What a program asks for in the query of an address.

use super::MOST_COLUMNS;

/// A question, with bounds on everything.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    pub(super) streams: Vec<String>,
    pub(super) from: Option<f64>,
    pub(super) to: Option<f64>,
    /// Seconds up to the newest sample.
    pub(super) last: Option<f64>,
    pub(super) columns: usize,
    pub(super) log: [bool; 2],
}

/// Streams of one question.
const MOST_STREAMS: usize = 64;
/// Columns where none are asked for.
const COLUMNS: usize = 1000;

impl Question {
    /// Reads the names and values of a query.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence that quotes nothing but numbers.
    pub(super) fn parse(pairs: &[(String, String)]) -> Result<Self, String> {
        let mut question =
            Self { streams: Vec::new(), from: None, to: None, last: None, columns: COLUMNS, log: [false; 2] };
        for (name, value) in pairs {
            let number = || value.parse::<f64>().ok().filter(|number| number.is_finite());
            let flag = || match value.as_str() {
                "" | "1" | "true" => Ok(true),
                "0" | "false" => Ok(false),
                _ => Err("log_x and log_y: 1 or 0".to_owned()),
            };
            match name.as_str() {
                "stream" => question.streams.push(value.clone()),
                "from" => question.from = Some(number().ok_or("from: no finite number")?),
                "to" => question.to = Some(number().ok_or("to: no finite number")?),
                "last" => {
                    let last = number().filter(|last| *last > 0.0);
                    question.last = Some(last.ok_or("last: no number of seconds above 0")?);
                }
                "columns" => {
                    let columns = value.parse().ok().filter(|columns| (1..=MOST_COLUMNS).contains(columns));
                    question.columns = columns.ok_or_else(|| format!("columns: from 1 to {MOST_COLUMNS}"))?;
                }
                "log_x" => question.log[0] = flag()?,
                "log_y" => question.log[1] = flag()?,
                _ => return Err("known are stream, from, to, last, columns, log_x and log_y".to_owned()),
            }
        }
        if question.streams.is_empty() {
            return Err("name a stream with stream=NAME; /api/streams lists them".to_owned());
        }
        if question.streams.len() > MOST_STREAMS {
            return Err(format!("at most {MOST_STREAMS} streams"));
        }
        if question.last.is_some() && (question.from.is_some() || question.to.is_some()) {
            return Err("last, or from and to: not both".to_owned());
        }
        match (question.from, question.to) {
            (Some(from), Some(to)) if from >= to => Err(format!("from {from} is not below to {to}")),
            _ => Ok(question),
        }
    }

    /// The stretch of x that is meant, of what is held from `held[0]` to `held[1]`.
    pub(super) fn range(&self, held: [f64; 2]) -> [f64; 2] {
        // What is asked for up to the newest includes it.
        let end = self.to.unwrap_or_else(|| held[1].next_up());
        let begin = self.last.map_or(self.from.unwrap_or(held[0]), |last| end - last);
        [begin, end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Question, String> {
        let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let pairs: Vec<_> = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Question::parse(&pairs)
    }

    #[test]
    fn a_question_is_read_and_nonsense_is_refused() {
        let question = parse("stream=a&stream=b&from=1&to=2&columns=8192&log_y=1").unwrap();
        assert_eq!((question.streams.len(), question.columns, question.log), (2, 8192, [false, true]));
        assert!(parse("stream=a&last=2").unwrap().range([0.0, 5.0])[1] > 5.0, "the newest is part of it");
        for bad in [
            "",
            "from=1",
            "stream=a&from=nan",
            "stream=a&to=inf",
            "stream=a&from=2&to=1",
            "stream=a&columns=8193",
            "stream=a&columns=0",
            "stream=a&columns=-1",
            "stream=a&last=0",
            "stream=a&last=1&to=2",
            "stream=a&log_x=x",
            "stream=a&file=/etc/passwd",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
