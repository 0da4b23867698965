//! `[web]`: where we listen and under which name the world knows us.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use domain::id::UserId;
use ipnet::IpNet;
use toml::Value;
use url::Url;

use super::mistake::Wrong;
use super::parse;
use super::reader::Reader;

const METRICS_PORT: u16 = 9464;

/// Where we listen and under which name the world knows us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSettings {
    /// What members type: an origin. It alone decides redirect URIs.
    pub public_url: Url,
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where `/metrics` listens.
    pub metrics_bind: SocketAddr,
    /// Who sees the operator pages.
    pub operators: Vec<UserId>,
}

impl WebSettings {
    /// The full URL of one of our pages; `path` starts with a slash.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// Whether browsers reach us by https; without it cookies are not `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

pub(super) fn read(reader: &mut Reader) -> Option<WebSettings> {
    let local = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let public_url = reader.required("web.public_url", origin);
    let settings = WebSettings {
        host: reader.or("web.host", local, parse::address),
        port: reader.or("web.port", 8000, parse::port),
        trusted_proxies: reader.or("web.trusted_proxies", Vec::new(), networks),
        metrics_bind: reader.or("web.metrics_bind", (local, METRICS_PORT).into(), parse::socket),
        operators: reader.or("web.operators", Vec::new(), users),
        public_url: public_url?,
    };
    Some(settings)
}

fn origin(value: &Value) -> Result<Url, Wrong> {
    let url = parse::url(value)?;
    if url.path() != "/" || url.query().is_some() {
        return Err(Wrong::new(
            "the URL has a path, and our pages stand at the root of a host",
            "write the scheme and host alone, such as https://roles.example.org",
        ));
    }
    Ok(url)
}

/// Networks, or single addresses.
fn networks(value: &Value) -> Result<Vec<IpNet>, Wrong> {
    let wrong = Wrong::new("a proxy is not a network", "write addresses or networks, such as 10.0.0.0/8");
    let network = |text: &String| {
        let single = text.parse::<IpAddr>().map(IpNet::from);
        single.or_else(|_| text.parse()).map_err(|_| wrong)
    };
    parse::texts(value)?.iter().map(network).collect()
}

fn users(value: &Value) -> Result<Vec<UserId>, Wrong> {
    parse::list(
        value,
        Wrong::new("an operator is not a Discord user id", "copy the id of 17 to 19 digits from Discord"),
    )
}
