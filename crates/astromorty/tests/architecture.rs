//! Who may know whom, held to the sources.
//!
//! The rules are those of the project's design: each module has a room, each room a list of
//! others it may name. SQL stands in the store, the clock and outbound HTTP behind their seams.
//! Test code is free to name what it likes. Below the rules they are tried on planted mistakes.

use std::fmt;
use std::path::{Path, PathBuf};

/// A room by the path of its files, and what it may name of its own crate. The first that fits
/// counts, so the narrower stand first.
const ROOMS: &[(&str, &[&str])] = &[
    ("app/seam", &["app::seam"]),
    ("app/settings", &["app::settings"]),
    ("app", &["app", "platform", "discord", "store", "vault", "i18n"]),
    ("platform", &["platform", "app::seam"]),
    ("discord", &["discord", "app::seam"]),
    ("store", &["store", "app::seam"]),
    ("vault", &["vault", "app::seam"]),
    ("i18n", &["i18n"]),
    ("flow", &["flow", "app", "platform", "discord", "store", "vault", "i18n"]),
    ("web", &["web", "flow", "app", "store", "i18n"]),
    ("bot", &["bot", "flow", "app", "store", "i18n"]),
    ("worker", &["worker", "flow", "app"]),
    ("cli", &["cli", "app", "platform", "discord", "store", "vault", "i18n", "flow", "web", "bot", "worker"]),
];

/// Words that may stand in the named files only: the seams that keep the outside out.
const SEAMS: &[(&[&str], &[&str], &str)] = &[
    (
        &["Utc::now", "SystemTime::now", "Instant::now", "OffsetDateTime::now_utc"],
        &["crates/astromorty/src/app/seam/clock.rs", "crates/world/src/clock.rs"],
        "the time comes from the clock (app::seam::Clock)",
    ),
    (&["reqwest"], &["crates/astromorty/src/app/seam/http.rs"], "outbound HTTP goes through app::seam::Http"),
];

/// What a pure crate does not touch.
const IMPURE: &[&str] = &["std::fs", "TcpStream", "std::env", "std::process", "tokio", "async fn"];

/// How SQL begins, and what else it has in it.
const SQL: &[(&str, &str)] = &[
    ("select ", " from "),
    ("insert into ", " values"),
    ("insert into ", " select "),
    ("update ", " set "),
    ("delete from ", ""),
    ("create table ", "("),
    ("create index ", " on "),
    ("create unique index ", " on "),
    ("alter table ", " "),
    ("drop table ", ""),
    ("pragma ", ""),
];

#[derive(Debug, PartialEq, Eq)]
struct Violation {
    file: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.rule)
    }
}

/// A source text, taken apart: code without comments and texts, and the texts by their lines.
/// Both keep every line where it was.
struct Source {
    code: String,
    texts: Vec<(usize, String)>,
}

impl Source {
    fn of(text: &str) -> Self {
        let mut source = Self { code: String::new(), texts: Vec::new() };
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            rest = source.step(first, rest);
        }
        source.code = without_tests(&source.code);
        source
    }

    /// Takes one comment, text, or character; returns what is left.
    fn step<'a>(&mut self, first: char, rest: &'a str) -> &'a str {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            end_of_comment(rest)
        } else if let Some((inside, end)) = self.starts_word().then(|| literal(rest)).flatten() {
            self.texts.push((self.line(), rest[inside..end].to_owned()));
            end
        } else if let Some(end) = character(rest) {
            end
        } else {
            self.code.push(first);
            return &rest[first.len_utf8()..];
        };
        let lines = rest[..taken].chars().filter(|c| *c == '\n');
        self.code.push(' ');
        self.code.extend(lines);
        &rest[taken..]
    }

    /// Whether what comes now is not the rest of a name: the `r` of `for"` is no raw text.
    fn starts_word(&self) -> bool {
        !self.code.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    }

    fn line(&self) -> usize {
        line_at(&self.code, self.code.len())
    }
}

