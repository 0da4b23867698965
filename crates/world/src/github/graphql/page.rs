//! Pages of connections: `first`, `last`, `after`, `before`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::document::{Field, Selection};
use super::execute::{Missing, Run};

/// The most items of one page.
const MOST: i64 = 100;

/// A stretch of a list, and how long the list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) total: usize,
}

impl Page {
    /// The cursor of the last item.
    pub(super) fn cursor(self) -> Option<String> {
        (self.end > self.start).then(|| STANDARD.encode(format!("cursor:{}", self.end)))
    }
}

/// How many items lie up to a cursor.
fn place(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    text.strip_prefix("cursor:")?.parse().ok()
}

impl Run<'_> {
    /// The page that a connection's arguments name. Whoever wants items says how many.
    pub(super) fn page(&self, field: &Field, total: usize) -> Result<Page, Missing> {
        let name = &field.name;
        let (first, last) = (self.bound(field, "first")?, self.bound(field, "last")?);
        if first.is_none() && last.is_none() && self.wants_items(&field.selection) {
            let message = format!(
                "You must provide a `first` or `last` value to properly paginate the `{name}` connection."
            );
            return Err(Missing::fatal("MISSING_PAGINATION_BOUNDARIES", message));
        }
        let (mut start, mut end) = (self.cursor(field, "after")?.unwrap_or(0).min(total), total);
        if let Some(before) = self.cursor(field, "before")? {
            end = before.saturating_sub(1).clamp(start, total);
        }
        end = first.map_or(end, |first| end.min(start.saturating_add(first)));
        start = last.map_or(start, |last| start.max(end.saturating_sub(last)));
        Ok(Page { start, end, total })
    }

    fn bound(&self, field: &Field, which: &str) -> Result<Option<usize>, Missing> {
        let Some(wanted) = self.argument(field, which).as_i64() else {
            return Ok(None);
        };
        let name = &field.name;
        if wanted > MOST {
            let message = format!(
                "Requesting {wanted} records on the `{name}` connection exceeds the `{which}` limit of \
                 {MOST} records."
            );
            return Err(Missing::fatal("EXCESSIVE_PAGINATION", message));
        }
        let message = format!("`{which}` on the `{name}` connection cannot be less than zero.");
        usize::try_from(wanted).map(Some).map_err(|_| Missing::fatal("INVALID_PAGINATION", message))
    }

    fn cursor(&self, field: &Field, which: &str) -> Result<Option<usize>, Missing> {
        let given = self.argument(field, which);
        let Some(cursor) = given.as_str() else {
            return Ok(None);
        };
        let message = format!("`{cursor}` does not appear to be a valid cursor.");
        place(cursor).map(Some).ok_or_else(|| Missing::fatal("INVALID_CURSOR_ARGUMENTS", message))
    }

    /// Whether a connection's selection asks for its items.
    fn wants_items(&self, selection: &[Selection]) -> bool {
        selection.iter().any(|selected| match selected {
            Selection::Field(field) => field.name == "nodes",
            Selection::Inline { selection, .. } => self.wants_items(selection),
            Selection::Spread { name, .. } => {
                let fragment = self.document.fragments.get(name);
                fragment.is_some_and(|fragment| self.wants_items(&fragment.selection))
            }
        })
    }
}
