//! Headers: how a token says that it was signed. Nothing in it is believed before it is checked.

use serde_json::{Map, Value};

use super::{Alg, Refused, json};

/// Longer key ids are none.
const LONGEST_KID: usize = 1024;

/// The protected header of a signed token (RFC 7515 §4.1).
///
/// `jku`, `jwk`, `x5u`, `x5c` and their likes are not read: keys come from the site's own list
/// only (RFC 8725 §3.10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The algorithm, one of ours.
    pub alg: Alg,
    /// Which key, where it says so.
    pub kid: Option<String>,
}

impl Header {
    /// Reads the JSON of a header.
    ///
    /// `crit` is refused whatever it names: we know no extensions, and who does not know one that
    /// is critical must refuse (RFC 7515 §4.1.11). `typ` keeps tokens of other kinds out, such as
    /// `at+jwt` and `logout+jwt` (RFC 8725 §3.11).
    pub fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let header = json::object(bytes).ok_or(Refused::Header)?;
        if header.contains_key("crit") {
            return Err(Refused::Critical);
        }
        let alg = text(&header, "alg")?.ok_or(Refused::Algorithm)?;
        let alg = Alg::named(alg).ok_or(Refused::Algorithm)?;
        if !text(&header, "typ")?.is_none_or(is_jwt) {
            return Err(Refused::Header);
        }
        let kid = text(&header, "kid")?.map(str::to_owned);
        if kid.as_ref().is_some_and(|kid| kid.len() > LONGEST_KID) {
            return Err(Refused::Header);
        }
        Ok(Self { alg, kid })
    }
}

fn text<'a>(header: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Refused> {
    let read = |value: &'a Value| value.as_str().ok_or(Refused::Header);
    header.get(name).map(read).transpose()
}

/// A media type, in any case and with or without `application/` (RFC 7515 §4.1.9, RFC 7519 §5.1).
fn is_jwt(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("JWT") || kind.eq_ignore_ascii_case("application/jwt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn n_19_a_header_names_an_algorithm_of_ours() {
        for (text, refused) in [
            (r#"{"alg":"none"}"#, Refused::Algorithm),
            (r#"{"alg":"nOnE"}"#, Refused::Algorithm),
            (r#"{"alg":""}"#, Refused::Algorithm),
            (r#"{"alg":"HS256"}"#, Refused::Algorithm),
            (r#"{"alg":"ES512"}"#, Refused::Algorithm),
            (r#"{"alg":null}"#, Refused::Header),
            (r#"{"alg":["RS256"]}"#, Refused::Header),
            (r#"{"kid":"a"}"#, Refused::Algorithm),
            (r#"{"alg":"none","alg":"RS256"}"#, Refused::Header),
            (r#"{"alg":"RS256","kid":7}"#, Refused::Header),
            (r#"{"alg":"RS256","kid":null}"#, Refused::Header),
            (r#"{"alg":"RS256","typ":"at+jwt"}"#, Refused::Header),
            (r#"{"alg":"RS256","typ":"logout+jwt"}"#, Refused::Header),
            (r#"{"alg":"RS256","typ":7}"#, Refused::Header),
            (r#"{"alg":"RS256","crit":["exp"],"exp":1}"#, Refused::Critical),
            (r#"{"alg":"RS256","crit":[]}"#, Refused::Critical),
            (r#"{"alg":"RS256","crit":["b64"],"b64":false}"#, Refused::Critical),
            ("[]", Refused::Header),
            ("", Refused::Header),
        ] {
            assert_eq!(Header::read(text.as_bytes()), Err(refused), "{text}");
        }
        let long = format!(r#"{{"alg":"RS256","kid":"{}"}}"#, "a".repeat(LONGEST_KID + 1));
        assert_eq!(Header::read(long.as_bytes()), Err(Refused::Header));
    }

    #[test]
    fn n_20_keys_in_the_header_are_ignored() {
        let text = br#"{"alg":"ES256","typ":"jwt","kid":"a","jku":"https://evil.example/","x5u":7,
            "jwk":{"kty":"oct"},"x5c":["AA"],"x5t":"AA"}"#;
        let header = Header::read(text).unwrap();
        assert_eq!(header, Header { alg: Alg::Es256, kid: Some("a".to_owned()) });
        assert!(Header::read(br#"{"alg":"EdDSA","typ":"application/JWT"}"#).is_ok());
    }

    proptest! {
        /// No bytes make the reader panic.
        #[test]
        fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Header::read(&bytes);
        }
    }
}
