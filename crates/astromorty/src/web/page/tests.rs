//! Every page with ordinary, empty, very long and hostile data.

use askama::Template;
use domain::moment::{Moment, Span};
use domain::verdict::Outcome;

use super::*;
use crate::i18n::{Locale, Messages, Shown, shown};

const NOW: Moment = Moment::from_millis(1_717_200_000_000);
const TOKEN: &str = "csrf-token-of-this-session";

/// What outside names may try (N-69).
const HOSTILE: [&str; 14] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\u{202E}ada\u{2066}\u{200B}\u{200F}",
    "@everyone <@&1> </cmd:1>",
    "```js\nalert(1)\n```",
    "[x](https://evil.example)",
    "https://discord.gg/evil javascript:alert(1)",
    "{{ 7 * 7 }} {$name} { $account }",
    "ada\r\nSet-Cookie: a=b",
    "</title></style><svg onload=alert(1)>",
    "&lt;b&gt; &#60;",
    "",
    "\u{E000}\u{E001}\0\u{1b}[31m",
];

struct Sample {
    messages: Messages,
    name: String,
}

impl Sample {
    fn new(name: &str) -> Self {
        Self { messages: Messages::new(), name: name.to_owned() }
    }

    fn name(&self, usual: &str) -> Shown {
        shown(if self.name == "ordinary" { usual } else { &self.name })
    }

