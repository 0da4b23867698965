//! The rule language, by example and by law.

use proptest::prelude::*;

use super::*;
use crate::fixtures::{any_criteria, key, platform, vocabulary};
use crate::moment::Moment;

fn parse(text: &str) -> Criteria {
    let parsed = Criteria::parse(text, &vocabulary());
    parsed.unwrap_or_else(|mistake| panic!("{}", mistake.render(text)))
}

fn printed(text: &str) -> String {
    parse(text).to_string()
}

/// The mistake in a text, drawn below it.
fn mistake(text: &str) -> String {
    let mistake = Criteria::parse(text, &vocabulary()).expect_err(text);
    mistake.render(text)
}

proptest! {
    #[test]
    fn printing_is_the_inverse_of_parsing(criteria in any_criteria()) {
        let text = criteria.to_string();
        match Criteria::parse(&text, &vocabulary()) {
            Ok(parsed) => prop_assert_eq!(parsed, criteria, "{}", text),
            Err(mistake) => prop_assert!(false, "{}", mistake.render(&text)),
        }
    }

    #[test]
    fn a_stored_key_reads_as_it_printed(criteria in any_criteria()) {
        for fact in criteria.named_facts() {
            let stored = serde_json::to_string(&fact).unwrap();
            prop_assert_eq!(&serde_json::from_str::<FactKey>(&stored).unwrap(), &fact);
        }
    }

    #[test]
    fn no_text_makes_the_reader_fall(text in "\\PC{0,80}") {
        if let Err(mistake) = Criteria::parse(&text, &vocabulary()) {
            prop_assert!(text.get(mistake.at.clone()).is_some());
            prop_assert!(mistake.render(&text).contains('^'));
        }
    }

    #[test]
    fn no_row_of_words_makes_the_reader_fall(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..30),
    ) {
        let text = words.join(" ");
        if let Err(mistake) = Criteria::parse(&text, &vocabulary()) {
            prop_assert!(text.get(mistake.at.clone()).is_some());
            prop_assert!(mistake.render(&text).contains('^'));
        }
    }
}

const WORDS: [&str; 30] = [
    "and",
    "or",
    "not",
    "all",
    "any",
    "at",
    "least",
    "of",
    "has",
    "within",
    "linked",
    "(",
    ")",
    ",",
    ".",
    ":",
    ">=",
    "=",
    "github",
    "github.followers",
    "x.verified",
    "steam.hours(app: 4)",
    "5",
    "24h",
    "\"a\"",
    "\"",
    "2024-05-01",
    "-1",
    "\n",
    "ü",
];

#[test]
fn the_examples_of_the_design_are_read() {
    for text in [
        "github.followers >= 100 and github.account_age >= 1y",
        "steam.level >= 10 and steam.hours(app: 440) >= 50h or x.verified",
        "at least 2 of (github linked, x linked, steam linked) and not steam.vac_banned",
        "github.followers >= 200 within 1d",
        "github.starred(repo: \"o/r\")",
        "github.languages has \"Rust\"",
        "github.created_at < 2024-05-01",
        "github.created_at < 2024-05-01T12:00:00.250Z",
        "discord.account_age >= 30d and discord.member_age >= 1w",
    ] {
        assert_eq!(printed(text), text);
    }
    assert_eq!(
        printed("all(steam.level>=10,steam.hours( app :0440 )>=3000m)or x.verified within 24h"),
        "steam.level >= 10 and steam.hours(app: 440) >= 50h or x.verified within 1d"
    );
}

