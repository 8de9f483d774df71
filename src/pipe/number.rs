//! Numbers in text: what a number is, and where it ends.

/// The number that `text` begins with, and its length in bytes: a decimal number as JSON or C has it, with `+` too; `nan`
/// and `inf`.
#[inline]
pub(super) fn begins(text: &[u8]) -> Option<(f64, usize)> {
    let plus = usize::from(text.first() == Some(&b'+') && text.get(1) != Some(&b'-'));
    let (value, len) = fast_float2::parse_partial::<f64, _>(&text[plus..]).ok()?;
    (len > 0).then_some((value, len + plus))
}

/// The number that `text` is, blanks aside.
#[inline]
pub(super) fn whole(text: &[u8]) -> Option<f64> {
    let text = text.trim_ascii();
    begins(text).and_then(|(value, len)| (len == text.len()).then_some(value))
}

/// Longest number with a decimal comma that is read.
const LONGEST: usize = 64;

/// The number that `text` is, with a decimal comma where `has_comma`.
pub(super) fn whole_with(text: &[u8], has_comma: bool) -> Option<f64> {
    let text = text.trim_ascii();
    if !has_comma || !text.contains(&b',') {
        return whole(text);
    }
    let mut buffer = [0; LONGEST];
    let copy = buffer.get_mut(..text.len())?;
    copy.copy_from_slice(text);
    let at = copy.iter().position(|byte| *byte == b',')?;
    copy[at] = b'.';
    whole(copy)
}

#[cfg(test)]
mod tests {
    use super::{begins, whole, whole_with};

    #[test]
    fn numbers_are_read_to_their_end() {
        for (text, value, len) in [
            ("1", 1.0, 1),
            ("+2.5 x", 2.5, 4),
            ("-.5,", -0.5, 3),
            ("1e3", 1000.0, 3),
            ("1e", 1.0, 1),
            ("7.", 7.0, 2),
            ("1.7976931348623157e308;", f64::MAX, 22),
            ("1e999", f64::INFINITY, 5),
            ("inf", f64::INFINITY, 3),
        ] {
            assert_eq!(begins(text.as_bytes()), Some((value, len)), "{text}");
        }
        assert!(begins(b"NaN").is_some_and(|(value, len)| value.is_nan() && len == 3));
        for text in ["", "-", "+", "+-1", "x1", ".", "e5", "\0", "§"] {
            assert_eq!(begins(text.as_bytes()), None, "{text:?}");
        }
    }

    #[test]
    fn a_whole_number_has_nothing_beside_it_but_blanks() {
        assert_eq!(whole(b" 1.5\t"), Some(1.5));
        assert_eq!((whole(b"1.5V"), whole(b"1 2"), whole(b"info")), (None, None, None));
        assert_eq!((whole_with(b"-1,5", true), whole_with(b"-1,5", false)), (Some(-1.5), None));
        assert_eq!(whole_with(b"1,5,2", true), None);
        assert_eq!(whole_with(&[b",".as_slice(), &[b'1'; 300]].concat(), true), None);
    }
}
