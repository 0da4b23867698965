//! The vocabulary: which platforms and facts exist, so that a rule can be held to it.
//!
//! Platform definitions fill it. `discord` is built in: its facts come from the user's id and the
//! member, and need neither a link nor a request.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::fact::{FactKey, FactType};
use crate::id::PlatformKey;

/// The key of the built-in platform.
pub const DISCORD: &str = "discord";

/// Words of the rule language; a platform with such a key could not be told from them.
pub const RESERVED: [&str; 12] =
    ["all", "and", "any", "at", "has", "least", "linked", "linked_accounts", "not", "of", "or", "within"];

/// What an argument of a fact may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArgKind {
    /// A whole number from zero up, such as a Steam app.
    Integer,
    /// A text that is not empty, such as `"octocat"`.
    Text,
    /// Owner and name with a slash in between, such as `"rust-lang/rust"`. In requests the two also
    /// stand alone: an argument `repo` fills `{repo}`, `{repo_owner}` and `{repo_name}`.
    Repository,
}

impl ArgKind {
    /// The argument in its one spelling, if the text can be one.
    #[must_use]
    pub fn canonical(self, text: &str) -> Option<String> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match self {
            Self::Integer if digits => text.parse::<i64>().ok().map(|n| n.to_string()),
            Self::Integer => None,
            Self::Text => (!text.is_empty()).then(|| text.to_owned()),
            Self::Repository => repository(text).map(|_| text.to_owned()),
        }
    }
}

/// Owner and name of a repository: each 1 to 100 letters, digits and `. _ -`, and not just dots.
#[must_use]
pub fn repository(text: &str) -> Option<(&str, &str)> {
    let (owner, name) = text.split_once('/')?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let fits = |part: &str| {
        (1..=100).contains(&part.len()) && part.bytes().all(plain) && part.bytes().any(|b| b != b'.')
    };
    (fits(owner) && fits(name)).then_some((owner, name))
}

/// One fact that a platform can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactSpec {
    /// Its name in the rule language.
    pub name: String,
    /// How rules compare it. An age is a [`FactType::Duration`].
    pub kind: FactType,
    /// The stored datetime fact that this one is the age of, where it is one.
    pub age_of: Option<String>,
    /// The arguments it needs, each with its kind.
    pub args: Vec<(String, ArgKind)>,
    /// Whether reading it takes a request of its own per member.
    pub costs_call: bool,
    /// The message id of its name for people, such as `fact-github-followers`.
    pub display: String,
    /// What the member can do when the account hides it, in the definition's own words.
    pub hint: Option<String>,
}

/// One platform and what it can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformSpec {
    /// Its key.
    pub key: PlatformKey,
    /// Further keys that mean it, such as `twitter` for `x`.
    pub aliases: BTreeSet<PlatformKey>,
    /// Its name for people, such as `GitHub`.
    pub display_name: String,
    /// Its facts.
    pub facts: Vec<FactSpec>,
}

/// Why a platform cannot be part of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotSpeakable {
    /// The key is a word of the rule language.
    #[error("`{0}` is a word of the rule language; give the platform another key")]
    Reserved(PlatformKey),
    /// The key is taken.
    #[error("there are two platforms with the key `{0}`; rename one of them")]
    Repeated(PlatformKey),
    /// A fact or argument has a name that cannot be written in a rule.
    #[error(
        "`{name}` of {platform} is no name; use up to 64 of a-z, 0-9 and _, a letter first, each name once"
    )]
    BadName {
        /// Whose fact.
        platform: PlatformKey,
        /// The name as given.
        name: String,
    },
}

/// Everything a rule can speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    platforms: BTreeMap<PlatformKey, PlatformSpec>,
}

/// Only what is built in: `discord.account_age` and `discord.member_age`.
impl Default for Vocabulary {
    fn default() -> Self {
        let discord = discord();
        Self { platforms: BTreeMap::from([(discord.key.clone(), discord)]) }
    }
}

