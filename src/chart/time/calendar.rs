//! Ticks at round moments of real time, and how they are written.
//!
//! Contract: no two ticks of one axis read the same, whatever the zone does with its clocks; the step and the form of
//! the labels depend on the length of the visible stretch only, so labels keep their text while they scroll. Ticks are
//! whole nanoseconds.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};

use super::super::format;
use super::super::prefix::Prefix;
use super::super::view::Interval;

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY_SECS: f64 = 86_400.0;
/// Two moments this far apart may read the same on a clock, on a day that is cut short by hours at most.
const SAME_TIME_SECS: f64 = 20.0 * 3600.0;
/// Steps shorter than this count from a moment near by.
const SHORTEST_WRITTEN: i64 = SECOND / 1000;
/// Ticks at most, far more than fit on any screen.
const MOST: usize = 500;
/// Least distance of two ticks, and width of a character and the room around a label, points.
const TICK_GAP: f32 = 96.0;
const CHARACTER: f32 = 7.0;
const ROOM: f32 = 20.0;
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The moment that x = 0 stands for, and the zone in which moments are written.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    origin_nanos: i64,
    zone: TimeZone,
}

/// A distance of ticks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// Divides a day.
    Nanos(i64),
    Days(i64),
    Months(i64),
}

impl Step {
    fn all() -> impl Iterator<Item = Self> {
        let fractions = (0..9).flat_map(|exponent| [1, 2, 5].map(|m| m * 10i64.pow(exponent)));
        let of =
            |unit: i64, counts: &'static [i64]| counts.iter().map(move |count| Self::Nanos(count * unit));
        fractions
            .map(Self::Nanos)
            .chain(of(SECOND, &[1, 2, 5, 10, 15, 30]))
            .chain(of(MINUTE, &[1, 2, 5, 10, 15, 30]))
            .chain(of(HOUR, &[1, 2, 3, 6, 12]))
            .chain([1, 2, 7].map(Self::Days))
            .chain([1, 3, 6].map(Self::Months))
            .chain([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].map(|years| Self::Months(years * 12)))
    }

    fn secs(self) -> f64 {
        match self {
            Self::Nanos(nanos) => nanos as f64 * 1e-9,
            Self::Days(days) => days as f64 * DAY_SECS,
            // The shortest, for the room between two ticks.
            Self::Months(months) => months as f64 * 28.0 * DAY_SECS,
        }
    }
}

/// How ticks are written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// What has passed since a moment near by.
    Since {
        base: i128,
        prefix: Prefix,
        decimals: usize,
    },
    Time {
        clock: ClockForm,
        has_date: bool,
    },
    Day {
        has_year: bool,
    },
    Month,
    Year,
}

/// How fine a time of day is written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum ClockForm {
    Minutes,
    Seconds { decimals: usize },
}

impl ClockForm {
    /// With all digits of multiples of so many nanoseconds.
    fn of(nanos: i64) -> Self {
        if nanos >= MINUTE {
            return Self::Minutes;
        }
        Self::Seconds { decimals: format::decimals_for(nanos as f64 * 1e-9).min(9) }
    }

    fn width(self) -> usize {
        match self {
            Self::Minutes => 5,
            Self::Seconds { decimals: 0 } => 8,
            Self::Seconds { decimals } => 9 + decimals,
        }
    }

    /// Half of what the last digit stands for, nanoseconds.
    fn half(self) -> i128 {
        match self {
            Self::Minutes => i128::from(MINUTE) / 2,
            Self::Seconds { decimals } => 10i128.pow(9 - decimals.min(9) as u32) / 2,
        }
    }

    fn write(self, at: DateTime) -> String {
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        match self {
            Self::Minutes => format!("{hour:02}:{minute:02}"),
            Self::Seconds { decimals: 0 } => format!("{hour:02}:{minute:02}:{second:02}"),
            Self::Seconds { decimals } => {
                let fraction = i64::from(at.subsec_nanosecond()) / 10i64.pow(9 - decimals.min(9) as u32);
                format!("{hour:02}:{minute:02}:{second:02}.{fraction:0decimals$}")
            }
        }
    }
}

