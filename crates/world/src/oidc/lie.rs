//! Lies: how the provider misbehaves on demand, each in exactly one way.
//!
//! Everything else stays as an honest provider has it, so a relying party that overlooks the one
//! thing accepts the sign-in. Lies are grouped by the place where they are told.

/// Declares a group of lies and the list of all its members.
macro_rules! lies {
    ($(#[$doc:meta])* $name:ident { $($(#[$what:meta])* $lie:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[$what])* $lie,)* }

        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &[$name] = &[$($name::$lie,)*];
        }
    };
}

/// One way of misbehaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lie {
    /// The discovery document says something wrong.
    Discovery(DiscoveryLie),
    /// The discovery document names an endpoint in a place where it must not be.
    Endpoint(Endpoint, Place),
    /// The answer that the browser carries back is wrong.
    Answer(AnswerLie),
    /// The answer of the token endpoint is wrong around the ID token.
    Token(TokenLie),
    /// The ID token's header or signature is wrong.
    Signature(SignatureLie),
    /// A claim of the ID token is wrong.
    Claim(ClaimLie),
    /// A time in the ID token is wrong.
    Time(TimeClaim, TimeLie),
    /// The answer of the userinfo endpoint is wrong.
    Userinfo(UserinfoLie),
    /// The published keys are wrong.
    Jwks(JwksLie),
}

lies! {
    /// What the discovery document says wrong.
    DiscoveryLie {
        /// `issuer` is somebody else.
        IssuerOther,
        /// `issuer` ends in a slash that the real one has not, or lacks the one that it has.
        IssuerSlash,
        /// `code_challenge_methods_supported` is `["plain"]`.
        WithoutS256,
        /// `code_challenge_methods_supported` is absent. Allowed; such a provider may know S256 all the same.
        NoChallengeMethods,
        /// `jwks_uri` is absent.
        NoJwksUri,
    }
}

lies! {
    /// An endpoint that the discovery document names.
    Endpoint {
        /// `authorization_endpoint`.
        Authorize,
        /// `token_endpoint`.
        Token,
        /// `jwks_uri`.
        Jwks,
        /// `userinfo_endpoint`.
        Userinfo,
        /// `revocation_endpoint`.
        Revocation,
    }
}

lies! {
    /// Where an endpoint must not be.
    Place {
        /// On `elsewhere.example`, with https.
        OtherHost,
        /// On the same host without TLS. Where the issuer itself has none, which is fine on loopback
        /// alone, the host is `plain.example`.
        PlainHttp,
        /// On `169.254.169.254`, where clouds keep their machines' secrets.
        Internal,
    }
}

lies! {
    /// What is wrong with the answer in the browser (RFC 9207).
    AnswerLie {
        /// `iss` names somebody else.
        IssuerOther,
        /// `iss` is absent, though discovery promises it.
        IssuerMissing,
        /// `iss` is there twice, both times right.
        IssuerTwice,
    }
}

lies! {
    /// What is wrong around the ID token.
    TokenLie {
        /// There is no ID token.
        NoIdToken,
        /// `token_type` is `mac`.
        WrongType,
    }
}

lies! {
    /// What is wrong with the ID token's header or signature.
    SignatureLie {
        /// `alg` is `none` and the signature is empty.
        AlgNone,
        /// `alg` is `HS256`; the secret is the public key as PEM.
        Hs256WithPem,
        /// `alg` is `HS256`; the secret is the public key as its JWK's JSON text.
        Hs256WithJwk,
        /// Signed well by a published key, with an algorithm that discovery does not list.
        OtherAlgorithm,
        /// One bit of the signature is wrong.
        Broken,
        /// `kid` names no published key; the signature is the current key's.
        UnknownKid,
        /// `kid` is absent. Only with several published keys is that wrong.
        NoKid,
        /// Signed by a stranger's key, which `jku` says where to find: at the issuer's `/stranger`.
        Jku,
        /// Signed by a stranger's key; `x5u` names a certificate, which is not there.
        X5u,
        /// Signed by a stranger's key, which is in the header as `jwk`.
        Jwk,
    }
}

