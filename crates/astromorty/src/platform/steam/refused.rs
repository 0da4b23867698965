//! What can be wrong with an answer that a browser brings.

/// Why an answer is not taken to Steam. Nothing that the answer says is repeated here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The user did not want to sign in.
    #[error("you did not sign in at Steam; start again when you want to")]
    Cancelled,
    /// Steam could not sign the user in (`setup_needed`, `error`).
    #[error("Steam could not sign you in; try again")]
    TryAgain,
    /// Longer than any honest answer.
    #[error("the answer from Steam is too long; start again")]
    TooLong,
    /// Not the encoding of a form, or not printable ASCII.
    #[error("the answer from Steam cannot be read; start again")]
    Malformed,
    /// A parameter stands there twice.
    #[error("the answer from Steam says something twice; start again")]
    Repeated,
    /// A parameter is absent or empty.
    #[error("the answer from Steam is not complete; start again")]
    Missing,
    /// A parameter that does not belong there.
    #[error("the answer from Steam says more than it should; start again")]
    Unexpected,
    /// Not OpenID 2.0.
    #[error("the answer is not in Steam's protocol; start again")]
    Namespace,
    /// Neither an assertion nor one of the protocol's ways to say no.
    #[error("the answer is not a sign-in; start again")]
    Mode,
    /// Made by another site than Steam.
    #[error("the answer is not from Steam; start again")]
    Endpoint,
    /// The list of signed fields misses one, or names one twice or one that cannot be checked.
    #[error("not all of the answer from Steam is signed; start again")]
    Signed,
    /// `claimed_id` and `identity` differ.
    #[error("the answer from Steam names two accounts; start again")]
    Identity,
    /// Not the address of a person's Steam account.
    #[error("the answer from Steam names no account; start again")]
    ClaimedId,
    /// Made for another site, or for another sign-in.
    #[error("the answer from Steam was meant for something else; start again")]
    ReturnTo,
    /// The nonce holds no time, or no tail.
    #[error("the answer from Steam has no proper number; start again")]
    Nonce,
    /// Made too long ago.
    #[error("the answer from Steam is too old; start again")]
    Late,
    /// Made in the future, by our clock.
    #[error("the answer from Steam is from the future; start again, and tell the operator if it stays so")]
    Early,
    /// The handle or the signature cannot be one.
    #[error("the answer from Steam is not properly signed; start again")]
    Signature,
}

impl Refused {
    /// Its code in the security log and the metrics.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Cancelled => "openid_cancelled",
            Self::TryAgain => "openid_try_again",
            Self::TooLong => "openid_too_long",
            Self::Malformed => "openid_malformed",
            Self::Repeated => "openid_repeated",
            Self::Missing => "openid_missing",
            Self::Unexpected => "openid_unexpected",
            Self::Namespace => "openid_namespace",
            Self::Mode => "openid_mode",
            Self::Endpoint => "openid_endpoint",
            Self::Signed => "openid_signed",
            Self::Identity => "openid_identity",
            Self::ClaimedId => "openid_claimed_id",
            Self::ReturnTo => "openid_return_to",
            Self::Nonce => "openid_nonce",
            Self::Late => "openid_late",
            Self::Early => "openid_early",
            Self::Signature => "openid_signature",
        }
    }
}
