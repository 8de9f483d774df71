//! Which format the first lines have.

use super::cells::{Separator, cells};
use super::settings::Format;
use super::time::date;
use super::{arduino, json, logfmt, number, teleplot};

/// What was recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recognised {
    pub(super) format: Format,
    /// Whether lines of Teleplot have `>` before them.
    pub(super) has_prefix: bool,
}

/// Lines that are looked at, at most.
const MOST_LINES: usize = 100;

/// The format that most of the lines have that have any. A lone `name:value` is of Arduino and of Teleplot.
pub(super) fn recognise<'a>(
    lines: impl Iterator<Item = &'a [u8]>,
    is_lone_of_teleplot: bool,
) -> Option<Recognised> {
    // In the order in which equals are chosen.
    let mut votes = [
        (Format::Json, 0),
        (Format::Teleplot, 0),
        (Format::Logfmt, 0),
        (Format::Arduino, 0),
        (Format::Columns, 0),
    ];
    let mut has_prefix = false;
    for line in lines.take(MOST_LINES) {
        let line = line.trim_ascii();
        if line.is_empty() || line[0] == b'#' {
            continue;
        }
        let is_lone = is_lone_of_teleplot && arduino::pairs(line).is_some_and(|pairs| pairs.len() == 1);
        let certain = teleplot::is_certain(line).or(is_lone.then_some(false));
        has_prefix |= certain == Some(true);
        if let Some(format) = format_of(line, certain.is_some()) {
            votes.iter_mut().filter(|(other, _)| *other == format).for_each(|(_, count)| *count += 1);
        }
    }
    let [.., (_, teleplot), _, (_, arduino), _] = &mut votes;
    if *teleplot > 0 {
        // `a:1` is both.
        *teleplot += std::mem::take(arduino);
    }
    let most = votes.iter().map(|(_, count)| *count).max().filter(|most| *most > 0)?;
    let (format, _) = votes.iter().find(|(_, count)| *count == most)?;
    Some(Recognised { format: *format, has_prefix })
}

fn format_of(line: &[u8], is_teleplot: bool) -> Option<Format> {
    if json::parsed(line).is_some() {
        return Some(Format::Json);
    }
    if is_teleplot {
        return Some(Format::Teleplot);
    }
    if arduino::pairs(line).is_some() {
        return Some(Format::Arduino);
    }
    let is_number = |pair: &super::keys::Pair<'_>| matches!(pair.value, super::keys::Value::Bare(text) if number::whole(text).is_some());
    if logfmt::pairs(line).iter().any(is_number) {
        return Some(Format::Logfmt);
    }
    has_number(line).then_some(Format::Columns)
}

/// Whether a cell of the line is a number or a date, with whatever separator and decimal sign.
fn has_number(line: &[u8]) -> bool {
    let mut found = Vec::new();
    [false, true].iter().any(|has_comma| {
        let separator = Separator::of(line, *has_comma);
        cells(line, separator, &mut found);
        found.iter().any(|cell| {
            let cell = &line[cell.clone()];
            number::whole_with(cell, *has_comma).is_some() || date(cell).is_some()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{Format, recognise};

    #[test]
    fn each_format_is_recognised_from_a_line_and_amid_others() {
        for (line, format) in [
            ("1 2 3", Format::Columns),
            ("1,2,3", Format::Columns),
            ("1,5;2,5", Format::Columns),
            ("2026-11-30T12:00:00Z OK 5", Format::Columns),
            ("12:00:05 23.5", Format::Columns),
            ("temp:21.5,hum:40", Format::Arduino),
            ("temp:21.5", Format::Arduino),
            ("temp:21.5§°C", Format::Teleplot),
            (">temp:21.5", Format::Teleplot),
            ("t=1.5 a=2", Format::Logfmt),
            ("64 bytes from ::1: icmp_seq=1 ttl=64 time=0.045 ms", Format::Logfmt),
            ("level=info msg=\"a: 5\" n=3", Format::Logfmt),
            ("{\"t\":1.5,\"imu\":{\"ax\":0.1}}", Format::Json),
            ("[1,2]", Format::Json),
        ] {
            for around in [&[][..], &["words alone", "", "# 5"]] {
                let lines = around.iter().chain([&line]).map(|line| line.as_bytes());
                assert_eq!(recognise(lines, false).map(|found| found.format), Some(format), "{line}");
            }
        }
        assert_eq!(recognise([&b"words alone"[..], b"", b"# 1 2"].into_iter(), false), None);
        let mixed = ["a:1", "b:2", "c:3", "d:4§V"];
        assert_eq!(
            recognise(mixed.iter().map(|line| line.as_bytes()), false).unwrap().format,
            Format::Teleplot
        );
    }
}
