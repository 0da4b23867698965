//! What went wrong at a platform, by what it means for us.

use domain::fact::Unknown;
use domain::moment::Moment;
use domain::platform::ErrorClass;

/// Why a platform did not do what we asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// The user said no there, or has to do something there first.
    #[error("the platform was not allowed to tell us; start again and allow it there")]
    Denied,
    /// The code or refresh token is not accepted.
    #[error("the platform does not accept this sign-in any more; start again")]
    InvalidGrant,
    /// The access token is not accepted.
    #[error("the platform asks for a new sign-in; link the account again")]
    ExpiredAccess,
    /// The tokens may do less than was asked for.
    #[error("not everything that is needed was allowed; start again and allow all of it")]
    InsufficientScope,
    /// The account hides what was asked for.
    #[error("the account hides this at the platform; make it public there")]
    Private,
    /// The account does not exist (any more).
    #[error("the platform does not know this account any more")]
    Gone,
    /// What may be spent at the platform is spent.
    #[error("what this service may spend at the platform is spent; it is tried again later")]
    Budget,
    /// Too many calls.
    #[error("the platform asked us to wait; it is tried again at {}", until.rfc3339())]
    RateLimited {
        /// Not before this moment.
        until: Moment,
    },
    /// Our credentials are not accepted; the operator has to act.
    #[error("the platform does not accept this service's own credentials; the operator has to renew them")]
    InvalidClient,
    /// What it said is not to be believed; noted in the security log already.
    #[error("what the platform told us could not be believed; nothing has changed")]
    Mistrusted,
    /// No answer, or none that makes sense.
    #[error("the platform did not answer; nothing has changed, try again in a few minutes")]
    Unavailable,
}

impl PlatformError {
    /// The error of a class; `until` is for [`ErrorClass::RateLimited`].
    pub(super) const fn of(class: ErrorClass, until: Moment) -> Self {
        match class {
            ErrorClass::Denied => Self::Denied,
            ErrorClass::InvalidGrant => Self::InvalidGrant,
            ErrorClass::ExpiredAccess => Self::ExpiredAccess,
            ErrorClass::InsufficientScope => Self::InsufficientScope,
            ErrorClass::Private => Self::Private,
            ErrorClass::Gone => Self::Gone,
            ErrorClass::Budget => Self::Budget,
            ErrorClass::RateLimited => Self::RateLimited { until },
            ErrorClass::InvalidClient => Self::InvalidClient,
            ErrorClass::Unavailable => Self::Unavailable,
        }
    }

    /// What it means, without its details.
    #[must_use]
    pub const fn class(self) -> ErrorClass {
        match self {
            Self::Denied => ErrorClass::Denied,
            Self::InvalidGrant => ErrorClass::InvalidGrant,
            Self::ExpiredAccess => ErrorClass::ExpiredAccess,
            Self::InsufficientScope => ErrorClass::InsufficientScope,
            Self::Private => ErrorClass::Private,
            Self::Gone => ErrorClass::Gone,
            Self::Budget => ErrorClass::Budget,
            Self::RateLimited { .. } => ErrorClass::RateLimited,
            Self::InvalidClient => ErrorClass::InvalidClient,
            Self::Mistrusted | Self::Unavailable => ErrorClass::Unavailable,
        }
    }

    /// What a fact is not known for, when reading it failed like this.
    #[must_use]
    pub const fn unknown(self) -> Unknown {
        match self {
            Self::Denied | Self::InvalidGrant | Self::ExpiredAccess => Unknown::NeedsAuthorization,
            Self::InsufficientScope => Unknown::MissingScope,
            Self::RateLimited { .. } => Unknown::RateLimited,
            Self::Private => Unknown::Private,
            Self::Budget => Unknown::Budget,
            Self::InvalidClient => Unknown::OperatorKey,
            Self::Gone | Self::Mistrusted | Self::Unavailable => Unknown::Unavailable,
        }
    }
}
