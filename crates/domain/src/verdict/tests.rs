//! Verdicts, by example.

use std::fmt::Write as _;

use super::*;
use crate::fact::{Reading, Unknown, Value};
use crate::fixtures::{NOW, facts, key, platform, subject, vocabulary};
use crate::moment::Span;

/// Judges a member with GitHub and Steam linked, and tells why, one condition a line.
fn told(rule: &str, known: &[(&str, Value)]) -> String {
    told_of(rule, &facts(&["github", "steam"], known))
}

fn told_of(rule: &str, facts: &Facts) -> String {
    let vocabulary = vocabulary();
    let criteria = Criteria::parse(rule, &vocabulary).unwrap();
    let verdict = judge(&criteria, &subject(facts, &vocabulary));
    let mut told = format!("{:?}", verdict.outcome);
    for condition in verdict.reason.decisive().conditions() {
        let shown = |name: &str| condition.args.get(name).map(argument);
        write!(told, "; {}", condition.message).unwrap();
        for name in ["value", "fact", "platform", "threshold"] {
            write!(told, " {}", shown(name).unwrap_or("-".into())).unwrap();
        }
    }
    told
}

fn argument(argument: &Argument) -> String {
    match argument {
        Argument::Name(text) | Argument::Message(text) | Argument::Text(text) => text.clone(),
        Argument::Integer(number) => number.to_string(),
        Argument::Duration(span) => span.to_string(),
        Argument::Datetime(moment) => moment.rfc3339(),
    }
}

fn followers(number: i64) -> (&'static str, Value) {
    ("github.followers", Value::Integer(number))
}

fn made(days_ago: i64) -> (&'static str, Value) {
    ("github.created_at", Value::Datetime(NOW - Span::days(days_ago)))
}

#[test]
fn a_number_is_compared() {
    assert_eq!(
        told("github.followers >= 100", &[followers(60)]),
        "Fails; reason-integer-below 60 fact-github-followers GitHub 100"
    );
    assert_eq!(
        told("github.followers >= 100", &[followers(100)]),
        "Holds; reason-integer-enough 100 fact-github-followers GitHub 100"
    );
}

#[test]
fn not_is_told_as_the_opposite_comparison() {
    assert_eq!(
        told("not github.followers >= 100", &[followers(120)]),
        "Fails; reason-integer-not-under 120 fact-github-followers GitHub 100"
    );
    assert_eq!(
        told("not (github.followers > 5 and github.followers != 9)", &[followers(9)]),
        "Holds; reason-integer-equal 9 fact-github-followers GitHub 9"
    );
}

#[test]
fn an_age_counts_from_the_stored_date() {
    assert_eq!(
        told("github.account_age >= 1y", &[made(364)]),
        "Fails; reason-duration-below 52w fact-github-account-age GitHub 1y"
    );
    assert_eq!(
        told("github.account_age >= 1y", &[made(365)]),
        "Holds; reason-duration-enough 1y fact-github-account-age GitHub 1y"
    );
}

#[test]
fn an_age_tells_when_it_passes_its_threshold() {
    let vocabulary = vocabulary();
    let judged = |rule: &str, days: i64| {
        let mut facts = facts(&["github"], &[made(days)]);
        facts.fresh_for.insert(platform("github"), Span::days(1000));
        let criteria = Criteria::parse(rule, &vocabulary).unwrap();
        judge(&criteria, &subject(&facts, &vocabulary))
    };
    let verdict = judged("github.account_age >= 1y", 364);
    assert_eq!(verdict.outcome, Outcome::Fails);
    assert_eq!(verdict.changes_at, Some(NOW + Span::days(1)));
    let verdict = judged("github.account_age > 1y", 364);
    assert_eq!(verdict.changes_at, Some(NOW + Span::days(1) + Span::seconds(1)));
    // A part that decides alone keeps the rest from mattering.
    let verdict = judged("github.account_age >= 1y and x linked", 364);
    assert_eq!((verdict.outcome, verdict.changes_at), (Outcome::Fails, None));
}

