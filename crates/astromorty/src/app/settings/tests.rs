use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::known::KNOWN;
use super::*;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const EXAMPLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../astromorty.example.toml"));

/// A folder of its own for one test, gone at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("astromorty-{}-{test}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn env(variables: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    variables.iter().map(owned).collect()
}

/// The least that starts.
fn least() -> BTreeMap<String, String> {
    env(&[
        ("ASTROMORTY__WEB__PUBLIC_URL", "https://roles.example.org"),
        ("ASTROMORTY__SECRETS__KEYS", &format!("2026-11:{KEY}")),
        ("ASTROMORTY__DISCORD__APPLICATION_ID", "1234567890123456789"),
        ("ASTROMORTY__DISCORD__CLIENT_SECRET", "canary-client-secret"),
        ("ASTROMORTY__DISCORD__BOT_TOKEN", "canary-bot-token"),
    ])
}

fn with(variables: &[(&str, &str)]) -> Result<Settings, Vec<String>> {
    let mut all = least();
    all.extend(env(variables));
    texts(Settings::load(None, &all))
}

fn file(name: &str, text: &str) -> Result<Settings, Vec<String>> {
    let folder = Folder::new(name);
    let path = folder.write("settings.toml", text);
    let folder = format!("{}/", folder.0.display());
    let told = texts(Settings::load(Some(&path), &least()));
    told.map_err(|mistakes| mistakes.iter().map(|told| told.replace(&folder, "")).collect())
}

fn texts(loaded: Result<Settings, Vec<SettingsError>>) -> Result<Settings, Vec<String>> {
    loaded.map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect())
}

fn only_mistake(variable: &str, value: &str) -> String {
    let mut mistakes = with(&[(variable, value)]).unwrap_err();
    assert_eq!(mistakes.len(), 1, "{mistakes:?}");
    mistakes.remove(0)
}

#[test]
fn the_least_settings_have_the_documented_defaults() {
    let settings = with(&[]).unwrap();
    assert_eq!(settings.web.page("/x"), "https://roles.example.org/x");
    assert!(settings.web.is_https());
    assert_eq!(settings.web.host.to_string(), "127.0.0.1");
    assert_eq!(settings.web.port, 8000);
    assert_eq!(settings.web.metrics_bind.to_string(), "127.0.0.1:9464");
    assert_eq!(settings.database, Database::Sqlite("astromorty.db".into()));
    assert_eq!(settings.keys[0].id, "2026-11");
    assert_eq!(settings.keys[0].bytes[31], 31);
    let discord = &settings.discord;
    assert_eq!(discord.api_url.as_str(), "https://discord.com/api/v10");
    assert_eq!(discord.authorize_url.as_str(), "https://discord.com/oauth2/authorize");
    assert_eq!((discord.pace, discord.commands), (48, Commands::Gateway));
    assert_eq!(settings.limits.link_starts_network, 300);
    assert_eq!(settings.metadata, None);
    assert!(settings.platforms.is_empty());
}