/// The ticks of an axis.
#[derive(Clone, Debug)]
pub(crate) struct Dated {
    calendar: Calendar,
    step: Step,
    form: Form,
    /// The left edge and the right one.
    from: i128,
    to: i128,
    ticks: Vec<(i128, String)>,
}

impl Calendar {
    /// x = 0 is `origin_nanos` after 1970 began.
    pub(crate) fn new(origin_nanos: i64, zone: TimeZone) -> Self {
        Self { origin_nanos, zone }
    }

    /// The ticks of a stretch of x in seconds, `length` points long. `None` where it has no place in the years from −9999 to
    /// 9999.
    pub(crate) fn ticks(&self, range: Interval, length: f32) -> Option<Dated> {
        let [from, to] = [self.nanos(range.min)?, self.nanos(range.max)?];
        let span = range.span();
        // Finer than the numbers are, ticks would lie on each other.
        let finest = range.min.abs().max(range.max.abs()) * f64::EPSILON * 4.0;
        let points = |step: &Step| step.secs() / span * f64::from(length);
        let has_room = |step: &Step| {
            let width = Form::of(*step, span, from).width() as f32;
            points(step) >= f64::from((width * CHARACTER + ROOM).max(TICK_GAP)) && step.secs() >= finest
        };
        let step = Step::all().find(has_room).unwrap_or(Step::Months(12_000));
        let form = Form::of(step, span, from);
        let mut dated = Dated { calendar: self.clone(), step, form, from, to, ticks: Vec::new() };
        let moments = match step {
            Step::Nanos(nanos) => self.multiples(i128::from(nanos), from, to),
            Step::Days(_) | Step::Months(_) => self.dates(step, from, to),
        };
        dated.ticks = moments.into_iter().map(|moment| (moment, dated.label(moment))).collect();
        Some(dated)
    }

    /// The x of a time of day, on the day of another x.
    pub(crate) fn x_of(&self, time: Time, near: f64) -> Option<f64> {
        let day = self.civil(self.nanos(near)?).date();
        let moment = self.zone.to_zoned(day.to_datetime(time)).ok()?;
        Some(self.x(moment.timestamp().as_nanosecond()))
    }

    fn nanos(&self, x: f64) -> Option<i128> {
        let nanos = i128::from(self.origin_nanos).checked_add((x * 1e9).round() as i128)?;
        (x.is_finite() && Timestamp::from_nanosecond(nanos).is_ok()).then_some(nanos)
    }

    fn x(&self, nanos: i128) -> f64 {
        (nanos - i128::from(self.origin_nanos)) as f64 * 1e-9
    }

    /// What clocks and calendars say.
    fn civil(&self, nanos: i128) -> DateTime {
        self.zone.to_datetime(timestamp(nanos))
    }

    fn zone_name(&self, nanos: i128) -> String {
        let info = self.zone.to_offset_info(timestamp(nanos));
        let name = info.abbreviation();
        if name.starts_with(['+', '-']) { format!("UTC{name}") } else { name.to_owned() }
    }