#[test]
fn discord_tells_ages_without_a_link() {
    let nothing = facts(&[], &[]);
    assert!(told_of("discord.account_age >= 8y", &nothing).starts_with("Holds"));
    assert_eq!(
        told_of("discord.member_age >= 101d", &nothing),
        "Fails; reason-duration-below 100d fact-discord-member-age Discord 101d"
    );
    let vocabulary = vocabulary();
    let criteria = Criteria::parse("discord.member_age >= 1d", &vocabulary).unwrap();
    let stranger = Subject { joined_at: None, ..subject(&nothing, &vocabulary) };
    assert_eq!(judge(&criteria, &stranger).outcome, Outcome::Unknown);
}

#[test]
fn without_an_account_a_fact_fails() {
    for (rule, told) in [
        ("x.followers >= 0", "Fails; reason-not-linked - fact-x-followers X -"),
        ("x linked", "Fails; reason-not-linked - - X -"),
        ("not x linked", "Holds; reason-not-linked - - X -"),
        ("not github linked", "Fails; reason-linked - - GitHub -"),
    ] {
        assert_eq!(told_of(rule, &facts(&["github"], &[])), told);
    }
}

#[test]
fn a_reading_left_over_from_an_unlinked_account_proves_nothing() {
    let left_over = facts(&[], &[followers(1000)]);
    assert!(told_of("github.followers >= 100", &left_over).starts_with("Fails"));
}

#[test]
fn what_is_not_known_is_told_with_its_cause() {
    let mut facts = facts(&["github", "steam"], &[]);
    assert_eq!(
        told_of("github.followers >= 1", &facts),
        "Unknown; reason-unknown-not-read - fact-github-followers GitHub -"
    );
    for (why, word) in [
        (Unknown::NotRead, "not-read"),
        (Unknown::NotAgreed, "not-agreed"),
        (Unknown::Unavailable, "unavailable"),
        (Unknown::RateLimited, "rate-limited"),
        (Unknown::Budget, "budget"),
        (Unknown::Private, "private"),
        (Unknown::MissingScope, "missing-scope"),
        (Unknown::NeedsAuthorization, "needs-authorization"),
        (Unknown::OperatorKey, "operator-key"),
        (Unknown::OtherAccount, "other-account"),
        (Unknown::TooOld, "too-old"),
        (Unknown::Held, "held"),
    ] {
        let reading = Reading::Unknown { reason: why, since: Some(NOW) };
        facts.readings.insert(key("steam.hours(app: 440)"), reading);
        let told = told_of("not steam.hours(app: 440) < 2h", &facts);
        assert_eq!(told, format!("Unknown; reason-unknown-{word} - fact-steam-hours Steam -"));
        assert!(message_ids().contains(&format!("reason-unknown-{word}")));
    }
}

#[test]
fn evidence_becomes_too_old() {
    let vocabulary = vocabulary();
    let facts = facts(&["github"], &[followers(60)]);
    let judged = |rule: &str, now| {
        let criteria = Criteria::parse(rule, &vocabulary).unwrap();
        judge(&criteria, &Subject { now, ..subject(&facts, &vocabulary) })
    };
    // Read an hour ago.
    let verdict = judged("github.followers >= 1 within 1h", NOW);
    assert_eq!(verdict.outcome, Outcome::Holds);
    let end = verdict.changes_at.unwrap();
    assert_eq!(end.millis(), NOW.millis() + 1);
    assert_eq!(judged("github.followers >= 1 within 1h", end).outcome, Outcome::Unknown);
    // Twice a day where the platform sets nothing.
    let verdict = judged("github.followers >= 1", NOW);
    assert_eq!(verdict.changes_at.unwrap().millis(), (NOW + Span::hours(47)).millis() + 1);
}

#[test]
fn nonsense_proves_nothing() {
    let nonsense = ("github.followers", Value::Text("100".into()));
    assert_eq!(
        told("github.followers >= 1", &[nonsense]),
        "Unknown; reason-unknown-unavailable - fact-github-followers GitHub -"
    );
    let no_date = ("github.created_at", Value::Duration(Span::days(1000)));
    assert!(told("github.account_age >= 1y", std::slice::from_ref(&no_date)).starts_with("Unknown"));
    let no_answer = ("steam.vac_banned", Value::Integer(1));
    assert!(told("steam.vac_banned", &[no_answer]).starts_with("Unknown"));
}