fn line_at(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

fn end_of_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        let change = if here.starts_with(b"/*") { 1 } else { -i32::from(here.starts_with(b"*/")) };
        depth += change;
        at += if change == 0 { 1 } else { 2 };
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Where a text literal at the start has its inside and its end: `"…"`, `b"…"`, `r#"…"#`.
fn literal(rest: &str) -> Option<(usize, usize)> {
    let bare = rest.trim_start_matches(['b', 'c', 'r']);
    let prefix = rest.len() - bare.len();
    if prefix > 2 {
        return None;
    }
    if rest[..prefix].ends_with('r') {
        let hashes = bare.len() - bare.trim_start_matches('#').len();
        let inside = bare[hashes..].strip_prefix('"')?;
        let start = rest.len() - inside.len();
        let close = format!("\"{}", "#".repeat(hashes));
        return Some((start, start + inside.find(&close)? + close.len()));
    }
    let inside = bare.strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    })?;
    Some((prefix + 1, prefix + 1 + end + 1))
}

/// Where a character literal ends; a lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let (first, escaped) = match inside.strip_prefix('\\') {
        Some(escaped) => (escaped.chars().next()?.len_utf8(), true),
        None => (inside.chars().next()?.len_utf8(), false),
    };
    let start = first + usize::from(escaped);
    let close = inside[start..].find('\'')?;
    (escaped || close == 0).then_some(1 + start + close + 1)
}

/// The code with the bodies behind `#[cfg(test)]` blanked, lines kept.
fn without_tests(code: &str) -> String {
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find("#[cfg(test)]") {
        let (before, test) = rest.split_at(at);
        let end = end_of_item(test);
        kept.push_str(before);
        kept.extend(test[..end].chars().filter(|c| *c == '\n'));
        rest = &test[end..];
    }
    kept + rest
}

/// Where an item ends: at its `;`, or where its braces close.
fn end_of_item(item: &str) -> usize {
    let mut depth = 0;
    for (at, c) in item.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if (c == ';' || c == '}') && depth == 0 {
            return at + 1;
        }
    }
    item.len()
}

/// Paths into the own crate, with their lines, from `crate::…` and `super::…`, groups unfolded.
/// `module` is the path of the module that the code stands in.
fn paths(code: &str, module: &[&str]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, word) in words(code) {
        let after = &code[at + word.len()..];
        let inner = code[..at].trim_end().ends_with("::");
        if inner || !after.starts_with("::") || (word != "crate" && word != "super") {
            continue;
        }
        let supers = after.split("::").skip(1).take_while(|part| *part == "super").count();
        let ups = if word == "super" { supers + 1 } else { module.len() };
        let base = module[..module.len().saturating_sub(ups)].join("::");
        let tree = &after["::super".len() * if word == "super" { supers } else { 0 }..];
        let line = line_at(code, at);
        let mut ends = Vec::new();
        unfold(&base, &tree[2..], &mut ends);
        found.extend(ends.into_iter().map(|path| (line, path)));
    }
    found
}

/// Adds every path of a use tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn unfold<'a>(base: &str, tree: &'a str, ends: &mut Vec<String>) -> &'a str {
    let tree = tree.trim_start();
    if let Some(mut inside) = tree.strip_prefix('{') {
        loop {
            inside = inside.trim_start();
            if let Some(rest) = inside.strip_prefix('}') {
                return rest;
            }
            let rest = unfold(base, inside, ends).trim_start();
            let on = rest.strip_prefix(',').unwrap_or(rest);
            if on.len() == inside.len() {
                return on;
            }
            inside = on;
        }
    }
    let name = tree.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    // `a::{self}` is `a`.
    let joined = if base.is_empty() || name == "self" { [base, ""] } else { [base, "::"] };
    let path = joined.concat() + if name == "self" { "" } else { name };
    let rest = &tree[name.len()..];
    match rest.strip_prefix("::") {
        Some(deeper) if !name.is_empty() => unfold(&path, deeper, ends),
        Some(_) | None => {
            ends.push(path);
            past_name(rest)
        }
    }
}

/// Past what may follow a name in a group: `*`, `as other`.
fn past_name(rest: &str) -> &str {
    rest.find([',', '}', ';', '{']).map_or("", |at| &rest[at..])
}

/// Names and keywords with their places.
fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let parts = code.split(|c: char| !c.is_alphanumeric() && c != '_');
    let named = parts.filter(|part| !part.is_empty());
    named.map(move |part| (part.as_ptr() as usize - code.as_ptr() as usize, part))
}

