//! One reader of lines for whatever format there is.

use super::arduino::Arduino;
use super::columns::Columns;
use super::error::PipeError;
use super::fit::Fit;
use super::json::JsonLines;
use super::labelled::LabelledValues;
use super::logfmt::Logfmt;
use super::recognise::Recognised;
use super::settings::{Format, Settings};
use super::sink::Sink;
use super::teleplot::Teleplot;

/// What reads the lines of a format.
pub(super) enum Reader {
    Columns(Columns),
    Arduino(Arduino),
    Teleplot(Teleplot),
    Logfmt(Logfmt),
    Json(JsonLines),
    LabelledValues(LabelledValues),
}

impl Reader {
    /// The reader of a format of lines; that of columns for one that has none.
    pub(super) fn new(found: Recognised, settings: &Settings) -> Self {
        match found.format {
            Format::Columns | Format::Binary(_) => Self::Columns(Columns::new(settings)),
            Format::Arduino => Self::Arduino(Arduino::new(settings)),
            Format::Teleplot => Self::Teleplot(Teleplot::new(found.has_prefix)),
            Format::Logfmt => Self::Logfmt(Logfmt::new(settings)),
            Format::Json => Self::Json(JsonLines::new(settings)),
            Format::LabelledValues => Self::LabelledValues(LabelledValues::new(settings)),
        }
    }

    /// Takes a line.
    #[inline]
    pub(super) fn line(&mut self, line: &[u8], sink: &mut Sink) -> Result<Fit, PipeError> {
        match self {
            Self::Columns(columns) => columns.line(line, sink),
            _ if line.trim_ascii().is_empty() => Ok(Fit::Ignored),
            Self::Arduino(arduino) => arduino.line(line, sink),
            Self::Teleplot(teleplot) => teleplot.line(line, sink),
            Self::Logfmt(logfmt) => logfmt.line(line, sink),
            Self::Json(json) => json.line(line, sink),
            Self::LabelledValues(labelled) => labelled.line(line, sink),
        }
    }
}
