//! Laws: what holds for every answer, however mangled.

use domain::moment::{Moment, Span};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{ADA, Answer, FIELDS, RETURN_TO, STATE, WEB, check, decoded, now};
use crate::platform::steam::{Assertion, Expected, verdict};

/// Fields whose value only Steam can judge. They may differ from the honest one, and then Steam is told so.
const OPAQUE: [&str; 3] = ["openid.response_nonce", "openid.assoc_handle", "openid.sig"];

/// What must hold for whatever a mangled honest answer is read as.
fn refused_or_harmless(raw: &str) -> Result<(), TestCaseError> {
    let Ok(assertion) = check(raw) else { return Ok(()) };
    let honest = Answer::honest().check().unwrap();
    prop_assert_eq!(assertion.subject(), ADA);
    for (said, honest) in decoded(&assertion.form()).iter().zip(decoded(&honest.form())) {
        prop_assert!(*said == honest || OPAQUE.contains(&said.0.as_str()), "{:?}", said);
        prop_assert_eq!(&said.0, &honest.0);
    }
    prop_assert_eq!(assertion.form() == honest.form(), assertion == honest);
    Ok(())
}

/// Bytes that mean something in a query, or nothing anywhere.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![any::<u8>(), proptest::sample::select(&b"%&=+#;.,:/0123456789abcdefABCDEF\0\n\r "[..])]
}

fn text(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn an_answer() -> impl Strategy<Value = Answer> {
    let id = 76_561_197_960_265_729..=76_561_202_255_233_023_u64;
    let (tail, handle, signature) = ("[!-~]{1,60}", "[!-~]{1,60}", "[A-Za-z0-9+/=]{1,60}");
    (id, -300..=300i64, tail, handle, signature).prop_map(|(id, seconds, tail, handle, signature)| {
        let made = (now() + Span::seconds(seconds)).rfc3339();
        Answer::honest()
            .of(&format!("{WEB}/openid/id/{id}"))
            .with("openid.response_nonce", &format!("{made}{tail}"))
            .with("openid.assoc_handle", &handle)
            .with("openid.sig", &signature)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn one_changed_byte_is_refused_or_harmless(at in any::<Index>(), byte in byte()) {
        let mut raw = Answer::honest().query().into_bytes();
        let at = at.index(raw.len());
        raw[at] = byte;
        refused_or_harmless(&text(&raw))?;
    }

    #[test]
    fn one_byte_more_or_less_is_refused_or_harmless(at in any::<Index>(), byte in byte()) {
        let raw = Answer::honest().query().into_bytes();
        let at = at.index(raw.len());
        let mut more = raw.clone();
        more.insert(at, byte);
        refused_or_harmless(&text(&more))?;
        let mut less = raw;
        less.remove(at);
        refused_or_harmless(&text(&less))?;
    }

    #[test]
    fn pieces_in_any_order_are_refused_or_harmless(cuts in prop::collection::vec(any::<(Index, Index)>(), 1..6)) {
        let mut raw = Answer::honest().query().into_bytes();
        for (from, to) in cuts {
            let (from, to) = (from.index(raw.len() + 1), to.index(raw.len() + 1));
            let piece = raw[from.min(to)..from.max(to)].to_vec();
            raw.splice(from..from, piece);
        }
        refused_or_harmless(&text(&raw))?;
    }

    #[test]
    fn what_is_accepted_is_what_steam_is_asked(answer in an_answer()) {
        let assertion = answer.check().map_err(|refused| TestCaseError::fail(refused.to_string()))?;
        let form = decoded(&assertion.form());
        prop_assert_eq!(form.len(), FIELDS.len());
        let find = |name: &str| form.iter().find(|(field, _)| field == name).unwrap().1.clone();
        let address = format!("{WEB}/openid/id/{}", assertion.subject());
        prop_assert_eq!(find("openid.claimed_id"), address.clone());
        prop_assert_eq!(find("openid.identity"), address);
        prop_assert_eq!(find("openid.return_to"), RETURN_TO);
        let unique = format!("{} {}", find("openid.op_endpoint"), find("openid.response_nonce"));
        prop_assert_eq!(assertion.nonce(), unique);
    }

    #[test]
    fn an_accepted_answer_reads_back_as_itself(answer in an_answer()) {
        let assertion = answer.check().map_err(|refused| TestCaseError::fail(refused.to_string()))?;
        let again = assertion.form().replace("=check_authentication&", "=id_res&");
        prop_assert_eq!(check(&format!("{again}&state={STATE}")), Ok(assertion));
    }

    #[test]
    fn a_nonce_outlives_every_moment_that_accepts_it(answer in an_answer(), later in 0..3_600i64) {
        let assertion = answer.check().map_err(|refused| TestCaseError::fail(refused.to_string()))?;
        let now = now() + Span::seconds(later);
        let expected = Expected { web: WEB, return_to: RETURN_TO, now };
        let accepted = Assertion::check(&answer.query(), &expected).is_ok();
        prop_assert!(!accepted || now < assertion.remember_until());
    }

    #[test]
    fn no_input_panics(raw in "\\PC{0,200}", millis in any::<i64>(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let expected = Expected { web: &raw, return_to: &raw, now: Moment::from_millis(millis) };
        prop_assert!(Assertion::check(&raw, &expected).is_err());
        prop_assert!(check(&text(&bytes)).is_err());
        prop_assert!(verdict(200, &bytes).is_err());
        prop_assert!(verdict(200, raw.as_bytes()).is_err());
        let _ = Assertion::check(&Answer::honest().query(), &expected);
    }

    #[test]
    fn n_34_a_yes_with_one_other_byte_is_none(at in any::<Index>(), byte in any::<u8>()) {
        let yes = b"ns:http://specs.openid.net/auth/2.0\nis_valid:true\n";
        let mut content = yes.to_vec();
        content[at.index(yes.len())] = byte;
        prop_assert_eq!(verdict(200, &content).is_ok(), content == yes);
    }
}
