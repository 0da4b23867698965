//! Moments and days as the sites write them.

use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::Millis;

/// `2011-01-25T18:44:36Z`: whole seconds.
pub(crate) fn iso_seconds(at: Millis) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    moment(at).format(format).unwrap_or_default()
}

/// `2011-01-25T18:44:36.000Z`: with milliseconds.
pub(crate) fn iso_millis(at: Millis) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    moment(at).format(format).unwrap_or_default()
}

/// The day in UTC: `2011-01-25`.
pub(crate) fn day(at: Millis) -> String {
    moment(at).date().format(format_description!("[year]-[month]-[day]")).unwrap_or_default()
}

/// The first moment of a day in UTC.
pub(crate) fn read_day(text: &str) -> Option<Millis> {
    let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp() * 1000)
}

fn moment(at: Millis) -> OffsetDateTime {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000);
    moment.unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_the_sites_do() {
        assert_eq!(iso_seconds(1_295_981_076_500), "2011-01-25T18:44:36Z");
        assert_eq!(iso_millis(1_295_981_076_500), "2011-01-25T18:44:36.500Z");
        assert_eq!(iso_millis(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(iso_millis(Millis::MAX), "1970-01-01T00:00:00.000Z", "beyond the calendar");
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        assert_eq!(read_day(&day(1_295_981_076_500)), Some(1_295_913_600_000));
        assert_eq!(read_day("yesterday"), None);
        assert_eq!(read_day("2011-02-30"), None);
    }
}
