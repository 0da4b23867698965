//! Every message that is used exists, and every one that exists is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use domain::fact::FactKey;
use domain::id::UserId;
use domain::moment::{Moment, Span};
use domain::platform::{Absent, Definition};
use domain::verdict::{Argument, Condition, Outcome, message_ids};
use domain::vocabulary::{ArgKind, Vocabulary};

use super::*;
use crate::platform::definitions::Definitions;
use crate::web::page::{Notice, RoleState, Standing, Trouble};

const EN: Locale = Locale::English;

fn condition(message: &str, fact: &str, args: &[(&str, Argument)]) -> Condition {
    let fact: FactKey = fact.parse().unwrap();
    let id = format!("fact-{}-{}", fact.platform, fact.name).replace('_', "-");
    let name = match fact.platform.as_str() {
        "github" => "GitHub",
        "steam" => "Steam",
        "x" => "X",
        other => other,
    };
    let mut all = BTreeMap::from([
        ("platform".to_owned(), Argument::Name(name.to_owned())),
        ("fact".to_owned(), Argument::Message(id)),
    ]);
    all.extend(args.iter().map(|(name, arg)| ((*name).to_owned(), arg.clone())));
    Condition {
        outcome: Outcome::Fails,
        message: message.to_owned(),
        platform: fact.platform.clone(),
        fact: Some(fact),
        args: all,
    }
}

fn sentence(message: &str, fact: &str, args: &[(&str, Argument)]) -> String {
    Messages::new().reason_sentence(EN, &condition(message, fact, args))
}

#[test]
fn reasons_read_as_people_say_them() {
    let followers = [("value", Argument::Integer(60)), ("threshold", Argument::Integer(1000))];
    let age =
        [("value", Argument::Duration(Span::days(100))), ("threshold", Argument::Duration(Span::days(365)))];
    assert_eq!(
        sentence("reason-integer-below", "github.followers", &followers),
        "60 followers on GitHub, it takes 1,000"
    );
    assert_eq!(
        sentence("reason-duration-below", "github.account_age", &age),
        "account on GitHub is 3 months old, it takes 1 year"
    );
    assert_eq!(
        sentence("reason-unknown-unavailable", "github.followers", &[]),
        "GitHub did not answer; what you hold stays"
    );
    assert_eq!(
        sentence("reason-unknown-private", "steam.games", &[]),
        "Steam hides your games: set My profile and Game details to Public there; what you hold stays"
    );
    assert_eq!(sentence("reason-boolean-no", "x.verified", &[]), "X does not show your account as verified");
}

#[test]
fn one_follower_is_not_one_followers() {
    let args = [("value", Argument::Integer(1)), ("threshold", Argument::Integer(2))];
    let text = sentence("reason-integer-below", "github.followers", &args);
    assert_eq!(text, "1 follower on GitHub, it takes 2");
}

#[test]
fn an_operators_own_fact_is_named_by_its_key() {
    let args = [("value", Argument::Integer(3)), ("threshold", Argument::Integer(5))];
    let text = sentence("reason-integer-below", "guildhall.books_read(shelf: \"top\")", &args);
    assert_eq!(text, "books read (top) on guildhall: 3, it takes 5");
    let fact: FactKey = "guildhall.books_read".parse().unwrap();
    let words = Messages::new().fact(EN, &fact, &Vocabulary::default());
    assert_eq!(words, "books read on guildhall");
}

#[test]
fn n_69_a_text_in_a_reason_is_cleaned_and_isolated() {
    let args = [("value", Argument::Text("a\u{202E}b".into())), ("threshold", Argument::Text("c".into()))];
    let text = sentence("reason-text-different", "github.company", &args);
    assert!(!text.contains('\u{202E}'));
    assert!(text.contains("\u{2068}ab\u{2069}"), "{text}");
}

#[test]
fn every_reason_has_its_sentence() {
    let messages = Messages::new();
    let values = [
        ("integer", Argument::Integer(7)),
        ("duration", Argument::Duration(Span::days(7))),
        ("datetime", Argument::Datetime(Moment::from_millis(0))),
        ("text", Argument::Text("seven".into())),
    ];
    for id in message_ids() {
        assert!(messages.has(EN, &id), "{id} is missing");
        let kind = values.iter().find(|(kind, _)| id.contains(&format!("-{kind}-")));
        let value = kind.map_or(Argument::Text("seven".into()), |(_, value)| value.clone());
        let args = [("value", value.clone()), ("threshold", value)];
        let text = sentence(&id, "github.company", &args);
        assert!(!text.contains("{$") && !text.contains("{ $"), "{id}: {text}");
    }
}

fn definitions() -> Vec<Definition> {
    let all = Definitions::built_in().all().unwrap();
    all.into_iter().map(|defined| defined.definition).collect()
}

/// Every fact that a shipped definition or the product itself tells, with arguments where it takes
/// some: under the name that rules use, and under the one it is stored by.
fn shipped() -> Vec<FactKey> {
    let specs = definitions().into_iter().map(|definition| definition.vocabulary());
    let mut vocabulary = Vocabulary::default();
    specs.for_each(|spec| vocabulary.add(spec).unwrap());
    let mut facts = Vec::new();
    for platform in vocabulary.platforms() {
        for fact in &platform.facts {
            let arg = |(name, kind): &(String, ArgKind)| match kind {
                ArgKind::Integer => (name.clone(), "440".to_owned()),
                ArgKind::Text => (name.clone(), "octocat".to_owned()),
                ArgKind::Repository => (name.clone(), "octocat/tools".to_owned()),
            };
            let key = |name: &String| FactKey {
                platform: platform.key.clone(),
                name: name.clone(),
                args: fact.args.iter().map(arg).collect(),
            };
            facts.extend([&fact.name].into_iter().chain(&fact.age_of).map(key));
        }
    }
    facts
}

