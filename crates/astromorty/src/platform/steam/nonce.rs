//! The response nonce: when Steam made an answer, and which one of that second it is (§10.1).

use domain::moment::{Moment, Span};

use super::Refused;

/// How far Steam's clock and ours may be apart, either way.
pub(super) const LEEWAY: Span = Span::seconds(300);

/// How long a nonce is remembered. Longer than it is accepted, even by a process whose clock lags.
const MEMORY: Span = Span::minutes(15);

/// `2026-11-24T12:00:00Z`, with `d` for a digit.
const SHAPE: &[u8; 20] = b"dddd-dd-ddTdd:dd:ddZ";

/// The longest nonce that the protocol knows, in bytes.
const LONGEST: usize = 255;

/// Until when a nonce has to be remembered. Refuses one that is malformed, too old or from the future.
pub(super) fn remember_until(nonce: &str, now: Moment) -> Result<Moment, Refused> {
    let made = made(nonce).ok_or(Refused::Nonce)?;
    if made < now - LEEWAY {
        Err(Refused::Late)
    } else if made > now + LEEWAY {
        Err(Refused::Early)
    } else {
        Ok(made.max(now) + MEMORY)
    }
}

/// When a nonce says it was made.
fn made(nonce: &str) -> Option<Moment> {
    let (time, tail) = nonce.split_at_checked(SHAPE.len())?;
    let fits = |(byte, shape): (u8, &u8)| if *shape == b'd' { byte.is_ascii_digit() } else { byte == *shape };
    let tail_fits = !tail.is_empty() && tail.bytes().all(|byte| byte.is_ascii_graphic());
    let fits = nonce.len() <= LONGEST && tail_fits && time.bytes().zip(SHAPE).all(fits);
    fits.then(|| Moment::parse_rfc3339(time)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_33_a_nonce_is_a_real_time_and_a_tail() {
        let noon = Moment::parse_rfc3339("2028-02-29T12:00:00Z");
        assert_eq!(made("2028-02-29T12:00:00Zx"), noon, "a leap year");
        let longest = format!("2028-02-29T12:00:00Z{}", "~".repeat(235));
        assert_eq!(made(&longest), noon);
        assert_eq!(made(&format!("{longest}~")), None);
        for odd in [
            "",
            "x",
            "2028-02-29T12:00:00Z",
            "2028-02-29T12:00:00x",
            "2027-02-29T12:00:00Zx",
            "2028-13-01T12:00:00Zx",
            "2028-00-01T12:00:00Zx",
            "2028-04-31T12:00:00Zx",
            "2028-01-00T12:00:00Zx",
            "2028-01-01T24:00:00Zx",
            "2028-01-01T12:60:00Zx",
            "2028-01-01T12:00:61Zx",
            "2028-01-01t12:00:00Zx",
            "2028-01-01T12:00:00zx",
            "2028-01-01 12:00:00Zx",
            "2028-01-01T12:00:00.5Zx",
            "2028-01-01T12:00:00+00:00x",
            "+028-01-01T12:00:00Zx",
            "2028-1-01T12:00:000Zx",
            "2028/01/01T12:00:00Zx",
            "2028-02-29T12:00:00Z x",
            "2028-02-29T12:00:00Zé",
            "٢028-02-29T12:00:00Zx",
            " 2028-02-29T12:00:00Zx",
        ] {
            assert_eq!(made(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn n_33_a_nonce_is_remembered_longer_than_it_is_accepted() {
        let now = Moment::parse_rfc3339("2026-11-24T12:00:00Z").unwrap();
        for nonce in ["2026-11-24T11:55:00Zx", "2026-11-24T12:00:00Zx", "2026-11-24T12:05:00Zx"] {
            let until = remember_until(nonce, now).unwrap();
            assert!(until >= now + Span::minutes(10), "{nonce}");
            assert_eq!(remember_until(nonce, until), Err(Refused::Late), "{nonce}");
        }
    }
}
