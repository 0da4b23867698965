//! `/servers/{guild}`: roles, members, linked roles. With `?watch=1` it reloads itself.

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::super::guild::Guild;
use super::super::linked::{self, ClaimRefusal, LinkedRule};
use super::super::role::Role;
use super::super::state::State as World;
use super::super::{Discord, time};
use super::{SITE, chip, page};
use crate::html::{Page, escape, initial, see_other};
use crate::params::Params;

pub(super) async fn show(
    State(discord): State<Discord>,
    Path(guild): Path<u64>,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let state = discord.state();
    let Some(server) = state.guilds.get(&guild) else {
        return missing();
    };
    let watch = params.find("watch") == Some("1");
    let claimed = params.find("claimed").and_then(|role| role.parse().ok());
    let notice = claimed.and_then(|role: u64| server.roles.get(&role)).map_or_else(String::new, |role| {
        format!("<p class=\"card notice good\">Claimed: {}</p>", chip(role))
    });
    let body = notice + &body(&state, server, watch);
    Html(Page { site: SITE, title: &server.name, body: &body, watch }.html()).into_response()
}

/// `POST /servers/{guild}/claim` with `user` and `role`: the Linked Roles dialog.
pub(super) async fn claim(State(discord): State<Discord>, Path(guild): Path<u64>, form: Bytes) -> Response {
    let form = Params::parse(&form).unwrap_or_default();
    let id = |name| form.find(name).and_then(|text| text.parse::<u64>().ok());
    let (Some(user), Some(role)) = (id("user"), id("role")) else {
        return refused(guild, "Pick a member and a role first.");
    };
    match discord.claim(guild, user, role) {
        Ok(()) => see_other(&format!("/servers/{guild}?claimed={role}")),
        Err(ClaimRefusal::NoGuild) => missing(),
        Err(refusal) => refused(guild, &format!("This role cannot be claimed: {refusal}.")),
    }
}

fn missing() -> Response {
    let body = "<h1>Unknown server</h1><p>There is no such server here.</p>";
    (StatusCode::NOT_FOUND, Html(page("Unknown server", body))).into_response()
}

fn refused(guild: u64, why: &str) -> Response {
    let why = escape(why);
    let body = format!(
        "<div class=\"card\"><h1>Not claimed</h1><p class=\"bad\">{why}</p>\
         <p><a class=\"button\" href=\"/servers/{guild}\">Back to the server</a></p></div>"
    );
    (StatusCode::CONFLICT, Html(page("Not claimed", &body))).into_response()
}

fn body(state: &World, server: &Guild, watch: bool) -> String {
    let mut roles: Vec<&Role> = server.roles.values().collect();
    roles.sort_by_key(|role| std::cmp::Reverse(role.rank()));
    let chips: String = roles.iter().map(|role| chip(role)).collect();
    let panels: String =
        roles.iter().filter_map(|role| Some(panel(state, server, role, role.linked.as_ref()?))).collect();
    let panels = if panels.is_empty() { String::new() } else { format!("<h2>Linked roles</h2>{panels}") };
    let members: String = server.members.keys().map(|user| member(state, server, *user, &roles)).collect();
    let id = server.id;
    let switch = if watch {
        format!("reloads every three seconds · <a href=\"/servers/{id}\">stop</a>")
    } else {
        format!("<a href=\"/servers/{id}?watch=1\">watch it live</a>")
    };
    format!(
        "<h1>{}</h1><p class=\"faint\">{switch}</p><div class=\"chips\">{chips}</div>{panels}\
         <h2>Members</h2><ul>{members}</ul>",
        escape(&server.name)
    )
}

/// One linked role: what it takes, where to connect, and the claim form.
fn panel(state: &World, server: &Guild, role: &Role, asks: &LinkedRule) -> String {
    let lines: Vec<_> =
        linked::describe(asks, state.schema(asks.application)).iter().map(|line| escape(line)).collect();
    let registered = state.applications.get(&asks.application);
    let link = registered.and_then(|registered| registered.application.verification_url.as_deref());
    let connect = link
        .map_or_else(String::new, |url| format!("<a class=\"button\" href=\"{}\">Connect</a>", escape(url)));
    let people = server.members.keys().filter(|user| !state.is_bot(**user)).map(|user| {
        let name = escape(state.name(*user).unwrap_or("?"));
        format!("<option value=\"{user}\">{name}</option>")
    });
    format!(
        "<div class=\"card\"><div class=\"chips\">{}</div><p class=\"faint\">Takes: {}</p>\
         <form class=\"buttons\" method=\"post\" action=\"/servers/{}/claim\">\
         <input type=\"hidden\" name=\"role\" value=\"{}\">\
         <select name=\"user\" aria-label=\"Who claims\">{}</select>\
         {connect}<button class=\"main\">Claim</button></form></div>",
        chip(role),
        lines.join("; or "),
        server.id,
        role.id,
        people.collect::<String>()
    )
}

fn member(state: &World, server: &Guild, user: u64, roles: &[&Role]) -> String {
    let Some(member) = server.members.get(&user) else {
        return String::new();
    };
    let name = state.name(user).unwrap_or("?");
    let held: String =
        roles.iter().filter(|role| member.roles.contains(&role.id)).map(|role| chip(role)).collect();
    let held = if held.is_empty() { held } else { format!("<div class=\"chips\">{held}</div>") };
    let kind = if state.is_bot(user) { "app" } else { "member" };
    let shown: String = state
        .connections
        .iter()
        .filter(|((_, whose), _)| *whose == user)
        .map(|((application, _), connection)| connection_list(state, *application, connection))
        .collect();
    format!(
        "<li class=\"card\" data-member=\"{user}\"><div class=\"row\"><span class=\"mark\">{}</span>\
         <div><h3>{}</h3><p class=\"faint\">{kind} since {}</p></div></div>\
         {held}{shown}</li>",
        initial(name),
        escape(name),
        time::plain(member.joined_at)
    )
}

/// What an application pushed for a member, as their profile would show it.
fn connection_list(state: &World, application: u64, connection: &super::super::RoleConnection) -> String {
    let unnamed = "(no name)".to_owned();
    let platform = connection.platform_name.as_ref().unwrap_or(&unnamed);
    let username = connection.platform_username.as_ref().unwrap_or(&unnamed);
    let schema = state.schema(application);
    let values = connection.metadata.iter().map(|(key, value)| {
        let name = schema.iter().find(|field| field.key == *key).map_or(key, |field| &field.name);
        format!("<dt>{}</dt><dd>{}</dd>", escape(name), escape(value))
    });
    format!(
        "<dl><dt>{}</dt><dd>{} · {}</dd>{}</dl>",
        escape(state.name(application).unwrap_or("?")),
        escape(platform),
        escape(username),
        values.collect::<String>()
    )
}
