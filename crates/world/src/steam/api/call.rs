//! The parameters of a call.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::params::{Params, Repeated};
use crate::steam::site::Page;

/// The most accounts of one call.
const MOST_IDS: usize = 100;

/// Reads the query: each parameter once, and JSON wanted.
pub(crate) fn read(query: Option<&str>) -> Result<Params, Page> {
    let params = Params::parse(query.unwrap_or_default().as_bytes());
    let params = params.map_err(|Repeated(_)| Page::bad_request("A parameter was given more than once."))?;
    match params.find("format") {
        None | Some("json") => Ok(params),
        Some(_) => Err(Page::bad_request("format must be json here.")),
    }
}

/// Reads `steamids`: one to a hundred, with commas between them. What is no number is nobody.
pub(crate) fn ids(params: &Params) -> Result<BTreeSet<u64>, Page> {
    let text = params.find("steamids").ok_or_else(|| missing("steamids"))?;
    if text.split(',').count() > MOST_IDS {
        return Err(Page::bad_request("steamids may name 100 accounts at most."));
    }
    Ok(text.split(',').filter_map(|id| id.parse().ok()).collect())
}

fn missing(name: &str) -> Page {
    Page::bad_request(format!("Required parameter '{name}' is missing"))
}

/// What a call of `IPlayerService` asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PlayerCall {
    pub(crate) id: u64,
    pub(crate) free_games: bool,
    /// The only games wanted; without a filter all are.
    pub(crate) only: Option<BTreeSet<u32>>,
    /// The most games wanted; 0 means all.
    pub(crate) count: usize,
}

/// The parameters as `input_json` writes them; those that the method does not know are refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Input {
    steamid: Option<Id>,
    #[serde(default)]
    include_played_free_games: bool,
    /// Known, but names and icons of games are not kept here.
    #[serde(default, rename = "include_appinfo")]
    _appinfo: bool,
    appids_filter: Option<BTreeSet<u32>>,
    #[serde(default)]
    count: usize,
}

/// 64 bits are a text in JSON; a number is taken as well.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

impl PlayerCall {
    /// Reads `input_json` if it is there, else the query.
    pub(crate) fn read(query: Option<&str>) -> Result<PlayerCall, Page> {
        let params = read(query)?;
        match params.find("input_json") {
            Some(text) => PlayerCall::of_json(text),
            None => PlayerCall::of_query(&params),
        }
    }

    fn of_json(text: &str) -> Result<PlayerCall, Page> {
        let input: Input =
            serde_json::from_str(text).map_err(|_| Page::bad_request("input_json cannot be read."))?;
        let id = match input.steamid.ok_or_else(|| missing("steamid"))? {
            Id::Text(text) => id(&text)?,
            Id::Number(id) => id,
        };
        let free_games = input.include_played_free_games;
        let only = input.appids_filter.filter(|ids| !ids.is_empty());
        Ok(PlayerCall { id, free_games, only, count: input.count })
    }

    fn of_query(params: &Params) -> Result<PlayerCall, Page> {
        let id = id(params.find("steamid").ok_or_else(|| missing("steamid"))?)?;
        let free_games = match params.find("include_played_free_games") {
            None | Some("0" | "false") => false,
            Some("1" | "true") => true,
            Some(_) => return Err(Page::bad_request("include_played_free_games must be 0 or 1.")),
        };
        let filter = params.names().filter(|name| name.starts_with("appids_filter["));
        let filter: Option<BTreeSet<u32>> =
            filter.map(|name| params.find(name).and_then(|text| text.parse().ok())).collect();
        let filter = filter.ok_or_else(|| Page::bad_request("appids_filter must be numbers."))?;
        let count = params.find("count").map_or(Ok(0), str::parse);
        let count = count.map_err(|_| Page::bad_request("count must be a number."))?;
        Ok(PlayerCall { id, free_games, only: (!filter.is_empty()).then_some(filter), count })
    }
}

fn id(text: &str) -> Result<u64, Page> {
    text.parse().map_err(|_| Page::bad_request("steamid must be a 64-bit number."))
}
