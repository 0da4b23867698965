//! What an account did in a year.

use super::document::Field;
use super::execute::{Missing, Run, Thing};
use super::kinds::moment;
use crate::Millis;
use crate::clock::DAY;
use crate::github::account::Account;
use crate::github::repo::owner;

/// The most collections of one query: they are made when they are asked for, and that takes long.
const MOST: usize = 25;
/// The longest window.
const YEAR: Millis = 365 * DAY;
/// A year that holds a 29th of February is a day longer.
const LONGEST: Millis = YEAR + DAY;

/// Numbers of contributions between two moments.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Contributions {
    pub(super) started_at: Millis,
    pub(super) ended_at: Millis,
    pub(super) commits: u64,
    pub(super) issues: u64,
    pub(super) pull_requests: u64,
    pub(super) reviews: u64,
    /// Private ones of which the viewer may know the number only.
    pub(super) restricted: u64,
}

impl Contributions {
    /// What the calendar shows: all of them.
    pub(super) fn total(&self) -> u64 {
        let kinds = [self.commits, self.issues, self.pull_requests, self.reviews, self.restricted];
        kinds.into_iter().fold(0, u64::saturating_add)
    }
}

impl<'a> Run<'a> {
    /// The collection of an account, which the window's length and the budget may forbid.
    pub(super) fn contributions(
        &mut self,
        account: &'a Account,
        field: &Field,
    ) -> Result<Thing<'a>, Missing> {
        self.collections += 1;
        if self.collections > MOST {
            return Err(Missing::too_much().for_field_without_null());
        }
        let (started_at, ended_at) = self.window(field)?;
        let mut found = Contributions { started_at, ended_at, ..Contributions::default() };
        let asked = self.argument(field, "organizationID");
        if let Some(wanted) = asked.as_str() {
            found.commits = self.inside(account, wanted);
            return Ok(Thing::Contributions(found));
        }
        let part = |count| self.part(count, started_at, ended_at);
        let kinds = account.kinds;
        found.issues = part(kinds.issues);
        found.pull_requests = part(kinds.pull_requests);
        found.reviews = part(kinds.reviews);
        let others = kinds.issues.saturating_add(kinds.pull_requests).saturating_add(kinds.reviews);
        found.commits = part(account.contributions.saturating_sub(others));
        let private = part(account.private_contributions);
        if self.sees_private(account) {
            found.commits = found.commits.saturating_add(private);
        } else if account.shows_private {
            found.restricted = private;
        }
        Ok(Thing::Contributions(found))
    }

    /// Only the account itself sees its private repositories, with a token that opens them.
    fn sees_private(&self, account: &Account) -> bool {
        self.viewer.is_some_and(|viewer| viewer.account == account.id && viewer.has(&["repo"]))
    }

    /// How many repositories of an organization it has contributed to.
    fn inside(&self, account: &Account, organization: &str) -> u64 {
        let org = self.state.organization_by_node(organization);
        let inside = |name: &&String| org.is_some_and(|org| org.login.eq_ignore_ascii_case(owner(name)));
        account.contributed.iter().filter(inside).count() as u64
    }

    /// `from` and `to`, by default the last year.
    fn window(&self, field: &Field) -> Result<(Millis, Millis), Missing> {
        let given = |name| self.argument(field, name).as_str().and_then(moment);
        let (from, to) = match (given("from"), given("to")) {
            (Some(from), Some(to)) => (from, to),
            (Some(from), None) => (from, from.saturating_add(YEAR)),
            (None, Some(to)) => (to.saturating_sub(YEAR), to),
            (None, None) => (self.now.saturating_sub(YEAR), self.now),
        };
        if from > to {
            let message = "`from` must be before `to`.".to_owned();
            return Err(Missing::fatal("INVALID_CONTRIBUTION_TIMEFRAME", message));
        }
        if to.saturating_sub(from) > LONGEST {
            let message = "The total time spanned by 'from' and 'to' must not exceed 1 year".to_owned();
            return Err(Missing::fatal("INVALID_CONTRIBUTION_TIMEFRAME", message));
        }
        Ok((from, to))
    }

    /// The part of the last year's contributions that lies in a window: they are spread evenly, and
    /// the parts of adjoining windows add up.
    fn part(&self, count: u64, from: Millis, to: Millis) -> u64 {
        let start = self.now.saturating_sub(YEAR);
        let until = |at: Millis| {
            let passed = u128::try_from(at.saturating_sub(start).clamp(0, YEAR)).unwrap_or(0);
            let year = u128::try_from(YEAR).unwrap_or(1);
            u64::try_from(u128::from(count) * passed / year).unwrap_or(count)
        };
        until(to).saturating_sub(until(from))
    }
}
