//! Long texts: privacy and terms, ours or the operator's own file.
//!
//! The file is plain text with a little Markdown: `#` and `##` headings, `-` or `*` lists, an empty
//! line between paragraphs. Everything else, HTML too, is shown as the characters it is.

use askama::Template;

use super::view::View;
use crate::i18n::Locale;

/// How much of an operator's file is shown, in bytes.
const LONGEST: usize = 200_000;

/// A piece of a long text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// `# …`: the text's title.
    Title(String),
    /// `## …` and below.
    Heading(String),
    /// Lines without a gap, joined.
    Paragraph(String),
    /// A list's items.
    List(Vec<String>),
}

/// A page of text.
#[derive(Template)]
#[template(path = "prose.html")]
pub struct Prose<'a> {
    /// What every page shares.
    pub view: View<'a>,
    /// The title for the window; the text's own is in its blocks.
    pub title: String,
    /// The text.
    pub blocks: Vec<Block>,
}

impl Prose<'_> {
    /// Whether the text brings no title of its own.
    fn untitled(&self) -> bool {
        let title = |block: &Block| matches!(block, Block::Title(_));
        !self.blocks.iter().any(title)
    }
}

/// What we say about privacy unless the operator says it themselves.
#[must_use]
pub const fn default_privacy(locale: Locale) -> &'static str {
    match locale {
        Locale::English => include_str!("../../../locales/privacy.en.md"),
    }
}

/// The terms unless the operator has their own.
#[must_use]
pub const fn default_terms(locale: Locale) -> &'static str {
    match locale {
        Locale::English => include_str!("../../../locales/terms.en.md"),
    }
}

/// Reads a text into its blocks. Every text is readable; what is too long is cut.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block> {
    let end = text.floor_char_boundary(LONGEST);
    let mut blocks = Vec::new();
    let mut open = false;
    for line in text[..end].trim_start_matches('\u{FEFF}').lines().map(tidy) {
        open = match piece(&line) {
            Piece::Gap => false,
            Piece::Title(text) => {
                blocks.push(Block::Title(text.to_owned()));
                false
            }
            Piece::Heading(text) => {
                blocks.push(Block::Heading(text.to_owned()));
                false
            }
            Piece::Item(text) => {
                item(&mut blocks, text);
                true
            }
            Piece::Words(text) => {
                words(&mut blocks, text, open);
                true
            }
        };
    }
    blocks
}

enum Piece<'a> {
    Gap,
    Title(&'a str),
    Heading(&'a str),
    Item(&'a str),
    Words(&'a str),
}

fn piece(line: &str) -> Piece<'_> {
    let line = line.trim();
    if line.is_empty() {
        return Piece::Gap;
    }
    if let Some(title) = line.strip_prefix("# ") {
        return Piece::Title(title.trim());
    }
    let below = line.trim_start_matches('#');
    if below.len() < line.len() && below.starts_with(' ') {
        return Piece::Heading(below.trim());
    }
    let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
    item.map_or(Piece::Words(line), |item| Piece::Item(item.trim()))
}

fn item(blocks: &mut Vec<Block>, text: &str) {
    match blocks.last_mut() {
        Some(Block::List(items)) => items.push(text.to_owned()),
        Some(Block::Title(_) | Block::Heading(_) | Block::Paragraph(_)) | None => {
            blocks.push(Block::List(vec![text.to_owned()]));
        }
    }
}

/// Lines that follow without a gap belong to the paragraph or list item above them.
fn words(blocks: &mut Vec<Block>, text: &str, open: bool) {
    let above = match blocks.last_mut() {
        Some(Block::Paragraph(above)) if open => Some(above),
        Some(Block::List(items)) if open => items.last_mut(),
        Some(Block::Title(_) | Block::Heading(_) | Block::Paragraph(_) | Block::List(_)) | None => None,
    };
    match above {
        Some(above) => {
            above.push(' ');
            above.push_str(text);
        }
        None => blocks.push(Block::Paragraph(text.to_owned())),
    }
}

fn tidy(line: &str) -> String {
    let seen = |letter: &char| !letter.is_control() || *letter == '\t';
    line.chars().filter(seen).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_little_markdown_becomes_blocks() {
        let text = "# Privacy\n\nWe store\nlittle.\n\n## What\n- one\n  thing\n* two\n\nEnd.";
        let expected = [
            Block::Title("Privacy".into()),
            Block::Paragraph("We store little.".into()),
            Block::Heading("What".into()),
            Block::List(vec!["one thing".into(), "two".into()]),
            Block::Paragraph("End.".into()),
        ];
        assert_eq!(blocks(text), expected);
    }

    #[test]
    fn plain_text_and_nothing_are_texts_too() {
        assert_eq!(blocks(""), []);
        assert_eq!(blocks("#1 rule: be kind"), [Block::Paragraph("#1 rule: be kind".into())]);
        assert_eq!(blocks("\u{FEFF}a\r\nb"), [Block::Paragraph("a b".into())]);
    }

    proptest! {
        #[test]
        fn every_text_is_readable(text in any::<String>()) {
            let _ = blocks(&text);
        }
    }
}
