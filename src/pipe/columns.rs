//! Columns: numbers with blanks, tabs, commas or semicolons between them.
//!
//! What comes before the first line of numbers are titles, of which the last names the columns if it has as many words as
//! there are columns; where a title comes again, as `vmstat` prints its own, it is left out. `#` begins a comment.

use std::ops::Range;

use super::cells::{Separator, cells, unit_of};
use super::error::PipeError;
use super::fit::Fit;
use super::number;
use super::settings::{Settings, X};
use super::sink::Sink;
use super::time::{TimeReader, date, is_time, seconds_of};

/// Titles that are kept, at most.
const MOST_TITLES: usize = 16;

/// What becomes of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Column {
    Stream(usize),
    Time,
    TooMany,
}

/// Where the time is.
struct TimeColumn {
    index: usize,
    /// Columns that it takes.
    count: usize,
    reader: TimeReader,
}

/// Reads lines of columns.
pub(super) struct Columns {
    separator: Separator,
    settings: Settings,
    titles: Vec<Vec<u8>>,
    found: Vec<Column>,
    time: Option<TimeColumn>,
    row: Vec<f64>,
    cells: Vec<Range<usize>>,
}

impl Columns {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            separator: Separator::Blanks,
            settings: settings.clone(),
            titles: Vec::new(),
            found: Vec::new(),
            time: None,
            row: Vec::new(),
            cells: Vec::new(),
        }
    }

    /// Takes a line.
    #[inline]
    pub(super) fn line(&mut self, line: &[u8], sink: &mut Sink) -> Result<Fit, PipeError> {
        if self.is_row_of_numbers(line, sink) {
            for (at, (column, y)) in self.found.iter().zip(&self.row).enumerate() {
                match column {
                    Column::Stream(index) => sink.number(*index, *y)?,
                    Column::Time => {}
                    Column::TooMany => sink.too_many(at + 1),
                }
            }
            return Ok(Fit::Yes);
        }
        self.any_line(line, sink)
    }

    /// Whether each cell is a number, and there are as many as columns: then `row` has them, and the time is set.
    #[inline]
    fn is_row_of_numbers(&mut self, line: &[u8], sink: &mut Sink) -> bool {
        self.row.clear();
        if self.found.is_empty() || self.settings.has_decimal_comma {
            return false;
        }
        let time_at = match &self.time {
            None => usize::MAX,
            Some(time) if time.count == 1 => time.index,
            Some(_) => return false,
        };
        let mut at = 0;
        loop {
            while let Some(b' ' | b'\t') = line.get(at) {
                if self.separator == Separator::Byte(line[at]) {
                    break;
                }
                at += 1;
            }
            if at == line.len() {
                break;
            }
            let is_time = self.row.len() == time_at;
            let (value, len) = if is_time {
                (0.0, self.separator.cell_len(&line[at..]))
            } else if let Some(found) = number::begins(&line[at..]) {
                found
            } else {
                return false;
            };
            let mut end = at + len;
            while let Some(b' ' | b'\t') = line.get(end)
                && self.separator != Separator::Byte(line[end])
                && self.separator != Separator::Blanks
            {
                end += 1;
            }
            match (line.get(end), self.separator) {
                (None, _) | (Some(b' ' | b'\t'), Separator::Blanks) => {}
                (Some(byte), Separator::Byte(separator)) if *byte == separator => {}
                _ => return false,
            }
            if is_time {
                let read = self.time.as_mut().and_then(|time| time.reader.read(&line[at..end]));
                let Some(time) = read else { return false };
                sink.set_time(time);
            }
            self.row.push(value);
            at = end;
            if let (Separator::Byte(_), Some(_)) = (self.separator, line.get(end)) {
                at += 1;
                if at == line.len() {
                    return false;
                }
            }
        }
        self.row.len() == self.found.len()
    }

    /// A line that is not as simple as that.
    fn any_line(&mut self, line: &[u8], sink: &mut Sink) -> Result<Fit, PipeError> {
        let trimmed = line.trim_ascii();
        if trimmed.is_empty() || self.titles.iter().any(|title| title == trimmed) {
            return Ok(Fit::Ignored);
        }
        let is_comment = trimmed[0] == b'#';
        if self.found.is_empty() {
            let separator = Separator::of(trimmed, self.settings.has_decimal_comma);
            if is_comment || !self.is_data(trimmed, separator) {
                if self.titles.len() == MOST_TITLES {
                    self.titles.remove(0);
                }
                self.titles.push(trimmed.to_owned());
                return Ok(Fit::Ignored);
            }
            self.separator = separator;
            self.begin(trimmed, sink)?;
        }
        if is_comment {
            return Ok(Fit::Ignored);
        }
        let mut cells_of_line = std::mem::take(&mut self.cells);
        cells(line, self.separator, &mut cells_of_line);
        let fit = self.row_of_cells(line, &cells_of_line, sink);
        self.cells = cells_of_line;
        fit
    }

    /// Whether so many cells are numbers that the line is one of data, and not of words.
    fn is_data(&self, line: &[u8], separator: Separator) -> bool {
        let mut found = Vec::new();
        cells(line, separator, &mut found);
        let is_number = |cell: &[u8]| self.number(cell).is_some() || date(cell).is_some();
        let numbers = found.iter().filter(|cell| is_number(&line[(*cell).clone()])).count();
        numbers > 0 && (separator != Separator::Blanks || numbers * 3 >= found.len())
    }

    fn number(&self, cell: &[u8]) -> Option<f64> {
        number::whole_with(cell, self.settings.has_decimal_comma)
    }

    /// Settles what the columns are, by the first line of data and the titles before it.
    fn begin(&mut self, line: &[u8], sink: &mut Sink) -> Result<(), PipeError> {
        let mut found = Vec::new();
        cells(line, self.separator, &mut found);
        let count = found.len();
        let mut labels = self.header(count);
        if labels.is_empty() {
            labels = (1..=count).map(|n| n.to_string()).collect();
        }
        let are_all_named = self.settings.names.len() >= count;
        if are_all_named {
            labels.clone_from(&self.settings.names);
        }
        let first_is_date = found.first().is_some_and(|cell| date(&line[cell.clone()]).is_some());
        self.time = self.find_time(&labels, first_is_date)?;
        let mut names = if are_all_named { Vec::new() } else { self.settings.names.clone() }.into_iter();
        for (at, label) in labels.iter().enumerate() {
            let is_time =
                self.time.as_ref().is_some_and(|time| (time.index..time.index + time.count).contains(&at));
            if is_time {
                self.found.push(Column::Time);
                continue;
            }
            let label = names.next().unwrap_or_else(|| label.clone());
            self.add(&label, sink);
        }
        if self.time.is_none() && self.settings.is_numbered() {
            sink.number_rows();
        }
        let what = match self.separator {
            Separator::Blanks => "blanks",
            Separator::Byte(b'\t') => "tabs",
            Separator::Byte(b';') => "semicolons",
            Separator::Byte(_) => "commas",
        };
        let time = self.time.as_ref().and_then(|time| labels.get(time.index));
        let x = self.settings.x_words(time.map(|label| format!("column {label}")).as_deref());
        let columns = if count == 1 {
            "one column".to_owned()
        } else {
            format!("{count} columns with {what} between them")
        };
        sink.notes.tell(&format!("reading {columns}; {x}"));
        Ok(())
    }

    /// The words of the title that names the columns.
    fn header(&self, count: usize) -> Vec<String> {
        let Some(title) = self.titles.last() else { return Vec::new() };
        let title = title.strip_prefix(b"#").unwrap_or(title);
        let mut found = Vec::new();
        cells(title, self.separator, &mut found);
        if found.len() != count {
            return Vec::new();
        }
        let label = |cell: &Range<usize>| String::from_utf8_lossy(&title[cell.clone()]).trim().to_owned();
        found.iter().map(label).collect()
    }

    fn find_time(&self, labels: &[String], first_is_date: bool) -> Result<Option<TimeColumn>, PipeError> {
        let index = match &self.settings.x {
            X::Arrival | X::Line => None,
            X::Found => {
                labels.iter().position(|label| is_time(unit_of(label).0)).or(first_is_date.then_some(0))
            }
            X::Column(name) => {
                let of_name = labels.iter().position(|label| label == name || unit_of(label).0 == name);
                let of_number = || name.parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < labels.len());
                let Some(index) = of_name.or_else(of_number) else {
                    return Err(PipeError::NoColumn { name: name.clone(), columns: labels.to_vec() });
                };
                Some(index)
            }
        };
        let Some(index) = index else { return Ok(None) };
        let words =
            self.settings.time_format.as_deref().map_or(1, |format| format.split_whitespace().count().max(1));
        let count = if self.separator == Separator::Blanks { words.min(labels.len() - index) } else { 1 };
        let secs = labels.get(index).and_then(|label| seconds_of(unit_of(label).1));
        let reader = TimeReader::new(self.settings.time_format.clone(), secs);
        Ok(Some(TimeColumn { index, count, reader }))
    }

    fn add(&mut self, label: &str, sink: &mut Sink) {
        let (name, unit) = unit_of(label);
        let column = sink.add(name, unit).map_or(Column::TooMany, Column::Stream);
        self.found.push(column);
    }

    fn row_of_cells(
        &mut self,
        line: &[u8],
        found: &[Range<usize>],
        sink: &mut Sink,
    ) -> Result<Fit, PipeError> {
        let is_other = found.len() != self.found.len();
        if is_other && !self.is_data(line, self.separator) {
            return Ok(Fit::No("has other columns than the lines before it"));
        }
        if let Some(time) = &mut self.time {
            let cells = (found.get(time.index), found.get(time.index + time.count - 1));
            let (Some(first), Some(last)) = cells else { return Ok(Fit::NoTime) };
            let Some(t) = time.reader.read(&line[first.start..last.end]) else { return Ok(Fit::NoTime) };
            sink.set_time(t);
        }
        for at in self.found.len()..found.len() {
            self.add(&(at + 1).to_string(), sink);
        }
        for (at, column) in self.found.iter().enumerate() {
            let cell = found.get(at).map_or(&b""[..], |cell| &line[cell.clone()]);
            match column {
                Column::Time => {}
                Column::TooMany => sink.too_many(at + 1),
                Column::Stream(index) if cell.is_empty() => sink.gap(*index),
                Column::Stream(index) => match self.number(cell) {
                    Some(y) => sink.number(*index, y)?,
                    None => sink.text(*index, cell)?,
                },
            }
        }
        Ok(Fit::Yes)
    }
}
