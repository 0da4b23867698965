//! The query with which a browser comes back (N-08, N-09).
//!
//! Laws: what is accepted holds every name once, within its bounds and without control characters;
//! another reader reads the same; printed and read again it is the same; and an `iss` is believed
//! only when it is the one that was promised.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use astromorty::platform::Promise;
use astromorty::web::query::{Query, pairs};
use libfuzzer_sys::fuzz_target;
use url::Url;
use url::form_urlencoded::{Serializer, parse};

const ISSUER: &str = "https://id.example/realm";
static SITE: LazyLock<Url> = LazyLock::new(|| Url::parse(ISSUER).expect("the constant is an address"));

fuzz_target!(|text: &str| {
    let Some(query) = Query::parse(Some(text)) else { return };
    let fields = pairs(text).expect("a query is a list of fields");
    let names: BTreeSet<_> = fields.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), fields.len(), "a name stands there twice");
    assert!(fields.len() <= 1024);
    for (name, value) in &fields {
        for text in [name, value] {
            assert!(text.len() <= 4096);
            assert!(text.chars().all(|c| !c.is_control() || "\n\r\t".contains(c)), "{text:?}");
        }
        assert!(query.has(name));
        assert_eq!(query.get(name), Some(value.as_str()).filter(|value| !value.is_empty()));
    }
    same_to_others(text, &fields);
    names_whom_it_promised(&query);
});

fn same_to_others(text: &str, fields: &[(String, String)]) {
    let others: Vec<_> = parse(text.as_bytes()).into_owned().collect();
    assert_eq!(fields, others, "another reader reads something else");
    for (at, _) in text.match_indices('%') {
        let escape = text.as_bytes().get(at + 1..at + 3).expect("an escape has two digits");
        assert!(escape.iter().all(u8::is_ascii_hexdigit), "an escape that is none was guessed at");
    }
    let printed = Serializer::new(String::new()).extend_pairs(fields).finish();
    assert_eq!(pairs(&printed).as_deref(), Some(fields), "printed and read again");
}

fn names_whom_it_promised(query: &Query) {
    let named = query.has("iss").then(|| query.get("iss").unwrap_or_default());
    let exact = named == Some(ISSUER);
    assert_eq!(Promise::Always(ISSUER.to_owned()).is_kept(named), exact);
    assert_eq!(Promise::Named(ISSUER.to_owned()).is_kept(named), exact || named.is_none());
    if Promise::Origin(SITE.origin()).is_kept(named)
        && let Some(named) = named
    {
        let named = Url::parse(named).expect("an issuer is an address");
        assert_eq!((named.scheme(), named.host_str(), named.port()), ("https", Some("id.example"), None));
    }
}