    /// The names of the zone in a stretch of time, the first first: `CEST, CET` where clocks go back in it.
    fn zone_names(&self, from: i128, to: i128) -> String {
        let changes = self.zone.following(timestamp(from)).map(|change| change.timestamp().as_nanosecond());
        let mut names = vec![self.zone_name(from)];
        for change in changes.take_while(|change| *change <= to).take(MOST) {
            let name = self.zone_name(change);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(", ")
    }

    /// ` +01`, the distance from UTC, where clocks say this twice.
    fn which(&self, nanos: i128) -> String {
        let said = self.zone.to_ambiguous_timestamp(self.civil(nanos));
        match said.offset() {
            AmbiguousOffset::Fold { .. } => format!(" {}", self.zone.to_offset(timestamp(nanos))),
            AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Gap { .. } => String::new(),
        }
    }

    /// Moments at which clocks show a multiple of a step that divides the day.
    fn multiples(&self, step: i128, from: i128, to: i128) -> Vec<i128> {
        let mut moments = Vec::new();
        let changes = self.zone.following(timestamp(from)).map(|change| change.timestamp().as_nanosecond());
        let mut begin = from;
        for end in changes.take_while(|change| *change <= to).take(MOST).chain([to + 1]) {
            let offset = i128::from(self.zone.to_offset(timestamp(begin)).seconds()) * i128::from(SECOND);
            let mut at = (begin + offset + step - 1).div_euclid(step) * step - offset;
            while at < end && moments.len() < MOST {
                moments.push(at);
                at += step;
            }
            begin = end;
        }
        moments
    }

    /// Beginnings of days or months.
    fn dates(&self, step: Step, from: i128, to: i128) -> Vec<i128> {
        let first = self.civil(from).date();
        let date = |index: i64| match step {
            Step::Months(months) => {
                let month = index * months;
                Date::new(month.div_euclid(12) as i16, month.rem_euclid(12) as i8 + 1, 1).ok()
            }
            // Weeks begin on Monday, and 1970 began on a Thursday.
            Step::Days(days) => MONDAY.checked_add((index * days).days()).ok(),
            Step::Nanos(_) => None,
        };
        let index = match step {
            Step::Months(months) => {
                (i64::from(first.year()) * 12 + i64::from(first.month()) - 1).div_euclid(months)
            }
            Step::Days(days) => {
                MONDAY.until(first).map_or(0, |span| i64::from(span.get_days())).div_euclid(days)
            }
            Step::Nanos(_) => 0,
        };
        let begin = |date: Date| {
            let midnight = self.zone.to_ambiguous_timestamp(date.at(0, 0, 0, 0));
            midnight.compatible().map(Timestamp::as_nanosecond).ok()
        };
        let moments = (index..index + MOST as i64).filter_map(|index| date(index).and_then(begin));
        let mut moments: Vec<i128> = moments.skip_while(|at| *at < from).take_while(|at| *at <= to).collect();
        // A day that a zone left out begins with the next.
        moments.dedup();
        moments
    }
}

/// A Monday.
const MONDAY: Date = Date::constant(1969, 12, 29);

/// A moment that was found to have a place in the calendar, or lies next to one.
fn timestamp(nanos: i128) -> Timestamp {
    let (least, most) = (Timestamp::MIN.as_nanosecond(), Timestamp::MAX.as_nanosecond());
    Timestamp::from_nanosecond(nanos.clamp(least, most)).unwrap_or_default()
}

fn day(date: Date) -> String {
    format!("{} {}", date.day(), MONTHS[(date.month() - 1) as usize])
}

impl Form {
    fn of(step: Step, span: f64, from: i128) -> Self {
        match step {
            Step::Nanos(nanos) if nanos < SHORTEST_WRITTEN => {
                // What is written of the base is much longer than what is seen, so that it seldom changes.
                let coarse = 10f64.powf(span.log10().ceil() + 1.0).clamp(1e-8, 1.0);
                let coarse_nanos = (coarse * 1e9).round() as i128;
                let base = from.div_euclid(coarse_nanos) * coarse_nanos;
                let prefix = Prefix::of(coarse * 0.99);
                Self::Since { base, prefix, decimals: format::decimals_for(step.secs() / prefix.scale) }
            }
            Step::Nanos(nanos) => {
                Self::Time { clock: ClockForm::of(nanos), has_date: span >= SAME_TIME_SECS }
            }
            Step::Days(_) => Self::Day { has_year: span >= 364.0 * DAY_SECS },
            Step::Months(months) if months % 12 == 0 => Self::Year,
            Step::Months(_) => Self::Month,
        }
    }

    /// Characters of a label at most.
    fn width(self) -> usize {
        match self {
            Self::Since { decimals, .. } => 5 + decimals,
            Self::Time { clock, has_date } => clock.width() + if has_date { 7 } else { 0 },
            Self::Day { has_year } => 6 + if has_year { 5 } else { 0 },
            Self::Month => 8,
            Self::Year => 5,
        }
    }
}

impl Dated {
    /// x of the ticks, ascending.
    pub(crate) fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.ticks.iter().map(|(at, _)| self.calendar.x(*at))
    }