#[test]
fn every_shipped_fact_has_a_name() {
    let messages = Messages::new();
    for fact in shipped() {
        let id = format!("fact-{}-{}", fact.platform, fact.name).replace('_', "-");
        assert!(messages.has(EN, &id), "{id} is missing");
        let args = [("value", Argument::Integer(2)), ("threshold", Argument::Integer(3))];
        for reason in ["reason-integer-below", "reason-boolean-yes", "reason-unknown-private"] {
            let text = sentence(reason, &fact.to_string(), &args);
            assert!(!text.contains("{$") && !text.contains("fact-"), "{fact}: {text}");
        }
    }
}

#[test]
fn every_named_fact_ships() {
    let shipped: BTreeSet<String> = shipped()
        .iter()
        .map(|fact| format!("fact-{}-{}", fact.platform, fact.name).replace('_', "-"))
        .collect();
    let general = ["fact-other", "fact-value"];
    let named = defined().into_iter().filter(|id| id.starts_with("fact-") && !general.contains(&id.as_str()));
    let idle: Vec<_> = named.filter(|id| !shipped.contains(id)).collect();
    assert!(idle.is_empty(), "nothing tells {idle:?}");
}

#[test]
fn a_fact_that_can_be_hidden_says_what_to_do() {
    for definition in definitions() {
        for (stored, fact) in &definition.facts {
            let hidden = fact.on_absent == Absent::Private
                || fact.unknown_when_absent.is_some()
                || fact.unknown_when.is_some()
                || fact.unknown_value.is_some();
            for name in [stored].into_iter().chain(&fact.age).filter(|_| hidden) {
                let id = format!("fact-{}-{name}", definition.key).replace('_', "-");
                let said = Messages::new().part(EN, (&id, "unknown-private"), &[("platform", "Site".into())]);
                assert!(said.is_some() && fact.hint.is_some(), "{id} does not say how to show it");
            }
        }
    }
}

/// A verdict of the domain, from criteria to sentence.
#[test]
fn a_verdict_of_the_domain_can_be_told() {
    let vocabulary = Vocabulary::default();
    let criteria = domain::criteria::Criteria::parse("discord.account_age >= 1y", &vocabulary);
    let facts = domain::fact::Facts::default();
    let user: UserId = "175928847299117063".parse().unwrap();
    let subject = domain::verdict::Subject {
        facts: &facts,
        vocabulary: &vocabulary,
        now: user.created_at() + Span::days(100),
        user,
        joined_at: None,
    };
    let verdict = domain::verdict::judge(&criteria.unwrap(), &subject);
    let lines = crate::web::page::reason_lines(&Messages::new(), EN, &verdict.reason);
    let [line] = lines.as_slice() else { panic!("one condition is one line: {lines:?}") };
    assert_eq!(line.text, "your Discord account is 3 months old, it takes 1 year");
}

/// Ids as they stand in quotes after `say(`, `text(` and the like.
fn named_in(text: &str, ids: &mut BTreeSet<String>) {
    for piece in text.split(".say(\"").skip(1) {
        ids.extend(piece.split('"').next().map(str::to_owned));
    }
}

fn walk(folder: &Path, see: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, see);
        } else if let Ok(text) = fs::read_to_string(&path) {
            see(&path, &text);
        }
    }
}

fn defined() -> BTreeSet<String> {
    let lines = EN.source().lines();
    let ids = lines.filter_map(|line| line.split_once(" =").map(|(id, _)| id));
    ids.filter(|id| id.starts_with(|c: char| c.is_ascii_lowercase())).map(str::to_owned).collect()
}

#[test]
fn every_message_that_templates_and_code_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut ids = BTreeSet::new();
    for folder in ["templates", "src"] {
        walk(&root.join(folder), &mut |_, text| named_in(text, &mut ids));
    }
    assert!(ids.len() > 100, "the walk found only {}", ids.len());
    ids.extend(Notice::ALL.map(|notice| notice.id().to_owned()));
    ids.extend(Standing::ALL.map(|standing| standing.id().to_owned()));
    ids.extend(RoleState::ALL.map(|state| state.id().to_owned()));
    for trouble in Trouble::samples() {
        ids.extend(["title", "what", "next"].map(|part| format!("{}-{part}", trouble.stem())));
    }
    let messages = Messages::new();
    for locale in Locale::ALL {
        let missing: Vec<_> = ids.iter().filter(|id| !messages.has(locale, id)).collect();
        assert!(missing.is_empty(), "{locale:?} lacks {missing:?}");
    }
}

#[test]
fn every_message_is_used_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut words = String::new();
    for folder in ["templates", "src"] {
        walk(&root.join(folder), &mut |path, text| {
            if !path.ends_with("i18n/tests.rs") {
                words.push_str(text);
            }
        });
    }
    let built: BTreeSet<String> = message_ids().into_iter().collect();
    let unused: Vec<_> = defined()
        .into_iter()
        .filter(|id| !words.contains(&format!("\"{id}\"")))
        .filter(|id| !built.contains(id) && !id.starts_with("fact-"))
        .filter(|id| {
            let stem = id.rsplit_once('-').map_or("", |(stem, _)| stem);
            !words.contains(&format!("\"{stem}\""))
        })
        .collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

#[test]
fn a_message_nobody_has_shows_its_id() {
    assert_eq!(Messages::new().text(EN, "no-such-message", &[]), "no-such-message");
}
