use super::*;
use crate::fixtures::{key, platform, vocabulary};

fn spec(name: &str) -> PlatformSpec {
    PlatformSpec {
        key: platform(name),
        display_name: name.to_owned(),
        facts: Vec::new(),
    }
}

fn fact(name: &str, args: &[&str]) -> FactSpec {
    FactSpec {
        name: name.to_owned(),
        kind: FactType::Integer,
        age_of: None,
        args: args
            .iter()
            .map(|arg| ((*arg).to_owned(), ArgKind::Text))
            .collect(),
        costs_call: true,
        display: "fact".to_owned(),
    }
}

#[test]
fn a_slip_of_the_hand_finds_its_name() {
    let vocabulary = vocabulary();
    let suggest = |name: &str| vocabulary.suggest(name);
    assert_eq!(suggest("githb").as_deref(), Some("github"));
    assert_eq!(suggest("GitHub").as_deref(), Some("github"));
    assert_eq!(
        suggest("github.folowers").as_deref(),
        Some("github.followers")
    );
    assert_eq!(
        suggest("github.follwoers").as_deref(),
        Some("github.followers")
    );
    assert_eq!(suggest("mastodon"), None);
    assert_eq!(suggest(&"a".repeat(4000)), None);
    assert_eq!(suggest(""), None);
}

#[test]
fn distances_count_slips() {
    let distance = |a: &str, b: &str| {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        super::distance(&letters(a), &letters(b))
    };
    assert_eq!(distance("", ""), 0);
    assert_eq!(distance("", "abc"), 3);
    assert_eq!(distance("abc", "abc"), 0);
    assert_eq!(distance("abc", "acb"), 1);
    assert_eq!(distance("kitten", "sitting"), 3);
    assert_eq!(distance("ürgs", "urgs"), 1);
}

#[test]
fn an_age_is_stored_as_its_date() {
    let vocabulary = vocabulary();
    assert_eq!(
        vocabulary.stored(&key("github.account_age")),
        key("github.created_at")
    );
    assert_eq!(
        vocabulary.stored(&key("github.followers")),
        key("github.followers")
    );
    assert_eq!(
        vocabulary.stored(&key("nowhere.account_age")),
        key("nowhere.account_age")
    );
}

#[test]
fn a_platform_that_rules_could_not_spell_is_refused() {
    let refused = |platform: PlatformSpec| {
        let refusal = Vocabulary::default().add(platform);
        refusal.unwrap_err().to_string()
    };
    for word in RESERVED {
        assert!(
            refused(spec(word)).contains("is a word of the rule language"),
            "{word}"
        );
    }
    assert!(refused(spec("discord")).contains("two platforms"));
    let with = |facts: Vec<FactSpec>| PlatformSpec {
        facts,
        ..spec("here")
    };
    for name in ["", "Big", "a-b", "1st", "ü", &"n".repeat(65)] {
        assert!(
            refused(with(vec![fact(name, &[])])).contains("is no name"),
            "{name:?}"
        );
        assert!(
            refused(with(vec![fact("good", &[name])])).contains("is no name"),
            "{name:?}"
        );
    }
    assert!(refused(with(vec![fact("one", &[]), fact("one", &[])])).contains("each name once"));
    assert!(refused(with(vec![fact("one", &["a", "a"])])).contains("each name once"));
}

#[test]
fn discord_is_built_in() {
    let vocabulary = Vocabulary::default();
    let names: Vec<_> = vocabulary
        .platforms()
        .map(|one| one.display_name.as_str())
        .collect();
    assert_eq!(names, ["Discord"]);
    assert!(is_built_in(&platform("discord")));
    assert_eq!(vocabulary.display_name(&platform("gone")), "gone");
}
