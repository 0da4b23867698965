//! Discovery documents (N-12, N-21, N-66).
//!
//! Laws: what is accepted is the pinned issuer's, has every address on an allowed origin, has at
//! least one algorithm, and keeps its promise to name itself.
#![no_main]

use std::sync::LazyLock;

use astromorty::platform::oidc::{Pins, Site};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use url::Url;

const ISSUER: &str = "https://id.example/realm";
static PINS: LazyLock<Pins> =
    LazyLock::new(|| Pins::new(ISSUER, &["api.example:8443".to_owned()]).expect("the constants are sound"));

fuzz_target!(|data: &[u8]| {
    let Ok(site) = Site::read(data, &PINS) else { return };
    let document: Value = serde_json::from_slice(data).expect("what is read is JSON");
    assert_eq!((site.issuer.as_str(), document["issuer"].as_str()), (ISSUER, Some(ISSUER)));
    for url in [
        Some(&site.authorize),
        Some(&site.token),
        Some(&site.jwks),
        site.userinfo.as_ref(),
        site.revoke.as_ref(),
    ] {
        url.into_iter().for_each(is_allowed);
    }
    assert!(!site.id_token_algs.is_empty());
    if let Some(methods) = document["code_challenge_methods_supported"].as_array() {
        assert!(methods.contains(&Value::from("S256")));
    }
    assert_eq!(site.check_answer(&[]).is_ok(), !site.promises_iss);
    assert!(site.check_answer(&[ISSUER]).is_ok());
    assert!(
        site.check_answer(&[ISSUER, ISSUER]).is_err() && site.check_answer(&["https://id.example"]).is_err()
    );
});

fn is_allowed(url: &Url) {
    let place = (url.scheme(), url.host_str().unwrap_or_default(), url.port());
    assert!([("https", "id.example", None), ("https", "api.example", Some(8443))].contains(&place), "{url}");
    assert!(url.username().is_empty() && url.password().is_none() && url.fragment().is_none());
}
