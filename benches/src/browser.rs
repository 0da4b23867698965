//! A browser as the product sees one: one cookie, redirects one by one, forms with their token.

use anyhow::{Context, Result, bail, ensure};
use reqwest::{Client, RequestBuilder, Response};
use url::Url;

#[derive(Debug)]
pub struct Browser {
    client: Client,
    base: String,
    network: String,
    cookie: Option<String>,
}

impl Browser {
    /// A browser in a /24 of this person's own.
    pub fn new(client: &Client, base: &str, person: u64) -> Self {
        let network = format!("{}.{}.{}.7", 1 + (person >> 16) % 200, (person >> 8) % 256, person % 256);
        Self { client: client.clone(), base: base.to_owned(), network, cookie: None }
    }

    /// Opens a path that answers with a page.
    pub async fn page(&mut self, path: &str) -> Result<String> {
        let answer = self.send(self.client.get(format!("{}{path}", self.base))).await?;
        ensure!(answer.status() == 200, "{path} answered {}", answer.status());
        Ok(answer.text().await?)
    }

    /// Opens a path that sends the browser elsewhere.
    pub async fn redirect(&mut self, path: &str) -> Result<Url> {
        let answer = self.send(self.client.get(format!("{}{path}", self.base))).await?;
        self.target(answer).await
    }

    /// Sends a page's form; answers with where that leads.
    pub async fn submit(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Result<Url> {
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).context("the page has no token")?;
        let csrf = &csrf[..csrf.find('"').context("the token ends")?];
        let fields = [("csrf", csrf)].into_iter().chain(fields.iter().copied());
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let call = self.client.post(format!("{}{path}", self.base)).body(form);
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let answer =
            self.send(call.header("origin", &self.base).header("sec-fetch-site", "same-origin")).await?;
        self.target(answer).await
    }

    async fn send(&mut self, mut call: RequestBuilder) -> Result<Response> {
        call = call.header("x-forwarded-for", &self.network);
        if let Some(cookie) = &self.cookie {
            call = call.header("cookie", cookie);
        }
        let answer = call.send().await?;
        if let Some(set) = answer.headers().get("set-cookie") {
            self.cookie = set.to_str()?.split(';').next().map(str::to_owned);
        }
        Ok(answer)
    }

    async fn target(&self, answer: Response) -> Result<Url> {
        let Some(location) = answer.headers().get("location") else {
            let what = format!("{} was no redirect but {}", answer.url(), answer.status());
            bail!("{what}: {}", answer.text().await?);
        };
        let target = Url::parse(&self.base)?.join(location.to_str()?)?;
        // Read to its end, so that the connection can be used again.
        answer.bytes().await?;
        Ok(target)
    }
}