lies! {
    /// Which claim of the ID token is wrong.
    ClaimLie {
        /// `iss` is somebody else.
        IssuerOther,
        /// `aud` is absent.
        AudienceMissing,
        /// `aud` is another client.
        AudienceOther,
        /// `aud` is a list of other clients.
        AudienceWithoutUs,
        /// `aud` is a list of the client and another one; `azp` is absent.
        AudienceNoAzp,
        /// `aud` is a list of the client and another one; `azp` is the other one.
        AudienceWrongAzp,
        /// `nonce` is absent, though one was sent.
        NonceMissing,
        /// `nonce` is one that nobody sent.
        NonceOther,
        /// `nonce` is that of the very first sign-in here, which alone it fits.
        NonceReused,
        /// `at_hash` belongs to another access token.
        AtHashOther,
        /// `c_hash`, which the code flow need not have, belongs to another code.
        CodeHashOther,
        /// `sub` is absent.
        SubjectMissing,
        /// `sub` is an empty text.
        SubjectEmpty,
        /// `sub` is a number.
        SubjectNumber,
        /// `sub` has 300 characters; 255 are allowed (OpenID Connect Core, section 2).
        SubjectLong,
    }
}

lies! {
    /// A time in the ID token.
    TimeClaim {
        /// When it ends.
        Exp,
        /// When it begins.
        Nbf,
        /// When it was made.
        Iat,
    }
}

lies! {
    /// How a time is wrong.
    TimeLie {
        /// The right number, as a text.
        Text,
        /// Half a second more.
        Float,
        /// A negative number.
        Negative,
        /// 2^64, written as a whole number.
        TooLarge,
        /// Absent.
        Missing,
        /// An hour ago.
        Past,
        /// A week ago.
        WeekOld,
        /// In ten years.
        FarFuture,
    }
}

lies! {
    /// What is wrong with the answer of the userinfo endpoint.
    UserinfoLie {
        /// `sub` is another account's.
        SubjectOther,
        /// `sub` is absent.
        SubjectMissing,
        /// The answer is a signed JWT. Allowed (OpenID Connect Core, section 5.3.2).
        Signed,
        /// The answer is a signed JWT; one bit of the signature is wrong.
        SignedBroken,
    }
}

lies! {
    /// What is wrong with the published keys.
    JwksLie {
        /// Ten million bytes, almost all of them blanks after the keys.
        Huge,
        /// Ten thousand keys, the right ones at the end; less than a mebibyte.
        ManyKeys,
        /// One RSA key of 512 bits, which has signed the ID token (RS256).
        Rsa512,
        /// One RSA key of 16384 bits, for an ID token whose RS256 signature is noise.
        Rsa16384,
        /// No keys.
        Empty,
        /// Text that is not JSON.
        Garbage,
        /// The keys are said to be for encryption (`use` is `enc`).
        ForEncryption,
        /// Each `kid` twice, a stranger's key first.
        DuplicateKids,
    }
}

/// Puts a group's lies among all lies.
macro_rules! groups {
    ($($group:ident($lie:ty),)*) => {
        $(impl From<$lie> for Lie {
            fn from(lie: $lie) -> Lie {
                Lie::$group(lie)
            }
        })*
    };
}

groups! {
    Discovery(DiscoveryLie), Answer(AnswerLie), Token(TokenLie), Signature(SignatureLie),
    Claim(ClaimLie), Userinfo(UserinfoLie), Jwks(JwksLie),
}

impl Lie {
    /// All lies there are, in the order of their declaration.
    #[must_use]
    pub fn all() -> Vec<Lie> {
        fn each<L: Copy + Into<Lie>>(lies: &[L]) -> impl Iterator<Item = Lie> {
            lies.iter().map(|lie| (*lie).into())
        }
        let endpoints = pairs(Endpoint::ALL, Place::ALL).map(|(what, place)| Lie::Endpoint(what, place));
        let times = pairs(TimeClaim::ALL, TimeLie::ALL).map(|(claim, lie)| Lie::Time(claim, lie));
        each(DiscoveryLie::ALL)
            .chain(endpoints)
            .chain(each(AnswerLie::ALL))
            .chain(each(TokenLie::ALL))
            .chain(each(SignatureLie::ALL))
            .chain(each(ClaimLie::ALL))
            .chain(times)
            .chain(each(UserinfoLie::ALL))
            .chain(each(JwksLie::ALL))
            .collect()
    }
}

fn pairs<A: Copy, B: Copy>(ones: &[A], others: &[B]) -> impl Iterator<Item = (A, B)> {
    ones.iter().flat_map(|one| others.iter().map(|other| (*one, *other)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_lies_are_listed_once_and_in_order() {
        let all = Lie::all();
        assert!(all.is_sorted() && all.windows(2).all(|two| two[0] != two[1]));
        assert_eq!(all.len(), 5 + 5 * 3 + 3 + 2 + 10 + 15 + 3 * 8 + 4 + 8);
    }
}