#[test]
fn not_binds_before_and_and_and_before_or() {
    let [a, b, c] = ["github", "x", "steam"].map(|name| Criteria::Linked(platform(name)));
    let not = |part: &Criteria| Criteria::Not(Box::new(part.clone()));
    let all = |parts: &[&Criteria]| Criteria::All(parts.iter().copied().cloned().collect());
    let any = |parts: &[&Criteria]| Criteria::Any(parts.iter().copied().cloned().collect());
    for (text, tree) in [
        ("github linked and not x linked or steam linked", any(&[&all(&[&a, &not(&b)]), &c])),
        ("github linked or x linked and steam linked", any(&[&a, &all(&[&b, &c])])),
        ("(github linked or x linked) and steam linked", all(&[&any(&[&a, &b]), &c])),
        ("not (github linked and x linked)", not(&all(&[&a, &b]))),
        ("not not github linked", not(&not(&a))),
        ("all(github linked)", all(&[&a])),
        ("any(github linked or x linked, steam linked)", any(&[&any(&[&a, &b]), &c])),
        ("((github linked))", a.clone()),
    ] {
        assert_eq!(parse(text), tree, "{text}");
        assert_eq!(printed(&tree.to_string()), tree.to_string());
    }
}

#[test]
fn two_spellings_of_one_fact_have_one_key() {
    let spelled = [
        "github.reviews(year: 2024, repo: \"o/r\") > 1",
        "github.reviews( repo:\"o/r\",year:02024 )>1",
        "github.reviews(year: \"2024\", repo: \"o/r\") > 1",
    ];
    for text in spelled {
        assert_eq!(printed(text), "github.reviews(repo: \"o/r\", year: 2024) > 1");
    }
    assert_eq!(parse("twitter linked and twitter.verified"), parse("x linked and x.verified"));
}

#[test]
fn units_and_dates_have_one_spelling() {
    for (text, canonical) in [
        ("github.account_age >= 365d", "github.account_age >= 1y"),
        ("github.account_age >= 90m", "github.account_age >= 90m"),
        ("github.account_age >= 0d", "github.account_age >= 0s"),
        ("github.account_age >= 007d", "github.account_age >= 1w"),
        ("github.created_at = 2024-05-01T02:00:00+02:00", "github.created_at = 2024-05-01"),
        ("github.created_at = 2024-05-01T00:00:00.0009Z", "github.created_at = 2024-05-01"),
        ("github.created_at = 2024-05-01T00:00:01Z", "github.created_at = 2024-05-01T00:00:01Z"),
    ] {
        assert_eq!(printed(text), canonical);
    }
    let Criteria::Compare { value: Value::Datetime(day), .. } = parse("github.created_at = 2024-05-01")
    else {
        panic!("a date is compared");
    };
    assert_eq!(day, Moment::from_millis(1_714_521_600_000));
}

#[test]
fn criteria_tell_what_they_read() {
    let criteria =
        parse("github.account_age > 1d and not x.verified and discord.account_age > 1d or steam linked");
    let names = |facts: BTreeSet<FactKey>| -> Vec<String> { facts.iter().map(ToString::to_string).collect() };
    assert_eq!(names(criteria.facts(&vocabulary())), ["github.created_at", "x.verified"]);
    assert_eq!(names(criteria.named_facts()), ["discord.account_age", "github.account_age", "x.verified"]);
    let platforms: Vec<_> = criteria.platforms().iter().map(ToString::to_string).collect();
    assert_eq!(platforms, ["github", "steam", "x"]);
}

#[test]
fn a_mistake_is_drawn_below_its_place() {
    assert_eq!(
        mistake("x linked\nand githb linked\nor x linked"),
        "There is no platform `githb`; did you mean `github`?\nand githb linked\n    ^^^^^"
    );
    assert_eq!(
        mistake("github.company = \"ü\" and x.verifed"),
        "x has no fact `verifed`; did you mean `verified`?\n\
         github.company = \"ü\" and x.verifed\n                           ^^^^^^^"
    );
    assert_eq!(
        mistake(""),
        "The rule ends here, but it takes a criterion such as `github.followers >= 100`.\n\n^"
    );
}

