use serde_json::{Value, json};

use crate::fact::FactType;
use crate::platform::Definition;

/// A small definition that is right.
fn sound() -> Value {
    json!({
        "key": "club",
        "display_name": "Club",
        "protocol": "oauth2",
        "hosts": {"web": "https://club.example", "api": "{web}/api"},
        "endpoints": {"authorize": "{web}/authorize", "token": "{web}/token"},
        "client": {"auth": "basic"},
        "authorize": {"scopes": ["read"]},
        "revoke": {"token": {
            "call": {"method": "POST", "url": "{api}/revoke", "body": {"json": {"t": "{access_token}"}}},
            "done": [200],
        }},
        "service": {"kind": "bearer"},
        "identity": {"request": "me", "subject_type": "text", "username": "/name", "node": "/node"},
        "requests": {"me": {
            "subject": "/id",
            "needs": ["read"],
            "user": {"url": "{api}/me"},
            "batch": {
                "max": 10,
                "call": {"method": "POST", "url": "{api}/many", "body": {"json": {"ids": "{nodes}"}}},
                "items": "/items",
                "missing": "gone",
                "failures": {"list": "/errors", "index": "/at", "code": "/code"},
            },
        }},
        "facts": {
            "joined": {"type": "datetime", "request": "me", "pointer": "/joined", "age": "account_age"},
            "points": {"type": "integer", "request": "me", "pointer": "/points", "on_absent": "zero"},
        },
        "recheck": {"interval": "24h", "min_interval": "1m"},
    })
}

/// The problems after one value was changed, each as its sentence.
fn problems(pointer: &str, changed: Value) -> Vec<String> {
    let mut definition = sound();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    definition.pointer_mut(parent).unwrap()[name] = changed;
    let definition: Definition = serde_json::from_value(definition).unwrap();
    definition.check().iter().map(ToString::to_string).collect()
}

#[track_caller]
fn refused(pointer: &str, changed: Value, sentence: &str) {
    assert_eq!(problems(pointer, changed), [sentence]);
}

#[test]
fn a_sound_definition_has_no_problems() {
    assert_eq!(problems("/display_name", json!("Club")), [""; 0]);
}

#[test]
fn n_12_pkce_goes_off_only_with_a_reason() {
    let sentence = "`authorize.pkce` may be off only with a reason: \
                    { off = \"the platform refuses unknown parameters\" }";
    refused("/authorize/pkce", json!({"off": " "}), sentence);
    let off = json!({"off": "it refuses unknown parameters"});
    assert_eq!(problems("/authorize/pkce", off), [""; 0]);
}

#[test]
fn hosts_are_https() {
    let sentence = "`hosts.web` must start with https:// unless it is this machine";
    let found = problems("/hosts/web", json!("http://club.example"));
    assert!(found.contains(&sentence.to_owned()), "{found:?}");
    assert_eq!(problems("/hosts/web", json!("http://127.0.0.1:9")), [""; 0]);
    refused(
        "/hosts/api",
        json!("{other}/api"),
        "`hosts.api` must be an address, or start with one other host as in \"{api}/graphql\"",
    );
}

#[test]
fn urls_start_with_a_host() {
    let sentence = "`endpoints.token` must start with one of the hosts {api}, {web}";
    for url in ["{web}{client_id}", "https://evil.example/token", "/token", "", "{evil}/token"] {
        assert!(problems("/endpoints/token", json!(url)).contains(&sentence.to_owned()), "{url}");
    }
    refused(
        "/endpoints/token",
        json!("{web}.evil.example/token"),
        "`endpoints.token` must have a / after its host",
    );
    refused(
        "/endpoints/token",
        json!("{web}/token}"),
        "`endpoints.token` has a brace without a partner, or braces around something that is not a name",
    );
}

#[test]
fn placeholders_are_known() {
    refused(
        "/requests/me/user/url",
        json!("{api}/{sujbect}"),
        "`requests.me.user.url` holds {sujbect}, which nothing fills; known here: {node}, {subject}, {username}, {client_id}",
    );
    refused(
        "/revoke/token/call/body",
        json!({"json": {"t": "{acces_token}", "u": "{access_token}"}}),
        "`revoke.token.call` holds {acces_token}, which nothing fills; known here: {access_token}, {refresh_token}",
    );
    refused(
        "/revoke/token/call/url",
        json!("{api}/revoke/{access_token}"),
        "`revoke.token.call.url` holds {access_token}, which nothing fills; known here: {client_id}",
    );
}

