//! Messages that are not what they seem: the ways in which sites have been fooled before.

use super::{ADA, Answer, SIGNED, STATE, WEB, check};
use crate::platform::steam::Refused;

#[test]
fn n_29_nothing_signed_is_refused() {
    for lie in [",", "signed", "none", "*", "op_endpoint", "claimed_id,identity"] {
        let answer = Answer::honest().with("openid.signed", lie);
        assert_eq!(answer.check(), Err(Refused::Signed), "{lie}");
    }
}

#[test]
fn n_30_another_protocol_is_refused() {
    for lie in [
        "http://openid.net/signon/1.1",
        "http://openid.net/signon/1.0",
        "http://specs.openid.net/auth/2.0/",
        "http://specs.openid.net/auth/2.1",
        "https://specs.openid.net/auth/2.0",
        "http://SPECS.openid.net/auth/2.0",
        "http://specs.openid.net/auth/2.0/signon",
        " http://specs.openid.net/auth/2.0",
        "x",
    ] {
        assert_eq!(Answer::honest().with("openid.ns", lie).check(), Err(Refused::Namespace), "{lie}");
    }
    assert_eq!(Answer::honest().without("openid.ns").check(), Err(Refused::Missing));
    let second = Answer::honest().and("openid.ns.ext1", "http://specs.openid.net/auth/2.0");
    assert_eq!(second.check(), Err(Refused::Unexpected));
}

#[test]
fn n_30_another_mode_is_refused() {
    for lie in [
        "ID_RES",
        "id_res ",
        " id_res",
        "id_res,cancel",
        "checkid_setup",
        "checkid_immediate",
        "check_authentication",
        "associate",
        "CANCEL",
        "x",
    ] {
        assert_eq!(Answer::honest().with("openid.mode", lie).check(), Err(Refused::Mode), "{lie}");
    }
}

#[test]
fn a_no_from_steam_is_told_apart_from_a_lie() {
    let no =
        |mode: &str| format!("state={STATE}&openid.ns=http://specs.openid.net/auth/2.0&openid.mode={mode}");
    assert_eq!(check(&no("cancel")), Err(Refused::Cancelled));
    assert_eq!(check(&no("setup_needed")), Err(Refused::TryAgain));
    assert_eq!(check(&no("error&openid.error=<b>Oh+no</b>")), Err(Refused::TryAgain));
    assert_eq!(check(&no("id_res")), Err(Refused::Missing));
    // A no beside all that a yes needs is a no.
    let both = Answer::honest().with("openid.mode", "cancel");
    assert_eq!(both.check(), Err(Refused::Cancelled));
    // What Steam said is not repeated to anybody.
    let said = format!("{0:?} {0}", Refused::TryAgain);
    assert!(!said.contains("<b>"), "{said}");
}

#[test]
fn n_31_whatever_nobody_asked_for_is_refused() {
    for name in [
        "openid.error",
        "openid.invalidate_handle",
        "openid.ns.sreg",
        "openid.sreg.email",
        "openid.ext1.mode",
        "openid.realm",
        "openid.user_setup_url",
        "openid.",
        "openid",
        "openid_sig",
        "openid%2Esig",
        "x.openid.sig",
        "code",
        "iss",
        "error",
        "STATE",
        "state.x",
        "return_to",
        "utm_source",
        "",
    ] {
        assert_eq!(Answer::honest().and(name, "x").check(), Err(Refused::Unexpected), "{name}");
        assert_eq!(Answer::honest().after(name, "").check(), Err(Refused::Unexpected), "{name}");
    }
}

#[test]
fn n_31_what_no_form_looks_like_is_refused() {
    let honest = Answer::honest().query();
    for raw in [
        String::new(),
        "?".to_owned(),
        "&".to_owned(),
        "%".to_owned(),
        format!("?{honest}"),
        format!("{honest}&"),
        format!("&{honest}"),
        honest.replace('&', "&&"),
        honest.replace('&', ";"),
        honest.replace('&', "&amp;"),
        honest.replace('=', ":"),
        honest.replace("%3A", "%3"),
        honest.replace("%3A", "%3G"),
        honest.replace("%3A", "%u003A"),
        format!("{honest}%"),
        format!("{honest}%4"),
        format!("{honest}#fragment"),
        format!("{honest}\n"),
        format!(" {honest}"),
    ] {
        assert!(check(&raw).is_err(), "{raw}");
    }
}

