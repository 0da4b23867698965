//! Families, and what is said of files that are wrong.

use std::path::{Path, PathBuf};

use domain::id::PlatformKey;
use domain::moment::Span;

use crate::platform::definitions::{Defined, Definitions, Mistake, Origin};

/// A folder of its own for one test, gone at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("astromorty-{}-families-{test}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn with(self, name: &str, text: &str) -> Self {
        std::fs::write(self.0.join(name), text).unwrap();
        self
    }

    /// Everything there is, or every mistake, with the folder's own name taken out.
    fn all(&self) -> Result<Vec<Defined>, String> {
        let (definitions, mut mistakes) = Definitions::with_folder(&self.0);
        match definitions.all() {
            Ok(defined) if mistakes.is_empty() => Ok(defined),
            all => {
                mistakes.extend(all.err().unwrap_or_default());
                Err(self.told(&mistakes))
            }
        }
    }

    fn told(&self, mistakes: &[Mistake]) -> String {
        let lines: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        lines.join("\n").replace(&format!("{}/", self.0.display()), "")
    }

    fn find(&self, name: &str) -> Defined {
        self.all().unwrap().into_iter().find(|one| one.definition.key == key(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn key(name: &str) -> PlatformKey {
    name.parse().unwrap()
}

const CHILD: &str = r#"
key = "forge"
extends = "github"
display_name = "Forge"
hosts.web = "https://forge.example"

[facts.stars]
type = "integer"
request = "profile"
pointer = "/stars"
"#;

#[test]
fn a_definition_is_laid_over_the_one_it_extends() {
    let forge = Folder::new("laid").with("forge.toml", CHILD).find("forge");
    let definition = &forge.definition;
    assert_eq!((&forge.origin, forge.extends.as_ref().unwrap()), (&Origin::File, &key("github")));
    assert_eq!(definition.display_name, "Forge");
    assert_eq!(definition.hosts["web"].as_str(), "https://forge.example");
    assert_eq!(definition.hosts["api"].as_str(), "https://api.github.com");
    assert!(definition.facts.contains_key("stars") && definition.facts.contains_key("followers"));
}

#[test]
fn a_file_takes_the_place_of_what_is_compiled_in() {
    let text = crate::platform::definitions::built_in(&key("github")).unwrap();
    let mine = text.replace("display_name = \"GitHub\"", "display_name = \"Our GitHub\"");
    let folder = Folder::new("replaced").with("github.toml", &mine);
    assert_eq!(folder.find("github").definition.display_name, "Our GitHub");
    assert_eq!(folder.find("github").origin, Origin::File);
}

#[test]
fn a_folder_that_is_not_there_is_fine() {
    let (definitions, mistakes) = Definitions::with_folder(Path::new("no-such-folder"));
    assert_eq!(mistakes, []);
    assert!(definitions.all().unwrap().iter().all(|one| one.origin == Origin::BuiltIn));
}

#[test]
fn loops_strangers_and_tall_families_are_refused() {
    let loops = Folder::new("loop")
        .with("a.toml", "key = \"a\"\nextends = \"b\"")
        .with("b.toml", "key = \"b\"\nextends = \"a\"");
    insta::assert_snapshot!(loops.all().unwrap_err(), @r"
    a.toml:2:1: `extends` leads back to a; a definition cannot build on itself
    b.toml:2:1: `extends` leads back to b; a definition cannot build on itself
    ");
    let stranger = Folder::new("stranger").with("a.toml", "key = \"a\"\nextends = \"nobody\"").all();
    let stranger = stranger.unwrap_err();
    assert!(
        stranger.starts_with("a.toml:2:1: `extends` names nobody, which no file defines; there are: a, "),
        "{stranger}"
    );
    let tall = ["b", "c", "d"].iter().fold(
        Folder::new("tall").with("a.toml", "key = \"a\"\nextends = \"github\""),
        |folder, name| {
            let below = char::from(name.as_bytes()[0] - 1);
            folder.with(&format!("{name}.toml"), &format!("key = \"{name}\"\nextends = \"{below}\""))
        },
    );
    let told = tall.all().unwrap_err();
    assert!(told.contains("a family of more than 4 definitions"), "{told}");
    assert_eq!(told.lines().count(), 1, "three below github are fine: {told}");
}

#[test]
fn key_and_aliases_are_each_files_own() {
    let folder = Folder::new("own").with("a.toml", "extends = \"github\"");
    insta::assert_snapshot!(folder.all().unwrap_err(), @r#"a.toml: `key` is missing; every definition has a key of its own, such as "club""#);
    let text = crate::platform::definitions::built_in(&key("github")).unwrap();
    let folder = Folder::new("aliases")
        .with("hub.toml", &text.replace("key = \"github\"", "key = \"hub\"\naliases = [\"hubby\"]"))
        .with("child.toml", "key = \"child\"\nextends = \"hub\"");
    assert!(!folder.find("hub").definition.aliases.is_empty());
    assert!(folder.find("child").definition.aliases.is_empty());
    let twice = Folder::new("twice").with("a.toml", CHILD).with("b.toml", CHILD).all().unwrap_err();
    assert!(twice.starts_with("b.toml:2:1: `key` is the key of ") && twice.contains("a.toml"), "{twice}");
}

#[test]
fn all_mistakes_of_all_files_are_told_with_their_places() {
    let folder = Folder::new("wrong")
        .with(
            "forge.toml",
            &CHILD
                .replace("\"integer\"", "\"number\"")
                .replace("display_name", "display_nmae")
                .replace("hosts.web = \"https://forge.example\"", "recheck = { interval = \"soon\" }"),
        )
        .with("club.toml", "key = \"club\"\nprotocol = \"oauth2\"\n[identity]\nrequest = 7\n")
        .with("half.toml", "key = \"half\nprotocol = = 1\n")
        .with("one.toml", &CHILD.replace("\"forge\"", "\"one\"").replace("/stars", "stars"));
    insta::assert_snapshot!(folder.all().unwrap_err(), @r#"
    half.toml:1:12: `definition` cannot be read: invalid basic string, expected `"`
    half.toml:2:12: `definition` cannot be read: extra `=`, expected nothing
    half.toml:2:14: `definition` cannot be read: unexpected key or value, expected newline, `#`
    club.toml:4:1: `identity.request` does not fit: invalid type: integer `7`, expected a string
    club.toml: `display_name` is missing; docs/platforms.md says what it means
    club.toml: `requests` is missing; docs/platforms.md says what it means
    club.toml: `recheck` is missing; docs/platforms.md says what it means
    forge.toml:4:1: `display_nmae` is no key of a definition; did you mean `display_name`? there are: key, aliases, display_name, protocol, hosts, endpoints, client, authorize, token, revoke, identity, service, headers, requests, facts, errors, limits, recheck, settings_url, webhook
    forge.toml:8:1: `facts.stars.type` is "number", which is none of: "integer", "duration", "datetime", "boolean", "text", "text_set"
    forge.toml:5:13: `recheck.interval` does not fit: a length of time is a whole number and s, m, h or d: "24h"
    one.toml:10:1: `facts.stars.pointer` is "stars", which is not a JSON pointer; write /name/0/name, with ~1 for / and ~0 for ~
    "#);
}

#[test]
fn settings_make_a_platform_of_a_family() {
    let changes = "display_name = \"Ours\"\nrecheck.interval = \"7d\"".parse().unwrap();
    let mut definitions = Definitions::built_in();
    definitions.set(&key("ours"), Some("github"), changes).unwrap();
    let ours = definitions.define(&key("ours")).unwrap();
    assert_eq!((&ours.definition.key, ours.definition.display_name.as_str()), (&key("ours"), "Ours"));
    assert_eq!(ours.definition.recheck.interval, Span::days(7));
    assert_eq!((ours.origin, ours.extends), (Origin::Settings, Some(key("github"))));

    let told = |found: Vec<Mistake>| found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let both = definitions.set(&key("github"), Some("github"), toml::Table::new()).unwrap_err();
    assert!(told(both).starts_with("platforms.github in the settings: `extends` has no place here"));
    definitions.set(&key("ours"), Some("nobody"), toml::Table::new()).unwrap();
    let nobody = told(definitions.define(&key("ours")).unwrap_err());
    assert!(nobody.starts_with("platforms.ours in the settings: `extends` names nobody"), "{nobody}");
    let wrong = "facts.followers.pointer = \"followers\"".parse().unwrap();
    definitions.set(&key("github"), None, wrong).unwrap();
    let wrong = told(definitions.define(&key("github")).unwrap_err());
    assert!(wrong.starts_with("platforms.github in the settings: `facts.followers.pointer` is"), "{wrong}");
    let open = "authorize.pkce.off = \"why not\"".parse().unwrap();
    definitions.set(&key("ours"), Some("github"), open).unwrap();
    let open = told(definitions.define(&key("ours")).unwrap_err());
    assert!(open.ends_with("`authorize.pkce` cannot be switched off: GitHub has it"), "{open}");
}