/// Each text, the place of its mistake, and its sentence.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "github",
        "",
        "The rule ends here, but it takes `.` and a fact, or `linked`; did you mean `github linked`?",
    ),
    ("github.", "", "The rule ends here, but it takes a fact's name."),
    ("GitHub.followers > 1", "GitHub", "There is no platform `GitHub`; did you mean `github`?"),
    ("github.folowers > 1", "folowers", "github has no fact `folowers`; did you mean `followers`?"),
    ("foo linked", "foo", "There is no platform `foo`."),
    ("discord linked", "discord", "Everybody has a discord account; leave this out."),
    (
        "github.followers",
        "github.followers",
        "github.followers cannot stand like this; it is a whole number, so write for example `>= 100`.",
    ),
    ("github.followers >= 1y", "1y", "github.followers takes a whole number without a unit, such as 100."),
    (
        "github.followers >= \"1\"",
        "\"1\"",
        "github.followers takes a whole number without a unit, such as 100.",
    ),
    ("github.followers >= 1.5", "1.5", "github.followers takes a whole number without a unit, such as 100."),
    ("github.followers >= 99999999999999999999", "99999999999999999999", "This number is too large."),
    ("github.followers >= 1 within 5", "5", "A length of time needs a unit: s, m, h, d, w or y."),
    ("github.followers >= 1 within x", "x", "Here stands `x`, but it takes a length of time such as `24h`."),
    ("github.account_age >= 5", "5", "github.account_age takes a length of time with its unit, such as 30d."),
    ("github.account_age >= 1mo", "1mo", "`mo` is no unit; there are s, m, h, d, w and y."),
    (
        "github.account_age >= -5d",
        "-5d",
        "github.account_age takes a length of time with its unit, such as 30d.",
    ),
    ("github.account_age >= 9999999999999y", "9999999999999y", "This number is too large."),
    (
        "github.account_age >= 2024-05-01",
        "2024-05-01",
        "github.account_age takes a length of time with its unit, such as 30d.",
    ),
    ("github.account_age >= 1y6m", "1y6m", "`y6m` is no unit; there are s, m, h, d, w and y."),
    ("github.created_at < 5d", "5d", "github.created_at takes a date such as 2024-05-01."),
    (
        "github.created_at < 2024-13-01",
        "2024-13-01",
        "There is no such moment; write 2024-05-01 or 2024-05-01T12:00:00Z.",
    ),
    ("github.created_at < 20240501", "20240501", "github.created_at takes a date such as 2024-05-01."),
    (
        "github.created_at < 2024-05-01T12:00:00",
        "2024-05-01T12:00:00",
        "There is no such moment; write 2024-05-01 or 2024-05-01T12:00:00Z.",
    ),
    (
        "x.verified = 1",
        "=",
        "x.verified cannot be compared by `=`; it is yes or no, so write it alone, or `not` before it.",
    ),
    (
        "x.verified has \"a\"",
        "x.verified",
        "x.verified cannot stand like this; it is yes or no, so write it alone, or `not` before it.",
    ),
    (
        "github.company > \"a\"",
        ">",
        "github.company cannot be compared by `>`; it is a text, so write `= \"text\"` or `!= \"text\"`.",
    ),
    ("github.company = 5", "5", "github.company takes a text in quotes."),
    (
        "github.company = Bar",
        "Bar",
        "Here stands `Bar`, but it takes a number, a length of time, a date or a text in quotes.",
    ),
    (
        "github.languages = \"C\"",
        "=",
        "github.languages cannot be compared by `=`; it is a set of texts, so write `has \"text\"`.",
    ),
    ("github.languages has 5", "5", "Here stands `5`, but it takes a text in quotes."),
    (
        "github.languages",
        "github.languages",
        "github.languages cannot stand like this; it is a set of texts, so write `has \"text\"`.",
    ),
    ("x linked and", "", "The rule ends here, but it takes a criterion such as `github.followers >= 100`."),
    ("x linked x linked", "x", "Here stands `x`, but it takes `and`, `or` or the end."),
    ("and x linked", "and", "Here stands `and`, but it takes a criterion such as `github.followers >= 100`."),
    ("(x linked", "", "The rule ends here, but it takes `)`."),
    ("x linked)", ")", "Here stands `)`, but it takes `and`, `or` or the end."),
    ("all()", ")", "Here stands `)`, but it takes a criterion such as `github.followers >= 100`."),
    ("all(x linked", "", "The rule ends here, but it takes `,` or `)`."),
    ("all x linked", "x", "Here stands `x`, but it takes `(`."),
    ("at 2 of (x linked)", "2", "Here stands `2`, but it takes `least`, as in `at least 2 of (...)`."),
    ("at least two of (x linked)", "two", "Here stands `two`, but it takes a whole number."),
    ("at least 0 of (x linked)", "0", "Ask for at least 1 and at most 1 of these."),
    ("at least 2 of (x linked)", "2", "Ask for at least 1 and at most 1 of these."),
    ("at least 2 (x linked)", "(", "Here stands `(`, but it takes `of`, as in `at least 2 of (...)`."),
    ("github.starred", "starred", "github.starred needs the argument `repo`."),
    ("github.starred()", ")", "Here stands `)`, but it takes an argument's name."),
    (
        "github.starred(repo: \"\")",
        "\"\"",
        "The argument `repo` takes a text such as \"octocat\" that is not empty.",
    ),
    (
        "github.starred(repo: 5d)",
        "5d",
        "The argument `repo` takes a text such as \"octocat\" that is not empty.",
    ),
    ("github.starred(repos: \"a\")", "repos", "github.starred has no argument `repos`; did you mean `repo`?"),
    ("github.starred(repo: 1, repo: 2)", "repo", "The argument `repo` stands here twice."),
    ("github.followers(a: 1) > 1", "a", "github.followers has no argument `a`."),
    ("steam.hours(app: \"x\") > 1h", "\"x\"", "The argument `app` takes a whole number such as 440."),
    ("steam.hours(app 4) > 1h", "4", "Here stands `4`, but it takes `:`."),
    ("x.followers == 1", "==", "A rule does not use `==` outside of quotes; did you mean `=`?"),
    ("x.followers ≥ 1", "≥", "A rule does not use `≥` outside of quotes; did you mean `>=`?"),
    ("x linked && x linked", "&&", "A rule does not use `&&` outside of quotes; did you mean `and`?"),
    ("!x linked", "!", "A rule does not use `!` outside of quotes; did you mean `not`?"),
    ("github.company = “a”", "“", "A rule does not use `“` outside of quotes; did you mean `\"`?"),
    ("github.company = \"a", "\"a", "This text has no closing quote."),
    ("github.company = \"a\\n\"", "\\n", "In a text `\\` stands only before `\"` and `\\`."),
    ("x linked;", ";", "A rule does not use `;` outside of quotes."),
    ("5", "5", "Here stands `5`, but it takes a criterion such as `github.followers >= 100`."),
    ("x linked within 5h", "within", "Here stands `within`, but it takes `and`, `or` or the end."),
];

