//! A browser: cookies by host, redirects one by one, forms as people send them.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, Method, Request, StatusCode};
use url::Url;
use url::form_urlencoded::Serializer;

use super::outside::Outside;

#[derive(Clone)]
pub struct Browser {
    outside: Outside,
    pub cookies: BTreeMap<(String, String), String>,
}

/// What a page answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub url: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    /// Where it sends the browser.
    pub fn location(&self) -> Url {
        let location = self
            .headers
            .get(LOCATION)
            .unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.body));
        self.url.join(location.to_str().unwrap()).unwrap()
    }

    /// The value of a hidden field.
    pub fn field(&self, name: &str) -> String {
        let at = self
            .body
            .find(&format!("name=\"{name}\""))
            .unwrap_or_else(|| panic!("no {name} in {}", self.body));
        let tag_start = self.body[..at].rfind('<').unwrap();
        let tag = &self.body[tag_start..tag_start + self.body[tag_start..].find('>').unwrap()];
        let value = tag.split("value=\"").nth(1).unwrap();
        value[..value.find('"').unwrap()].to_owned()
    }

    /// Whether people read this text on the page.
    pub fn says(&self, text: &str) -> bool {
        let mut plain = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside && !('\u{2066}'..='\u{2069}').contains(&c) => plain.push(c),
                _ => {}
            }
        }
        let plain = plain.replace("&#39;", "'").replace("&quot;", "\"").replace("&amp;", "&");
        plain.split_whitespace().collect::<Vec<_>>().join(" ").contains(text)
    }
}

impl Browser {
    pub fn new(outside: Outside) -> Self {
        Self { outside, cookies: BTreeMap::new() }
    }

    /// One request, without following anything.
    pub async fn send(&mut self, mut request: Request<Bytes>) -> Answer {
        let url = Url::parse(&request.uri().to_string()).unwrap();
        let host = url.host_str().unwrap().to_owned();
        let own = self.cookies.iter().filter(|((of, _), _)| *of == host);
        let cookies: Vec<_> = own.map(|((_, name), value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() && !request.headers().contains_key(COOKIE) {
            request.headers_mut().insert(COOKIE, cookies.join("; ").parse().unwrap());
        }
        let answer = self.outside.send(request).await.unwrap();
        for line in answer.headers().get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert((host.clone(), name.to_owned()), value.to_owned());
        }
        self.cookies.retain(|_, value| !value.is_empty());
        let (parts, body) = answer.into_parts();
        let body = String::from_utf8_lossy(&body).into_owned();
        Answer { url, status: parts.status, headers: parts.headers, body }
    }

    /// Opens an address; a path is one of ours.
    pub async fn get(&mut self, address: &str) -> Answer {
        let url = self.outside.base().join(address).unwrap();
        self.send(Request::get(url.as_str()).body(Bytes::new()).unwrap()).await
    }

    /// Opens an address and follows every redirect.
    pub async fn visit(&mut self, address: &str) -> Answer {
        let answer = self.get(address).await;
        self.follow(answer).await
    }

    /// Follows every redirect.
    pub async fn follow(&mut self, mut answer: Answer) -> Answer {
        for _ in 0..20 {
            if !answer.status.is_redirection() {
                return answer;
            }
            answer = self.get(answer.location().as_str()).await;
        }
        panic!("redirected for ever");
    }

    /// Posts a form as our own page does.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let url = self.outside.base().join(address).unwrap();
        let request = Request::builder()
            .method(Method::POST)
            .uri(url.as_str())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("origin", url.origin().ascii_serialization())
            .header("sec-fetch-site", "same-origin")
            .body(Bytes::from(Serializer::new(String::new()).extend_pairs(fields).finish()))
            .unwrap();
        self.send(request).await
    }

    /// Sends the form of a page, with its token, and follows where it leads.
    pub async fn submit(&mut self, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let action = page.body.split("<form").find_map(|form| form.split("action=\"").nth(1)).unwrap();
        let action = action[..action.find('"').unwrap()].to_owned();
        let answer = self.post_with_token(&action, page, fields).await;
        self.follow(answer).await
    }

    /// Posts fields with the token that a page holds.
    pub async fn post_with_token(&mut self, path: &str, page: &Answer, fields: &[(&str, &str)]) -> Answer {
        let csrf = page.field("csrf");
        let fields: Vec<_> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post(path, &fields).await
    }

    /// Says yes on an authorize page of a stand-in, as this person; answers with the way back.
    pub async fn agree(&mut self, authorize: &Url, person: u64) -> Url {
        self.decide(authorize, person, "authorize").await
    }

    /// Decides on an authorize page of a stand-in.
    pub async fn decide(&mut self, authorize: &Url, person: u64, decision: &str) -> Url {
        let fields = [("user", person.to_string()), ("decision", decision.to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post(authorize.as_str(), &fields).await.location()
    }

    /// Signs in; ends on the dashboard.
    pub async fn sign_in(&mut self, person: u64) -> Answer {
        self.sign_in_by("/auth/discord/login", person).await
    }

    /// Signs in by one of our addresses that needs it, and follows where that leads.
    pub async fn sign_in_by(&mut self, address: &str, person: u64) -> Answer {
        let to_discord = self.get(address).await.location();
        let back = self.agree(&to_discord, person).await;
        self.visit(back.as_str()).await
    }

    /// Goes to the platform and comes back with this account; ends on the confirm page.
    pub async fn to_confirm(&mut self, platform: &str, account: u64) -> Answer {
        let there = self.get(&format!("/api/role-connections/{platform}/authorize")).await.location();
        let back = self.agree(&there, account).await;
        self.visit(back.as_str()).await
    }
}
