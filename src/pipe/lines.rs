//! From pieces of input to lines.
//!
//! A line ends with LF or CR LF, and the last one with the input. One of more than 1 MiB is left out and told of once. The
//! mark that some programs put before UTF-8 is no part of the first line.

/// Longest line, in bytes.
pub(super) const LONGEST: usize = 1 << 20;

/// A line without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// `None` where it is too long.
    pub(super) bytes: Option<&'a [u8]>,
    /// From 1 on.
    pub(super) number: u64,
    /// Where in the piece it ended.
    pub(super) end: usize,
}

/// What of the last line has come.
#[derive(Debug, Default)]
pub(super) struct Lines {
    rest: Vec<u8>,
    is_skipping: bool,
    number: u64,
}

impl Lines {
    /// Calls `each` with every line that `piece` ends.
    #[inline]
    pub(super) fn feed<E>(
        &mut self,
        piece: &[u8],
        mut each: impl FnMut(Line<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', piece) {
            let line = &piece[from..end];
            from = end + 1;
            if !self.rest.is_empty() || self.is_skipping {
                self.keep(line);
                self.end_line(end + 1, &mut each)?;
                continue;
            }
            self.number += 1;
            let bytes = (line.len() <= LONGEST).then(|| self.trimmed(line));
            each(Line { bytes, number: self.number, end: end + 1 })?;
        }
        self.keep(&piece[from..]);
        Ok(())
    }

    /// Calls `each` with what is left, if anything is.
    pub(super) fn end<E>(&mut self, mut each: impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
        if self.rest.is_empty() && !self.is_skipping {
            return Ok(());
        }
        self.end_line(0, &mut each)
    }

    fn keep(&mut self, bytes: &[u8]) {
        if self.is_skipping || self.rest.len() + bytes.len() > LONGEST {
            self.is_skipping = true;
            self.rest.clear();
            return;
        }
        self.rest.extend_from_slice(bytes);
    }

    fn end_line<E>(&mut self, end: usize, each: &mut impl FnMut(Line<'_>) -> Result<(), E>) -> Result<(), E> {
        self.number += 1;
        let rest = std::mem::take(&mut self.rest);
        let is_whole = !std::mem::take(&mut self.is_skipping);
        let bytes = is_whole.then(|| self.trimmed(&rest));
        let done = each(Line { bytes, number: self.number, end });
        self.rest = rest;
        self.rest.clear();
        done
    }

    fn trimmed<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if self.number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Lines};

    fn lines(pieces: &[&[u8]]) -> Vec<Option<Vec<u8>>> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        let mut each = |line: super::Line<'_>| {
            found.push(line.bytes.map(<[u8]>::to_vec));
            assert_eq!(line.number, found.len() as u64);
            Ok::<(), ()>(())
        };
        for piece in pieces {
            lines.feed(piece, &mut each).unwrap();
        }
        lines.end(&mut each).unwrap();
        found
    }

    #[test]
    fn lines_end_with_lf_or_cr_lf_or_the_input() {
        let some = |text: &[u8]| Some(text.to_vec());
        assert_eq!(
            lines(&[b"a\r\n\nb\rc\n", b"d", b"e"]),
            [some(b"a"), some(b""), some(b"b\rc"), some(b"de")]
        );
        assert_eq!(lines(&[b"a\r", b"\n", b"b\n"]), [some(b"a"), some(b"b")]);
        assert_eq!(lines(&[b"\xef\xbb", b"\xbfa\n\xef\xbb\xbfb"]), [some(b"a"), some(b"\xef\xbb\xbfb")]);
        assert_eq!(lines(&[b"", b""]), []);
    }

    #[test]
    fn a_line_of_a_mebibyte_is_whole_and_a_longer_one_is_left_out() {
        let (most, more) = (vec![b'1'; LONGEST], vec![b'1'; LONGEST + 1]);
        for (input, is_whole) in [(&most, true), (&more, false)] {
            let found = lines(&[input, b"\nx\n"]);
            assert_eq!(
                (found[0].is_some(), found.len(), found[1].as_deref()),
                (is_whole, 2, Some(&b"x"[..]))
            );
            let together = [input.as_slice(), b"\nx\n"].concat();
            assert_eq!(lines(&[&together])[0].is_some(), is_whole);
        }
        let pieces: Vec<&[u8]> = more.chunks(1000).chain([&b"\nx"[..]]).collect();
        assert_eq!(lines(&pieces), [None, Some(b"x".to_vec())]);
    }

    proptest::proptest! {
        #[test]
        fn it_does_not_matter_how_the_input_is_cut(input in "[a\\r\\n\u{feff}]{0,60}", cuts in proptest::collection::vec(0..60usize, 0..8)) {
            let bytes = input.as_bytes();
            let mut ends: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            ends.push(bytes.len());
            ends.sort_unstable();
            let mut from = 0;
            let pieces: Vec<&[u8]> = ends.into_iter().map(|end| &bytes[std::mem::replace(&mut from, end)..end]).collect();
            proptest::prop_assert_eq!(lines(&pieces), lines(&[bytes]));
        }
    }
}
