//! Algorithms: the signatures that we believe, and no others.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A signature algorithm that an ID token may have (RFC 7518 §3.1, RFC 8037 §3.1).
///
/// `none` and the HMACs are not here, so nothing can name them: a shared secret that everybody may
/// read, such as a public key, would sign for anybody (RFC 8725 §3.1). ES512 is not here because
/// the library has no P-521.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alg {
    /// RSA PKCS #1 v1.5 with SHA-256; what every provider has (OpenID Connect Core §15.1).
    Rs256,
    /// RSA PKCS #1 v1.5 with SHA-384.
    Rs384,
    /// RSA PKCS #1 v1.5 with SHA-512.
    Rs512,
    /// RSA PSS with SHA-256.
    Ps256,
    /// RSA PSS with SHA-384.
    Ps384,
    /// RSA PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519, called `EdDSA` or, newer, `Ed25519` (RFC 9864 §2.2).
    Ed25519,
}

impl Alg {
    /// The algorithm of that name; names differ in case from no name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "RS384" => Self::Rs384,
            "RS512" => Self::Rs512,
            "PS256" => Self::Ps256,
            "PS384" => Self::Ps384,
            "PS512" => Self::Ps512,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" | "Ed25519" => Self::Ed25519,
            _ => return None,
        })
    }

    /// What the library calls it.
    pub(super) const fn library(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Rs384 => Algorithm::RS384,
            Self::Rs512 => Algorithm::RS512,
            Self::Ps256 => Algorithm::PS256,
            Self::Ps384 => Algorithm::PS384,
            Self::Ps512 => Algorithm::PS512,
            Self::Es256 => Algorithm::ES256,
            Self::Es384 => Algorithm::ES384,
            Self::Ed25519 => Algorithm::EdDSA,
        }
    }

    /// `at_hash` or `c_hash` of a token or code: the left half of its hash by the hash function of
    /// this algorithm, in base64url (OpenID Connect Core §3.1.3.6). Ed25519's is SHA-512.
    #[must_use]
    pub fn half_hash(self, of: &str) -> String {
        let hash = match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => Sha256::digest(of).to_vec(),
            Self::Rs384 | Self::Ps384 | Self::Es384 => Sha384::digest(of).to_vec(),
            Self::Rs512 | Self::Ps512 | Self::Ed25519 => Sha512::digest(of).to_vec(),
        };
        URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_19_only_listed_algorithms_have_a_name() {
        for bad in
            ["none", "None", "", "HS256", "HS384", "HS512", "ES512", "ES256K", "rs256", "RS256 ", "Ed448"]
        {
            assert_eq!(Alg::named(bad), None, "{bad}");
        }
        assert_eq!(Alg::named("EdDSA"), Alg::named("Ed25519"));
    }

    /// The examples of OpenID Connect Core, appendix A.3 and A.4 (`at_hash` and `c_hash`).
    #[test]
    fn n_22_half_hashes_are_those_of_the_specification() {
        let at_hash = Alg::Rs256.half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        assert_eq!(at_hash, "77QmUPtjPfzWtF2AnpK9RQ");
        let c_hash = Alg::Rs256.half_hash("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk");
        assert_eq!(c_hash, "LDktKdoQak3Pk0cnXxCltA");
    }
}
