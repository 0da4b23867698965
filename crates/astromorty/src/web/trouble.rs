//! Errors become pages here, and nowhere else.

use std::any::Any;

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::id::PlatformKey;
use http::HeaderValue;
use http::header::RETRY_AFTER;
use tracing::{error, warn};

use super::cookie;
use super::page::{PlatformView, Trouble, TroublePage, html};
use super::visitor::Visitor;
use crate::app::App;
use crate::flow::link::LinkError;
use crate::flow::sign_in::SignInError;
use crate::store::StoreError;

/// Drawn by `draw`, which knows the reader's language.
impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<StoreError> for Trouble {
    fn from(why: StoreError) -> Self {
        match why {
            StoreError::Unavailable(_) | StoreError::Conflict => {
                error!("a page waits for the database: {why}");
                Self::Unavailable
            }
            StoreError::Broken(_) => internal(&why.to_string()),
        }
    }
}

/// A mistake of ours: the page names a reference, the log has the cause beside it.
fn internal(why: &str) -> Trouble {
    let reference = format!("{:016x}", crate::app::seam::Random::System.number());
    error!(reference, "a page failed: {why}");
    Trouble::Internal { reference }
}

/// The platform as pages name it; its key where nobody defined it.
pub(super) fn view(app: &App, key: &PlatformKey) -> PlatformView {
    PlatformView { key: key.clone(), name: app.vocabulary.display_name(key).to_owned() }
}

/// What a failed link means for the member, with its line in the security log.
pub(super) fn of_link(app: &App, failed: LinkError) -> Trouble {
    let (reason, trouble) = match failed {
        LinkError::UnknownPlatform(_) => ("unknown_platform", Trouble::NoSuchPlatform),
        // Told where the page is drawn, as for every page that needs a sign-in.
        LinkError::SignedOut => return Trouble::SignIn,
        LinkError::NotValid => ("link_not_valid", Trouble::NotValid),
        LinkError::Refused => return Trouble::NotValid,
        LinkError::Mistrusted(key) => return Trouble::PlatformDown(view(app, &key)),
        LinkError::Denied(key) => ("denied", Trouble::Denied(view(app, &key))),
        LinkError::Taken(key) => ("account_taken", Trouble::Taken(view(app, &key))),
        LinkError::TooMany(seconds) => ("rate_limited", Trouble::TooMany { seconds }),
        // The authorization is spent, whoever's fault it is.
        LinkError::Unavailable(key) => ("platform_unavailable", Trouble::PlatformDown(view(app, &key))),
        LinkError::Store(why) => return why.into(),
    };
    log(app, reason);
    trouble
}

/// What a failed sign-in means for the member.
pub(super) fn of_sign_in(app: &App, failed: SignInError) -> Trouble {
    let (reason, trouble) = match failed {
        SignInError::NotValid => ("sign_in_not_valid", Trouble::NotValid),
        SignInError::Denied => ("denied", Trouble::DiscordDenied),
        SignInError::TooLittle => ("sign_in_too_little", Trouble::NotValid),
        SignInError::TooMany => {
            ("rate_limited", Trouble::TooMany { seconds: crate::flow::attempt::WINDOW.as_seconds() })
        }
        SignInError::Unavailable => ("discord_unavailable", Trouble::DiscordDown),
        SignInError::Store(why) => return why.into(),
    };
    log(app, reason);
    trouble
}

/// One line in the security log, one step of the counter.
pub(super) fn log(app: &App, reason: &'static str) {
    warn!(target: "security", reason, "refused");
    app.metrics.refused(reason);
}

/// Draws the page of a [`Trouble`] in the reader's language.
pub(super) async fn draw(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let asked = parts.clone();
    let response = next.run(Request::from_parts(asked, body)).await;
    let Some(trouble) = response.extensions().get::<Trouble>().cloned() else { return response };
    if trouble == Trouble::SignIn && cookie::is_there(&app, &parts.headers) {
        // Ended, stolen or made up (N-36, N-39, N-40); from outside all are a browser nobody knows.
        log(&app, "session_unknown");
    }
    // Without a database nobody can be known to be signed in.
    let view = match Visitor::from_request_parts(&mut parts, &app).await {
        Ok(visitor) => visitor.view(&app, None).await,
        Err(trouble) => Err(trouble),
    };
    let view = view.unwrap_or_else(|_| super::show::anonymous(&app));
    let seconds = match trouble {
        Trouble::TooMany { seconds } => Some(seconds),
        _ if trouble == Trouble::Unavailable => Some(30),
        _ => None,
    };
    let status = trouble.status();
    let mut page = html(status, &TroublePage { view, trouble });
    // Cookies that were set, or the methods that are allowed, belong to the answer all the same.
    for (name, value) in response.headers() {
        if name == http::header::SET_COOKIE || name == http::header::ALLOW {
            page.headers_mut().append(name, value.clone());
        }
    }
    if let Some(seconds) = seconds {
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    page
}

/// A panic in a handler is a mistake of ours; nobody's browser sees more than a reference.
#[allow(clippy::needless_pass_by_value, reason = "the layer hands the panic over by value")]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    internal(&format!("it panicked: {text}")).into_response()
}