#[test]
fn n_31_double_encoding_means_what_it_says() {
    let honest = Answer::honest().query();
    assert_eq!(check(&honest.replace('%', "%25")), Err(Refused::Namespace));
    assert_eq!(check(&honest.replace("openid.", "openid%252E")), Err(Refused::Missing));
    let address = format!("{WEB}/openid/id/7656119800000004%32");
    assert_eq!(Answer::honest().of(&address).check(), Err(Refused::ClaimedId));
    let address = format!("{WEB}%2Fopenid%2Fid%2F{ADA}");
    assert_eq!(Answer::honest().of(&address).check(), Err(Refused::ClaimedId));
    let nul = format!("{honest}%2500");
    assert_eq!(check(&nul), Err(Refused::Signature));
}

#[test]
fn n_31_a_plus_is_a_space_as_in_every_form() {
    let honest = Answer::honest().query();
    let unescaped = honest.replace("%2B", "+");
    assert_ne!(unescaped, honest);
    assert_eq!(check(&unescaped), Err(Refused::Nonce));
    let signature = honest.replace("W0u1%2B", "W0u1+");
    assert_eq!(check(&signature), Err(Refused::Signature));
}

#[test]
fn n_31_a_list_of_signed_fields_with_more_than_it_may_name_is_refused() {
    for more in [
        "mode",
        "ns",
        "sig",
        "state",
        "openid.identity",
        "Identity",
        "identity ",
        " identity",
        "x",
        "",
        "identity",
        "signed",
        "op_endpoint",
        "sreg.email",
        "ns.sreg",
        "ident%69ty",
    ] {
        for lie in [format!("{SIGNED},{more}"), format!("{more},{SIGNED}")] {
            assert_eq!(Answer::honest().with("openid.signed", &lie).check(), Err(Refused::Signed), "{lie}");
        }
    }
    for separator in [";", " ", ", ", "|", ",,", "\t"] {
        let lie = SIGNED.replace(',', separator);
        assert!(Answer::honest().with("openid.signed", &lie).check().is_err(), "{lie}");
    }
    let many = Answer::honest().with("openid.signed", &format!("{SIGNED}{}", ",x".repeat(1000)));
    assert_eq!(many.check(), Err(Refused::Signed));
    let more = Answer::honest().with("openid.signed", &format!("{SIGNED}{}", ",identity".repeat(10_000)));
    assert_eq!(more.check(), Err(Refused::TooLong));
}

#[test]
fn n_31_what_is_too_long_is_refused() {
    let longer = |name: &str, by: usize| {
        let (_, value) = Answer::honest().0.into_iter().find(|(field, _)| field == name).unwrap();
        Answer::honest().with(name, &format!("{value}{}", "A".repeat(by))).check().map(drop)
    };
    for (name, longest, refused) in [
        ("openid.sig", 227, Refused::Signature),
        ("openid.assoc_handle", 245, Refused::Signature),
        ("openid.response_nonce", 227, Refused::Nonce),
    ] {
        assert_eq!(longer(name, longest), Ok(()), "{name}");
        assert_eq!(longer(name, longest + 1), Err(refused), "{name}");
        assert_eq!(longer(name, 9000), Err(Refused::TooLong), "{name}");
    }
    assert_eq!(check(&"a=b&".repeat(1_000_000)), Err(Refused::TooLong));
}

#[test]
fn n_33_a_nonce_without_time_or_tail_is_refused() {
    for lie in [
        "x",
        "2026-11-24T12:00:00Z",
        "2026-11-24T12:00:00",
        "2026-11-24T12:00:00+00:00x",
        "2026-11-24 12:00:00Zx",
        "2026-11-24t12:00:00zx",
        "2026-11-31T12:00:00Zx",
        "2026-11-24T25:00:00Zx",
        "20261124T120000Zx",
        "2026-11-24T12:00:00.5Zx",
        "1795521600",
        "x2026-11-24T12:00:00Zx",
        "2026-11-24T12:00:00Z a",
    ] {
        let answer = Answer::honest().with("openid.response_nonce", lie);
        assert_eq!(answer.check(), Err(Refused::Nonce), "{lie}");
    }
}

#[test]
fn every_refusal_has_a_code_of_its_own_and_a_sentence() {
    let all = [
        Refused::Cancelled,
        Refused::TryAgain,
        Refused::TooLong,
        Refused::Malformed,
        Refused::Repeated,
        Refused::Missing,
        Refused::Unexpected,
        Refused::Namespace,
        Refused::Mode,
        Refused::Endpoint,
        Refused::Signed,
        Refused::Identity,
        Refused::ClaimedId,
        Refused::ReturnTo,
        Refused::Nonce,
        Refused::Late,
        Refused::Early,
        Refused::Signature,
    ];
    let codes: std::collections::BTreeSet<_> = all.iter().map(|refused| refused.reason()).collect();
    assert_eq!(codes.len(), all.len());
    assert!(codes.iter().all(|code| code.starts_with("openid_")));
    assert!(
        all.iter()
            .all(|refused| refused.to_string().contains("Steam")
                || refused.to_string().contains("start again"))
    );
}