#[test]
fn every_mistake_is_placed_and_told() {
    for (text, place, sentence) in MISTAKES {
        let mistake = Criteria::parse(text, &vocabulary()).expect_err(text);
        assert_eq!(&text[mistake.at.clone()], *place, "{text}");
        assert_eq!(mistake.to_string(), *sentence, "{text}");
    }
}

fn kind(text: &str) -> MistakeKind {
    Criteria::parse(text, &vocabulary()).unwrap_err().kind
}

#[test]
fn a_text_has_at_most_4000_bytes_also_when_printed() {
    let of = |length: usize| format!("github.company = \"{}\"", "a".repeat(length - 19));
    assert!(Criteria::parse(&of(4000), &vocabulary()).is_ok());
    assert_eq!(kind(&of(4001)), MistakeKind::TooLong);
    let tight = format!("github.company=\"{}\"", "a".repeat(4000 - 17));
    assert_eq!((tight.len(), kind(&tight)), (4000, MistakeKind::TooLong));
    assert_eq!(kind(&" ".repeat(1_000_000)), MistakeKind::TooLong);
}

#[test]
fn groups_nest_32_levels_deep() {
    for (open, close) in [("(", ")"), ("not ", ""), ("all(", ")"), ("at least 1 of (", ")")] {
        let nested = |depth: usize| format!("{}x linked{}", open.repeat(depth), close.repeat(depth));
        let deepest = Criteria::parse(&nested(32), &vocabulary()).unwrap();
        assert_eq!(printed(&deepest.to_string()), deepest.to_string());
        assert_eq!(kind(&nested(33)), MistakeKind::TooDeep);
        assert_eq!(kind(&nested(200)), MistakeKind::TooDeep);
    }
    assert_eq!(kind(&"(".repeat(4000)), MistakeKind::TooDeep);
    assert_eq!(kind(&"not ".repeat(1000)), MistakeKind::TooDeep);
}

