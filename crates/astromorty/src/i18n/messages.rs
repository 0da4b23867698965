//! All texts of all languages, read once at start.

use std::collections::BTreeMap;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::phrase::{Arg, Phrase};
use super::{Locale, amount};

/// Every message in every language.
pub struct Messages {
    bundles: BTreeMap<Locale, FluentBundle<FluentResource>>,
}

impl std::fmt::Debug for Messages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Messages")
    }
}

impl Messages {
    /// Reads the texts that are compiled in.
    #[must_use]
    pub fn new() -> Self {
        let bundles = Locale::ALL.into_iter().map(|locale| (locale, bundle(locale))).collect();
        Self { bundles }
    }

    /// The message as plain text. Names stand between FSI and PDI (Unicode Standard Annex 9), so
    /// that text written from right to left cannot reorder the sentence.
    ///
    /// A language that lacks the message answers in English; an id that no language has is shown
    /// as it is (tests see to it that there is none).
    #[must_use]
    pub fn text(&self, locale: Locale, id: &str, args: &[(&'static str, Arg)]) -> String {
        self.format(locale, id, &values(args))
    }

    /// A message to add arguments to, one after the other.
    #[must_use]
    pub fn say<'a>(&'a self, locale: Locale, id: &'a str) -> Phrase<'a> {
        Phrase::new(self, locale, id)
    }

    /// Whether the language itself has the message.
    #[must_use]
    pub fn has(&self, locale: Locale, id: &str) -> bool {
        self.bundles.get(&locale).is_some_and(|bundle| bundle.has_message(id))
    }

    /// A message's attribute, where it has one.
    pub(super) fn part(
        &self,
        locale: Locale,
        (id, attribute): (&str, &str),
        args: &[(&'static str, Arg)],
    ) -> Option<String> {
        self.pattern(locale, (id, Some(attribute)), &values(args))
    }

    pub(super) fn format(&self, locale: Locale, id: &str, args: &FluentArgs<'_>) -> String {
        self.pattern(locale, (id, None), args).unwrap_or_else(|| id.to_owned())
    }

    fn pattern(
        &self,
        locale: Locale,
        (id, attribute): (&str, Option<&str>),
        args: &FluentArgs<'_>,
    ) -> Option<String> {
        let home = self.bundles.get(&locale);
        let fallback = self.bundles.get(&Locale::default());
        home.into_iter().chain(fallback).find_map(|bundle| {
            let message = bundle.get_message(id)?;
            let pattern = match attribute {
                Some(attribute) => message.get_attribute(attribute)?.value(),
                None => message.value()?,
            };
            // What cannot be formatted stays visible as `{$name}`; tests look for that.
            let mut mistakes = Vec::new();
            let text = bundle.format_pattern(pattern, Some(args), &mut mistakes);
            Some(text.into_owned())
        })
    }
}

fn values(args: &[(&'static str, Arg)]) -> FluentArgs<'static> {
    let mut values = FluentArgs::new();
    for (name, arg) in args {
        values.set(*name, arg.plain());
    }
    values
}

impl Default for Messages {
    fn default() -> Self {
        Self::new()
    }
}

fn bundle(locale: Locale) -> FluentBundle<FluentResource> {
    let language = locale.tag().parse().expect("our own tags are well formed");
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Isolation is done per argument, where we know what is a name and what is a number.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => amount::grouped(number.value),
        _ => None, // a foreign enum: texts and such print as they are
    }));
    let texts = FluentResource::try_new(locale.source().to_owned()).expect("a test reads every locale file");
    bundle.add_resource(texts).expect("a test holds that no id stands twice");
    bundle
}
