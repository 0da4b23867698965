//! Searches: merged pull requests, counted.

use super::document::Field;
use super::execute::{Missing, Run};

impl Run<'_> {
    /// Counts merged pull requests; other searches are not answered.
    pub(super) fn search(&self, field: &Field) -> Result<u64, Missing> {
        let unknown = |message: &str| Missing { kind: "INVALID_SEARCH", message: message.into() };
        if self.text(field, "type") != "ISSUE" {
            return Err(unknown("this stand-in searches issues only (type: ISSUE)"));
        }
        let (mut repository, mut author, mut pull, mut merged) = (None, None, false, false);
        let query = self.text(field, "query");
        for term in query.split_whitespace() {
            match term.split_once(':') {
                Some(("repo", name)) => repository = Some(name),
                Some(("author", login)) => author = Some(login),
                Some(("is" | "type", "pr")) => pull = true,
                Some(("is", "merged")) => merged = true,
                Some(("is", "public")) => {}
                _ => {
                    return Err(unknown(&format!("this stand-in does not know the search term '{term}'")));
                }
            }
        }
        if !pull || !merged {
            return Err(unknown("this stand-in searches merged pull requests only (is:pr is:merged)"));
        }
        let accounts = self.state.all_visible();
        let authors = accounts.filter(|account| author.is_none_or(|login| account.is_called(login)));
        let counts = authors.flat_map(|account| &account.merged_prs);
        let inside = |name: &str| repository.is_none_or(|wanted| wanted.eq_ignore_ascii_case(name));
        Ok(counts.filter(|(name, _)| inside(name)).map(|(_, count)| count).sum())
    }
}