impl Vocabulary {
    /// Adds a platform. Fails for names that rules could not spell, and for a key that is taken.
    pub fn add(&mut self, platform: PlatformSpec) -> Result<(), NotSpeakable> {
        for key in platform.aliases.iter().chain([&platform.key]) {
            if RESERVED.contains(&key.as_str()) {
                return Err(NotSpeakable::Reserved(key.clone()));
            }
            if self.platform(key).is_some() {
                return Err(NotSpeakable::Repeated(key.clone()));
            }
        }
        if let Some(name) = bad_name(&platform) {
            let platform = platform.key;
            return Err(NotSpeakable::BadName { platform, name });
        }
        self.platforms.insert(platform.key.clone(), platform);
        Ok(())
    }

    /// All platforms in the order of their keys, `discord` included.
    pub fn platforms(&self) -> impl Iterator<Item = &PlatformSpec> {
        self.platforms.values()
    }

    /// One platform, by its key or by another key that means it.
    #[must_use]
    pub fn platform(&self, key: &PlatformKey) -> Option<&PlatformSpec> {
        let aliased = || self.platforms.values().find(|platform| platform.aliases.contains(key));
        self.platforms.get(key).or_else(aliased)
    }

    /// One fact of a platform.
    #[must_use]
    pub fn fact(&self, platform: &PlatformKey, name: &str) -> Option<&FactSpec> {
        let platform = self.platforms.get(platform)?;
        platform.facts.iter().find(|fact| fact.name == name)
    }

    /// A platform's name for people; its key where the platform is not known (any more).
    #[must_use]
    pub fn display_name<'a>(&'a self, key: &'a PlatformKey) -> &'a str {
        self.platform(key).map_or(key.as_str(), |platform| &platform.display_name)
    }

    /// The key under which a fact's reading is stored: an age is stored as its date.
    #[must_use]
    pub fn stored(&self, fact: &FactKey) -> FactKey {
        let spec = self.fact(&fact.platform, &fact.name);
        let date = spec.and_then(|spec| spec.age_of.clone());
        FactKey { name: date.unwrap_or_else(|| fact.name.clone()), ..fact.clone() }
    }

    /// The platform or fact (`github.followers`) whose name is nearest, where one is near enough to
    /// be a slip of the hand.
    #[must_use]
    pub fn suggest(&self, name: &str) -> Option<String> {
        let facts = self.platforms().flat_map(|platform| {
            let key = &platform.key;
            let named = move |fact: &FactSpec| format!("{key}.{}", fact.name);
            platform.facts.iter().map(named)
        });
        let platforms = self.platforms.keys().map(ToString::to_string);
        nearest(name, platforms.chain(facts))
    }
}

/// Whether a platform is the built-in one, which needs no link.
#[must_use]
pub fn is_built_in(platform: &PlatformKey) -> bool {
    platform.as_str() == DISCORD
}

/// The candidate that differs from `name` by the fewest slips, if these are at most a third of its
/// letters and not all of them. Of equals, the first.
pub fn nearest(name: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    let name: Vec<char> = name.to_lowercase().chars().take(LONGEST_COMPARED).collect();
    let allowed = (name.len() / 3).max(1).min(name.len().saturating_sub(1));
    candidates
        .map(|candidate| (distance(&name, &candidate.chars().collect::<Vec<_>>()), candidate))
        .filter(|(slips, _)| *slips <= allowed)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// Names are shorter than this; longer input is no slip of the hand.
const LONGEST_COMPARED: usize = 200;

/// Letters to insert, drop, change or swap with their neighbour (optimal string alignment).
fn distance(left: &[char], right: &[char]) -> usize {
    let mut second_previous: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let changed = previous[j] + usize::from(a != b);
            let mut least = changed.min(previous[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(second_previous[j - 1] + 1);
            }
            row.push(least);
        }
        second_previous = std::mem::replace(&mut previous, row);
    }
    previous[right.len()]
}