    fn view(&self) -> View<'_> {
        View {
            messages: &self.messages,
            locale: Locale::English,
            now: NOW,
            public_base: "https://roles.example.org",
            signed_in: Some(SignedIn { name: self.name("ada"), csrf: TOKEN.to_owned() }),
        }
    }

    fn stranger(&self) -> View<'_> {
        View { signed_in: None, ..self.view() }
    }

    fn role(&self, usual: &str, colour: u32) -> RoleChip {
        RoleChip { name: self.name(usual), colour: Colour::new(colour) }
    }

    /// A reason's text has been cleaned where it was made into a sentence.
    fn reason(&self, outcome: Outcome, text: &str, depth: usize) -> ReasonLine {
        ReasonLine { depth, outcome, text: self.name(text).to_string() }
    }

    fn rules(&self) -> Vec<RuleView> {
        vec![
            RuleView {
                role: self.role("Popular", 0x00F1_C40F),
                outcome: Outcome::Holds,
                reasons: vec![
                    self.reason(Outcome::Holds, "120 followers on GitHub, it takes 100", 0),
                    self.reason(Outcome::Holds, "account on GitHub is 13 years old, it takes 1 year", 0),
                ],
                state: RoleState::Given,
            },
            RuleView {
                role: self.role("Collector", 0x003A_9D5D),
                outcome: Outcome::Fails,
                reasons: vec![
                    self.reason(Outcome::Fails, "at least 2 of these 3; 1 is met", 0),
                    self.reason(Outcome::Holds, "GitHub account linked", 1),
                    self.reason(Outcome::Fails, "no X account linked", 1),
                    self.reason(Outcome::Fails, "no Steam account linked", 1),
                ],
                state: RoleState::NotMet,
            },
            RuleView {
                role: self.role("Old hand", 0),
                outcome: Outcome::Unknown,
                reasons: vec![self.reason(Outcome::Unknown, "GitHub did not answer; what you hold stays", 0)],
                state: RoleState::KeptUnknown,
            },
            RuleView {
                role: self.role("Moderator’s friend", 0x00E9_1E63),
                outcome: Outcome::Holds,
                reasons: vec![self.reason(Outcome::Holds, "8 public repositories on GitHub, it takes 5", 0)],
                state: RoleState::AboveBot,
            },
        ]
    }

    fn landing(&self) -> Landing<'_> {
        Landing {
            view: self.stranger(),
            notice: Some(Notice::SignedOut),
            platforms: vec![platform("github", "GitHub"), platform("x", "X"), platform("steam", "Steam")],
        }
    }

    fn confirm(&self) -> Confirm<'_> {
        let facts = ["followers on GitHub", "age of your GitHub account"];
        Confirm {
            view: self.view(),
            platform: platform("github", "GitHub"),
            account: self.name("octocat"),
            discord: self.name("ada"),
            csrf: TOKEN.to_owned(),
            moves: true,
            servers: vec![
                ServerChoice {
                    id: "81384788765712384".parse().unwrap(),
                    name: self.name("Rust Café"),
                    facts: facts.map(str::to_owned).to_vec(),
                    roles: vec![self.role("Popular", 0x00F1_C40F), self.role("Old hand", 0)],
                },
                ServerChoice {
                    id: "81384788765712385".parse().unwrap(),
                    name: self.name("Board Game Night"),
                    facts: vec![],
                    roles: vec![],
                },
            ],
            server_list: ServerList::Complete,
            profile_values: vec![self.name("GitHub account age"), self.name("GitHub followers")],
        }
    }

    fn result(&self) -> Linked<'_> {
        Linked {
            view: self.view(),
            platform: platform("github", "GitHub"),
            account: self.name("octocat"),
            discord: self.name("ada"),
            settled: Settled::Queued,
            servers: vec![ServerOutcome {
                id: "81384788765712384".parse().unwrap(),
                name: self.name("Rust Café"),
                rules: self.rules(),
            }],
            on_profile: true,
        }
    }

    fn accounts(&self) -> Vec<AccountCard> {
        vec![
            AccountCard {
                platform: platform("github", "GitHub"),
                name: self.name("octocat"),
                linked_at: NOW - Span::days(30),
                checked_at: Some(NOW - Span::hours(2)),
                standing: Standing::Good,
                settings_url: Some("https://github.com/settings/connections/applications/1".into()),
            },
            AccountCard {
                platform: platform("steam", "Steam"),
                name: self.name("gaben"),
                linked_at: NOW,
                checked_at: None,
                standing: Standing::NeedsAuthorization,
                settings_url: None,
            },
        ]
    }

    fn dashboard(&self) -> Dashboard<'_> {
        let fact = |words: &str, agreed| FactAsked { words: words.to_owned(), agreed };
        let server = |id: &str, name: &str, rules| ServerCard {
            id: id.parse().unwrap(),
            name: self.name(name),
            facts: vec![fact("followers on GitHub", true), fact("public repositories on GitHub", false)],
            uses_facts: true,
            sees_name: false,
            rules,
        };
        let value = |name: &str, value: &str| ProfileValue { name: self.name(name), value: self.name(value) };
        Dashboard {
            view: self.view(),
            notice: Some(Notice::Checked),
            moved: vec![(platform("x", "X"), NOW)],
            accounts: self.accounts(),
            available: vec![platform("x", "X"), platform("guildhall", "Guild Hall")],
            servers: vec![
                server("81384788765712384", "Rust Café", self.rules()),
                server("81384788765712385", "Board Game Night", vec![]),
            ],
            server_list: ServerList::Complete,
            profile: Profile {
                shown: true,
                queued: false,
                pushed_at: Some(NOW - Span::minutes(3)),
                values: vec![
                    value("GitHub account since", "25 January 2011"),
                    value("GitHub followers", "120"),
                    value("Linked accounts", "2"),
                ],
            },
            messages_wanted: false,
            claim_help: true,
        }
    }

    fn unlink(&self) -> Unlink<'_> {
        Unlink {
            view: self.view(),
            platform: platform("github", "GitHub"),
            account: self.name("octocat"),
            roles: self.lost(),
            settings_url: Some("https://github.com/settings/connections/applications/1".into()),
        }
    }

    fn lost(&self) -> Vec<RoleLost> {
        let lost = |role| RoleLost { server: self.name("Rust Café"), role };
        vec![lost(self.role("Popular", 0x00F1_C40F)), lost(self.role("Old hand", 0))]
    }

    fn erase(&self) -> Erase<'_> {
        Erase {
            view: self.view(),
            accounts: vec![(platform("github", "GitHub"), self.name("octocat"))],
            roles: self.lost(),
        }
    }

    fn trouble(&self, trouble: Trouble) -> TroublePage<'_> {
        TroublePage { view: self.view(), trouble }
    }

    fn prose(&self, text: &str) -> Prose<'_> {
        Prose { view: self.stranger(), title: "Privacy".to_owned(), blocks: blocks(text) }
    }

    /// Every page by the name of its file, with everything on it.
    fn pages(&self) -> Vec<(String, String)> {
        let drawn =
            |name: &str, page: &dyn askama::DynTemplate| (name.to_owned(), page.dyn_render().unwrap());
        let mut pages = vec![
            drawn("landing", &self.landing()),
            drawn("confirm", &self.confirm()),
            drawn("result", &self.result()),
            drawn("dashboard", &self.dashboard()),
            drawn("unlink", &self.unlink()),
            drawn("erase", &self.erase()),
            drawn("privacy", &self.prose(default_privacy(Locale::English))),
            drawn("terms", &self.prose(default_terms(Locale::English))),
            drawn("operators-text", &self.prose(&self.name)),
        ];
        for trouble in Trouble::samples() {
            let name = trouble.stem();
            pages.push(drawn(name, &self.trouble(trouble)));
        }
        pages.extend(self.empty_pages());
        pages
    }

    fn empty_pages(&self) -> Vec<(String, String)> {
        let landing = Landing { notice: None, platforms: vec![], ..self.landing() };
        let confirm = Confirm {
            moves: false,
            servers: vec![],
            server_list: ServerList::Loading,
            profile_values: vec![],
            ..self.confirm()
        };
        let result =
            Linked { servers: vec![], settled: Settled::DiscordDown, on_profile: false, ..self.result() };
        let dashboard = Dashboard {
            notice: None,
            moved: vec![],
            accounts: vec![],
            servers: vec![],
            server_list: ServerList::Complete,
            profile: Profile { shown: false, queued: true, pushed_at: None, values: vec![] },
            claim_help: false,
            ..self.dashboard()
        };
        let unlink = Unlink { roles: vec![], settings_url: None, ..self.unlink() };
        let erase = Erase { accounts: vec![], roles: vec![], ..self.erase() };
        let drawn = |name: &str, page: &dyn askama::DynTemplate| {
            (format!("{name}-empty"), page.dyn_render().unwrap())
        };
        vec![
            drawn("landing", &landing),
            drawn("confirm", &confirm),
            drawn("result", &result),
            drawn("dashboard", &dashboard),
            drawn("unlink", &unlink),
            drawn("erase", &erase),
        ]
    }
}

