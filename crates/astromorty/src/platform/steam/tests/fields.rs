//! Every field of an assertion: removed, emptied, doubled, changed, unsigned, replayed, late, early.

use domain::moment::Span;

use super::{Answer, FIELDS, RETURN_TO, SIGNED, STATE, WEB, asked, check, decoded, now};
use crate::platform::steam::{Assertion, Expected, Refused};

/// What a lie in each parameter is refused as, alone among honest ones.
const TABLE: [(&str, &[Refused]); 11] = [
    ("state", &[Refused::ReturnTo]),
    ("openid.ns", &[Refused::Namespace]),
    ("openid.mode", &[Refused::Mode]),
    ("openid.op_endpoint", &[Refused::Endpoint]),
    ("openid.claimed_id", &[Refused::Identity]),
    ("openid.identity", &[Refused::Identity]),
    ("openid.return_to", &[Refused::ReturnTo]),
    ("openid.response_nonce", &[Refused::Nonce, Refused::Late, Refused::Early]),
    ("openid.assoc_handle", &[Refused::Signature]),
    ("openid.signed", &[Refused::Signed]),
    ("openid.sig", &[Refused::Signature]),
];

/// One of each kind of character.
const KINDS: [char; 33] = [
    '\0', '\t', '\n', '\r', '\u{1b}', '\u{1f}', '\u{7f}', '\u{80}', 'é', 'а', '7', '\u{200b}', '\u{feff}',
    '😀', ' ', '!', '"', '#', '%', '&', '+', ',', '.', '/', ':', ';', '=', '@', '[', 'Q', 'q', '\\', '~',
];

fn value(name: &str) -> String {
    let answer = Answer::honest();
    answer.0.into_iter().find(|(field, _)| field == name).expect(name).1
}

