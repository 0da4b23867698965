//! The text of a rule, as an administrator of a server types it.
//!
//! Laws: a mistake points into the text; what is accepted is within its bounds and, printed and read
//! again, the same; and it asks only for facts that exist.
#![no_main]

use std::sync::LazyLock;

use astromorty::platform::definitions;
use domain::criteria::{Criteria, MAX_BYTES};
use domain::vocabulary::Vocabulary;
use libfuzzer_sys::fuzz_target;

static WORDS: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut words = Vocabulary::default();
    for definition in definitions::all() {
        words.add(definition.vocabulary()).expect("shipped definitions can be spoken of");
    }
    words
});

fuzz_target!(|text: &str| {
    match Criteria::parse(text, &WORDS) {
        Err(mistake) => {
            assert!(!mistake.to_string().is_empty());
            assert!(text.get(mistake.at.clone()).is_some(), "{:?} is no place in the text", mistake.at);
            assert!(!mistake.render(text).is_empty());
        }
        Ok(criteria) => {
            let printed = criteria.to_string();
            assert!(printed.len() <= MAX_BYTES);
            assert_eq!(Criteria::parse(&printed, &WORDS).as_ref(), Ok(&criteria), "{printed}");
            let platforms = criteria.platforms();
            for fact in criteria.facts(&WORDS) {
                assert!(platforms.contains(&fact.platform));
            }
            for fact in criteria.named_facts() {
                assert!(WORDS.fact(&fact.platform, &fact.name).is_some());
            }
        }
    }
});
