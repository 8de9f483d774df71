//! JSON lines: an object or an array a line. Nested keys become paths, and what is in an array is numbered from 0.

use std::borrow::Cow;

use serde_json::Value as Json;

use super::error::PipeError;
use super::fit::Fit;
use super::keys::{Pair, Rows, Value};
use super::settings::Settings;
use super::sink::Sink;

/// Reads such lines.
pub(super) struct JsonLines {
    rows: Rows,
}

impl JsonLines {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { rows: Rows::new("JSON lines", settings) }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: &[u8], sink: &mut Sink) -> Result<Fit, PipeError> {
        let Some(json) = parsed(line) else { return Ok(Fit::No("is no JSON object")) };
        let mut leaves = Vec::new();
        flatten("", &json, &mut leaves);
        let pairs: Vec<Pair<'_>> = leaves
            .iter()
            .map(|(path, leaf)| Pair {
                key: Cow::Borrowed(path.as_bytes()),
                value: match leaf {
                    Leaf::Number(number) => Value::Bare(number.as_bytes()),
                    Leaf::Text(text) => Value::Text(Cow::Borrowed(text.as_bytes())),
                    Leaf::Absent => Value::Absent,
                },
                unit: b"",
            })
            .collect();
        self.rows.row(&pairs, sink)
    }
}

/// The object or array that a line is.
pub(super) fn parsed(line: &[u8]) -> Option<Json> {
    let line = line.trim_ascii();
    if !matches!(line.first(), Some(b'{' | b'[')) {
        return None;
    }
    serde_json::from_slice(line).ok()
}

enum Leaf {
    Number(String),
    Text(String),
    Absent,
}

fn flatten(path: &str, json: &Json, leaves: &mut Vec<(String, Leaf)>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}/{key}") };
    let leaf = match json {
        Json::Object(object) => {
            object.iter().for_each(|(key, value)| flatten(&below(key), value, leaves));
            return;
        }
        Json::Array(array) => {
            let numbered = array.iter().enumerate();
            numbered.for_each(|(index, value)| flatten(&below(&index.to_string()), value, leaves));
            return;
        }
        Json::Number(number) => Leaf::Number(number.to_string()),
        Json::Bool(is_true) => Leaf::Number(u8::from(*is_true).to_string()),
        Json::String(text) => Leaf::Text(text.clone()),
        Json::Null => Leaf::Absent,
    };
    leaves.push((path.to_owned(), leaf));
}
