//! Facts and reasons in words: one sentence per condition of a verdict.
//!
//! `domain` decides which sentence it is and what it is told; here it becomes text. A fact's message
//! is its name; its attribute `.is` states a value of it ("60 followers on GitHub"), and an
//! attribute named after a reason (`.boolean-yes`, `.unknown-private`) replaces the general
//! sentence. Facts that an operator defined have no message and are named by their key.

use domain::fact::FactKey;
use domain::verdict::{Argument, Condition};
use domain::vocabulary::Vocabulary;

use super::{Arg, Locale, Messages, shown};

/// What a message is told.
type Args = Vec<(&'static str, Arg)>;

impl Messages {
    /// A fact's name in words: `followers on GitHub`.
    #[must_use]
    pub fn fact(&self, locale: Locale, fact: &FactKey, vocabulary: &Vocabulary) -> String {
        let spec = vocabulary.fact(&fact.platform, &fact.name);
        let id = spec.map_or_else(|| usual_id(fact), |spec| spec.display.clone());
        let platform = vocabulary.display_name(&fact.platform);
        self.fact_named(locale, &id, fact, platform)
    }

    /// The sentence for one condition, without a full stop: `60 followers on GitHub, it takes 100`.
    #[must_use]
    pub fn reason_sentence(&self, locale: Locale, condition: &Condition) -> String {
        let platform = match condition.args.get("platform") {
            Some(Argument::Name(name)) => name.as_str(),
            Some(_) | None => condition.platform.as_str(),
        };
        let mut args: Args = vec![("platform", platform.into())];
        let own = condition.fact.as_ref().map(|fact| {
            let id = match condition.args.get("fact") {
                Some(Argument::Message(id)) => id.clone(),
                Some(_) | None => usual_id(fact),
            };
            args.extend(told(fact));
            args.push(("fact", self.fact_named(locale, &id, fact, platform).into()));
            id
        });
        args.extend(self.compared(locale, condition));
        if let Some(id) = own {
            let is = self.part(locale, (&id, "is"), &args);
            let is = is.unwrap_or_else(|| self.text(locale, "fact-value", &args));
            args.push(("is", is.into()));
            let reason = condition.message.trim_start_matches("reason-");
            if let Some(sentence) = self.part(locale, (&id, reason), &args) {
                return sentence;
            }
        }
        // What the definition says to do, where this fact has no sentence of its own.
        let hinted = match condition.message.as_str() {
            "reason-unknown-private" => Some("reason-unknown-private-hint"),
            "reason-unknown-missing-scope" => Some("reason-unknown-missing-scope-hint"),
            _ => None,
        };
        if let (Some(id), Some(Argument::Text(hint))) = (hinted, condition.args.get("hint")) {
            args.push(("hint", Arg::Name(shown(hint))));
            return self.text(locale, id, &args);
        }
        self.text(locale, &condition.message, &args)
    }

    fn fact_named(&self, locale: Locale, id: &str, fact: &FactKey, platform: &str) -> String {
        let mut args: Args = vec![("platform", platform.into())];
        args.extend(told(fact));
        if self.has(Locale::default(), id) {
            return self.text(locale, id, &args);
        }
        args.push(("name", Arg::Text(spoken(fact))));
        self.text(locale, "fact-other", &args)
    }

    /// The value and the threshold of a comparison, as people read them.
    fn compared(&self, locale: Locale, condition: &Condition) -> Args {
        let threshold = condition.args.get("threshold");
        let value = condition.args.get("value").map(|value| match (value, threshold) {
            (Argument::Duration(span), Some(Argument::Duration(asked))) => {
                self.beside(locale, *span, *asked).into()
            }
            (other, _) => self.argument(locale, other),
        });
        let threshold = threshold.map(|asked| self.argument(locale, asked));
        let value = value.map(|value| ("value", value));
        let threshold = threshold.map(|threshold| ("threshold", threshold));
        value.into_iter().chain(threshold).collect()
    }

    fn argument(&self, locale: Locale, argument: &Argument) -> Arg {
        match argument {
            Argument::Integer(number) => Arg::Number(*number),
            Argument::Duration(span) => self.span(locale, *span).into(),
            Argument::Datetime(moment) => self.date(locale, *moment).into(),
            Argument::Text(text) => Arg::Name(shown(text)),
            Argument::Name(name) => name.into(),
            Argument::Message(id) => self.text(locale, id, &[]).into(),
        }
    }
}

/// The id a fact's message has unless its definition says otherwise.
fn usual_id(fact: &FactKey) -> String {
    format!("fact-{}-{}", fact.platform, fact.name).replace('_', "-")
}

/// The arguments of the facts that ship with some, by the names their messages use.
fn told(fact: &FactKey) -> Args {
    let known = ["app", "login", "name", "repo"];
    let told = known.into_iter().filter_map(|name| {
        let value = fact.args.get(name)?;
        Some((name, Arg::Name(shown(value))))
    });
    told.collect()
}

/// An operator's fact by its key: `hours_played(app: 7)` is said `hours played (7)`.
fn spoken(fact: &FactKey) -> String {
    let name = fact.name.replace('_', " ");
    if fact.args.is_empty() {
        return name;
    }
    let args: Vec<String> = fact.args.values().map(|arg| shown(arg).to_string()).collect();
    format!("{name} ({})", args.join(", "))
}