#[test]
fn pointers_parse() {
    for pointer in
        ["/identity/username", "/requests/me/subject", "/facts/points/pointer", "/requests/me/batch/items"]
    {
        let found = problems(pointer, json!("name"));
        let at = pointer[1..].replace('/', ".");
        let sentence = format!(
            "`{at}` is \"name\", which is not a JSON pointer; write /name/0/name, with ~1 for / and ~0 for ~"
        );
        assert_eq!(found, [sentence]);
    }
}

#[test]
fn facts_and_identity_name_requests_that_are_there() {
    refused(
        "/facts/points/request",
        json!("you"),
        "`facts.points.request` names the request \"you\", which is not there; there are: me",
    );
    refused(
        "/identity/request",
        json!("you"),
        "`identity.request` names the request \"you\", which is not there; there are: me",
    );
    refused(
        "/requests/me/user",
        Value::Null,
        "`identity.request` names \"me\", which has no `user` way; the identity is read with the user's own token",
    );
}

#[test]
fn a_batch_lists_its_accounts() {
    refused(
        "/requests/me/batch/call/body",
        json!({"json": {"ids": []}}),
        "`requests.me.batch.call` must list the accounts as \"{subjects}\" or \"{nodes}\"",
    );
    refused(
        "/identity/node",
        Value::Null,
        "`requests.me.batch.call` asks by {nodes}, but `identity.node` does not say where a node id stands",
    );
    refused("/requests/me/batch/max", json!(0), "`requests.me.batch.max` must be from 1 to 1000");
}

#[test]
fn a_fact_fits_its_type() {
    refused("/facts/points/age", json!("age"), "`facts.points.age` is for facts of type \"datetime\"");
    refused(
        "/facts/joined/age",
        json!("points"),
        "`facts.joined.age` must be a name of a-z, 0-9 and _ that no fact has",
    );
    refused(
        "/facts/points/on_absent",
        json!("false"),
        "`facts.points.on_absent` does not fit the fact's type: \"zero\" is for integers and durations, \"false\" for booleans, \"empty\" for text sets",
    );
}

#[test]
fn the_rest_is_looked_at_too() {
    refused("/key", json!("linked"), "`key` is a word of the rule language; choose another");
    refused("/key", json!("discord"), "`key` is a word of the rule language; choose another");
    refused(
        "/authorize/params",
        json!({"state": "fixed"}),
        "`authorize.params.state` is set by the sign-in itself; leave it out",
    );
    refused(
        "/requests/me/needs",
        json!(["write"]),
        "`requests.me.needs` names the scope \"write\", which neither `authorize.scopes` nor `authorize.optional` holds",
    );
    refused("/headers", json!({"Cookie": "a"}), "`headers.Cookie` is set by the client itself; leave it out");
    refused("/headers", json!({"X-A": "a\r\nX-B: b"}), "`headers.X-A` must be plain ASCII on one line");
    refused(
        "/recheck",
        json!({"interval": "1m", "min_interval": "1h"}),
        "`recheck` needs a `min_interval` of at least 1s and an `interval` that is not shorter",
    );
    refused("/revoke/token/done", json!([]), "`revoke.token.done` must hold the status that says it is done");
}

#[test]
fn unknown_keys_and_values_are_refused() {
    for (pointer, value) in [
        ("/icon", json!("club.svg")),
        ("/facts/points/colour", json!("red")),
        ("/protocol", json!("saml")),
        ("/recheck/interval", json!("soon")),
        ("/recheck/interval", json!("-1h")),
        ("/recheck/interval", json!("1é")),
        ("/key", json!("Club House")),
    ] {
        let mut definition = sound();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        definition.pointer_mut(parent).unwrap()[name] = value;
        assert!(serde_json::from_value::<Definition>(definition).is_err(), "{pointer}");
    }
}

#[test]
fn rules_speak_of_an_age_that_is_stored_as_its_date() {
    let definition: Definition = serde_json::from_value(sound()).unwrap();
    let spec = definition.vocabulary();
    let names: Vec<_> = spec.facts.iter().map(|fact| fact.name.as_str()).collect();
    assert_eq!(names, ["account_age", "points"]);
    assert_eq!(spec.facts[0].kind, FactType::Duration);
    assert_eq!(spec.facts[0].age_of.as_deref(), Some("joined"));
    assert_eq!(spec.facts[0].display, "fact-club-account-age");
    assert!(!spec.facts[1].costs_call);
    crate::vocabulary::Vocabulary::default().add(spec).unwrap();
}

