//! Stream names: what is allowed, and how they are written as file names.
//!
//! A file name must be the same on every file system and tell its stream's name back, also where upper and lower case
//! are one, and where some names belong to devices. So all but a few bytes are escaped, each name has one form, and a file
//! in another form is nobody's.

/// Parts of a name, at most.
const MAX_PARTS: usize = 16;
/// Length of a name as a file name without its ending, in bytes, at most.
const MAX_FILE_BYTES: usize = 200;
/// Names of devices on some system, whatever follows a dot after them.
const RESERVED: [&str; 4] = ["con", "nul", "aux", "prn"];
/// The same, followed by a digit from 1 to 9.
const RESERVED_NUMBERED: [&str; 2] = ["com", "lpt"];

/// Why a stream name is refused.
///
/// ```
/// let error = ringplot::Producer::builder("a//b").timed().unwrap_err();
/// assert!(error.to_string().starts_with("bad stream name \"a//b\": a part of it is empty"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[error(
    "bad stream name {name:?}: {reason}; a name is 1 to 16 parts joined by '/', such as lorenz/x, of any characters but control characters and bidirectional marks"
)]
pub struct NameError {
    /// The name.
    pub name: String,
    reason: &'static str,
}

debug_as_sentence!(NameError);

/// Checks a stream name: 1 to 16 parts joined by `/`, none of them empty, `.` or `..`, without control characters and
/// bidirectional marks, at most 200 bytes as a file name. Returns it without the leading `/` that it may have.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn checked(given: &str) -> Result<&str, NameError> {
    let refuse = |reason| Err(NameError { name: given.chars().take(200).collect(), reason });
    let name = given.strip_prefix('/').unwrap_or(given);
    if name.is_empty() {
        return refuse("it is empty");
    }
    if name.chars().any(char::is_control) {
        return refuse("it has a control character");
    }
    if name.chars().any(is_bidirectional_mark) {
        return refuse("it has a bidirectional mark");
    }
    if name.split('/').count() > MAX_PARTS {
        return refuse("it has more than 16 parts");
    }
    if name.split('/').any(str::is_empty) {
        return refuse("a part of it is empty");
    }
    if name.split('/').any(|part| part == "." || part == "..") {
        return refuse("a part of it is '.' or '..'");
    }
    // No file name is shorter than its name.
    if name.len() > MAX_FILE_BYTES || to_file(name).len() > MAX_FILE_BYTES {
        return refuse(
            "it takes more than 200 bytes as a file name, where a-z, 0-9, '.', '_' and '-' take one byte and each other byte three",
        );
    }
    Ok(name)
}

/// Whether a character reorders the text around it, so that a name would read as another.
fn is_bidirectional_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The file name for a checked stream name, without its ending: `a-z 0-9 . _ -` stand for themselves, every other byte is
/// `%XX`, and so is the first one where it is a dot or begins the name of a device.
pub(crate) fn to_file(name: &str) -> String {
    let stem = name.split('.').next().unwrap_or_default();
    let is_first_escaped = stem.is_empty() || is_reserved(stem);
    let mut file = String::with_capacity(name.len());
    for (at, byte) in name.bytes().enumerate() {
        let is_plain = matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
        if is_plain && !(at == 0 && is_first_escaped) {
            file.push(char::from(byte));
        } else {
            file.push('%');
            file.extend(
                [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])),
            );
        }
    }
    file
}

fn is_reserved(stem: &str) -> bool {
    let is_numbered = |device: &&str| {
        stem.strip_prefix(*device).is_some_and(|number| matches!(number.as_bytes(), [b'1'..=b'9']))
    };
    RESERVED.contains(&stem) || RESERVED_NUMBERED.iter().any(is_numbered)
}

/// The stream name of a file name without its ending, if it is the one form of one.
pub(crate) fn from_file(file: &str) -> Option<String> {
    if file.len() > MAX_FILE_BYTES {
        return None;
    }
    let mut bytes = Vec::with_capacity(file.len());
    let mut rest = file.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        bytes.push(if *first == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            rest = after;
            u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?
        } else {
            *first
        });
    }
    let name = String::from_utf8(bytes).ok()?;
    // Not a leading slash either: the name without it has another file.
    let is_its_form = checked(&name).is_ok_and(|checked| to_file(checked) == file);
    is_its_form.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{checked, from_file, to_file};

    /// Names and their files, as LAYOUT.md gives them.
    const TABLE: [(&str, &str); 10] = [
        ("test", "test"),
        ("lorenz/x", "lorenz%2Fx"),
        ("imu/acc[0]", "imu%2Facc%5B0%5D"),
        ("Temp (°C)", "%54emp%20%28%C2%B0%43%29"),
        ("robot/arm/joint_1/effort", "robot%2Farm%2Fjoint_1%2Feffort"),
        ("100%", "100%25"),
        (".hidden", "%2Ehidden"),
        ("con.log", "%63on.log"),
        ("com10", "com10"),
        ("速度", "%E9%80%9F%E5%BA%A6"),
    ];

    #[test]
    fn a_name_has_the_file_name_of_the_document_and_reads_back() {
        let document = include_str!("../../LAYOUT.md");
        for (name, file) in TABLE {
            assert_eq!(checked(name), Ok(name));
            assert_eq!(to_file(name), file);
            assert_eq!(from_file(file).as_deref(), Some(name));
            let row = format!("| `{name}` | `{file}` |");
            assert!(document.contains(&row), "LAYOUT.md lacks {row}");
        }
    }

    #[test]
    fn names_are_checked() {
        let long = "a".repeat(200);
        let parts = ["a"; 16].join("/");
        for good in
            ["a", "a/b/c/d", "A-1_2.z", "x..y", ".a", "a/.b", "a b", "ä", "a%2Fb", "a=b,c", &long, &parts]
        {
            assert_eq!(checked(good), Ok(good));
        }
        assert_eq!(checked("/robot/arm"), Ok("robot/arm"));
        let too_many = ["a"; 17].join("/");
        for bad in [
            "",
            "/",
            "//",
            "//a",
            "a/",
            "a//b",
            ".",
            "..",
            "a/..",
            "./a",
            "a\0",
            "a\nb",
            "\u{7f}",
            "a\u{9b}31m",
            "\u{202e}a",
            "a\u{2066}",
            "a\u{200f}",
            "a\u{61c}",
            &too_many,
            &"a".repeat(201),
            &"A".repeat(67),
        ] {
            assert!(checked(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_file_in_another_form_is_nobodys() {
        for file in [
            "", "A", "%41%4", "a%2fb", "%61", "a%", "a%2", "a%+1", "%2Fa", "a b", ".a", "con", "nul.x",
            "lpt9", "%FF", "a%2F..", "%2E", "a%00", "ä", "Cargo",
        ] {
            assert_eq!(from_file(file), None, "{file}");
        }
        assert_eq!(from_file(&"a".repeat(201)), None);
    }

    proptest::proptest! {
        /// Every name that is allowed has a file of its own.
        #[test]
        fn names_and_files_are_one_to_one(name in "\\PC{1,12}", other in "[a-cA-C./%]{1,6}") {
            for name in [&name, &other] {
                if let Ok(name) = checked(name) {
                    let file = to_file(name);
                    proptest::prop_assert!(file.bytes().all(|b| b"abcdefghijklmnopqrstuvwxyz0123456789._-%ABCDEF".contains(&b)));
                    proptest::prop_assert_eq!(from_file(&file), Some(name.to_owned()));
                }
            }
            if let Some(read) = from_file(&other) {
                proptest::prop_assert_eq!(to_file(&read), other);
            }
        }
    }
}