fn platform(key: &str, name: &str) -> PlatformView {
    PlatformView { key: key.parse().unwrap(), name: name.to_owned() }
}

/// The tags of a page, each without its angle brackets. Text that stands between tags is left out.
fn tags(page: &str) -> Vec<&str> {
    page.split('<').skip(1).filter_map(|piece| piece.split_once('>').map(|(tag, _)| tag)).collect()
}

/// The names of a tag's attributes.
fn attributes(tag: &str) -> Vec<String> {
    let mut outside = String::new();
    for (place, piece) in tag.split('"').enumerate() {
        if place % 2 == 0 {
            outside.push_str(piece);
        }
    }
    let names = outside.split_whitespace().skip(1);
    names.map(|name| name.trim_end_matches('=').to_ascii_lowercase()).collect()
}

fn assert_harmless(name: &str, page: &str) {
    for tag in tags(page) {
        let element = tag.split_whitespace().next().unwrap_or_default();
        for forbidden in ["script", "style", "iframe", "object", "base", "img"] {
            assert_ne!(element, forbidden, "{name}: <{tag}>");
        }
        for attribute in attributes(tag) {
            let code = attribute.starts_with("on") || attribute == "style";
            assert!(!code, "{name}: <{tag}>");
        }
        assert!(!tag.contains("=\"javascript:"), "{name}: <{tag}>");
        assert!(!tag.contains('\''), "{name}: attributes stand in double quotes: <{tag}>");
    }
}

fn assert_nothing_hidden(name: &str, page: &str) {
    for hidden in ['\u{202E}', '\u{200B}', '\u{200F}', '\u{E000}', '\0', '\u{1b}'] {
        assert!(!page.contains(hidden), "{name} has {hidden:?}");
    }
}

#[test]
fn n_69_no_name_becomes_code_on_any_page() {
    for hostile in HOSTILE.into_iter().chain(["ordinary"]) {
        for (name, page) in Sample::new(hostile).pages() {
            assert_harmless(&name, &page);
            // An operator's own text may use what its script needs.
            if name != "operators-text" {
                assert_nothing_hidden(&name, &page);
            }
        }
    }
}

#[test]
fn n_69_a_very_long_name_leaves_the_page_in_bounds() {
    for (name, page) in Sample::new(&"x".repeat(10_000)).pages() {
        let reasons = name == "result" || name == "dashboard" || name == "operators-text";
        assert!(reasons || page.len() < 40_000, "{name}: {}", page.len());
        assert_harmless(&name, &page);
    }
}

#[test]
fn every_argument_reaches_its_message() {
    for (name, page) in Sample::new("ordinary").pages() {
        assert!(!page.contains("{$") && !page.contains("{ $"), "{name}");
        for id in ["trouble-", "role-", "notice-", "standing-", "dashboard-", "confirm-"] {
            let shown = page.contains(&format!(">{id}"));
            assert!(!shown, "{name} shows an id that begins with {id}");
        }
    }
}

