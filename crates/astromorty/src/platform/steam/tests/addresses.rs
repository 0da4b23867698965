//! Addresses that only look like Steam's, like an account's, or like ours.

use super::{ADA, Answer, RETURN_TO, STATE, WEB};
use crate::platform::steam::Refused;

#[test]
fn n_26_an_endpoint_elsewhere_is_refused() {
    for lie in [
        "https://steamcommunity.com.evil.example/openid/login",
        "https://evil.example/openid/login",
        "https://evil.example/steamcommunity.com/openid/login",
        "https://steamcommunity.com@evil.example/openid/login",
        "https://user@steamcommunity.com/openid/login",
        "https://steamcommunity.com:443/openid/login",
        "https://steamcommunity.com:8443/openid/login",
        "https://steamcommunity.com./openid/login",
        "https://steamcommunity.com/openid/login/",
        "https://steamcommunity.com/openid/login?",
        "https://steamcommunity.com/openid/login#x",
        "https://steamcommunity.com/openid/LOGIN",
        "https://STEAMCOMMUNITY.com/openid/login",
        "https://steamcommunity.com//openid/login",
        "https://steamcommunity.com/x/../openid/login",
        "https://steamcommunity.com/openid/%6cogin",
        "https://steamcommunity.com/openid",
        "https://store.steampowered.com/openid/login",
        "http://steamcommunity.com/openid/login",
        "//steamcommunity.com/openid/login",
        "steamcommunity.com/openid/login",
        " https://steamcommunity.com/openid/login",
        "https://steamcommunity.com/openid/login ",
    ] {
        let answer = Answer::honest().with("openid.op_endpoint", lie);
        assert_eq!(answer.check(), Err(Refused::Endpoint), "{lie}");
    }
}

#[test]
fn n_27_what_only_looks_like_an_account_is_refused() {
    let hosts = [
        "https://steamcommunity.com.evil.example",
        "https://steamcommunity.com.evil",
        "https://steamcommunityXcom",
        "https://evil.example/https://steamcommunity.com",
        "https://user@steamcommunity.com",
        "https://steamcommunity.com@evil.example",
        "https://steamcommunity.com:443",
        "https://steamcommunity.com:8443",
        "https://www.steamcommunity.com",
        "https://Steamcommunity.com",
        "https://steamcommunity.com/",
        "https://steamcommunity.com/..",
        "http://steamcommunity.com",
        "HTTPS://steamcommunity.com",
        "//steamcommunity.com",
        "",
        " https://steamcommunity.com",
        "x https://steamcommunity.com",
    ];
    for host in hosts {
        let address = format!("{host}/openid/id/{ADA}");
        assert_eq!(Answer::honest().of(&address).check(), Err(Refused::ClaimedId), "{address}");
    }
    for tail in ["/", "?x=y", "#x", " ", "x", "%0A", "/76561198000000043", ".", "&", "@evil.example"] {
        let address = format!("{WEB}/openid/id/{ADA}{tail}");
        assert_eq!(Answer::honest().of(&address).check(), Err(Refused::ClaimedId), "{address}");
    }
    for path in
        ["/openid/ID/", "/openid/id//", "/openid/id", "/openid/", "/id/", "/profiles/", "/openid/id/0"]
    {
        let address = format!("{WEB}{path}{ADA}");
        assert_eq!(Answer::honest().of(&address).check(), Err(Refused::ClaimedId), "{address}");
    }
    for tail in ["\n", "\r\n", "\0", "\n76561198000000043"] {
        let address = format!("{WEB}/openid/id/{ADA}{tail}");
        assert_eq!(Answer::honest().of(&address).check(), Err(Refused::Malformed), "{address:?}");
    }
}

#[test]
fn n_27_an_id_that_no_person_has_is_refused() {
    for id in [
        "",
        "7656119800000004",   // 16 digits
        "765611980000000420", // 18 digits
        "076561198000000042",
        "76561197960265728", // the account 0
        "76561202255233024", // one past the last of the 32-bit account space
        "00000000000000000",
        "99999999999999999",
        "18446744073709551615",
        "103582791429521408", // a group
        "90071992547409920",  // a server
        "7656119800000004x",
        "7656119800000004 ",
        "+6561198000000042",
        "-6561198000000042",
        "0x110000100000001",
        "7656119800000.042",
        "7,656119800000004",
        "STEAM_0:0:1986713",
        "[U:1:39734315]aaa",
    ] {
        let address = format!("{WEB}/openid/id/{id}");
        assert_eq!(Answer::honest().of(&address).check(), Err(Refused::ClaimedId), "{id}");
    }
    let fullwidth = format!("{WEB}/openid/id/７６５６１１９８０００００００４２");
    assert_eq!(Answer::honest().of(&fullwidth).check(), Err(Refused::Malformed));
}

#[test]
fn n_28_an_answer_that_names_two_accounts_is_refused() {
    let bob = format!("{WEB}/openid/id/76561198000000043");
    for name in ["openid.claimed_id", "openid.identity"] {
        assert_eq!(Answer::honest().with(name, &bob).check(), Err(Refused::Identity), "{name}");
        let select = "http://specs.openid.net/auth/2.0/identifier_select";
        assert_eq!(Answer::honest().with(name, select).check(), Err(Refused::Identity), "{name}");
    }
    let select = Answer::honest().of("http://specs.openid.net/auth/2.0/identifier_select");
    assert_eq!(select.check(), Err(Refused::ClaimedId));
}

#[test]
fn n_32_an_answer_made_for_another_address_is_refused() {
    let site = "https://roles.example.org";
    let path = "/api/role-connections/steam/callback";
    for lie in [
        format!("{site}.evil.example{path}?state={STATE}"),
        format!("{site}@evil.example{path}?state={STATE}"),
        format!("https://evil.example{path}?state={STATE}"),
        format!("http://roles.example.org{path}?state={STATE}"),
        format!("{site}:443{path}?state={STATE}"),
        format!("{site}:8443{path}?state={STATE}"),
        format!("{site}{path}/?state={STATE}"),
        format!("{site}{path}/../callback?state={STATE}"),
        format!("{site}/api/role-connections/github/callback?state={STATE}"),
        format!("{site}{path}"),
        format!("{site}{path}?"),
        format!("{site}{path}?state="),
        format!("{site}{path}?state=other"),
        format!("{site}{path}?State={STATE}"),
        format!("{site}{path}?state={STATE}&x=y"),
        format!("{site}{path}?x=y&state={STATE}"),
        format!("{site}{path}?state={STATE}#x"),
        format!("{site}{path}?state={STATE} "),
        format!("{site}{path}?state={}", STATE.to_lowercase()),
        format!("{site}{path}?state=%5Am9ydHktdHdv_-9bits"),
        format!("{site}/"),
        site.to_owned(),
    ] {
        let answer = Answer::honest().with("openid.return_to", &lie);
        assert_eq!(answer.check(), Err(Refused::ReturnTo), "{lie}");
    }
    let other = Answer::honest().with("state", "other");
    assert_eq!(other.check(), Err(Refused::ReturnTo));
    assert!(RETURN_TO.starts_with(site), "the honest one is of this site");
}
