//! feedgnuplot's `--dataid`: `label value label value`, with x before them where there is a domain.

use super::cells::{Separator, cells};
use super::error::PipeError;
use super::fit::Fit;
use super::keys::Keys;
use super::number;
use super::settings::{Settings, X};
use super::sink::Sink;
use super::time::TimeReader;

/// Reads such lines.
pub(super) struct LabelledValues {
    keys: Keys,
    /// Cells before the first label.
    x_cells: usize,
    time: TimeReader,
}

impl LabelledValues {
    pub(super) fn new(settings: &Settings) -> Self {
        let format = settings.time_format.clone();
        let words = format.as_deref().map_or(1, |format| format.split_whitespace().count().max(1));
        let x_cells = if matches!(settings.x, X::Column(_)) { words } else { 0 };
        Self { keys: Keys::default(), x_cells, time: TimeReader::new(format, None) }
    }

    /// Takes a line.
    pub(super) fn line(&mut self, line: &[u8], sink: &mut Sink) -> Result<Fit, PipeError> {
        let mut found = Vec::new();
        cells(line, Separator::Blanks, &mut found);
        if found.is_empty() {
            return Ok(Fit::Ignored);
        }
        let Some(pairs) = found.get(self.x_cells..).filter(|rest| !rest.is_empty() && rest.len() % 2 == 0)
        else {
            return Ok(Fit::No("has no label before each value"));
        };
        if self.x_cells > 0 {
            let time = self.time.read(&line[found[0].start..found[self.x_cells - 1].end]);
            let Some(time) = time else { return Ok(Fit::NoTime) };
            sink.set_time(time);
        }
        for pair in pairs.chunks(2) {
            let (label, value) = (&line[pair[0].clone()], &line[pair[1].clone()]);
            let Some(index) = self.keys.index(label, b"", sink) else { continue };
            match number::whole(value) {
                Some(y) => sink.number(index, y)?,
                None => sink.text(index, value)?,
            }
        }
        Ok(Fit::Yes)
    }
}