#[test]
fn facts_of_one_request_take_the_same_arguments() {
    let mut definition = sound();
    definition["requests"]["hours"] = json!({"subject": "/id", "user": {"url": "{api}/hours/{app}"}});
    let hours = json!({"type": "integer", "request": "hours", "pointer": "/h", "args": {"app": "integer"}});
    definition["facts"]["hours"] = hours.clone();
    let check = |definition: &Value| -> Vec<String> {
        let definition: Definition = serde_json::from_value(definition.clone()).unwrap();
        definition.check().iter().map(ToString::to_string).collect()
    };
    assert_eq!(check(&definition), [""; 0]);

    definition["facts"]["minutes"] = hours;
    definition["facts"]["minutes"]["args"] = json!({"app": "text"});
    let found = check(&definition);
    let sentence = "`facts.hours.args` differ from those of \"minutes\", though both come from one request";
    assert_eq!(found[0], sentence);
}

#[test]
fn arguments_have_names_of_their_own() {
    let args = json!({"subject": "text"});
    let found = problems("/facts/points/args", args);
    let sentence =
        "`facts.points.args.subject` cannot be the name of an argument; use other words of a-z, 0-9 and _";
    assert!(found.contains(&sentence.to_owned()), "{found:?}");
    let sentence = "`requests.me` is the identity's request; its facts cannot take arguments";
    let args = json!({"app": "text"});
    let mut both = sound();
    both["facts"]["points"]["args"] = args.clone();
    both["facts"]["joined"]["args"] = args;
    let both: Definition = serde_json::from_value(both).unwrap();
    assert_eq!(both.check()[0].to_string(), sentence);
}

/// Everything wrong with the sound definition after some changes by pointer.
fn after(changes: &[(&str, Value)]) -> Vec<String> {
    let mut definition = sound();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        definition.pointer_mut(parent).unwrap()[name] = value.clone();
    }
    let definition: Definition = serde_json::from_value(definition).unwrap();
    definition.check().iter().map(ToString::to_string).collect()
}

fn one(changes: &[(&str, Value)], sentence: &str) {
    let found = after(changes);
    assert!(found.iter().any(|problem| problem == sentence), "{found:#?}");
}

#[test]
fn each_protocol_has_its_own_needs() {
    let oidc = |rest: &[(&str, Value)]| {
        let own = [
            ("/protocol", json!("oidc")),
            ("/endpoints", json!({})),
            ("/hosts", json!({"api": "https://api.example"})),
        ];
        after(&[&own, rest].concat())
    };
    assert_eq!(oidc(&[("/authorize/scopes", json!(["openid", "read"]))]), [""; 0]);
    let sentence = "`authorize.scopes` must hold \"openid\" (OpenID Connect Core 1.0 §3.1.2.1)";
    assert_eq!(oidc(&[]), [sentence]);
    let off = json!({"scopes": ["openid", "read"], "pkce": {"off": "no reason is good enough"}});
    assert_eq!(oidc(&[("/authorize", off)]), ["`authorize.pkce` cannot be off with OpenID Connect"]);
    one(
        &[("/endpoints", json!({"token": "{web}/token"}))],
        "`endpoints.authorize` is missing; OAuth 2.0 needs both endpoints",
    );
    one(
        &[("/protocol", json!("oidc"))],
        "`endpoints.token` comes from the issuer's discovery document; leave it out",
    );
    one(&[("/protocol", json!("oidc"))], "`hosts.web` is what the issuer's discovery says; leave it out");
    let steam = [("/protocol", json!("steam_openid2")), ("/endpoints", json!({}))];
    one(
        &[&steam[..], &[("/requests/me/batch", Value::Null)]].concat(),
        "`identity.request` names \"me\", which has no `service` way; this sign-in gives no tokens",
    );
}