#[test]
fn yes_or_no_texts_and_sets_are_told() {
    let banned = ("steam.vac_banned", Value::Boolean(true));
    assert_eq!(
        told("not steam.vac_banned", &[banned]),
        "Fails; reason-boolean-yes - fact-steam-vac-banned Steam -"
    );
    let company = ("github.company", Value::Text("Café".into()));
    assert_eq!(
        told("github.company = \"Bar\"", &[company]),
        "Fails; reason-text-different Café fact-github-company GitHub Bar"
    );
    let languages = ("github.languages", Value::TextSet(["C".to_owned()].into()));
    assert_eq!(
        told("github.languages has \"Rust\"", &[languages]),
        "Fails; reason-set-lacks - fact-github-languages GitHub Rust"
    );
}

#[test]
fn only_what_decided_is_told() {
    let known = [followers(60), made(10), ("steam.level", Value::Integer(12))];
    assert_eq!(
        told("github.followers >= 100 and steam.level >= 10 and github.account_age >= 1w", &known),
        "Fails; reason-integer-below 60 fact-github-followers GitHub 100"
    );
    assert_eq!(
        told("github.followers >= 100 or steam.level >= 10", &known),
        "Holds; reason-integer-enough 12 fact-steam-level Steam 10"
    );
}

#[test]
fn a_count_tells_how_many_hold() {
    let vocabulary = vocabulary();
    let facts = facts(&["github"], &[]);
    let rule = "at least 2 of (github linked, x linked, steam linked)";
    let criteria = Criteria::parse(rule, &vocabulary).unwrap();
    let reason = judge(&criteria, &subject(&facts, &vocabulary)).reason.decisive();
    let Reason::AtLeast { outcome, least, holding, of, parts } = reason else {
        panic!("{reason:?}");
    };
    assert_eq!((outcome, least, holding, of), (Outcome::Fails, 2, 1, 3));
    assert_eq!(parts.len(), 2, "those that are missing");
}

#[test]
fn a_fact_that_is_no_longer_defined_is_unknown() {
    let criteria = Criteria::parse("x.followers >= 1", &vocabulary()).unwrap();
    let facts = facts(&["x"], &[]);
    let smaller = Vocabulary::default();
    let verdict = judge(&criteria, &subject(&facts, &smaller));
    assert_eq!(verdict.outcome, Outcome::Unknown);
}

#[test]
fn no_sentence_is_listed_twice() {
    let ids = message_ids();
    let once: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(once.len(), ids.len());
    assert_eq!(ids.len(), 6 + 12 + 3 * 12 + 4);
}

#[test]
fn ages_far_out_do_not_overflow() {
    let vocabulary = vocabulary();
    for millis in [i64::MIN, -1, 0, i64::MAX] {
        let date = Value::Datetime(Moment::from_millis(millis));
        let facts = facts(&["github"], &[("github.created_at", date)]);
        for rule in ["github.account_age >= 290000000y", "github.account_age = 0s"] {
            let criteria = Criteria::parse(rule, &vocabulary).unwrap();
            for now in [i64::MIN, 0, i64::MAX] {
                let now = Moment::from_millis(now);
                let _ = judge(&criteria, &Subject { now, ..subject(&facts, &vocabulary) });
            }
        }
    }
}

#[test]
fn what_is_hidden_comes_with_the_hint_of_the_fact() {
    let mut facts = facts(&["steam"], &[]);
    let hidden = |reason| Reading::Unknown { reason, since: Some(NOW) };
    let hint_of = |facts: &Facts| {
        let vocabulary = vocabulary();
        let criteria = Criteria::parse("steam.level >= 1", &vocabulary).unwrap();
        let verdict = judge(&criteria, &subject(facts, &vocabulary));
        verdict.reason.conditions()[0].args.get("hint").cloned()
    };
    facts.readings.insert(key("steam.level"), hidden(Unknown::Private));
    assert_eq!(hint_of(&facts), Some(Argument::Text("open your profile".to_owned())));
    facts.readings.insert(key("steam.level"), hidden(Unknown::Unavailable));
    assert_eq!(hint_of(&facts), None);
}