/// Whether `path` is `prefix` or stands below it.
fn is_below(path: &str, prefix: &str, separator: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
}

/// What is wrong with one file, named from the root of the repository.
fn check(file: &str, text: &str) -> Vec<Violation> {
    let source = Source::of(text);
    let mut found = seams(file, &source);
    if let Some(inside) = file.strip_prefix("crates/astromorty/src/") {
        found.extend(neighbours(inside, &source));
        if !inside.starts_with("store") {
            found.extend(sql(&source));
        }
    } else if file.starts_with("crates/domain/") {
        found.extend(placed(&source, IMPURE, "the domain is pure: no IO, nothing async"));
    }
    found.into_iter().map(|(line, rule)| Violation { file: file.to_owned(), line, rule }).collect()
}

type Found = Vec<(usize, String)>;

fn seams(file: &str, source: &Source) -> Found {
    let elsewhere = SEAMS.iter().filter(|(_, homes, _)| !homes.contains(&file));
    elsewhere.flat_map(|(names, _, rule)| placed(source, names, rule)).collect()
}

/// Every place in the code where one of `names` stands as whole words.
fn placed(source: &Source, names: &[&str], rule: &str) -> Found {
    let code = &source.code;
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for name in names {
        for (at, _) in code.match_indices(name) {
            if !code[..at].ends_with(part) && !code[at + name.len()..].starts_with(part) {
                found.push((line_at(code, at), format!("`{name}` has no place here: {rule}")));
            }
        }
    }
    found
}

fn sql(source: &Source) -> Found {
    let is_sql = |text: &str| {
        let flat = text.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ") + " ";
        SQL.iter().any(|(start, has)| flat.starts_with(start) && flat.contains(has))
    };
    let statements = source.texts.iter().filter(|(_, text)| is_sql(text));
    statements.map(|(line, _)| (*line, "SQL stands in the store alone".to_owned())).collect()
}

fn neighbours(inside: &str, source: &Source) -> Found {
    let bare = inside.trim_end_matches(".rs");
    let module = bare.strip_suffix("/mod").unwrap_or(bare);
    if module == "lib" || module == "main" {
        return Vec::new();
    }
    let Some((room, known)) = ROOMS.iter().find(|(room, _)| is_below(module, room, "/")) else {
        return vec![(1, format!("`{module}` has no room: give it one in the design and here"))];
    };
    let parts: Vec<&str> = module.split('/').collect();
    let is_test = parts.iter().any(|name| *name == "tests" || name.ends_with("_tests"));
    let mut found = Vec::new();
    for (line, path) in paths(&source.code, &parts) {
        let may = known.iter().any(|known| is_below(&path, known, "::"));
        if !is_test && !may {
            found.push((line, format!("`{room}` may not know `{path}`; it may know {known:?}")));
        }
    }
    if *room != "cli" && !is_test {
        let rule = "only cli knows the stand-ins";
        let world = ["world::"].into_iter().flat_map(|name| starts(&source.code, name));
        found.extend(world.map(|line| (line, rule.to_owned())));
    }
    found
}

/// Lines where a path starts with `name`.
fn starts(code: &str, name: &str) -> Vec<usize> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let places = code.match_indices(name).filter(|(at, _)| !code[..*at].ends_with(part));
    places.map(|(at, _)| line_at(code, at)).collect()
}

/// What a crate's manifest depends on that it may not.
fn check_manifest(file: &str, text: &str) -> Vec<Violation> {
    let manifest: toml::Table = text.parse().expect("cargo reads it too");
    let ours = ["domain", "astromorty", "world", "benches"];
    let may: &[&str] = match file {
        "crates/astromorty/Cargo.toml" => &["domain", "world"],
        "crates/domain/Cargo.toml" | "crates/world/Cargo.toml" => &[],
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for name in
            manifest.get(section).and_then(|s| s.as_table()).into_iter().flatten().map(|(name, _)| name)
        {
            if ours.contains(&name.as_str()) && !may.contains(&name.as_str()) {
                let line =
                    text.lines().position(|line| line.starts_with(name.as_str())).map_or(1, |at| at + 1);
                let rule = format!("this crate may not depend on `{name}`");
                found.push(Violation { file: file.to_owned(), line, rule });
            }
        }
    }
    found
}

