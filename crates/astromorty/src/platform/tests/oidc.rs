//! Claims of an OpenID Connect provider, as its userinfo endpoint tells them.

use std::collections::BTreeMap;

use domain::fact::Value;
use domain::moment::Moment;
use domain::platform::Unreadable;
use serde_json::{Value as Json, json};

use super::stage::shipped;
use crate::platform::definitions;

fn told(fact: &str, claims: &Json) -> Result<Value, Unreadable> {
    shipped("oidc").facts[fact].read(claims, &BTreeMap::new())
}

#[allow(clippy::unnecessary_wraps, reason = "it is compared with what reading gives")]
fn set(texts: &[&str]) -> Result<Value, Unreadable> {
    Ok(Value::TextSet(texts.iter().map(ToString::to_string).collect()))
}

#[test]
fn groups_and_roles_are_sets_wherever_the_provider_puts_them() {
    assert_eq!(told("groups", &json!({"groups": ["b", "a", "b"]})), set(&["a", "b"]));
    assert_eq!(told("groups", &json!({"groups": []})), set(&[]));
    assert_eq!(told("groups", &json!({"groups": "admins"})), set(&["admins"]));
    assert_eq!(told("roles", &json!({"roles": ["a"]})), set(&["a"]));
    assert_eq!(told("roles", &json!({"realm_access": {"roles": ["a"]}})), set(&["a"]));
}

#[test]
fn a_claim_that_is_not_there_is_unknown_and_not_empty() {
    let overage = json!({"sub": "1", "_claim_names": {"groups": "src1"}});
    for claims in [json!({"sub": "1"}), json!({"groups": null}), overage] {
        for fact in ["groups", "roles", "email_verified", "updated_at"] {
            assert_eq!(told(fact, &claims), Err(Unreadable::Private), "{fact}");
        }
    }
    let text = definitions::built_in(&"oidc".parse().unwrap()).unwrap();
    let changed = definitions::read(text, "facts.groups.on_absent = \"empty\"".parse().unwrap()).unwrap();
    assert_eq!(changed.facts["groups"].read(&json!({}), &BTreeMap::new()), set(&[]));
}

#[test]
fn a_verified_address_is_told_as_truth_or_as_text() {
    for (claim, verified) in [(json!(true), true), (json!("true"), true), (json!("false"), false)] {
        let told = told("email_verified", &json!({"email_verified": claim}));
        assert_eq!(told, Ok(Value::Boolean(verified)));
    }
    assert_eq!(told("email_verified", &json!({"email_verified": "yes"})), Err(Unreadable::Odd));
    let date = Moment::from_millis(1_700_000_000_000);
    assert_eq!(told("updated_at", &json!({"updated_at": 1_700_000_000})), Ok(Value::Datetime(date)));
}

#[test]
fn people_are_called_what_the_provider_has_of_them() {
    let name = |claims: &Json| {
        let account = crate::platform::account::account(&shipped("oidc"), claims);
        account.map(|account| (account.subject, account.username))
    };
    let called = |name: &str| Some(("s-1".to_owned(), name.to_owned()));
    let claims = json!({"sub": "s-1", "name": "Ada Lovelace", "preferred_username": "ada"});
    assert_eq!(name(&claims), called("ada"));
    assert_eq!(name(&json!({"sub": "s-1", "preferred_username": " ", "name": "Ada"})), called("Ada"));
    assert_eq!(name(&json!({"sub": "s-1"})), called("s-1"));
    assert_eq!(name(&json!({"name": "Ada"})), None);
}