#[test]
fn all_mistakes_are_told_at_once_each_with_place_and_cure() {
    let text = "[web]\npublik_url = \"x\"\nport = 70000\n\n[discord]\npace = 51\ncommands = \"http\"\n\n[platforms.github]\nclient_secret = \"s\"\nhosts.api = \"http://example.org\"\n";
    let mistakes = file("all_mistakes", text).unwrap_err();
    insta::assert_snapshot!(mistakes.join("\n"), @r"
    settings.toml:2: web.publik_url is not a setting; did you mean web.public_url?
    settings.toml:3: web.port: the value is not a port; write a number from 0 to 65535, such as 8000
    settings.toml:6: discord.pace: the pace is not from 0 to 50 requests a second; 0 leaves the pace to a proxy in front of Discord; write 48, which leaves a margin below Discord's 50
    settings.toml:11: platforms.github.hosts.api: a plain URL is accepted only for this machine (127.0.0.0/8, [::1], localhost); use https (wss for the gateway)
    discord.public_key: this setting is missing; set it in the file or as ASTROMORTY__DISCORD__PUBLIC_KEY
    platforms.github.client_id: this setting is missing; set it in the file or as ASTROMORTY__PLATFORMS__GITHUB__CLIENT_ID
    ");
}

#[test]
fn nothing_at_all_is_told_with_what_is_needed() {
    let mistakes = texts(Settings::load(None, &BTreeMap::new())).unwrap_err();
    insta::assert_snapshot!(mistakes.join("\n"), @r"
    discord.application_id: this setting is missing; set it in the file or as ASTROMORTY__DISCORD__APPLICATION_ID
    discord.bot_token: this setting is missing; set it in the file or as ASTROMORTY__DISCORD__BOT_TOKEN
    discord.client_secret: this setting is missing; set it in the file or as ASTROMORTY__DISCORD__CLIENT_SECRET
    secrets.keys: this setting is missing: without a key nothing can be sealed; make a key with `astromorty keys generate`
    web.public_url: this setting is missing; set it in the file or as ASTROMORTY__WEB__PUBLIC_URL
    ");
}

#[test]
fn n_71_neither_settings_nor_mistakes_print_a_secret() {
    let settings = with(&[
        ("GITHUB_CLIENT_ID", "id"),
        ("GITHUB_CLIENT_SECRET", "canary"),
        ("STEAM_API_KEY", "canary"),
        ("ASTROMORTY__PLATFORMS__X__BEARER_TOKEN", "canary"),
        ("ASTROMORTY__PLATFORMS__GITHUB__SERVICE_TOKEN", "canary"),
        ("ASTROMORTY__ALERTS__WEBHOOK_URL", "https://example.org/canary"),
        ("ASTROMORTY__DATABASE__URL", "postgres://ada:canary@127.0.0.1/astromorty"),
    ]);
    let printed = format!("{:?}", settings.unwrap());
    assert!(!printed.contains("canary"), "{printed}");
    assert!(!printed.contains("AAECAwQF") && !printed.contains("2, 3, 4"), "{printed}");

    let broken = "[discord]\nbot_token = \"canary\n[secrets]\nkeys = \"canary\"\n";
    let unreadable = [("ASTROMORTY__DISCORD__BOT_TOKEN_FILE", "canary")];
    let wrong = [("ASTROMORTY__DATABASE__URL", "mysql://canary"), ("ASTROMORTY__SECRETS__KEYS", "canary")];
    for mistakes in [file("secret", broken), with(&unreadable), with(&wrong)] {
        let printed = format!("{:?}", mistakes.unwrap_err());
        assert!(!printed.contains("canary"), "{printed}");
    }
}

#[test]
fn n_38_plain_http_is_for_this_machine_alone() {
    for url in ["http://127.0.0.1:8000", "http://127.9.9.9", "http://[::1]:1", "http://localhost:8000"] {
        assert!(!with(&[("ASTROMORTY__WEB__PUBLIC_URL", url)]).unwrap().web.is_https(), "{url}");
    }
    for url in [
        "http://roles.example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://10.0.0.1",
        "http://[::ffff:127.0.0.1]",
        "http://0.0.0.0",
        "http://user@127.0.0.1",
        "https://user:password@example.org",
        "https://example.org/path",
        "https://example.org/?query",
        "https://example.org/#fragment",
        "ftp://example.org",
        "roles.example.org",
    ] {
        only_mistake("ASTROMORTY__WEB__PUBLIC_URL", url);
    }
    only_mistake("ASTROMORTY__DISCORD__API_URL", "http://discord.example.org");
    only_mistake("ASTROMORTY__DISCORD__GATEWAY_URL", "ws://gateway.example.org");
    only_mistake("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__WEB", "http://github.example.org");
}

#[test]
fn a_secret_file_wins_over_a_variable_and_a_variable_over_the_file() {
    let folder = Folder::new("order");
    let config = folder
        .write("a.toml", "[web]\nport = 1\nhost = \"127.0.0.2\"\n[discord]\nbot_token = \"from-config\"\n");
    let secret = folder.write("token", "from-file\n");
    let token = |env: &BTreeMap<String, String>| {
        let settings = Settings::load(Some(&config), env).unwrap();
        (settings.discord.bot_token.expose().to_owned(), settings.web.port, settings.web.host.to_string())
    };
    let mut env = least();
    env.remove("ASTROMORTY__DISCORD__BOT_TOKEN");
    assert_eq!(token(&env), ("from-config".into(), 1, "127.0.0.2".into()));
    env.insert("ROLE_CONNECTIONS_WEB_PORT".into(), "2".into());
    env.insert("ROLE_CONNECTIONS_DISCORD_BOT_TOKEN".into(), "from-variable".into());
    assert_eq!(token(&env), ("from-variable".into(), 2, "127.0.0.2".into()));
    env.insert("ROLE_CONNECTIONS_DISCORD_BOT_TOKEN_FILE".into(), secret.display().to_string());
    assert_eq!(token(&env), ("from-file".into(), 2, "127.0.0.2".into()));
}

#[test]
fn the_plans_variables_set_the_same_keys() {
    let mut env = least();
    env.remove("ASTROMORTY__SECRETS__KEYS");
    for (name, value) in [
        ("ROLE_CONNECTIONS_SECRET_KEY", KEY),
        ("ROLE_CONNECTIONS_WEB_HOST", "0.0.0.0"),
        ("TWITTER_CLIENT_ID", "x-id"),
        ("TWITTER_CLIENT_SECRET", "x-secret"),
        ("STEAM_API_KEY", "steam-key"),
        ("AZURE_CLIENT_ID", "of another program"),
        ("GITHUB_CLIENT_ID", ""),
    ] {
        env.insert(name.to_owned(), value.to_owned());
    }
    let settings = Settings::load(None, &env).unwrap();
    assert_eq!(settings.keys[0].id, "env");
    assert_eq!(settings.web.host.to_string(), "0.0.0.0");
    let keys: Vec<&str> = settings.platforms.keys().map(PlatformKey::as_str).collect();
    assert_eq!(keys, ["steam", "x"]);
    let x = &settings.platforms[&"x".parse().unwrap()];
    assert_eq!(x.client_secret.as_ref().unwrap().expose(), "x-secret");
}

#[test]
fn a_key_that_is_no_key_is_refused_with_the_command_that_makes_one() {
    for value in ["your-encryption-key", "AAAA", &KEY[1..], &format!("{KEY},b:{KEY}"), &format!("a:{KEY}")] {
        let mut env = least();
        env.remove("ASTROMORTY__SECRETS__KEYS");
        env.insert("ROLE_CONNECTIONS_SECRET_KEY".into(), value.to_owned());
        let mistakes = texts(Settings::load(None, &env)).unwrap_err();
        assert_eq!(
            mistakes,
            [
                "ROLE_CONNECTIONS_SECRET_KEY: a key is not 32 bytes in base64; make a key with `astromorty keys generate`"
            ],
            "{value}"
        );
    }
    for keys in [KEY, "id with space:AAAA", "a:", ":AAAA", &format!("a:{KEY},a:{KEY}"), "ä:AAAA", ","] {
        only_mistake("ASTROMORTY__SECRETS__KEYS", keys);
    }
    let two =
        with(&[("ASTROMORTY__SECRETS__KEYS", &format!("new:{KEY}, old:{}", KEY.trim_end_matches('=')))]);
    let ids: Vec<String> = two.unwrap().keys.into_iter().map(|key| key.id).collect();
    assert_eq!(ids, ["new", "old"]);
}

#[test]
fn two_names_for_one_key_must_agree() {
    let same = [("TWITTER_CLIENT_ID", "one"), ("X_CLIENT_ID", "one")];
    assert!(with(&same).is_ok());
    let keys = [("ROLE_CONNECTIONS_SECRET_KEY", KEY), ("ASTROMORTY__SECRETS__KEYS", &format!("env:{KEY}"))];
    assert!(with(&keys).is_ok());

    let mistakes = with(&[("TWITTER_CLIENT_ID", "one"), ("X_CLIENT_ID", "two")]).unwrap_err();
    assert_eq!(
        mistakes,
        [
            "X_CLIENT_ID: platforms.x.client_id is set here and at TWITTER_CLIENT_ID, differently; keep one of the two"
        ]
    );
    let text = "[platforms.twitter]\nclient_id = \"one\"\n[platforms.x]\nbearer_token = \"two\"\n";
    assert_eq!(
        file("twitter", text).unwrap_err(),
        [
            "settings.toml:2: twitter is another name of x, which is set at settings.toml:4; move everything to [platforms.x]"
        ]
    );
}

#[test]
fn unknown_names_are_refused_with_the_nearest() {
    let told = |variable| only_mistake(variable, "x");
    insta::assert_snapshot!(told("ASTROMORTY__WEB__PROT"), @"ASTROMORTY__WEB__PROT: no setting has this name; did you mean ASTROMORTY__WEB__PORT?");
    insta::assert_snapshot!(told("ASTROMORTY__DISCORD__BOT_TOKN_FILE"), @"ASTROMORTY__DISCORD__BOT_TOKN_FILE: no setting has this name; did you mean ASTROMORTY__DISCORD__BOT_TOKEN_FILE?");
    insta::assert_snapshot!(told("ASTROMORTY__WEB__PORT_FILE"), @"ASTROMORTY__WEB__PORT_FILE: web.port is not a secret, and only secrets are read from files; set the name without _FILE");
    insta::assert_snapshot!(told("ROLE_CONNECTIONS_WEB_PROT"), @"ROLE_CONNECTIONS_WEB_PROT: no setting has this name; did you mean ROLE_CONNECTIONS_WEB_PORT?");
    insta::assert_snapshot!(told("ASTROMORTY__ZEBRA__STRIPES"), @"ASTROMORTY__ZEBRA__STRIPES: no setting has this name; take it out, or see astromorty.example.toml for all there are");
    assert!(told("ASTROMORTY__PLATFORMS__GITHUB__FACTS").contains("no setting"));
    insta::assert_snapshot!(told("ASTROMORTY__WEB"), @"ASTROMORTY__WEB: no setting has this name; take it out, or see astromorty.example.toml for all there are");
    let mistakes = file(
        "unknown",
        "[dicsord]\na = 1\nb = 2\n[web.host]\nx = 1\n[platforms]\ngithub = 3\n[[metadata]]\nnaem = \"x\"\n",
    )
    .unwrap_err();
    insta::assert_snapshot!(mistakes.join("\n"), @r"
    settings.toml:1: dicsord is not a setting; did you mean discord?
    settings.toml:4: web.host: the value is not an IP address; write one, such as 127.0.0.1 or 0.0.0.0
    settings.toml:7: platforms.github is a section, not a value; write it as [platforms.github] with its keys below
    settings.toml:9: metadata.0.naem is not a setting; did you mean metadata.0.name?
    ");
}

#[test]
fn a_file_that_is_not_toml_names_its_lines() {
    let mistakes = file("toml", "[web]\nport = = 3\nhost = \"a\nport = 4\n").unwrap_err();
    assert!(mistakes[0].starts_with("settings.toml:2: this is not TOML: "), "{mistakes:?}");
    let told = texts(Settings::load(Some(Path::new("no-such-file.toml")), &least())).unwrap_err();
    insta::assert_snapshot!(told.join("\n"), @"no-such-file.toml: the settings file cannot be read (entity not found); name another with --config, or start from astromorty.example.toml");
}

#[test]
fn every_kind_of_value_refuses_what_is_none() {
    for (variable, values) in [
        ("WEB__HOST", &["localhost", "1.2.3"][..]),
        ("WEB__PORT", &["-1", "65536", "eighty", "8e3"]),
        ("WEB__TRUSTED_PROXIES", &["10.0.0.0/33", "proxy"]),
        ("WEB__METRICS_BIND", &["9464", "127.0.0.1"]),
        ("WEB__OPERATORS", &["ada", "0", "1,-2"]),
        (
            "DATABASE__URL",
            &["sqlite://", "sqlite://:memory:", "sqlite://a/", "mysql://x", "postgres://", "astromorty.db"],
        ),
        ("DISCORD__APPLICATION_ID", &["0", "abc"]),
        ("DISCORD__PUBLIC_KEY", &["00", "zz", &"é".repeat(32), &"0".repeat(63)]),
        ("DISCORD__COMMANDS", &["both"]),
        ("DISCORD__SHARDS", &["0", "some", "-1"]),
        ("DISCORD__MEMBERS_INTENT", &["yes"]),
        ("DISCORD__PACE", &["-1", "51", "fast"]),
        ("DISCORD__ALLOW_DANGEROUS_ROLES", &["yes", "1"]),
        ("LIMITS__LINK_STARTS_USER", &["-1", "many"]),
        ("ALERTS__DISCORD_CHANNEL", &["0", "general", "18446744073709551615"]),
        ("ALERTS__WEBHOOK_URL", &["http://example.org"]),
        ("FILES__PLATFORMS", &["no-such-folder"]),
        ("FILES__PRIVACY", &["no-such-file"]),
        ("PLATFORMS__GITHUB__ENABLED", &["maybe"]),
        ("PLATFORMS__MYIDP__ISSUER", &["http://id.example.org"]),
        ("PLATFORMS__MYIDP__ALLOWED_HOSTS", &["https://keys.example.org", "a/b", "10.0.0.1"]),
        ("PLATFORMS__GITHUB__TRANSFER", &["always", "7", "30m", "0h", "3651d", "-1d", "+1d", "65536d"]),
        ("DISCORD__BOT_TOKEN", &["two\nlines", "bell\u{7}rings"]),
        ("PLATFORMS__1DP__ISSUER", &["https://id.example.org"]),
    ] {
        for value in values {
            only_mistake(&format!("ASTROMORTY__{variable}"), value);
        }
    }
}

#[test]
fn values_are_read_from_texts_and_from_toml() {
    let settings = with(&[
        ("ASTROMORTY__WEB__TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
        ("ASTROMORTY__WEB__OPERATORS", "1 2"),
        ("ASTROMORTY__DISCORD__SHARDS", "4"),
        ("ASTROMORTY__DISCORD__PUBLIC_KEY", &"0aFf".repeat(16)),
        ("ASTROMORTY__DISCORD__COMMANDS", "http"),
        ("ASTROMORTY__DISCORD__API_URL", "http://localhost:9000/api/v10/"),
        ("ASTROMORTY__PLATFORMS__GITHUB__HOSTS__API", "http://127.0.0.1:9001/"),
        ("ASTROMORTY__DATABASE__URL", "sqlite:///var/lib/astromorty.db"),
    ])
    .unwrap();
    assert_eq!(settings.web.trusted_proxies.len(), 2);
    assert_eq!(settings.web.operators.len(), 2);
    assert_eq!(settings.discord.shards, Shards::Count(4));
    assert_eq!(settings.discord.public_key.unwrap()[..2], [0x0a, 0xff]);
    assert_eq!(settings.discord.api_url.as_str(), "http://localhost:9000/api/v10");
    assert_eq!(settings.database, Database::Sqlite("/var/lib/astromorty.db".into()));
    let github = &settings.platforms[&"github".parse().unwrap()];
    assert_eq!(github.hosts["api"].as_str(), "http://127.0.0.1:9001");
    assert!(github.is_enabled());

    let text = "[web]\noperators = [1, \"2\"]\n[discord]\nshards = 2\nmembers_intent = false\n[platforms.myidp]\ndisplay_name = \"My ID\"\nfacts.level = { type = \"integer\" }\nrecheck.interval = \"6h\"\n";
    let settings = file("typed", text).unwrap();
    assert_eq!(file("empty", "[web]\noperators = [\"\"]\n").unwrap_err().len(), 1);
    assert_eq!(settings.web.operators.len(), 2);
    assert_eq!(settings.discord.members_intent, MembersIntent::Off);
    let myidp = &settings.platforms[&"myidp".parse().unwrap()];
    let changed = |part: &str, key: &str| myidp.changes[part].get(key).cloned();
    assert_eq!(myidp.changes["display_name"].as_str(), Some("My ID"));
    assert!(changed("facts", "level").unwrap()["type"].is_str());
    assert!(changed("recheck", "interval").unwrap().is_str());
}

#[test]
fn metadata_records_are_a_list_of_whole_records() {
    let record = |key: &str, kind: &str| {
        format!(
            "[[metadata]]\nkey = \"{key}\"\nname = \"n\"\ndescription = \"d\"\ntype = {kind}\nvalue = \"v\"\n"
        )
    };
    let good = file("metadata", &(record("a", "2") + &record("b", "7"))).unwrap();
    let records = good.metadata.unwrap();
    let keys: Vec<&str> = records.iter().map(|record| record.key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(records[1].kind.number(), 7);
    assert_eq!(file("type", &record("a", "9")).unwrap_err().len(), 1);
    assert_eq!(file("table", "[metadata.first]\nkey = \"a\"\n").unwrap_err().len(), 1);
    let missing = file("missing", "[[metadata]]\nkey = \"a\"\n").unwrap_err();
    assert_eq!(missing.len(), 4, "{missing:?}");

    let by_variable = with(&[
        ("ASTROMORTY__METADATA__0__KEY", "a"),
        ("ASTROMORTY__METADATA__0__NAME", "n"),
        ("ASTROMORTY__METADATA__0__DESCRIPTION", "d"),
        ("ASTROMORTY__METADATA__0__TYPE", "2"),
        ("ASTROMORTY__METADATA__0__VALUE", "linked_accounts"),
    ]);
    assert_eq!(by_variable.unwrap().metadata.unwrap()[0].value, "linked_accounts");
}

#[test]
fn the_example_file_has_every_key_and_loads_once_filled() {
    for known in KNOWN {
        let leaf = known.key.rsplit('.').find(|part| *part != "*").unwrap();
        let section = known.key.split('.').next().unwrap();
        let mut inside = false;
        let found = EXAMPLE.lines().map(|line| line.trim_start_matches(['#', ' '])).any(|line| {
            if let Some(header) = line.strip_prefix('[') {
                inside = header.trim_start_matches('[').starts_with(section);
            }
            inside && (line.starts_with(&format!("{leaf} =")) || line.starts_with(&format!("{leaf}.")))
        });
        assert!(found, "astromorty.example.toml does not explain {}", known.key);
    }
    let folder = Folder::new("example");
    let mistakes = Settings::load(Some(&folder.write("a.toml", EXAMPLE)), &BTreeMap::new());
    assert!(!mistakes.unwrap_err().is_empty(), "the placeholders are no settings");
    assert_eq!(loads(&folder, &filled()), Vec::<String>::new());
}

/// The example with its placeholders filled.
fn filled() -> String {
    EXAMPLE.replace("<application id>", "1234567890123456789").replace("<key>", KEY)
}

fn loads(folder: &Folder, text: &str) -> Vec<String> {
    let path = folder.write("b.toml", text);
    texts(Settings::load(Some(&path), &BTreeMap::new())).err().unwrap_or_default()
}

#[test]
fn every_line_that_the_example_comments_out_is_a_setting() {
    let folder = Folder::new("commented");
    let lines: Vec<&str> = EXAMPLE.lines().map(uncommented).collect();
    let told = loads(&folder, &lines.join("\n"));
    let names = |told: &&String| told.contains("not a setting") || told.contains("TOML");
    assert_eq!(told.iter().find(names), None);
}

/// A line without its `#` where it is a key or a section that the example comments out.
fn uncommented(line: &str) -> &str {
    let bare = line.strip_prefix("# ").unwrap_or(line);
    let is_key = bare.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
    if is_key || bare.starts_with('[') { bare } else { line }
}
