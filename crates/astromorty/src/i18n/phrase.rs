//! One message with its arguments, on its way to a page or a chat reply.

use std::fmt;

use askama::filters::Safe;
use fluent_bundle::{FluentArgs, FluentValue};

use super::{Locale, Messages, Shown};

/// What a message may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// Our own words.
    Text(String),
    /// A number; chooses plural forms.
    Number(i64),
    /// A name from outside.
    Name(Shown),
}

impl Arg {
    /// As it stands in plain text; a name is isolated from the direction of its surroundings.
    pub(super) fn plain(&self) -> FluentValue<'static> {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Number(number) => (*number).into(),
            Self::Name(name) => format!("\u{2068}{name}\u{2069}").into(),
        }
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&Shown> for Arg {
    fn from(name: &Shown) -> Self {
        Self::Name(name.clone())
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&i64> for Arg {
    fn from(number: &i64) -> Self {
        Self::Number(*number)
    }
}

impl From<&usize> for Arg {
    fn from(number: &usize) -> Self {
        Self::Number(i64::try_from(*number).unwrap_or(i64::MAX))
    }
}

impl From<&Phrase<'_>> for Arg {
    fn from(phrase: &Phrase<'_>) -> Self {
        Self::Text(phrase.to_string())
    }
}

/// A message and its arguments. Prints as plain text; askama escapes that like any other text.
#[derive(Clone)]
pub struct Phrase<'a> {
    messages: &'a Messages,
    locale: Locale,
    id: &'a str,
    args: Vec<(&'static str, Arg)>,
}

impl<'a> Phrase<'a> {
    pub(super) const fn new(messages: &'a Messages, locale: Locale, id: &'a str) -> Self {
        Self { messages, locale, id, args: Vec::new() }
    }

    /// Adds an argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, arg: impl Into<Arg>) -> Self {
        self.args.push((name, arg.into()));
        self
    }

    /// The message as HTML: everything escaped, names in bold and isolated by `<bdi>`.
    #[must_use]
    pub fn rich(&self) -> Safe<String> {
        let mut values = FluentArgs::new();
        for (place, (name, arg)) in self.args.iter().enumerate() {
            match arg {
                Arg::Name(_) => values.set(*name, mark(place).to_string()),
                Arg::Text(_) | Arg::Number(_) => values.set(*name, arg.plain()),
            }
        }
        let text = self.messages.format(self.locale, self.id, &values);
        let mut html = String::with_capacity(text.len() + 64);
        for letter in text.chars() {
            match self.marked(letter) {
                Some(name) => {
                    html.push_str("<strong><bdi>");
                    name.as_str().chars().for_each(|c| escape(c, &mut html));
                    html.push_str("</bdi></strong>");
                }
                None => escape(letter, &mut html),
            }
        }
        Safe(html)
    }

    /// The name that a stand-in letter stands for.
    fn marked(&self, letter: char) -> Option<&Shown> {
        let (_, arg) =
            self.args.iter().enumerate().find_map(|(place, arg)| (mark(place) == letter).then_some(arg))?;
        match arg {
            Arg::Name(name) => Some(name),
            Arg::Text(_) | Arg::Number(_) => None,
        }
    }
}

impl fmt::Display for Phrase<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.messages.text(self.locale, self.id, &self.args))
    }
}

/// A letter of the private use area that stands for argument number `place` while Fluent formats.
/// No text of ours has one, and [`super::shown`] removes them from names.
fn mark(place: usize) -> char {
    u32::try_from(place).ok().and_then(|place| char::from_u32(0xE000 + place)).unwrap_or('\u{F8FF}')
}

fn escape(letter: char, html: &mut String) {
    match letter {
        '&' => html.push_str("&amp;"),
        '<' => html.push_str("&lt;"),
        '>' => html.push_str("&gt;"),
        '"' => html.push_str("&quot;"),
        '\'' => html.push_str("&#39;"),
        other => html.push(other),
    }
}
