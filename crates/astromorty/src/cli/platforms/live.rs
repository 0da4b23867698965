//! `platforms try --subject`: asks the real platform, with the operator's own credential.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use domain::criteria::parse_fact;
use domain::fact::{FactKey, Value};
use domain::platform::{Definition, Service};
use domain::vocabulary::Vocabulary;

use super::super::{Failure, say};
use super::Try;
use super::rehearse::named;
use crate::app::seam::{Clock, Http, HttpError, Metrics, Request, Response, outbound};
use crate::app::settings::Settings;
use crate::app::{self, OpenError};
use crate::platform::{Answer, Platform, Seams, Who};

/// Header names with these in them tell of limits.
const LIMIT_HEADERS: [&str; 3] = ["ratelimit", "rate-limit", "retry-after"];

/// What was called, and what came back.
type Lines = Arc<Mutex<Vec<String>>>;

pub(super) async fn live(settings: &Settings, asked: &Try) -> Result<(), Failure> {
    let definition = named(app::definitions(settings)?.into_iter().map(|one| one.definition), &asked.name)?;
    let facts = facts(&definition, &asked.facts)?;
    let key = definition.key.clone();
    let set = settings.platforms.get(&key).ok_or_else(|| {
        Failure::Usage(format!("[platforms.{key}] is not set up; its settings say who we are there"))
    })?;
    let credentials = app::credentials(&definition, set);
    let bought = matches!(definition.service, Some(Service::ClientCredentials { .. }));
    if credentials.service.is_none() && !bought {
        return Err(Failure::Usage(format!(
            "[platforms.{key}] has no service credential (service_token, bearer_token or api_key), and members' tokens are not for trying"
        )));
    }
    let clock = Clock::System;
    let lines = Lines::default();
    let http = listening(outbound(clock.clone()), clock.clone(), (definition.service.as_ref(), &lines));
    let seams = Seams { http, clock, metrics: Metrics::default() };
    let platform = Platform::new(definition, credentials, seams)
        .map_err(|problems| OpenError::Platform { platform: key, problems })?;
    let subject = asked.subject.as_deref().unwrap_or_default();
    let (username, node) = (asked.username.as_str(), asked.node.as_deref());
    let who = Who { subject, username, node, tokens: None, remembered: None };
    let answers = platform.read(&who, &facts).await;
    for line in lines.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        say::say(line);
    }
    show(&platform, &answers)
}

/// The facts to ask for: those that were named, or all that take no argument.
fn facts(definition: &Definition, named: &[String]) -> Result<BTreeSet<FactKey>, Failure> {
    let mut vocabulary = Vocabulary::default();
    vocabulary.add(definition.vocabulary()).map_err(OpenError::Vocabulary)?;
    let plain = definition.facts.iter().filter(|(_, fact)| fact.args.is_empty()).map(|(name, _)| name);
    if named.is_empty() {
        let key = |name: &String| FactKey {
            platform: definition.key.clone(),
            name: name.clone(),
            args: std::collections::BTreeMap::new(),
        };
        return Ok(plain.map(key).collect());
    }
    let one = |name: &String| {
        let text = format!("{}.{name}", definition.key);
        let fact = parse_fact(&text, &vocabulary);
        fact.map(|fact| vocabulary.stored(&fact)).map_err(|mistake| Failure::Usage(mistake.render(&text)))
    };
    named.iter().map(one).collect()
}

/// The outside, with every call written down: method, URL, status and what is said of limits.
fn listening(http: Http, clock: Clock, (service, lines): (Option<&Service>, &Lines)) -> Http {
    let secret = match service {
        Some(Service::Key { query, .. }) => query.clone(),
        Some(Service::Bearer {} | Service::ClientCredentials { .. }) | None => None,
    };
    let lines = lines.clone();
    let call = move |request: Request| {
        let (http, lines, secret) = (http.clone(), lines.clone(), secret.clone());
        async move {
            let line =
                format!("{} {}", request.method(), shown(&request.uri().to_string(), secret.as_deref()));
            let answer = http.call(request).await;
            lines.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{line}\n  {}", told(&answer)));
            answer
        }
    };
    Http::new(tower::service_fn(call), clock)
}

/// A URL without the value of the parameter that carries our key.
fn shown(url: &str, secret: Option<&str>) -> String {
    let (Ok(mut parsed), Some(secret)) = (url::Url::parse(url), secret) else { return url.to_owned() };
    let pairs: Vec<(String, String)> = parsed.query_pairs().into_owned().collect();
    let hidden = |(name, value): (String, String)| {
        let value = if name == secret { "…".to_owned() } else { value };
        (name, value)
    };
    parsed.query_pairs_mut().clear().extend_pairs(pairs.into_iter().map(hidden));
    parsed.into()
}

fn told(answer: &Result<Response, HttpError>) -> String {
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return format!("no answer: {error}"),
    };
    let limit = |name: &str| LIMIT_HEADERS.iter().any(|part| name.contains(part));
    let headers = answer.headers().iter().filter(|(name, _)| limit(name.as_str()));
    let headers: Vec<_> =
        headers.map(|(name, value)| format!("; {name}: {}", value.to_str().unwrap_or("?"))).collect();
    format!("{}{}", answer.status(), headers.concat())
}

fn show(platform: &Platform, answers: &[Answer]) -> Result<(), Failure> {
    let mut unknown = 0;
    for answer in answers {
        match &answer.outcome {
            Ok(facts) => {
                for (key, value) in facts {
                    say::say(&format!("{key} = {}", spoken(value)));
                }
            }
            Err(error) => {
                unknown += 1;
                let class = platform_word(&serde_json::to_value(error.reason).unwrap_or_default());
                let until = error.retry_after.map(|at| format!(", not before {}", at.rfc3339()));
                let until = until.unwrap_or_default();
                say::say(&format!("{} of {}: unknown ({class}{until})", answer.request, platform.key()));
            }
        }
    }
    match unknown {
        0 => Ok(()),
        _ => Err(Failure::Failed(format!("{unknown} of {} requests told nothing", answers.len()))),
    }
}

fn platform_word(reason: &serde_json::Value) -> String {
    reason.as_str().unwrap_or_default().replace('_', " ")
}

fn spoken(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Duration(span) => span.to_string(),
        Value::Datetime(moment) => moment.rfc3339(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Text(text) => domain::fact::quoted(text),
        Value::TextSet(texts) => {
            let texts: Vec<_> = texts.iter().map(|text| domain::fact::quoted(text)).collect();
            format!("[{}]", texts.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_70_a_key_in_a_url_is_not_shown() {
        let url = "https://api.example/level?key=canary7c1f&steamid=76";
        assert_eq!(shown(url, Some("key")), "https://api.example/level?key=%E2%80%A6&steamid=76");
        assert_eq!(shown(url, None), url);
    }
}