    /// The label of the tick at x.
    pub(crate) fn label_at(&self, x: f64) -> String {
        let nanos = self.calendar.nanos(x).unwrap_or(self.from);
        let nearest = self.ticks.iter().min_by_key(|(at, _)| at.abs_diff(nanos));
        nearest.map(|(_, label)| label.clone()).unwrap_or_default()
    }

    fn label(&self, nanos: i128) -> String {
        let at = self.calendar.civil(nanos);
        match self.form {
            Form::Since { base, prefix, decimals } => {
                format::plain((nanos - base) as f64 * 1e-9 / prefix.scale, decimals)
            }
            Form::Time { clock, has_date } => {
                let time = || clock.write(at) + &self.calendar.which(nanos);
                let is_first_of_day = match self.step {
                    Step::Nanos(step) => self.calendar.civil(nanos - i128::from(step)).date() != at.date(),
                    Step::Days(_) | Step::Months(_) => true,
                };
                if is_first_of_day && at.time() == jiff::civil::Time::midnight() {
                    day(at.date())
                } else if is_first_of_day || has_date {
                    format!("{} {}", day(at.date()), time())
                } else {
                    time()
                }
            }
            Form::Day { has_year: false } => day(at.date()),
            Form::Day { has_year: true } => format!("{} {}", day(at.date()), at.year()),
            Form::Month => format!("{} {}", MONTHS[(at.month() - 1) as usize], at.year()),
            Form::Year => at.year().to_string(),
        }
    }

    /// The moment of an x between ticks, a hundred times finer than their labels. Empty where x has none.
    pub(crate) fn readout(&self, x: f64) -> String {
        let Some(nanos) = self.calendar.nanos(x) else { return String::new() };
        let clock = match self.step {
            Step::Nanos(step) => ClockForm::of((step / 100).max(1)),
            Step::Days(_) | Step::Months(_) => ClockForm::Minutes,
        };
        let nanos = nanos + clock.half();
        let at = self.calendar.civil(nanos);
        let time = clock.write(at) + &self.calendar.which(nanos);
        match self.form {
            Form::Since { .. } | Form::Time { has_date: false, .. } => time,
            Form::Time { has_date: true, .. } => format!("{} {time}", day(at.date())),
            Form::Day { .. } | Form::Month | Form::Year => format!("{} {} {time}", day(at.date()), at.year()),
        }
    }