/// The first name that a rule could not spell, or that is there twice.
fn bad_name(platform: &PlatformSpec) -> Option<String> {
    let mut facts: Vec<&str> = Vec::new();
    for fact in &platform.facts {
        let mut args: Vec<&str> = Vec::new();
        for (arg, _) in &fact.args {
            if !is_name(arg) || args.contains(&arg.as_str()) {
                return Some(arg.clone());
            }
            args.push(arg);
        }
        if !is_name(&fact.name) || facts.contains(&fact.name.as_str()) {
            return Some(fact.name.clone());
        }
        facts.push(&fact.name);
    }
    None
}

/// Whether a text can name a fact or an argument.
pub(crate) fn is_name(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.len() <= 64 && text.bytes().all(plain)
}

fn discord() -> PlatformSpec {
    let age = |name: &str, date: &str| FactSpec {
        name: name.to_owned(),
        kind: FactType::Duration,
        age_of: Some(date.to_owned()),
        args: Vec::new(),
        costs_call: false,
        display: format!("fact-discord-{}", name.replace('_', "-")),
        hint: None,
    };
    PlatformSpec {
        key: DISCORD.parse().expect("the constant is a platform key"),
        aliases: BTreeSet::new(),
        display_name: "Discord".to_owned(),
        facts: vec![age("account_age", "created_at"), age("member_age", "joined_at")],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{key, platform, vocabulary};

    fn spec(name: &str) -> PlatformSpec {
        let display_name = name.to_owned();
        PlatformSpec { key: platform(name), aliases: BTreeSet::new(), display_name, facts: Vec::new() }
    }

    fn fact(name: &str, args: &[&str]) -> FactSpec {
        FactSpec {
            name: name.to_owned(),
            kind: FactType::Integer,
            age_of: None,
            args: args.iter().map(|arg| ((*arg).to_owned(), ArgKind::Text)).collect(),
            costs_call: true,
            display: "fact".to_owned(),
            hint: None,
        }
    }

    #[test]
    fn a_slip_of_the_hand_finds_its_name() {
        let vocabulary = vocabulary();
        let suggest = |name: &str| vocabulary.suggest(name);
        assert_eq!(suggest("githb").as_deref(), Some("github"));
        assert_eq!(suggest("GitHub").as_deref(), Some("github"));
        assert_eq!(suggest("github.folowers").as_deref(), Some("github.followers"));
        assert_eq!(suggest("github.follwoers").as_deref(), Some("github.followers"));
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
        assert_eq!(vocabulary.stored(&key("github.account_age")), key("github.created_at"));
        assert_eq!(vocabulary.stored(&key("github.followers")), key("github.followers"));
        assert_eq!(vocabulary.stored(&key("nowhere.account_age")), key("nowhere.account_age"));
    }

    #[test]
    fn a_platform_that_rules_could_not_spell_is_refused() {
        let refused = |platform: PlatformSpec| {
            let refusal = Vocabulary::default().add(platform);
            refusal.unwrap_err().to_string()
        };
        for word in RESERVED {
            assert!(refused(spec(word)).contains("is a word of the rule language"), "{word}");
        }
        assert!(refused(spec("discord")).contains("two platforms"));
        let with = |facts: Vec<FactSpec>| PlatformSpec { facts, ..spec("here") };
        for name in ["", "Big", "a-b", "1st", "ü", &"n".repeat(65)] {
            assert!(refused(with(vec![fact(name, &[])])).contains("is no name"), "{name:?}");
            assert!(refused(with(vec![fact("good", &[name])])).contains("is no name"), "{name:?}");
        }
        assert!(refused(with(vec![fact("one", &[]), fact("one", &[])])).contains("each name once"));
        assert!(refused(with(vec![fact("one", &["a", "a"])])).contains("each name once"));
    }

    #[test]
    fn discord_is_built_in() {
        let vocabulary = Vocabulary::default();
        let names: Vec<_> = vocabulary.platforms().map(|one| one.display_name.as_str()).collect();
        assert_eq!(names, ["Discord"]);
        assert!(is_built_in(&platform("discord")));
        assert_eq!(vocabulary.display_name(&platform("gone")), "gone");
    }
}