/// The value with a character put in front, into the middle, behind, and in place of the middle one.
fn changed(value: &str, kind: char) -> [(&'static str, String); 4] {
    let middle = value.len() / 2;
    let (front, back) = value.split_at(middle);
    [
        ("before", format!("{kind}{value}")),
        ("inside", format!("{front}{kind}{back}")),
        ("behind", format!("{value}{kind}")),
        ("instead", format!("{front}{kind}{}", &back[1..])),
    ]
}

/// Whether only Steam can tell that this value is a lie.
fn only_steam_can_tell(name: &str, place: &str, kind: char) -> bool {
    match name {
        "openid.assoc_handle" => kind.is_ascii_graphic(),
        "openid.sig" => kind.is_ascii_alphanumeric() || "+/=".contains(kind),
        "openid.response_nonce" => place == "behind" && kind.is_ascii_graphic(),
        _ => false,
    }
}

#[test]
fn the_table_is_complete() {
    let names: Vec<_> = TABLE.iter().skip(1).map(|(name, _)| name.trim_start_matches("openid.")).collect();
    assert_eq!(names, FIELDS.map(|(name, _)| name));
}

#[test]
fn n_31_every_field_removed_is_refused() {
    for (name, _) in TABLE {
        assert_eq!(Answer::honest().without(name).check(), Err(Refused::Missing), "{name}");
    }
}

#[test]
fn n_31_every_field_emptied_is_refused() {
    for (name, _) in TABLE {
        assert_eq!(Answer::honest().with(name, "").check(), Err(Refused::Missing), "{name}");
        let bare = Answer::honest().without(name).query();
        for bare in [format!("{bare}&{name}"), format!("{name}&{bare}")] {
            assert_eq!(check(&bare), Err(Refused::Malformed), "{name}");
        }
    }
}

#[test]
fn n_31_every_field_doubled_is_refused() {
    for (name, _) in TABLE {
        for second in [&value(name), "other", ""] {
            assert_eq!(Answer::honest().and(name, second).check(), Err(Refused::Repeated), "{name}");
            assert_eq!(Answer::honest().after(name, second).check(), Err(Refused::Repeated), "{name}");
        }
        let escaped =
            format!("{}&{}=x", Answer::honest().query(), name.replace('s', "%73").replace('.', "%2e"));
        assert_eq!(check(&escaped), Err(Refused::Repeated), "{name}");
    }
}

#[test]
fn n_31_every_field_under_another_name_is_refused() {
    let spellings: [fn(&str) -> String; 9] = [
        |name| format!("{name}[]"),
        |name| format!("{name}[0]"),
        |name| format!("{name} "),
        |name| format!(" {name}"),
        |name| format!("{name}."),
        |name| name.to_uppercase(),
        |name| format!("openid.{name}"),
        |name| name.replace('s', "%73"),
        |name| format!("{name}.x"),
    ];
    for (name, _) in TABLE {
        for spelling in spellings.map(|spell| spell(name)).into_iter().filter(|other| other != name) {
            let besides = Answer::honest().and(&spelling, &value(name)).check();
            assert_eq!(besides, Err(Refused::Unexpected), "{spelling:?}");
            let instead = Answer::honest().without(name).and(&spelling, &value(name)).check();
            assert_eq!(instead, Err(Refused::Missing), "{spelling:?}");
        }
        for odd in ["\0", "\n", "é", "\u{200b}", "\u{301}"] {
            let name = format!("{name}{odd}");
            assert_eq!(Answer::honest().and(&name, "x").check(), Err(Refused::Malformed), "{name:?}");
        }
    }
}

#[test]
fn n_26_to_n_33_every_field_changed_is_refused_or_told_to_steam() {
    for (name, refusals) in TABLE {
        for kind in KINDS {
            for (place, lie) in changed(&value(name), kind) {
                let answer = Answer::honest().with(name, &lie);
                let shown = format!("{name} {place} {kind:?}");
                match answer.check() {
                    Ok(assertion) => {
                        let honest = lie == value(name);
                        assert!(honest || only_steam_can_tell(name, place, kind), "{shown}");
                        assert_eq!(decoded(&assertion.form()), asked(&answer), "{shown}");
                    }
                    Err(Refused::Malformed) => assert!(!matches!(kind, ' '..='~'), "{shown}"),
                    Err(refused) => {
                        assert!(refusals.contains(&refused), "{shown}: {refused:?}");
                        assert!(matches!(kind, ' '..='~'), "{shown}");
                        assert!(!only_steam_can_tell(name, place, kind), "{shown}");
                    }
                }
            }
        }
    }
}

#[test]
fn n_31_every_byte_that_is_not_printable_ascii_is_refused_raw_and_escaped() {
    for (name, _) in TABLE {
        let query = Answer::honest().without(name).query();
        for byte in (0..=0x1f_u8).chain(0x7f..=0xff) {
            let escaped = format!("{query}&{name}={}%{byte:02X}", value(name));
            assert_eq!(check(&escaped), Err(Refused::Malformed), "{name} %{byte:02X}");
            let raw = format!("{query}&{name}={}{}", value(name), char::from(byte));
            assert_eq!(check(&raw), Err(Refused::Malformed), "{name} {byte:#x}");
        }
    }
}

#[test]
fn n_29_every_field_that_must_be_signed_is_refused_unsigned() {
    for name in SIGNED.split(',') {
        let left: Vec<_> = SIGNED.split(',').filter(|other| *other != name).collect();
        let answer = Answer::honest().with("openid.signed", &left.join(","));
        let expected = if name == "signed" { Ok(()) } else { Err(Refused::Signed) };
        assert_eq!(answer.check().map(drop), expected, "{name}");
    }
}

#[test]
fn n_33_a_replayed_answer_has_the_nonce_it_had_and_another_has_not() {
    let first = Answer::honest().check().unwrap();
    // Whatever a thief changes besides: it stays the assertion that has been used.
    let again = Answer::honest().with("openid.sig", "AAAA").with("openid.assoc_handle", "other");
    assert_eq!(again.check().unwrap().nonce(), first.nonce());
    for nonce in
        ["2026-11-24T12:00:00ZqL9+/x8", "2026-11-24T12:00:00ZQL9+/x8=", "2026-11-24T12:00:01ZqL9+/x8="]
    {
        let other = Answer::honest().with("openid.response_nonce", nonce).check().unwrap();
        assert_ne!(other.nonce(), first.nonce());
    }
}

#[test]
fn n_33_an_answer_is_good_for_five_minutes_either_way() {
    let query = Answer::honest().query();
    let check = |now| Assertion::check(&query, &Expected { web: WEB, return_to: RETURN_TO, now }).map(drop);
    for (seconds, outcome) in [
        (-86_400, Err(Refused::Early)),
        (-301, Err(Refused::Early)),
        (-300, Ok(())),
        (-299, Ok(())),
        (0, Ok(())),
        (299, Ok(())),
        (300, Ok(())),
        (301, Err(Refused::Late)),
        (600, Err(Refused::Late)),
        (31_536_000, Err(Refused::Late)),
    ] {
        assert_eq!(check(now() + Span::seconds(seconds)), outcome, "{seconds} s");
    }
    let instant = domain::moment::Moment::from_millis;
    assert_eq!(check(instant(now().millis() + 300_001)), Err(Refused::Late));
    assert_eq!(check(instant(now().millis() - 300_001)), Err(Refused::Early));
    assert_eq!(check(instant(i64::MAX)), Err(Refused::Late));
    assert_eq!(check(instant(i64::MIN)), Err(Refused::Early));
}

#[test]
fn n_32_the_state_that_came_is_the_one_in_the_address() {
    let elsewhere = |query: &str| RETURN_TO.replace(&format!("state={STATE}"), query);
    let query = |answer: &Answer, return_to: &str| {
        let answer = answer.clone().with("openid.return_to", return_to);
        Assertion::check(&answer.query(), &Expected { web: WEB, return_to, now: now() }).map(drop)
    };
    assert_eq!(query(&Answer::honest(), RETURN_TO), Ok(()));
    for other in ["state=other", "", "stat=x", "state=", "state=Zm9ydHktdHdv_-9bits&x=y", "x=y"] {
        assert_eq!(query(&Answer::honest(), &elsewhere(other)), Err(Refused::ReturnTo), "{other}");
    }
    assert_eq!(query(&Answer::honest(), "https://roles.example.org/"), Err(Refused::ReturnTo));
}
