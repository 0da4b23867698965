//! Definition files, and settings laid over them.
//!
//! Laws: a refusal says where and what; whatever is accepted is accepted again, can be spoken of in
//! rules, never sheds PKCE, and fills every one of its URLs without leaving the host it starts with,
//! whatever is filled in.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use astromorty::platform::definitions;
use domain::platform::template::{Part, Values};
use domain::platform::{Body, Call, Definition, Field, Given, Join, Pkce, Template, host};
use domain::vocabulary::Vocabulary;
use libfuzzer_sys::fuzz_target;
use serde_json::json;
use toml::Table;
use url::Url;

/// The smallest definition that holds one of everything.
const BASE: &str = include_str!("../seeds/definition/small.toml");
static SOUND: LazyLock<()> = LazyLock::new(|| {
    let read = definitions::read(BASE, Table::new());
    assert!(read.is_ok(), "the harness itself is wrong: {read:?}");
});

/// What strangers may choose, and what would lead elsewhere if it were not encoded.
const VALUES: [&str; 2] = ["octocat", "../..//@evil.example:80\\a?b#c&d=\u{e9}\u{202e}"];

// What starts with `#+` is changes from the settings; anything else is a file.
fuzz_target!(|text: &str| {
    LazyLock::force(&SOUND);
    let read = match text.strip_prefix("#+") {
        None => definitions::read(text, Table::new()),
        Some(changes) => {
            let Ok(changes) = changes.parse() else { return };
            let read = definitions::read(BASE, changes);
            assert!(
                read.as_ref().is_ok_and(|d| d.authorize.pkce == Pkce::S256) || read.is_err(),
                "PKCE is gone"
            );
            read
        }
    };
    match read {
        Err(problems) => {
            assert!(!problems.is_empty());
            assert!(problems.iter().all(|problem| !problem.at.is_empty() && !problem.what.is_empty()));
        }
        Ok(definition) => is_usable(&definition),
    }
});

fn is_usable(definition: &Definition) {
    assert_eq!(definition.check(), []);
    if let Err(refused) = Vocabulary::default().add(definition.vocabulary()) {
        panic!("rules cannot speak of it: {refused}");
    }
    for fact in definition.facts.values() {
        assert!(definition.requests.contains_key(&fact.request));
    }
    assert!(definition.requests.contains_key(&definition.identity.request));
    let hosts: BTreeMap<String, String> = host::resolve(&definition.hosts, &BTreeMap::new())
        .into_iter()
        .map(|(name, address)| (name, address.expect("a sound definition's hosts are addresses")))
        .collect();
    for address in hosts.values() {
        assert_eq!(host::fault(address), None);
    }
    for value in VALUES {
        for template in templates(definition) {
            stays(template, &hosts, value);
        }
        for call in calls(definition) {
            carries(call, value);
        }
    }
}

fn calls(definition: &Definition) -> Vec<&Call> {
    let mut calls = Vec::new();
    for request in definition.requests.values() {
        calls.extend(request.user.iter().chain(&request.service));
        calls.extend(request.batch.iter().map(|batch| &batch.call));
    }
    let revoke = &definition.revoke;
    calls.extend(revoke.token.iter().chain(&revoke.grant).map(|revoke| &revoke.call));
    calls
}

fn templates(definition: &Definition) -> Vec<&Template> {
    let endpoints = &definition.endpoints;
    let mut all: Vec<_> = endpoints.authorize.iter().chain(&endpoints.token).collect();
    all.extend(definition.settings_url.iter().chain(&definition.identity.profile_url));
    all.extend(calls(definition).into_iter().map(|call| &call.url));
    all
}

/// A filled URL is on the host that its template starts with, and below that host's path.
fn stays(template: &Template, hosts: &BTreeMap<String, String>, value: &str) {
    let parts = template.parts().expect("a sound template has parts");
    let Some(Part::Name(first)) = parts.first() else { panic!("a URL starts with a host") };
    // OpenID Connect's hosts come from discovery.
    let fallback = "https://found.example".to_owned();
    let address = hosts.get(*first).unwrap_or(&fallback);
    let mut filled_hosts = hosts.clone();
    filled_hosts.insert((*first).to_owned(), address.clone());
    let names = parts.iter().filter_map(|part| match part {
        Part::Name(name) => Some(*name),
        Part::Text(_) => None,
    });
    let values: Values<'_> = names.map(|name| (name, value)).collect();
    let url = template.fill(&filled_hosts, &values).expect("every name has a value that can be one");
    let host = Url::parse(address).unwrap_or_else(|error| panic!("{address:?} passed as a host: {error}"));
    let url = Url::parse(&url).unwrap_or_else(|error| panic!("{url:?} is no address: {error}"));
    assert_eq!(url.origin(), host.origin(), "{url} left {address}");
    assert!(url.username().is_empty() && url.password().is_none());
    assert!(["https", "http"].contains(&url.scheme()));
}

/// Query and body are filled, or refused, without a panic; JSON stays JSON of the same shape.
fn carries(call: &Call, value: &str) {
    let given: Given<'_> = call.names().into_iter().map(|name| (name, json!(value))).collect();
    let fields = match &call.body {
        Some(Body::Form(fields)) => Some(fields),
        Some(Body::Json(_)) | None => None,
    };
    for field in call.query.values().chain(fields.into_iter().flat_map(BTreeMap::values)) {
        for join in [Join::Comma, Join::Semicolon, Join::Repeat, Join::Json] {
            let Some(filled) = field.fill(&given, join) else { continue };
            if let Field::Json { .. } = field {
                assert!(filled.iter().all(|text| serde_json::from_str::<serde_json::Value>(text).is_ok()));
            }
        }
    }
}