#[test]
fn a_service_credential_is_whole() {
    one(
        &[("/service", Value::Null)],
        "`service` is missing; some request is asked with the service credential",
    );
    let key = json!({"kind": "key"});
    one(&[("/service", key)], "`service` needs one of `query` and `header`, to say where the key goes");
    let bought = json!({"kind": "client_credentials", "scopes": ["public"]});
    assert_eq!(after(&[("/service", bought)]), [""; 0]);
}

#[test]
fn n_68_every_answer_is_about_somebody() {
    let service = json!({"needs": [], "service": {"url": "{api}/level"}});
    one(
        &[("/requests/level", service)],
        "`requests.level` must say by `subject` where its answer names the account",
    );
    let named = json!({"service": {"url": "{api}/level", "query": {"steamid": "{subject}"}}});
    assert_eq!(after(&[("/requests/level", named)]), [""; 0]);
}

#[test]
fn pages_and_costs_and_fallbacks_are_looked_at() {
    let paged =
        |pages: Value| json!({"user": {"url": "{api}/stars", "query": {"page": "{page}"}, "pages": pages}});
    let good = paged(json!({"items": "/items", "size": 50, "max": 10}));
    assert_eq!(after(&[("/requests/stars", good)]), [""; 0]);
    let sizeless = paged(json!({"items": "/items", "max": 10}));
    one(
        &[("/requests/stars", sizeless)],
        "`requests.stars.user.pages` needs `cursor`, or the `size` of a full page",
    );
    let endless = paged(json!({"items": "/items", "size": 50, "max": 1000}));
    one(&[("/requests/stars", endless)], "`requests.stars.user.pages.max` must be from 1 to 100");
    let unmarked = paged(json!({"items": "/items", "cursor": "/next", "max": 10}));
    one(
        &[("/requests/stars", unmarked)],
        "`requests.stars.user.pages` has no meaning: neither query nor body uses {cursor}",
    );
    let costly = json!({"user": {"url": "{api}/a", "cost": {"bucket": "calls"}}});
    one(
        &[("/requests/a", costly)],
        "`requests.a.user.cost.bucket` names the bucket \"calls\", which `limits.buckets` does not hold",
    );
    let endless = json!({"needs": ["read"], "fallback": "me", "user": {"url": "{api}/a"}});
    one(
        &[("/requests/a", endless)],
        "`requests.a.fallback` names \"me\", which itself needs a scope; it must need none",
    );
}

#[test]
fn a_fact_is_read_only_from_where_it_can_be() {
    let fact = |rest: Value| {
        let mut fact = json!({"type": "boolean", "request": "me", "pointer": "/x"});
        fact.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        [("/facts/x", fact)]
    };
    one(
        &fact(json!({"reduce": "count"})),
        "`facts.x.reduce` does not fit the fact's type: \"count\" makes an integer, \"sum\" and \"max\" integers and durations, \"exists\" a boolean, \"collect\" a text set",
    );
    one(
        &fact(json!({"convert": "epoch"})),
        "`facts.x.convert` does not fit the fact's type: dates are for datetimes, lengths of time for durations, \"floor\" for numbers, \"present\" and \"positive\" for booleans",
    );
    one(
        &fact(json!({"words": {"a": "b"}})),
        "`facts.x.words` must give true or false for a boolean, and texts for a text or text set",
    );
    one(
        &fact(json!({"where": {"pointer": "/id", "equals": "{app}"}})),
        "`facts.x.where.equals` holds {app}, which is no argument of the fact",
    );
    one(
        &fact(json!({"hint": "two\nlines"})),
        "`facts.x.hint` must be one sentence of 1 to 200 characters on one line",
    );
    one(
        &fact(json!({"needs": ["write"]})),
        "`facts.x.needs` names the scope \"write\", which neither `authorize.scopes` nor `authorize.optional` holds",
    );
    one(&fact(json!({"pointer": []})), "`facts.x.pointer` is an empty list; name at least one place");
}

#[test]
fn odd_statuses_are_refused_when_read() {
    for statuses in [json!({"99": "gone"}), json!({"x": "gone"}), json!({"404": "lost"})] {
        let mut definition = sound();
        definition["requests"]["me"]["user"]["statuses"] = statuses.clone();
        assert!(serde_json::from_value::<Definition>(definition).is_err(), "{statuses}");
    }
    let fine = json!({"204": {"answer": true}, "404": {"answer": false}, "410": "gone"});
    assert_eq!(after(&[("/requests/me/user/statuses", fine)]), [""; 0]);
}
