//! Names of new files.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// A path in the current folder where there is nothing: `ringplot-2026-11-20-201530.png`, in UTC.
pub(super) fn free(extension: &str, is_promised: impl Fn(&Path) -> bool) -> PathBuf {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let folder = std::env::current_dir().unwrap_or_default();
    let stem = format!("ringplot-{}", stamp(since));
    let names = std::iter::once(stem.clone()).chain((2u32..).map(|n| format!("{stem}-{n}")));
    let mut places = names.map(|name| folder.join(format!("{name}.{extension}")));
    let is_free = |place: &PathBuf| place.symlink_metadata().is_err() && !is_promised(place);
    places.find(is_free).unwrap_or_default()
}

/// A moment as `2026-11-20-201530`, in UTC. Days become dates as in H. Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`.
fn stamp(since_1970: Duration) -> String {
    let secs = since_1970.as_secs();
    let (days, secs) = (secs / 86_400 + 719_468, secs % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (secs / 3600, secs / 60 % 60, secs % 60);
    format!("{year}-{month:02}-{day:02}-{hour:02}{minute:02}{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_their_dates() {
        // As `date -u -d @N` says.
        let moments = [
            (0, "1970-01-01-000000"),
            (951_827_696, "2000-02-29-123456"),
            (1_795_205_730, "2026-11-20-201530"),
            (4_107_542_399, "2100-02-28-235959"),
            (4_107_542_400, "2100-03-01-000000"),
        ];
        for (secs, text) in moments {
            assert_eq!(stamp(Duration::from_secs(secs)), text);
        }
    }

    #[test]
    fn a_promised_name_is_not_given_twice() {
        let first = free("png", |_| false);
        let second = free("png", |place| place == first);
        assert_ne!(first, second);
        assert_eq!(second.extension().unwrap(), "png");
    }
}
