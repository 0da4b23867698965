//! A browser window, by what a person does in it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub struct Window {
    client: Client,
    _driver: Child,
}

impl Window {
    /// `None`, said aloud, where there is no browser.
    pub async fn open() -> Option<Self> {
        let Ok(driver) = std::env::var("CHROMEDRIVER") else {
            println!("skipped: CHROMEDRIVER names no driver");
            return None;
        };
        let mut driver = Command::new(driver)
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next_line().await.unwrap().expect("the driver says its port");
            if let Some(port) =
                line.split("successfully on port ").nth(1).map(|rest| rest.trim_end_matches('.').to_owned())
            {
                break port;
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities())
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let width = std::env::var("WIDTH").ok().and_then(|width| width.parse().ok()).unwrap_or(1100);
        client.set_window_size(width, 1400).await.unwrap();
        Some(Self { client, _driver: driver })
    }

    pub async fn go(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// Presses what leads to another page, and waits for that page.
    pub async fn click(&self, css: &str) {
        self.client.execute("window.before = true", vec![]).await.unwrap();
        self.tick(css).await;
        // Each question to the browser takes a while, so this is bounded in time as well.
        for _ in 0..5000 {
            let script = "return window.before === undefined && document.readyState === 'complete'";
            if self.client.execute(script, vec![]).await.is_ok_and(|arrived| arrived == true) {
                return;
            }
        }
        panic!("{css} led nowhere: {}", self.text().await);
    }

    /// Presses what stays on the page.
    pub async fn tick(&self, css: &str) {
        let found = self.client.wait().at_most(Duration::from_secs(10)).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element.click().await.unwrap(),
            Err(why) => panic!("no {css} ({why}) on: {}", self.text().await),
        }
    }

    pub async fn fill(&self, css: &str, text: &str) {
        let field = self.client.wait().for_element(Locator::Css(css)).await.unwrap();
        field.clear().await.unwrap();
        field.send_keys(text).await.unwrap();
    }

    /// Picks a person or account on a stand-in's page.
    pub async fn pick(&self, name: &str) {
        let choice = format!("//label[contains(., '{name}')]");
        self.client.wait().for_element(Locator::XPath(&choice)).await.unwrap().click().await.unwrap();
    }

    /// Presses a stand-in's button.
    pub async fn decide(&self, decision: &str) {
        self.click(&format!("button[value={decision}]")).await;
    }

    /// What a stand-in's server page says of a member.
    pub async fn member(&self, name: &str) -> String {
        let card = format!("//*[@data-member][contains(., '{name}')]");
        self.client.wait().for_element(Locator::XPath(&card)).await.unwrap().text().await.unwrap()
    }

    /// Claims the linked role for a member, as they do in Discord's dialog.
    pub async fn claim(&self, name: &str) {
        let option = format!("//form[contains(@action, '/claim')]//option[contains(., '{name}')]");
        self.client.wait().for_element(Locator::XPath(&option)).await.unwrap().click().await.unwrap();
        self.click("form[action$='/claim'] button").await;
    }

    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    /// What a person reads.
    pub async fn text(&self) -> String {
        let text = self.client.find(Locator::Css("body")).await.unwrap().text().await.unwrap();
        text.replace(|c: char| ('\u{2066}'..='\u{2069}').contains(&c), "")
    }

    /// A screenshot, where somebody wants to look.
    pub async fn picture(&self, name: &str) {
        let Ok(folder) = std::env::var("PICTURES") else { return };
        let png = self.client.screenshot().await.unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), png).unwrap();
    }

    pub async fn close(self) {
        self.client.close().await.unwrap();
    }
}

fn capabilities() -> Capabilities {
    let mut args = vec![
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
    ];
    if std::env::var("SCHEME").is_ok_and(|scheme| scheme == "dark") {
        args.push("--blink-settings=preferredColorScheme=0");
    }
    let options = json!({ "goog:chromeOptions": { "args": args } });
    serde_json::from_value(options).unwrap()
}