#[test]
fn a_rule_has_64_criteria() {
    let joined = |count: usize| vec!["x linked"; count].join(" or ");
    assert!(Criteria::parse(&joined(64), &vocabulary()).is_ok());
    assert_eq!(kind(&joined(65)), MistakeKind::TooMany);
}

#[test]
fn a_long_name_is_cut_in_a_mistake() {
    let told = Criteria::parse(&"a".repeat(3000), &vocabulary()).unwrap_err();
    assert!(told.kind.to_string().len() < 200);
    let told = Criteria::parse(&format!("{} linked", "a".repeat(3000)), &vocabulary()).unwrap_err();
    assert!(told.to_string().len() < 200);
}

#[test]
fn of_a_long_line_only_the_place_is_drawn() {
    let text = format!("{}githb linked", "x linked or ".repeat(60));
    let drawn = mistake(&text);
    let lines: Vec<_> = drawn.lines().collect();
    assert!(lines[1].ends_with("or githb linked"));
    assert_eq!(lines[1].find("githb"), lines[2].find("^^^^^"));
    assert!(mistake(&"a".repeat(1_000_000)).len() < 400);
}

#[test]
fn a_stored_key_is_read_strictly() {
    assert_eq!(key("twitter.followers"), key("x.followers"));
    for text in ["", "x", "x.", "X.followers", "x.Followers", "x.f(", "x.f(a: 1, a: 2)", "x.f > 1"] {
        assert!(text.parse::<FactKey>().is_err(), "{text:?}");
    }
    assert!(serde_json::from_str::<FactKey>("5").is_err());
}

#[test]
fn values_and_readings_are_kept_by_key_as_json() {
    let readings = crate::fixtures::facts(
        &[],
        &[
            ("github.starred(repo: \"o/r\")", Value::Boolean(true)),
            ("x.followers", Value::Integer(-1)),
            ("github.languages", Value::TextSet(["C".to_owned()].into())),
        ],
    )
    .readings;
    let text = serde_json::to_string(&readings).unwrap();
    let back: std::collections::BTreeMap<FactKey, crate::fact::Reading> =
        serde_json::from_str(&text).unwrap();
    assert_eq!(back, readings);
}

#[test]
fn a_fact_alone_is_read() {
    let read = |text: &str| parse_fact(text, &vocabulary()).map(|fact| fact.to_string());
    assert_eq!(read("steam.hours(app: 0440)").unwrap(), "steam.hours(app: 440)");
    for text in ["steam", "steam linked", "steam.hours", "steam.level > 1", "(steam.level)"] {
        assert!(read(text).is_err(), "{text:?}");
    }
}

#[test]
fn an_alias_means_its_platform() {
    let vocabulary = vocabulary();
    let aliased = Criteria::parse("birdsite linked and birdsite.followers >= 3", &vocabulary).unwrap();
    assert_eq!(aliased.to_string(), "x linked and x.followers >= 3");
}
