//! The consent page and its error page.

use super::super::authorize::Asked;
use super::super::scopes;
use super::super::state::State;
use super::page;
use crate::html::{escape, initial};

/// Asks who the person is and whether the application may have what it asks for.
pub(crate) fn consent(state: &State, asked: &Asked, last: Option<u64>) -> String {
    let application = escape(&asked.application.name);
    let first = last.filter(|id| state.people.contains_key(id)).or(state.people.keys().next().copied());
    let people: String =
        state.people.iter().map(|(id, name)| choice(*id, name, Some(*id) == first)).collect();
    let wish = |scope: &String| format!("<li>✓ {}</li>", escape(&scopes::meaning(scope)));
    let wishes: String = asked.scopes.iter().map(wish).collect();
    let query = escape(&asked.params.encode());
    let back = escape(&host(&asked.back));
    let body = format!(
        "<div class=\"narrow\"><h1>{application}</h1><p>wants to access your Discord account.</p>\
         <form method=\"post\" action=\"/oauth2/authorize?{query}\">\
         <h2>Who are you?</h2><div role=\"radiogroup\" aria-label=\"Who are you?\">{people}</div>\
         <h2>This will allow {application} to</h2><ul class=\"card\">{wishes}</ul>\
         <p class=\"faint\">Once you authorize, you go back to {back}.</p>\
         <div class=\"buttons wide\">\
         <button name=\"decision\" value=\"cancel\">Cancel</button>\
         <button class=\"main\" name=\"decision\" value=\"authorize\">Authorize</button></div></form></div>"
    );
    page(&format!("Authorize {}", asked.application.name), &body)
}

fn choice(id: u64, name: &str, checked: bool) -> String {
    let checked = if checked { " checked" } else { "" };
    let (name, mark) = (escape(name), initial(name));
    format!(
        "<label class=\"pick\"><input type=\"radio\" name=\"user\" value=\"{id}\"{checked}>\
         <span class=\"mark\">{mark}</span>{name}</label>"
    )
}

/// The scheme and host of an address.
fn host(uri: &str) -> String {
    url::Url::parse(uri).map_or_else(|_| uri.to_owned(), |url| url.origin().ascii_serialization())
}

/// Says what is wrong with a request for consent.
pub(crate) fn refused(problem: &str) -> String {
    let problem = escape(problem);
    let body = format!(
        "<div class=\"narrow card\"><h1>This request is not valid</h1><p class=\"bad\">{problem}</p>\
         <p class=\"faint\">The application sent you here with a broken request. Nothing was shared.</p></div>"
    );
    page("Invalid request", &body)
}
