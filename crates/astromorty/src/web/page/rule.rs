//! A server's rule as its member sees it: its role, its verdict, and one line per reason.

use domain::verdict::{Outcome, Reason};

use super::part::{RoleChip, Tone};
use super::role::RoleState;
use crate::i18n::{Arg, Locale, Messages};

/// The message that says an outcome in a word.
const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Holds => "outcome-holds",
        Outcome::Fails => "outcome-fails",
        Outcome::Unknown => "outcome-unknown",
    }
}

const fn tone(outcome: Outcome) -> Tone {
    match outcome {
        Outcome::Holds => Tone::Good,
        Outcome::Fails => Tone::Bad,
        Outcome::Unknown => Tone::Open,
    }
}

/// One condition of a verdict in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonLine {
    /// How deep it stands in the rule; 0 is the top.
    pub depth: usize,
    /// How it came out.
    pub outcome: Outcome,
    /// The sentence.
    pub text: String,
}

impl ReasonLine {
    /// The depth as the stylesheet knows it; deeper ones stand at its last step.
    #[must_use]
    pub fn step(&self) -> usize {
        self.depth.min(3)
    }

    pub(super) const fn word(&self) -> &'static str {
        word(self.outcome)
    }

    pub(super) const fn tone(&self) -> Tone {
        tone(self.outcome)
    }
}

/// A verdict's reasons, one line per condition; groups that need only some of their parts have a
/// line of their own above them.
#[must_use]
pub fn reason_lines(messages: &Messages, locale: Locale, reason: &Reason) -> Vec<ReasonLine> {
    let mut lines = Vec::new();
    match reason {
        // What a rule asks for altogether needs no heading.
        Reason::All { parts, .. } => {
            for part in parts {
                push(&mut lines, (messages, locale), part, 0);
            }
        }
        Reason::Any { .. } | Reason::AtLeast { .. } | Reason::One(_) => {
            push(&mut lines, (messages, locale), reason, 0);
        }
    }
    lines
}

fn push(lines: &mut Vec<ReasonLine>, (messages, locale): (&Messages, Locale), reason: &Reason, depth: usize) {
    let (text, parts) = match reason {
        Reason::One(condition) => (messages.reason_sentence(locale, condition), None),
        Reason::All { parts, .. } => (messages.text(locale, "reason-all", &[]), Some(parts)),
        Reason::Any { parts, .. } => (messages.text(locale, "reason-any", &[]), Some(parts)),
        Reason::AtLeast { least, holding, of, parts, .. } => {
            let count = |number: &u32| Arg::Number(i64::from(*number));
            let args = [("least", count(least)), ("holding", count(holding)), ("of", count(of))];
            (messages.text(locale, "reason-at-least", &args), Some(parts))
        }
    };
    lines.push(ReasonLine { depth, outcome: reason.outcome(), text });
    for part in parts.into_iter().flatten() {
        push(lines, (messages, locale), part, depth + 1);
    }
}

/// One rule and how it stands for this member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleView {
    /// The role it gives.
    pub role: RoleChip,
    /// The verdict.
    pub outcome: Outcome,
    /// One line per condition.
    pub reasons: Vec<ReasonLine>,
    /// What became of the role.
    pub state: RoleState,
}

impl RuleView {
    pub(super) const fn word(&self) -> &'static str {
        word(self.outcome)
    }

    pub(super) const fn tone(&self) -> Tone {
        tone(self.outcome)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::verdict::{Argument, Condition};

    use super::*;

    fn linked(platform: &str, outcome: Outcome) -> Reason {
        let name = Argument::Name(platform.to_uppercase());
        let word = match outcome {
            Outcome::Holds => "reason-linked",
            Outcome::Fails | Outcome::Unknown => "reason-not-linked",
        };
        Reason::One(Condition {
            outcome,
            message: word.to_owned(),
            platform: platform.parse().unwrap(),
            fact: None,
            args: BTreeMap::from([("platform".to_owned(), name)]),
        })
    }

    #[test]
    fn a_group_has_a_line_of_its_own_above_its_parts() {
        let parts = vec![linked("x", Outcome::Holds), linked("steam", Outcome::Fails)];
        let some = Reason::AtLeast { outcome: Outcome::Fails, least: 2, holding: 1, of: 2, parts };
        let reason =
            Reason::All { outcome: Outcome::Fails, parts: vec![linked("github", Outcome::Holds), some] };
        let lines = reason_lines(&Messages::new(), Locale::English, &reason);
        let told: Vec<_> = lines.iter().map(|line| (line.depth, line.text.as_str())).collect();
        let expected = [
            (0, "GITHUB account linked"),
            (0, "at least 2 of these 2; 1 is met"),
            (1, "X account linked"),
            (1, "no STEAM account linked"),
        ];
        assert_eq!(told, expected);
    }
}
