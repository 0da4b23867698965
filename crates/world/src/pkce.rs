//! Proof keys for code exchange, S256 only (RFC 7636).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::params::Params;

/// The length of a SHA-256 in base64url.
const CHALLENGE_LENGTH: usize = 43;

/// Reads the challenge of an authorization request. `Err` says what is wrong with it.
pub(crate) fn challenge(params: &Params) -> Result<Option<String>, &'static str> {
    match (
        params.find("code_challenge"),
        params.find("code_challenge_method"),
    ) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) if is_challenge(challenge) => {
            Ok(Some(challenge.to_owned()))
        }
        (Some(_), Some("S256")) => Err("code_challenge must be 43 characters of base64url"),
        (Some(_), _) => Err("code_challenge_method must be S256"),
        (None, Some(_)) => Err("code_challenge_method was given without a code_challenge"),
    }
}

fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE_LENGTH && URL_SAFE_NO_PAD.decode(text).is_ok()
}

/// Whether the verifier is well formed (section 4.1) and belongs to the challenge.
pub(crate) fn proves(verifier: Option<&str>, challenge: &str) -> bool {
    let Some(verifier) = verifier else {
        return false;
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&verifier.len())
        && verifier.bytes().all(allowed)
        && URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn read(query: &str) -> Result<Option<String>, &'static str> {
        challenge(&Params::parse(query.as_bytes()).unwrap())
    }

    #[test]
    fn the_example_of_the_rfc_proves_itself() {
        assert!(proves(Some(VERIFIER), CHALLENGE));
        assert!(!proves(Some(&VERIFIER.replace('d', "e")), CHALLENGE));
        assert!(!proves(None, CHALLENGE));
    }

    #[test]
    fn only_a_whole_s256_challenge_is_taken() {
        let whole = format!("code_challenge={CHALLENGE}&code_challenge_method=S256");
        assert_eq!(read(&whole), Ok(Some(CHALLENGE.into())));
        assert_eq!(read(""), Ok(None));
        assert!(read(&format!("code_challenge={CHALLENGE}")).is_err());
        assert!(
            read(&format!(
                "code_challenge={CHALLENGE}&code_challenge_method=plain"
            ))
            .is_err()
        );
        assert!(read("code_challenge=short&code_challenge_method=S256").is_err());
        assert!(read("code_challenge_method=S256").is_err());
    }
}
