//! What a query costs.

use super::document::Selection;
use super::execute::Run;
use super::schema::{self, Of};

/// The points of a selection: a connection costs one request per node it hangs on, and a hundred
/// requests cost a point ("Rate limits for the GraphQL API").
pub(super) fn requests(run: &Run<'_>, of: &str, selection: &[Selection], times: u64) -> u64 {
    let one = |selected: &Selection| match selected {
        Selection::Field(field) => {
            let Some(known) = schema::field(of, &field.name) else {
                return 0;
            };
            let Of::Object(inner) = known.of else {
                return 0;
            };
            let own = if schema::is_connection(known.of) { times } else { 0 };
            let ids = run.argument(field, "ids").as_array().map_or(1, Vec::len) as u64;
            own + requests(run, inner, &field.selection, times * ids.max(1))
        }
        Selection::Inline { on, selection, .. } => {
            requests(run, on.as_deref().unwrap_or(of), selection, times)
        }
        Selection::Spread { name, .. } => {
            let fragment = run.document.fragments.get(name);
            fragment.map_or(0, |fragment| requests(run, &fragment.on, &fragment.selection, times))
        }
    };
    selection.iter().map(one).sum()
}
