//! Stream names: what is allowed, and how they are written as file names.

/// Why a stream name is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "bad stream name {name:?}: {reason}; a name is up to 4 parts of letters, digits, '.', '_' and '-', joined by '/', such as lorenz/x"
)]
pub struct NameError {
    /// The name.
    pub name: String,
    reason: &'static str,
}

/// Checks a stream name: at most 4 parts of `[A-Za-z0-9._-]{1,64}` joined by `/`, 128 bytes in all, no part with a
/// leading dot.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check(name: &str) -> Result<(), NameError> {
    let refuse = |reason| Err(NameError { name: name.chars().take(200).collect(), reason });
    if name.is_empty() {
        return refuse("it is empty");
    }
    if name.len() > 128 {
        return refuse("it is longer than 128 bytes");
    }
    if name.split('/').count() > 4 {
        return refuse("it has more than 4 parts");
    }
    for part in name.split('/') {
        if part.is_empty() || part.len() > 64 {
            return refuse("a part is empty or longer than 64 bytes");
        }
        if part.starts_with('.') {
            return refuse("a part begins with a dot");
        }
        if !part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
            return refuse("it has a character that is not allowed");
        }
    }
    Ok(())
}

/// The file name for a checked stream name, without its ending.
pub(crate) fn to_file(name: &str) -> String {
    name.replace('/', "%2F")
}

/// The stream name of a file name without its ending, if it is one.
pub(crate) fn from_file(file: &str) -> Option<String> {
    let name = file.replace("%2F", "/");
    check(&name).is_ok().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{check, from_file, to_file};

    #[test]
    fn names_are_checked() {
        for good in ["a", "lorenz/x", "a/b/c/d", "A-1_2.z", "x..y"] {
            assert!(check(good).is_ok(), "{good}");
        }
        let long = "a".repeat(65);
        for bad in
            ["", "/", "a/", "/a", "a//b", ".a", "a/.b", "..", "a b", "ä", "a/b/c/d/e", "a%2Fb", "a\0", &long]
        {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn file_names_read_back() {
        assert_eq!(to_file("a/b"), "a%2Fb");
        assert_eq!(from_file("a%2Fb").as_deref(), Some("a/b"));
        assert_eq!(from_file(".hidden"), None);
    }
}
