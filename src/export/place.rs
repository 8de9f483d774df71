//! Names of new files.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

/// A path in the current folder where there is nothing: `ringplot-2026-11-20-201530.png`, in UTC.
pub(crate) fn free(extension: &str, is_promised: impl Fn(&Path) -> bool) -> PathBuf {
    let folder = std::env::current_dir().unwrap_or_default();
    let stem = Timestamp::now().strftime("ringplot-%Y-%m-%d-%H%M%S").to_string();
    let names = std::iter::once(stem.clone()).chain((2u32..).map(|n| format!("{stem}-{n}")));
    let mut places = names.map(|name| folder.join(format!("{name}.{extension}")));
    let is_free = |place: &PathBuf| place.symlink_metadata().is_err() && !is_promised(place);
    places.find(is_free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_when() {
        let before = Timestamp::now();
        let name = free("png", |_| false);
        let after = Timestamp::now();
        let name = name.file_stem().unwrap().to_str().unwrap();
        let said = name.strip_prefix("ringplot-").unwrap();
        let said = jiff::civil::DateTime::strptime("%Y-%m-%d-%H%M%S", said).unwrap();
        let said = said.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        assert!((before.as_second()..=after.as_second()).contains(&said.as_second()), "{said}");
    }

    #[test]
    fn a_promised_name_is_not_given_twice() {
        let first = free("png", |_| false);
        let second = free("png", |place| place == first);
        assert_ne!(first, second);
        assert_eq!(second.extension().unwrap(), "png");
    }
}