/// Paths in back-ticks that are not there. A route, a type or a media type is no path.
fn check_map(text: &str, exists: impl Fn(&str) -> bool) -> Vec<Violation> {
    let mut found = Vec::new();
    for (index, line) in text.lines().enumerate() {
        for quoted in line.split('`').skip(1).step_by(2) {
            if is_path(quoted, &exists) && !exists(quoted) {
                let rule = format!("`{quoted}` is not there any more");
                found.push(Violation { file: "ARCHITECTURE.md".to_owned(), line: index + 1, rule });
            }
        }
    }
    found
}

fn is_path(quoted: &str, exists: impl Fn(&str) -> bool) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if quoted.starts_with('/') || !quoted.chars().all(plain) {
        return false;
    }
    let ends = [".rs", ".md", ".toml", ".sql", ".html", ".css", ".ftl"];
    let has_end = |ends: &[&str]| ends.iter().any(|end| quoted.ends_with(end));
    match quoted.split_once('/') {
        Some((first, _)) => exists(first) || has_end(&ends),
        None => has_end(&ends[..2]),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every file below `folder` with this ending, by its name from the root of the repository.
fn files(folder: &str, end: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(root().join(&folder)).unwrap();
        for entry in entries.map(Result::unwrap) {
            let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                folders.push(name);
            } else if name.ends_with(end) {
                let text = std::fs::read_to_string(entry.path()).unwrap();
                found.push((name, text));
            }
        }
    }
    found
}

fn assert_none(found: &[Violation]) {
    let told: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "\n{}\n", told.join("\n"));
}

#[test]
fn every_module_knows_only_whom_it_may() {
    let sources = files("crates", ".rs");
    assert!(sources.len() > 10, "the sources are read");
    let product = sources.iter().filter(|(name, _)| name.contains("/src/"));
    let found: Vec<Violation> = product.flat_map(|(name, text)| check(name, text)).collect();
    assert_none(&found);
}

#[test]
fn every_crate_depends_only_on_what_it_may() {
    let manifests = files("crates", "/Cargo.toml");
    assert_eq!(manifests.len(), 3, "every crate has its rule");
    let found: Vec<Violation> =
        manifests.iter().flat_map(|(name, text)| check_manifest(name, text)).collect();
    assert_none(&found);
}

#[test]
fn the_paths_in_the_map_are_there() {
    let Ok(text) = std::fs::read_to_string(root().join("ARCHITECTURE.md")) else {
        return;
    };
    let product = root().join("crates/astromorty/src");
    let exists = |path: &str| root().join(path).exists() || product.join(path).exists();
    assert_none(&check_map(&text, exists));
}

/// Lines at which a planted text breaks a rule.
fn lines(file: &str, text: &str) -> Vec<usize> {
    check(file, text).iter().map(|found| found.line).collect()
}

#[test]
fn planted_neighbours_are_found() {
    let at = |file: &str, text: &str| lines(&format!("crates/astromorty/src/{file}"), text);
    assert_eq!(at("store/user.rs", "\nuse crate::discord::Client;\n"), [2]);
    assert_eq!(at("store/user.rs", "use super::super::web::Page;"), [1]);
    assert_eq!(at("store.rs", "use super::web::Page;"), [1]);
    assert_eq!(at("discord/mod.rs", "use crate::app::{seam::Http, settings::{Settings, Place}};"), [1, 1]);
    assert_eq!(at("web/mod.rs", "fn a() { let x =\n crate::platform::read(); }"), [2]);
    assert_eq!(at("worker.rs", "use crate::{flow, store as s, app};"), [1]);
    assert_eq!(at("flow/link.rs", "use crate::web;"), [1]);
    assert_eq!(at("app/seam/clock.rs", "use crate::store;"), [1]);
    assert_eq!(at("flow/link.rs", "use world::Discord;"), [1]);
    assert_eq!(at("helpers/mod.rs", ""), [1]);
    assert_eq!(at("bot/mod.rs", "use crate::*;"), [1]);
    let found = check("crates/astromorty/src/worker.rs", "use crate::store::work::{self, Claim};");
    let rules: Vec<&str> = found.iter().filter_map(|found| found.rule.split('`').nth(3)).collect();
    assert_eq!(rules, ["store::work", "store::work::Claim"]);
}

