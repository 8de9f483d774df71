//! Cells of a line: what lies between separators.

use std::ops::Range;

/// What is between two cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// Any number of blanks and tabs: no cell is empty.
    Blanks,
    /// One of these; blanks around it count for nothing.
    Byte(u8),
}

impl Separator {
    /// What separates the cells of a line.
    pub(super) fn of(line: &[u8], has_decimal_comma: bool) -> Self {
        let candidates: &[u8] = if has_decimal_comma { b";\t" } else { b";\t," };
        candidates.iter().find(|byte| line.contains(byte)).map_or(Self::Blanks, |byte| Self::Byte(*byte))
    }

    /// Length of the cell that `line` begins with.
    pub(super) fn cell_len(self, line: &[u8]) -> usize {
        let end = match self {
            Self::Blanks => line.iter().position(|byte| matches!(byte, b' ' | b'\t')),
            Self::Byte(separator) => memchr::memchr(separator, line),
        };
        end.unwrap_or(line.len())
    }
}

/// The cells of a line, without blanks and quotes around them. With blanks between them a cell that begins with `#` ends
/// the line.
pub(super) fn cells(line: &[u8], separator: Separator, found: &mut Vec<Range<usize>>) {
    found.clear();
    let mut at = 0;
    loop {
        while let Some(b' ' | b'\t') = line.get(at)
            && separator != Separator::Byte(line[at])
        {
            at += 1;
        }
        if separator == Separator::Blanks && (at == line.len() || line[at] == b'#') {
            return;
        }
        let rest = &line[at..];
        let quoted = rest.strip_prefix(b"\"").and_then(|inner| memchr::memchr(b'"', inner));
        let (cell, len) = if let (Some(inner), Separator::Byte(_)) = (quoted, separator) {
            (at + 1..at + 1 + inner, inner + 2 + separator.cell_len(&rest[inner + 2..]))
        } else {
            let len = separator.cell_len(rest);
            (at..at + rest[..len].trim_ascii_end().len(), len)
        };
        found.push(cell);
        at += len;
        if separator != Separator::Blanks {
            if at >= line.len() {
                return;
            }
            at += 1;
        }
    }
}

/// Letters of a unit, at most.
const LONGEST_UNIT: usize = 8;

/// A label and the unit that it ends with: `v [m/s]`, `Temp (°C)`.
pub(super) fn unit_of(label: &str) -> (&str, &str) {
    for (open, close) in [(" [", ']'), (" (", ')')] {
        if let Some((name, unit)) = label.strip_suffix(close).and_then(|rest| rest.rsplit_once(open))
            && !name.trim().is_empty()
            && (1..=LONGEST_UNIT).contains(&unit.trim().chars().count())
        {
            return (name.trim(), unit.trim());
        }
    }
    (label, "")
}

#[cfg(test)]
mod tests {
    use super::{Separator, cells, unit_of};

    #[test]
    fn cells_are_what_lies_between_separators() {
        for (line, separator, expected) in [
            (" 1\t 2 ", Separator::Blanks, &["1", "2"][..]),
            ("1 2 # 3", Separator::Blanks, &["1", "2"]),
            ("1, ,\"a, b\" ,", Separator::Byte(b','), &["1", "", "a, b", ""]),
            ("\t1\t", Separator::Byte(b'\t'), &["", "1", ""]),
            ("\"a", Separator::Byte(b','), &["\"a"]),
            ("\"\"", Separator::Byte(b','), &[""]),
            ("", Separator::Byte(b','), &[""]),
            ("", Separator::Blanks, &[]),
        ] {
            let mut found = Vec::new();
            cells(line.as_bytes(), separator, &mut found);
            let found: Vec<&str> = found.into_iter().map(|cell| &line[cell]).collect();
            assert_eq!(found, expected, "{line:?}");
        }
    }

    #[test]
    fn a_unit_stands_in_brackets_after_a_blank() {
        assert_eq!(unit_of("v [m/s]"), ("v", "m/s"));
        assert_eq!(unit_of("Temp (°C)"), ("Temp", "°C"));
        for label in ["acc[0]", "f(x)", " (x)", "a ()", "a (of all of them)", "", ")"] {
            assert_eq!(unit_of(label), (label, ""));
        }
    }
}
