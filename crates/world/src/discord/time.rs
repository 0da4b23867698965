//! Moments as Discord writes and reads them.

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use crate::Millis;

/// ISO 8601 with microseconds and offset, as Discord answers.
pub(crate) fn iso(at: Millis) -> String {
    let format = format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]+00:00"
    );
    moment(at).format(&format).unwrap_or_default()
}

/// A date and time for people, to the minute.
pub(crate) fn plain(at: Millis) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]");
    moment(at).format(&format).unwrap_or_default()
}

fn moment(at: Millis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// Reads RFC 3339, a date and time without offset (taken as UTC), or a bare date.
pub(crate) fn read(text: &str) -> Option<Millis> {
    let naive = format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second][optional [.[subsecond]]]"
    );
    let date = format_description!("[year]-[month]-[day]");
    let moment = OffsetDateTime::parse(text, &Rfc3339)
        .or_else(|_| PrimitiveDateTime::parse(text, &naive).map(PrimitiveDateTime::assume_utc))
        .or_else(|_| Date::parse(text, &date).map(|date| date.midnight().assume_utc()))
        .ok()?;
    Millis::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        assert_eq!(iso(1_700_000_000_123), "2023-11-14T22:13:20.123000+00:00");
        assert_eq!(read(&iso(1_700_000_000_123)), Some(1_700_000_000_123));
    }

    #[test]
    fn dates_are_read_with_offset_without_and_bare() {
        assert_eq!(read("2023-11-14T23:13:20+01:00"), Some(1_700_000_000_000));
        assert_eq!(read("2023-11-14T22:13:20"), Some(1_700_000_000_000));
        assert_eq!(read("1970-01-02"), Some(86_400_000));
        assert_eq!(read("yesterday"), None);
    }
}
