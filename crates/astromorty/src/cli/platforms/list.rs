//! `platforms list`: what there is, what it tells, and what that costs.

use domain::platform::{Call, Definition, FactDefinition, Protocol, Request};
use domain::vocabulary::ArgKind;

use super::super::{Failure, say};
use crate::app::settings::Settings;
use crate::app::{self};
use crate::platform::definitions::{Defined, Origin};

/// Costs are told for so many checks.
const CHECKS: usize = 1000;

pub(super) fn list(settings: &Settings) -> Result<(), Failure> {
    let defined = app::definitions(settings)?;
    let rows: Vec<_> = defined.iter().map(|one| row(one, settings)).collect();
    say::say(&say::table(["platform", "name", "protocol", "from", "members may link"], &rows));
    for Defined { definition, .. } in &defined {
        let facts = facts(definition);
        if !facts.is_empty() {
            let heads = ["fact", "type", "request", "needs", "calls for 1,000 re-checks"];
            say::say(&format!("\n{}\n{}", definition.display_name, say::table(heads, &facts)));
        }
    }
    Ok(())
}

fn row(defined: &Defined, settings: &Settings) -> [String; 5] {
    let Defined { definition, origin, file, extends } = defined;
    let mut from = match origin {
        Origin::BuiltIn => "built-in".to_owned(),
        Origin::File => format!("file {file}"),
        Origin::Settings => "settings".to_owned(),
    };
    if let Some(parent) = extends {
        from = format!("{from}, extends {parent}");
    }
    let enabled = match settings.platforms.get(&definition.key) {
        Some(set) if set.is_enabled() => "yes",
        Some(_) => "no, switched off",
        None => "no, not set up",
    };
    let key = definition.key.to_string();
    [key, definition.display_name.clone(), protocol(definition).to_owned(), from, enabled.to_owned()]
}

/// A protocol as definitions write it.
pub(super) fn protocol(definition: &Definition) -> &'static str {
    match definition.protocol {
        Protocol::OAuth2 => "oauth2",
        Protocol::Oidc => "oidc",
        Protocol::SteamOpenId2 => "steam_openid2",
    }
}

fn facts(definition: &Definition) -> Vec<[String; 5]> {
    let row = |(name, fact): (&String, &FactDefinition)| {
        let request = definition.requests.get(&fact.request);
        let needs = request.iter().flat_map(|request| &request.needs).chain(&fact.needs);
        let needs: Vec<&str> = needs.map(String::as_str).collect();
        [
            spoken(name, fact),
            kind(fact),
            fact.request.clone(),
            if needs.is_empty() { "-".to_owned() } else { needs.join(" ") },
            request.map(cost).unwrap_or_default(),
        ]
    };
    definition.facts.iter().map(row).collect()
}

/// A fact as rules write it, with its arguments.
pub(super) fn spoken(name: &str, fact: &FactDefinition) -> String {
    let name = fact.age.as_deref().unwrap_or(name);
    let kind = |kind: ArgKind| match kind {
        ArgKind::Integer => "number",
        ArgKind::Text => "text",
        ArgKind::Repository => "owner/name",
    };
    let args: Vec<_> = fact.args.iter().map(|(arg, of)| format!("{arg}: {}", kind(*of))).collect();
    if args.is_empty() { name.to_owned() } else { format!("{name}({})", args.join(", ")) }
}

fn kind(fact: &FactDefinition) -> String {
    let kind = if fact.age.is_some() { domain::fact::FactType::Duration } else { fact.kind };
    serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default()
}

/// What a thousand accounts cost by each way there is. Facts of one request cost it once.
fn cost(request: &Request) -> String {
    let batch = request.batch.as_ref();
    let batched = batch.map(|batch| (&batch.call, CHECKS.div_ceil(batch.max.max(1))));
    let service = batched.or(request.service.as_ref().map(|call| (call, CHECKS)));
    let user = request.user.as_ref().map(|call| (call, CHECKS));
    let ways = [(service, "service credential"), (user, "members' tokens")];
    let told = |(way, with): (Option<(&Call, usize)>, &str)| {
        way.map(|(call, calls)| format!("{}{} by {with}", calls_of(call, calls), price(call)))
    };
    ways.into_iter().filter_map(told).collect::<Vec<_>>().join(", ")
}

fn calls_of(call: &Call, calls: usize) -> String {
    match &call.pages {
        Some(pages) => format!("{calls} to {}", calls * pages.max),
        None => calls.to_string(),
    }
}

/// What a thousand accounts cost in money, where anything.
fn price(call: &Call) -> String {
    let micros = call.cost.as_ref().map_or(0, |cost| cost.micro_usd).saturating_mul(CHECKS as u64);
    if micros == 0 {
        return String::new();
    }
    let cents = micros.div_ceil(10_000);
    format!(" (${}.{:02})", cents / 100, cents % 100)
}