#[test]
fn what_is_allowed_is_not_found() {
    let at = |file: &str, text: &str| lines(&format!("crates/astromorty/src/{file}"), text);
    let nothing: [usize; 0] = [];
    assert_eq!(at("store/user.rs", "use crate::app::seam::Clock;\nuse super::{Tx, Row};"), nothing);
    assert_eq!(at("store/a/b.rs", "use super::super::Tx; pub(super) fn a() {}"), nothing);
    assert_eq!(at("web/mod.rs", "// crate::platform\n/* /* crate::bot */ crate::bot */\nfn a() {}"), nothing);
    assert_eq!(
        at("web/mod.rs", "let a = \"crate::bot \\\" \"; let b = r#\"crate::\"bot\"#; let c = '\"';"),
        nothing
    );
    assert_eq!(
        at("flow/mod.rs", "#[cfg(test)]\nmod tests {\n use world::Discord; fn a() { crate::web::b() }\n}\n"),
        nothing
    );
    for file in ["flow/tests.rs", "flow/tests/mod.rs", "flow/link_tests.rs"] {
        assert_eq!(at(file, "use world::Discord; use crate::web;"), nothing);
    }
    assert_eq!(at("cli/demo.rs", "use world::Discord; use crate::web;"), nothing);
    assert_eq!(at("flow/mod.rs", "fn a<'a>(x: &'a str) -> hello_world::B { x }"), nothing);
}

#[test]
fn code_after_tests_and_literals_is_still_read() {
    let at = |text: &str| lines("crates/astromorty/src/web/mod.rs", text);
    assert_eq!(at("#[cfg(test)]\nmod tests;\nuse crate::bot;"), [3]);
    assert_eq!(at("#[cfg(test)]\nmod tests { fn a() { if b {} } }\nuse crate::bot;"), [3]);
    assert_eq!(at("const A: char = '\\'';\nuse crate::bot;"), [2]);
    assert_eq!(at("const A: &str = \"two\nlines\";\nuse crate::bot;"), [3]);
}

#[test]
fn planted_sql_clocks_and_clients_are_found() {
    let web = |text: &str| lines("crates/astromorty/src/web/mod.rs", text);
    assert_eq!(web("a();\nb(\"select id\n  from connection\")"), [2]);
    assert_eq!(web("r#\"update connection set due_at = $1\"#"), [1]);
    assert_eq!(web("\"DELETE FROM connection\""), [1]);
    assert!(web("\"update your settings\"; \"select a server\"").is_empty());
    assert!(lines("crates/astromorty/src/store/user.rs", "\"select id from connection\"").is_empty());
    for text in ["SystemTime::now()", "std::time::Instant::now()", "Utc::now()", "use reqwest::Client;"] {
        assert_eq!(web(text), [1], "{text}");
        assert_eq!(lines("crates/world/src/discord.rs", text), [1], "{text}");
    }
    assert!(lines("crates/astromorty/src/app/seam/clock.rs", "SystemTime::now()").is_empty());
    assert!(lines("crates/astromorty/src/app/seam/http.rs", "reqwest::Client::new()").is_empty());
    assert_eq!(lines("crates/domain/src/rule.rs", "\nstd::fs::read(a)"), [2]);
}

#[test]
fn planted_dependencies_and_paths_are_found() {
    let found = check_manifest("crates/domain/Cargo.toml", "[dependencies]\nworld.workspace = true\n");
    assert_eq!(found[0].to_string(), "crates/domain/Cargo.toml:2: this crate may not depend on `world`");
    assert!(check_manifest("crates/astromorty/Cargo.toml", "[dependencies]\ndomain = \"1\"\n").is_empty());

    let exists = |path: &str| ["crates", "crates/domain", "README.md"].contains(&path);
    let text = "`crates/domain` `README.md` `/api/x` `application/json` `Tx` `a b/c`\n`crates/gone` `flow/link.rs`\n`GONE.md`";
    let lines: Vec<usize> = check_map(text, exists).iter().map(|found| found.line).collect();
    assert_eq!(lines, [2, 2, 3]);
}
