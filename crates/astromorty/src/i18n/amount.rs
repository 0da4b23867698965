//! Numbers, spans and dates in words.

use domain::moment::{Moment, Span};
use time::OffsetDateTime;

use super::{Arg, Locale, Messages};

/// A unit of time: its length in seconds and its message.
type Unit = (i64, &'static str);

/// Units for spans, largest first.
const UNITS: [Unit; 6] = [
    (365 * DAY, "span-years"),
    MONTH,
    (DAY, "span-days"),
    (3600, "span-hours"),
    (60, "span-minutes"),
    SECOND,
];
const DAY: i64 = 86_400;
/// A twelfth of 365.25 days. For reading only, rules do not know it: longer than 30 days, so that
/// 364 days are 11 months and not 12.
const MONTH: Unit = (2_629_800, "span-months");
const SECOND: Unit = (1, "span-seconds");

impl Messages {
    /// A span as a rule means it, exactly: `1 year`, `36 hours`.
    #[must_use]
    pub fn span(&self, locale: Locale, span: Span) -> String {
        self.counted(locale, exact(span), span)
    }

    /// About how long, rounded down to one unit: `3 months`.
    #[must_use]
    pub fn about(&self, locale: Locale, span: Span) -> String {
        let span = span.max(Span::ZERO);
        let fits = UNITS.into_iter().find(|(length, _)| span.as_seconds() >= *length);
        self.counted(locale, fits.unwrap_or(SECOND), span)
    }

    /// About how long, as it stands beside a threshold: rounded, yet on the same side of it. Where
    /// the threshold counts hours or less, so does this.
    #[must_use]
    pub fn beside(&self, locale: Locale, span: Span, threshold: Span) -> String {
        let seconds = span.as_seconds();
        let asked = threshold.as_seconds();
        let fine = exact(threshold);
        let fits = |(length, _): &Unit| {
            let rounded = seconds / length * length;
            seconds >= *length && (rounded >= asked) == (seconds >= asked)
        };
        let unit = if fine.0 < DAY && fine != SECOND {
            fine
        } else {
            UNITS.into_iter().find(fits).unwrap_or(SECOND)
        };
        self.counted(locale, unit, span)
    }

    /// How long ago: `5 minutes ago`, `just now`. A moment ahead of the clock is now.
    #[must_use]
    pub fn ago(&self, locale: Locale, then: Moment, now: Moment) -> String {
        let age = then.age(now);
        if age.as_seconds() < 60 {
            return self.text(locale, "just-now", &[]);
        }
        let span = self.about(locale, age);
        self.text(locale, "ago", &[("span", Arg::Text(span))])
    }

    /// A day in UTC: `1 May 2024`.
    #[must_use]
    pub fn date(&self, locale: Locale, moment: Moment) -> String {
        let seconds = moment.millis().div_euclid(1000);
        let Ok(day) = OffsetDateTime::from_unix_timestamp(seconds) else {
            return moment.rfc3339();
        };
        let args = [
            ("day", Arg::Number(i64::from(day.day()))),
            ("month", Arg::Number(i64::from(u8::from(day.month())))),
            ("year", Arg::Text(day.year().to_string())),
        ];
        self.text(locale, "date", &args)
    }

    fn counted(&self, locale: Locale, (length, id): Unit, span: Span) -> String {
        let count = span.as_seconds() / length;
        self.text(locale, id, &[("count", Arg::Number(count))])
    }
}

/// The largest unit that divides, months aside.
fn exact(span: Span) -> Unit {
    let seconds = span.as_seconds();
    let divides = |unit: &Unit| *unit != MONTH && seconds != 0 && seconds % unit.0 == 0;
    UNITS.into_iter().find(divides).unwrap_or(SECOND)
}

/// A whole number with its thousands apart: `12,345`. Fractions are left to Fluent.
// The range check keeps every cast exact: whole doubles below 2^53.
#[allow(clippy::cast_possible_truncation)]
pub(super) fn grouped(number: f64) -> Option<String> {
    if number.fract() != 0.0 || number.abs() >= 9_007_199_254_740_992.0 {
        return None;
    }
    let digits = (number as i64).unsigned_abs().to_string();
    let mut text = String::from(if number < 0.0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: Locale = Locale::English;

    #[test]
    fn spans_read_as_people_say_them() {
        let messages = Messages::new();
        assert_eq!(messages.span(EN, Span::days(365)), "1 year");
        assert_eq!(messages.span(EN, Span::hours(36)), "36 hours");
        assert_eq!(messages.span(EN, Span::ZERO), "0 seconds");
        assert_eq!(messages.about(EN, Span::days(100)), "3 months");
        assert_eq!(messages.about(EN, Span::seconds(-5)), "0 seconds");
    }

    #[test]
    fn a_rounded_span_stays_on_its_side_of_the_threshold() {
        let messages = Messages::new();
        let beside = |span, threshold| messages.beside(EN, span, threshold);
        assert_eq!(beside(Span::days(100), Span::days(365)), "3 months");
        assert_eq!(beside(Span::days(364), Span::days(365)), "11 months");
        assert_eq!(beside(Span::days(800), Span::days(30)), "2 years");
        assert_eq!(beside(Span::days(366), Span::days(365)), "1 year");
        assert_eq!(beside(Span::days(380), Span::days(370)), "380 days");
        assert_eq!(beside(Span::hours(60), Span::hours(50)), "60 hours");
        assert_eq!(beside(Span::ZERO, Span::days(365)), "0 seconds");
    }

    #[test]
    fn moments_read_as_dates_and_distances() {
        let messages = Messages::new();
        let then = Moment::parse_rfc3339("2024-05-01T12:00:00Z").unwrap();
        assert_eq!(messages.date(EN, then), "1 May 2024");
        assert_eq!(messages.ago(EN, then, then + Span::minutes(5)), "5 minutes ago");
        assert_eq!(messages.ago(EN, then + Span::minutes(5), then), "just now");
        assert!(!messages.date(EN, Moment::from_millis(i64::MAX)).is_empty());
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(grouped(1_234_567.0).as_deref(), Some("1,234,567"));
        assert_eq!(grouped(-100.0).as_deref(), Some("-100"));
        assert_eq!(grouped(0.5), None);
    }
}
