//! Numbers, spans and dates in words.

use domain::moment::{Moment, Span};
use time::OffsetDateTime;

use super::{Arg, Locale, Messages};

/// Units for spans, largest first: seconds in one, message id. Months are for reading only; rules
/// do not know them.
const UNITS: [(i64, &str); 6] = [
    (365 * DAY, "span-years"),
    (30 * DAY, "span-months"),
    (DAY, "span-days"),
    (3600, "span-hours"),
    (60, "span-minutes"),
    (1, "span-seconds"),
];
const DAY: i64 = 86_400;

impl Messages {
    /// A span as a rule means it, exactly: `1 year`, `36 hours`.
    #[must_use]
    pub fn span(&self, locale: Locale, span: Span) -> String {
        let seconds = span.as_seconds();
        let exact = UNITS
            .iter()
            .filter(|(_, id)| *id != "span-months")
            .find(|(length, _)| seconds != 0 && seconds % length == 0);
        let (length, id) = exact.copied().unwrap_or((1, "span-seconds"));
        self.counted(locale, id, seconds / length)
    }

    /// About how long, rounded down to one unit: `3 months`.
    #[must_use]
    pub fn about(&self, locale: Locale, span: Span) -> String {
        let seconds = span.as_seconds().max(0);
        let fits = UNITS.iter().find(|(length, _)| seconds >= *length);
        let (length, id) = fits.copied().unwrap_or((1, "span-seconds"));
        self.counted(locale, id, seconds / length)
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

    fn counted(&self, locale: Locale, id: &str, count: i64) -> String {
        self.text(locale, id, &[("count", Arg::Number(count))])
    }
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
