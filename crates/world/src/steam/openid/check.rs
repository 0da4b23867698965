//! `POST /openid/login`: direct requests, of which Steam knows `check_authentication`.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::{NS, Verdict};
use crate::params::{Params, Repeated, is_media_type};
use crate::steam::Steam;

/// The fields that a check repeats from the assertion (section 11.4.2.1).
const REPEATED: [&str; 8] = [
    "openid.op_endpoint",
    "openid.claimed_id",
    "openid.identity",
    "openid.return_to",
    "openid.response_nonce",
    "openid.assoc_handle",
    "openid.signed",
    "openid.sig",
];

/// A request that cannot be understood (section 5.1.2.2).
struct Refusal(String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, format!("ns:{NS}\nerror:{}\n", self.0)).into_response()
    }
}

/// The handler.
pub(crate) async fn check(State(steam): State<Steam>, headers: HeaderMap, body: Bytes) -> Response {
    let params = match read(&headers, &body) {
        Ok(params) => params,
        Err(refusal) => return refusal.into_response(),
    };
    let mut state = steam.state();
    if let Some(verdict) = state.provider.next_verdict() {
        return verdict.answer();
    }
    let valid = state.provider.confirms(&params, steam.clock.now());
    if valid { Verdict::True } else { Verdict::False }.answer()
}

/// The verdict on an assertion that is not good, or not any more.
pub(crate) fn not_valid() -> Response {
    Verdict::False.answer()
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Params, Refusal> {
    if !is_media_type(headers, "application/x-www-form-urlencoded") {
        return Err(Refusal("the body must be application/x-www-form-urlencoded".to_owned()));
    }
    let twice = |Repeated(_)| Refusal("a field was given more than once".to_owned());
    let params = Params::parse(body).map_err(twice)?;
    if params.values().any(|value| value.contains('\n')) {
        // It would pass for another line of the signed text (section 4.1.1).
        return Err(Refusal("a field holds a line break".to_owned()));
    }
    if params.find("openid.ns") != Some(NS) {
        return Err(Refusal(format!("openid.ns must be {NS}")));
    }
    if params.find("openid.mode") != Some("check_authentication") {
        return Err(Refusal("openid.mode must be check_authentication".to_owned()));
    }
    match REPEATED.into_iter().find(|name| params.find(name).is_none()) {
        Some(name) => Err(Refusal(format!("{name} is missing"))),
        None => Ok(params),
    }
}
