//! `/`: all servers and people.

use axum::extract::State;
use axum::response::Html;

use super::super::Discord;
use super::page;
use crate::html::{escape, initial};

pub(super) async fn show(State(discord): State<Discord>) -> Html<String> {
    let state = discord.state();
    let row = |link: String, name: &str, text: String| {
        let (mark, name) = (initial(name), escape(name));
        format!(
            "<li class=\"card row\"><span class=\"mark\">{mark}</span>\
             <div><a href=\"{link}\">{name}</a><p class=\"faint\">{text}</p></div></li>"
        )
    };
    let servers = state.guilds.values().map(|guild| {
        let text = format!("{} members, {} roles", guild.members.len(), guild.roles.len());
        row(format!("/servers/{}?watch=1", guild.id), &guild.name, text)
    });
    let people = state.people.iter().map(|(id, name)| {
        let joined = state.guilds.values().filter(|guild| guild.members.contains_key(id));
        let names: Vec<_> = joined.map(|guild| escape(&guild.name)).collect();
        let text = if names.is_empty() { "in no server".into() } else { names.join(", ") };
        row(format!("/people/{id}"), name, text)
    });
    let body = format!(
        "<h1>A small Discord</h1><p>Watch what an application does to its members' roles, claim \
         linked roles, and take consent back.</p>\
         <h2>Servers</h2><ul>{}</ul><h2>People</h2><ul>{}</ul>",
        servers.collect::<String>(),
        people.collect::<String>()
    );
    Html(page("Servers and people", &body))
}