    /// `name, 20 Nov 2026 (UTC)`: what the labels leave out.
    pub(crate) fn title(&self, name: &str) -> String {
        let zone = self.calendar.zone_names(self.from, self.to);
        let at = self.calendar.civil(self.from);
        let date = |at: DateTime| format!("{} {}", day(at.date()), at.year());
        match self.form {
            Form::Since { base, prefix, .. } => {
                let at = self.calendar.civil(base);
                let time = ClockForm::Seconds { decimals: 9 }.write(at);
                let time = time.trim_end_matches('0').trim_end_matches('.');
                let zone = self.calendar.zone_name(base);
                format!("{name} since {} {time} {zone} ({})", date(at), prefix.before("s"))
            }
            Form::Time { has_date: false, .. } => format!("{name}, {} ({zone})", date(at)),
            Form::Time { has_date: true, .. } | Form::Day { has_year: false } => {
                format!("{name}, {} ({zone})", at.year())
            }
            Form::Day { has_year: true } | Form::Month | Form::Year => format!("{name} ({zone})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz;
    use proptest::prelude::*;

    use super::*;

    /// 2026-11-20 14:05:20 UTC.
    const NOON: i64 = 1_795_183_520 * SECOND;
    /// Central Europe: 2026 the clocks go forward on 29 March at 1:00 UTC, and back on 25 October at 1:00 UTC.
    const EUROPE: &str = "CET-1CEST,M3.5.0,M10.5.0/3";
    const FORWARD: i64 = 1_774_746_000 * SECOND;
    const BACK: i64 = 1_792_890_000 * SECOND;

    fn utc(origin: i64, min: f64, max: f64) -> Dated {
        Calendar::new(origin, TimeZone::UTC)
            .ticks(Interval::new(min, max), 800.0)
            .expect("a place in the calendar")
    }

    fn europe(origin: i64, min: f64, max: f64) -> Dated {
        let zone = tz::TimeZone::posix(EUROPE).expect("a zone");
        Calendar::new(origin, zone).ticks(Interval::new(min, max), 800.0).expect("a place in the calendar")
    }

    fn labels(dated: &Dated) -> Vec<&str> {
        dated.ticks.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_moments_whatever_the_origin_is() {
        let dated = utc(NOON, 0.0, 60.0);
        assert_eq!(
            labels(&dated),
            ["14:05:20", "14:05:30", "14:05:40", "14:05:50", "14:06:00", "14:06:10", "14:06:20"]
        );
        assert_eq!(dated.title("time"), "time, 20 Nov 2026 (UTC)");
        let dated = utc(NOON + 123_456_789, 0.0, 60.0);
        assert_eq!(labels(&dated)[0], "14:05:30");
        assert!((dated.values().next().unwrap() - 9.876_543_211).abs() < 1e-12);
    }

    #[test]
    fn unix_seconds_read_as_the_same_moments() {
        let unix = NOON as f64 * 1e-9;
        assert_eq!(labels(&utc(0, unix - 1.0, unix + 59.0)), labels(&utc(NOON, -1.0, 59.0)));
        assert_eq!(utc(0, unix, unix + 60.0).readout(unix + 1.26), "14:05:21.3");
    }

    #[test]
    fn labels_are_as_fine_as_the_stretch_asks_for() {
        assert_eq!(labels(&utc(NOON, 0.0, 2.0))[..2], ["14:05:20.0", "14:05:20.5"]);
        assert_eq!(labels(&utc(NOON, 0.0, 3.0 * 3600.0))[..2], ["14:30", "15:00"]);
        assert_eq!(labels(&utc(NOON, 0.0, 14.0 * 3600.0))[2..5], ["20:00", "22:00", "21 Nov"]);
        assert_eq!(labels(&utc(NOON, 0.0, 40.0 * 3600.0))[..2], ["20 Nov 18:00", "21 Nov"]);
        assert_eq!(labels(&utc(NOON, 0.0, 20.0 * DAY_SECS)), ["23 Nov", "30 Nov", "7 Dec"]);
        assert_eq!(labels(&utc(NOON, 0.0, 500.0 * DAY_SECS))[..2], ["Jan 2027", "Apr 2027"]);
        assert_eq!(labels(&utc(NOON, 0.0, 20_000.0 * DAY_SECS))[..2], ["2030", "2040"]);
    }

    #[test]
    fn short_stretches_count_from_a_moment_that_the_title_names() {
        let dated = utc(NOON, 0.25, 0.250_02);
        assert_eq!(labels(&dated)[..3], ["0", "5", "10"]);
        assert_eq!(dated.title("time"), "time since 20 Nov 2026 14:05:20.25 UTC (µs)");
        assert_eq!(dated.readout(0.250_012_34), "14:05:20.25001234");
    }

    #[test]
    fn an_hour_that_clocks_leave_out_has_no_ticks() {
        let dated = europe(FORWARD, -2.0 * 3600.0, 2.0 * 3600.0);
        assert_eq!(
            labels(&dated),
            ["29 Mar", "00:30", "01:00", "01:30", "03:00", "03:30", "04:00", "04:30", "05:00"]
        );
    }

    #[test]
    fn an_hour_that_clocks_show_twice_is_told_apart() {
        let dated = europe(BACK, -3600.0, 3600.0);
        let expected = [
            "02:00 +02",
            "02:15 +02",
            "02:30 +02",
            "02:45 +02",
            "02:00 +01",
            "02:15 +01",
            "02:30 +01",
            "02:45 +01",
        ];
        assert_eq!(labels(&dated)[..8], expected);
        assert_eq!(dated.title("time"), "time, 25 Oct 2026 (CEST, CET)");
        assert_eq!(dated.readout(60.0), "02:01:00 +01");
    }

    #[test]
    fn a_title_names_every_zone_that_its_labels_are_in() {
        let title = |from: i64, to: i64| {
            let calendar = Calendar::new(0, TimeZone::posix(EUROPE).unwrap());
            let [from, to] = [from, to].map(|nanos| nanos as f64 * 1e-9);
            calendar.ticks(Interval::new(from, to), 800.0).unwrap().title("time")
        };
        assert_eq!(title(BACK - 5 * HOUR, BACK - HOUR), "time, 24 Oct 2026 (CEST)");
        assert_eq!(title(BACK - 2 * HOUR, BACK + 4 * HOUR), "time, 25 Oct 2026 (CEST, CET)");
        assert_eq!(title(FORWARD - 2 * HOUR, FORWARD + 4 * HOUR), "time, 29 Mar 2026 (CET, CEST)");
        assert_eq!(title(BACK - 200 * 24 * HOUR, BACK + 200 * 24 * HOUR), "time (CEST, CET)");
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let dated = europe(BACK, -3.0 * DAY_SECS, 3.0 * DAY_SECS);
        assert_eq!(labels(&dated)[..3], ["23 Oct", "24 Oct", "25 Oct"]);
        let steps: Vec<f64> =
            dated.ticks.windows(2).map(|w| (w[1].0 - w[0].0) as f64 * 1e-9 / 3600.0).collect();
        assert_eq!(steps, [24.0, 24.0, 25.0, 24.0, 24.0]);
    }

    #[test]
    fn what_lies_outside_the_calendar_has_no_labels() {
        let calendar = Calendar::new(NOON, TimeZone::UTC);
        for x in [1e300, -1e300, 1e13, f64::INFINITY, f64::NAN] {
            assert!(calendar.nanos(x).is_none(), "{x}");
        }
        assert!(calendar.ticks(Interval::new(0.0, 1e300), 800.0).is_none());
    }

    proptest! {
        #[test]
        fn no_two_ticks_read_the_same(start in -3e9f64..3e9, exponent in -8f64..10.0, near in 0..4) {
            // Half of them where the clocks change.
            let start = match near { 0 => 0.0, 1 => (BACK - FORWARD) as f64 * 1e-9, _ => start };
            let span = 10f64.powf(exponent);
            let dated = europe(FORWARD, start - span / 2.0, start + span / 2.0);
            let mut texts = labels(&dated);
            let count = texts.len();
            prop_assert!(count <= 10, "{texts:?}");
            texts.sort_unstable();
            texts.dedup();
            prop_assert_eq!(texts.len(), count, "{:?}", labels(&dated));
        }

        #[test]
        fn a_tick_has_its_text_wherever_it_is_seen(start in -3e9f64..3e9, exponent in -2f64..10.0, by in 0.0..1.0) {
            let span = 10f64.powf(exponent);
            let [one, other] = [start, start + by * span].map(|start| europe(NOON, start, start + span));
            prop_assume!(one.step == other.step && one.form == other.form);
            for (at, label) in &one.ticks {
                let same = other.ticks.iter().find(|(other, _)| other == at);
                prop_assert!(same.is_none_or(|(_, text)| text == label));
            }
        }

        #[test]
        fn ticks_lie_where_clocks_show_round_times(start in -3e9f64..3e9, exponent in 0f64..4.0) {
            let dated = europe(NOON, start, start + 10f64.powf(exponent));
            let Step::Nanos(step) = dated.step else { panic!("a step below a day") };
            for (at, _) in &dated.ticks {
                let time = dated.calendar.civil(*at).time();
                let nanos = ((i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second()))
                    * SECOND + i64::from(time.subsec_nanosecond());
                prop_assert_eq!(nanos % step, 0);
            }
        }

        #[test]
        fn any_numbers_can_be_asked_for(origin in any::<i64>(), min in any::<f64>(), max in any::<f64>(), length in any::<f32>()) {
            let zone = tz::TimeZone::posix(EUROPE).expect("a zone");
            if let Some(dated) = Calendar::new(origin, zone).ticks(Interval::new(min, max), length) {
                let _ = (dated.readout(min), dated.readout(max), dated.label_at(max), dated.title("x"));
                prop_assert!(dated.ticks.len() <= MOST);
            }
        }
    }
}
