//! Searches: pull requests, counted.

use super::document::Field;
use super::execute::{Missing, Run};
use crate::github::account::Account;

/// What a search asks for.
#[derive(Debug, Default)]
struct Asked {
    repository: Option<String>,
    author: Option<String>,
    pull: bool,
    merged: bool,
    open: bool,
}

impl Run<'_> {
    /// Counts merged or open pull requests; other searches are not answered.
    pub(super) fn search(&self, field: &Field) -> Result<u64, Missing> {
        if !["ISSUE", "ISSUE_ADVANCED"].contains(&self.text(field, "type").as_str()) {
            return Err(unknown("this stand-in searches issues only (type: ISSUE)"));
        }
        let asked = read(&self.text(field, "query"))?;
        if !asked.pull || asked.merged == asked.open {
            let message = "this stand-in searches merged or open pull requests only (is:pr is:merged)";
            return Err(unknown(message));
        }
        let count = |account: &Account| {
            let prs = if asked.merged { &account.merged_prs } else { &account.open_prs };
            match &asked.repository {
                Some(repository) => Account::count(prs, repository),
                None => prs.values().sum(),
            }
        };
        let wanted = |account: &&Account| asked.author.as_ref().is_none_or(|login| account.is_called(login));
        let found = self.state.all_visible().filter(wanted).map(count).sum();
        self.page(field, usize::try_from(found).unwrap_or(usize::MAX))?;
        Ok(found)
    }
}

/// Reads a query's terms.
fn read(query: &str) -> Result<Asked, Missing> {
    let mut asked = Asked::default();
    for term in terms(query)? {
        match term.split_once(':') {
            Some(("repo", name)) => asked.repository = Some(name.to_owned()),
            Some(("author", login)) => asked.author = Some(login.trim_start_matches('@').to_owned()),
            Some(("is" | "type", "pr")) => asked.pull = true,
            Some(("is", "merged")) => asked.merged = true,
            Some(("is" | "state", "open")) => asked.open = true,
            Some(("is", "public")) => {}
            _ => return Err(unknown(&format!("this stand-in does not know the search term '{term}'"))),
        }
    }
    Ok(asked)
}

/// The terms between the spaces. A term may be quoted whole or after its colon.
fn terms(query: &str) -> Result<Vec<String>, Missing> {
    let (mut terms, mut term, mut quoted) = (Vec::new(), String::new(), false);
    for letter in query.chars() {
        match letter {
            '"' => quoted = !quoted,
            letter if letter.is_whitespace() && !quoted => terms.push(std::mem::take(&mut term)),
            letter => term.push(letter),
        }
    }
    terms.push(term);
    terms.retain(|term| !term.is_empty());
    if quoted { Err(unknown("a quotation mark is not closed")) } else { Ok(terms) }
}

fn unknown(message: &str) -> Missing {
    Missing::fatal("INVALID_SEARCH", message.to_owned())
}
