//! Discovery documents, sound and not.

use std::collections::BTreeSet;

use domain::platform::ClientAuth;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::stage::{ISSUER, document};
use crate::app::seam::{Clock, outbound};
use crate::platform::oidc::{Alg, Issuer, Pins, Refused, Site};

fn read(document: &Value) -> Result<Site, Refused> {
    read_text(&document.to_string())
}

fn read_text(text: &str) -> Result<Site, Refused> {
    let pins = Pins::new(ISSUER, &["api.example".to_owned()]).unwrap();
    Site::read(text.as_bytes(), &pins)
}

/// The document with one member changed.
fn with(name: &str, value: Value) -> Value {
    let mut document = document();
    document[name] = value;
    document
}

fn without(name: &str) -> Value {
    let mut document = document();
    document.as_object_mut().unwrap().remove(name);
    document
}

#[test]
fn settings_that_cannot_work_are_told_before_anything_is_asked() {
    let told = |issuer: &str, client: &str| {
        let clock = Clock::System;
        let problems = Issuer::new(issuer, &[], client, (outbound(clock.clone()), clock)).unwrap_err();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        told("http://id.example", "us"),
        "`issuer` must start with https:// unless it is this machine"
    );
    assert_eq!(told(ISSUER, ""), "`client_id` is missing; register an application at the site");
}

#[test]
fn a_sound_document_is_a_site() {
    let site = read(&document()).unwrap();
    assert_eq!(site.authorize.as_str(), "https://id.example/authorize");
    assert_eq!(site.userinfo.unwrap().as_str(), "https://id.example/userinfo");
    assert_eq!(site.client_auth, ClientAuth::Basic);
    assert!(!site.promises_iss);
    assert_eq!(site.id_token_algs.len(), 9);
    assert_eq!(site.userinfo_algs, site.id_token_algs);
}

#[test]
fn what_is_optional_may_be_absent_or_null() {
    for name in ["userinfo_endpoint", "revocation_endpoint", "code_challenge_methods_supported"] {
        assert!(read(&without(name)).is_ok(), "{name}");
        assert!(read(&with(name, Value::Null)).is_ok(), "{name}");
    }
    assert_eq!(read(&without("userinfo_endpoint")).unwrap().userinfo, None);
    let bare = read(&without("id_token_signing_alg_values_supported")).unwrap();
    assert_eq!(bare.id_token_algs, BTreeSet::from([Alg::Rs256]));
    let signed = read(&with("userinfo_signing_alg_values_supported", json!(["none", "ES256"]))).unwrap();
    assert_eq!(signed.userinfo_algs, BTreeSet::from([Alg::Es256]));
}

#[test]
fn n_21_the_issuer_is_that_of_the_settings_byte_for_byte() {
    for other in
        ["https://id.example/", "https://ID.example", "https://id.example:443", "http://id.example", ""]
    {
        assert_eq!(read(&with("issuer", json!(other))), Err(Refused::DiscoveryIssuer), "{other}");
    }
    assert_eq!(read(&with("issuer", json!([ISSUER]))), Err(Refused::Discovery));
    assert_eq!(read(&without("issuer")), Err(Refused::Discovery));
}

#[test]
fn n_66_every_endpoint_is_on_a_host_that_is_allowed() {
    let names =
        ["authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "revocation_endpoint"];
    for name in names {
        assert!(read(&with(name, json!("https://api.example/x"))).is_ok(), "{name}");
        for bad in [
            "https://evil.example/x",
            "http://id.example/x",
            "https://127.0.0.1/x",
            "https://[::ffff:10.0.0.1]/x",
            "http://169.254.169.254/latest/meta-data",
            "https://id.example:8443/x",
            "https://api.example@evil.example/x",
            "file:///etc/passwd",
            "/x",
            "",
        ] {
            assert_eq!(read(&with(name, json!(bad))), Err(Refused::DiscoveryEndpoint), "{name}: {bad}");
        }
        assert_eq!(read(&with(name, json!(["https://id.example/x"]))), Err(Refused::Discovery), "{name}");
    }
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri"] {
        assert_eq!(read(&without(name)), Err(Refused::DiscoveryEndpoint), "{name}");
    }
}

#[test]
fn n_12_a_list_of_challenge_methods_has_s256() {
    let name = "code_challenge_methods_supported";
    for bad in [json!([]), json!(["plain"]), json!(["s256"])] {
        assert_eq!(read(&with(name, bad.clone())), Err(Refused::DiscoveryPkce), "{bad}");
    }
    for odd in [json!("S256"), json!([7]), json!({"S256": true})] {
        assert_eq!(read(&with(name, odd.clone())), Err(Refused::Discovery), "{odd}");
    }
}

