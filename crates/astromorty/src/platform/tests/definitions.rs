use super::stage::{Stage, authorize, credentials};
use crate::app::seam::{Clock, Metrics, outbound};
use crate::platform::{Credentials, Platform, Seams, definitions};

fn github(changes: &str) -> Result<domain::platform::Definition, Vec<String>> {
    let text = definitions::built_in(&"github".parse().unwrap()).unwrap();
    let read = definitions::read(text, changes.parse().unwrap());
    read.map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn hosts(hosts: &[(&str, &str)], client_id: &str) -> Result<Platform, Vec<String>> {
    let credentials = Credentials { client_id: client_id.to_owned(), ..credentials(None, hosts) };
    let clock = Clock::System;
    let seams = Seams { http: outbound(clock.clone()), clock, metrics: Metrics::default() };
    let platform = Platform::new(github("").unwrap(), credentials, seams);
    platform.map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

#[test]
fn github_is_compiled_in_and_sound() {
    assert_eq!(github("").unwrap().check(), []);
    assert_eq!(definitions::built_in(&"nowhere".parse().unwrap()), None);
}

#[test]
fn n_12_settings_cannot_switch_pkce_off() {
    let problems = github("authorize.pkce.off = \"I would like to\"").unwrap_err();
    assert_eq!(problems, ["`authorize.pkce` cannot be switched off: GitHub has it"]);
}

#[test]
fn settings_change_one_key_and_leave_the_rest() {
    let changed = github("recheck.interval = \"7d\"").unwrap();
    assert_eq!(changed.recheck.interval, domain::moment::Span::days(7));
    assert_eq!(changed.recheck.min_interval, domain::moment::Span::seconds(5));
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let problems =
        github("facts.stars = { type = \"integer\", request = \"stars\", pointer = \"x\" }").unwrap_err();
    insta::assert_snapshot!(problems.join("\n"), @r#"
    `facts.stars.request` names the request "stars", which is not there; there are: contributed, contributions, membership, merged_prs, profile, public_membership, sponsors, starred
    `facts.stars.pointer` is "x", which is not a JSON pointer; write /name/0/name, with ~1 for / and ~0 for ~
    "#);
    let problems = github("colour = \"red\"").unwrap_err();
    assert!(problems[0].contains("colour"), "{problems:?}");
    let problems = definitions::read("key = ", toml::Table::new()).unwrap_err();
    assert!(problems[0].to_string().starts_with("`definition` cannot be read"));
}

#[test]
fn a_host_that_is_no_address_is_refused() {
    for odd in ["https://a.example:99999", "https://ghe.[x", "https://1.2.3.4.5", "http://[::1]x"] {
        let problems = github(&format!("hosts.api = {odd:?}")).unwrap_err();
        assert_eq!(problems, ["`hosts.api` is not an address", "`hosts.graphql` is not an address"]);
    }
}

#[test]
fn one_setting_moves_a_platform() {
    let moved = hosts(&[("web", "http://127.0.0.1:8080"), ("api", "http://localhost:8081")], "id").unwrap();
    assert_eq!(moved.instance(), "http://127.0.0.1:8080");
    let url = authorize(&moved, ("s", "c"), "http://127.0.0.1/back");
    assert!(url.as_str().starts_with("http://127.0.0.1:8080/login/oauth/authorize?"));

    let enterprise = [
        ("web", "https://ghe.example.org"),
        ("api", "https://ghe.example.org/api/v3"),
        ("graphql", "https://ghe.example.org/api/graphql"),
    ];
    assert_eq!(hosts(&enterprise, "id").unwrap().instance(), "https://ghe.example.org");
    assert_eq!(Stage::default().github().instance(), "https://github.com");
}

#[test]
fn wrong_settings_are_told_all_at_once() {
    let wrong = [
        ("web", "http://github.example.org"),
        ("api", "https://user@api.example.org"),
        ("wbe", "https://github.com"),
    ];
    let problems = hosts(&wrong, " ").unwrap_err();
    insta::assert_snapshot!(problems.join("\n"), @r"
    `client_id` is missing; register an application at the platform and copy its client id
    `hosts.wbe` is not a host of github; there are: api, graphql, web
    `hosts.api` may hold a host, a port and a path, and nothing else
    `hosts.web` must start with https:// unless it is this machine
    ");
}

#[test]
fn a_name_cannot_leave_its_place_in_a_page_address() {
    let github = Stage::default().github();
    let page = |name| github.profile_url("1", name);
    assert_eq!(page("octocat").as_deref(), Some("https://github.com/octocat"));
    assert_eq!(page("a/b?c").as_deref(), Some("https://github.com/a%2Fb%3Fc"));
    assert_eq!(page(".."), None);
}