#[test]
fn n_37_every_form_that_changes_something_carries_the_token() {
    for (name, page) in Sample::new("ordinary").pages() {
        for form in page.split("<form ").skip(1) {
            let form = form.split("</form>").next().unwrap();
            assert!(form.starts_with("method=\"post\""), "{name}: {form}");
            let token = format!("name=\"csrf\" value=\"{TOKEN}\"");
            assert!(form.contains(&token), "{name}: {form}");
            assert!(form.contains("action=\"/"), "{name}: {form}");
        }
    }
}

#[test]
fn n_04_the_confirm_page_names_both_accounts() {
    let page = Sample::new("ordinary").confirm().render().unwrap();
    let question = "Link GitHub <strong><bdi>octocat</bdi></strong> to Discord \
                    <strong><bdi>ada</bdi></strong>?";
    assert!(page.contains(question));
}

#[test]
fn the_confirm_page_has_one_form_and_nothing_ticked() {
    for (name, page) in Sample::new("ordinary").pages() {
        if name.starts_with("confirm") {
            assert_eq!(page.matches("<form").count(), 1, "{name}");
            for tag in tags(&page) {
                assert!(!attributes(tag).contains(&"checked".to_owned()), "{name}: <{tag}>");
            }
            assert!(page.contains("name=\"decision\" value=\"link\""));
            assert!(page.contains("name=\"decision\" value=\"cancel\""));
        }
    }
}

#[test]
fn the_dashboard_ticks_what_was_agreed_to_and_nothing_new() {
    let page = Sample::new("ordinary").dashboard().render().unwrap();
    let id = "81384788765712384";
    assert!(page.contains(&format!("name=\"guild\" value=\"{id}\" checked")));
    assert!(page.contains(&format!("name=\"name\" value=\"{id}\">")));
    assert!(page.contains(&format!("name=\"agree\" value=\"{id}\">")));
    assert!(page.contains(&format!("name=\"listed\" value=\"{id}\">")));
}

#[test]
fn a_trouble_says_what_happened_and_what_to_do() {
    let sample = Sample::new("ordinary");
    let page = |trouble| sample.trouble(trouble).render().unwrap();
    let taken = page(Trouble::Taken(platform("github", "GitHub")));
    assert!(taken.contains("This GitHub account is already linked"));
    assert!(taken.contains("Nothing was changed or lost."));
    assert!(page(Trouble::TooMany { seconds: 240 }).contains("wait 4 minutes"));
    let denied = page(Trouble::Denied(platform("github", "GitHub")));
    assert!(denied.contains("/api/role-connections/github/authorize"));
}

#[test]
fn every_page_has_its_landmarks_and_one_heading() {
    for (name, page) in Sample::new("ordinary").pages() {
        for part in ["<html lang=\"en\"", "<main id=\"main\"", "<header", "<footer", "class=\"skip\""] {
            assert!(page.contains(part), "{name} lacks {part}");
        }
        assert_eq!(page.matches("<h1").count(), 1, "{name}");
    }
}

#[test]
fn every_label_id_is_there_and_only_once() {
    for (name, page) in Sample::new("ordinary").pages() {
        for label in page.split("aria-labelledby=\"").skip(1) {
            let id = label.split('"').next().unwrap();
            assert_eq!(page.matches(&format!(" id=\"{id}\"")).count(), 1, "{name}: {id}");
        }
    }
}

#[test]
fn templates_never_switch_escaping_off() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for folder in [folder.clone(), folder.join("part")] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = std::fs::read_to_string(&path) else {
                continue;
            };
            for word in ["|safe", "| safe", "autoescape", "style=", "<script", "|escape(\"none"] {
                assert!(!text.contains(word), "{} has {word}", path.display());
            }
        }
    }
}

/// Writes every page as a file to look at: `PAGES=<folder> cargo test -p astromorty written -- --ignored`.
#[test]
#[ignore = "for looking at pages, not a check"]
fn pages_are_written_for_looking_at() {
    let folder = std::path::PathBuf::from(std::env::var_os("PAGES").expect("PAGES names a folder"));
    for (name, page) in Sample::new("ordinary").pages() {
        let page = page.replace(asset::path("style.css"), "style.css");
        std::fs::write(folder.join(format!("{name}.html")), page).unwrap();
    }
    for (name, page) in Sample::new(&"A very long name without end ".repeat(300)).pages() {
        let page = page.replace(asset::path("style.css"), "style.css");
        std::fs::write(folder.join(format!("long-{name}.html")), page).unwrap();
    }
}