#[test]
fn a_site_offers_the_code_flow() {
    assert_eq!(read(&with("response_types_supported", json!(["id_token"]))), Err(Refused::DiscoveryFlow));
    assert_eq!(read(&without("response_types_supported")), Err(Refused::Discovery));
    assert_eq!(read(&with("grant_types_supported", json!(["implicit"]))), Err(Refused::DiscoveryFlow));
    assert!(read(&with("grant_types_supported", json!(["authorization_code"]))).is_ok());
}

#[test]
fn the_client_secret_goes_by_basic_where_it_may() {
    let told = |methods: Value| {
        let site = read(&with("token_endpoint_auth_methods_supported", methods));
        site.map(|site| site.client_auth)
    };
    assert_eq!(told(json!(["client_secret_post", "client_secret_basic"])), Ok(ClientAuth::Basic));
    assert_eq!(told(json!(["private_key_jwt", "client_secret_post"])), Ok(ClientAuth::Post));
    assert_eq!(told(json!(["private_key_jwt"])), Err(Refused::DiscoveryClientAuth));
    assert_eq!(told(json!("client_secret_basic")), Err(Refused::Discovery));
}

#[test]
fn n_19_a_site_signs_with_an_algorithm_of_ours() {
    let name = "id_token_signing_alg_values_supported";
    for bad in [json!([]), json!(["none"]), json!(["HS256", "ES512", "rs256"])] {
        assert_eq!(read(&with(name, bad.clone())), Err(Refused::DiscoveryAlgorithm), "{bad}");
    }
    assert_eq!(read(&with(name, json!("RS256"))), Err(Refused::Discovery));
}

#[test]
fn n_08_an_answer_names_this_issuer_once() {
    let quiet = read(&document()).unwrap();
    let name = "authorization_response_iss_parameter_supported";
    let promising = read(&with(name, json!(true))).unwrap();
    assert_eq!(quiet.check_answer(&[]), Ok(()));
    assert_eq!(promising.check_answer(&[]), Err(Refused::AnswerIssuer));
    for site in [&quiet, &promising] {
        assert_eq!(site.check_answer(&[ISSUER]), Ok(()));
        for bad in [&["https://evil.example"][..], &[""], &["https://id.example/"], &[ISSUER, ISSUER]] {
            assert_eq!(site.check_answer(bad), Err(Refused::AnswerIssuer), "{bad:?}");
        }
    }
    assert_eq!(read(&with(name, json!("true"))), Err(Refused::Discovery));
}

#[test]
fn a_doubled_name_or_a_broken_document_is_refused() {
    let sound = document().to_string();
    let doubled = sound.replacen('{', r#"{"jwks_uri":"https://evil.example/jwks","#, 1);
    let within = sound.replacen('{', r#"{"mtls_endpoint_aliases":{"a":1,"a":2},"#, 1);
    for bad in [doubled.as_str(), &within, &sound[1..], &sound[..sound.len() - 1], "[]", "", "<html>"] {
        assert_eq!(read_text(bad), Err(Refused::Discovery), "{bad}");
    }
}

proptest! {
    /// Whatever else the document says, no endpoint leaves the hosts that are allowed.
    #[test]
    fn n_66_no_address_leads_elsewhere(
        address in r"(https?:/{1,3})?[a-z0-9.@:\\/#?%\[\]-]{0,40}(id\.example)?.{0,8}",
    ) {
        if let Ok(site) = read(&with("jwks_uri", json!(address))) {
            prop_assert_eq!(site.jwks.scheme(), "https");
            prop_assert!(["id.example", "api.example"].contains(&site.jwks.host_str().unwrap()));
            prop_assert_eq!(site.jwks.port(), None);
        }
    }

    /// No bytes make the reader panic.
    #[test]
    fn no_bytes_are_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let pins = Pins::new(ISSUER, &[]).unwrap();
        prop_assert!(Site::read(&bytes, &pins).is_err());
    }

    /// A document with any one byte changed is refused, or still keeps to the hosts and the issuer.
    #[test]
    fn a_changed_byte_changes_no_origin(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = document().to_string().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(site) = Site::read(&bytes, &Pins::new(ISSUER, &[]).unwrap()) {
            prop_assert_eq!(site.issuer, ISSUER);
            for url in [Some(site.authorize), Some(site.token), Some(site.jwks), site.userinfo, site.revoke] {
                prop_assert!(url.is_none_or(|url| url.origin().ascii_serialization() == ISSUER));
            }
        }
    }
}
