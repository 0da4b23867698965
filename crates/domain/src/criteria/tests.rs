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
            mistake.render(&text);
        }
    }

    #[test]
    fn no_row_of_words_makes_the_reader_fall(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..30),
    ) {
        let text = words.join(" ");
        if let Err(mistake) = Criteria::parse(&text, &vocabulary()) {
            prop_assert!(text.get(mistake.at.clone()).is_some());
            mistake.render(&text);
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
        printed("all(steam.level>=10,steam.hours( app :0440 )>=3000m)or x.verified"),
        "steam.level >= 10 and steam.hours(app: 440) >= 125d / 60 or x.verified"
            .replace("125d / 60", "50h")
    );
}
