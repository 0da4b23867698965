//! The schema for editors, and the documents beside it.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value as Json;

use crate::platform::definitions::{read, schema};
use crate::platform::fixture::{self, Fixtures};

const SHIPPED: &str = include_str!("../../../../../platforms/schema.json");
const DOCUMENT: &str = include_str!("../../../../../docs/platforms.md");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../platforms")
}

/// Every shipped definition: its file's name and its text.
fn shipped() -> Vec<(String, String)> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let toml = files.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(&path).unwrap())
    };
    toml.map(read).collect()
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema().parse().unwrap()).unwrap()
}

fn json(text: &str) -> Json {
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

#[test]
fn the_schema_beside_the_definitions_is_the_one_we_print() {
    let cure = "write it anew: astromorty platforms schema > platforms/schema.json";
    assert!(SHIPPED == schema(), "{cure}");
}

#[test]
fn every_shipped_definition_names_the_schema_and_fits_it() {
    let validator = validator();
    for (name, text) in shipped() {
        assert!(text.starts_with("#:schema ./schema.json\n"), "{name}");
        let told: Vec<_> = validator.iter_errors(&json(&text)).map(|error| error.to_string()).collect();
        assert!(told.is_empty(), "{name}: {told:#?}");
    }
}

/// One definition with everything that a way of writing has a choice in.
const SOUND: &str = r#"
key = "club"
display_name = "Club"
protocol = "oauth2"
hosts = { web = "https://club.example", api = "{web}/api" }
endpoints = { authorize = "{web}/authorize", token = "{web}/token" }
authorize = { scopes = ["read", "read"], scope_separator = ",", pkce = { off = "it refuses them" } }
token = { answer = "form", lifetime = "2h" }
service = { kind = "key", query = "key" }
identity = { request = "me", subject_type = "digits", username = ["/nick", "/name"] }
recheck = { interval = "24h", min_interval = "1m" }
limits.buckets.day = { max = 10, window = "1d", per = "token" }
[requests.me]
subject = "/id"
user = { url = "{api}/me", statuses = { 404 = "gone", 204 = { answer = { id = 1 } } }, etag = true }
service = { method = "POST", url = "{api}/of", body.form = { id = "{subject}", more = { json = ["{subject}"] } } }
batch = { max = 5, call = { url = "{api}/many", query = { ids = "{subjects}" } }, items = "", missing = "gone" }
[facts.joined]
type = "datetime"
request = "me"
pointer = "/joined"
convert = "epoch"
age = "account_age"
"#;

#[test]
#[allow(clippy::too_many_lines, reason = "one table of mistakes")]
fn what_is_wrong_for_the_schema_is_wrong_for_us() {
    let validator = validator();
    assert_eq!(read(SOUND, toml::Table::new()).err(), None);
    assert!(validator.is_valid(&json(SOUND)));
    for (right, wrong) in [
        ("key = \"club\"", "key = \"Club\""),
        ("key = \"club\"", "key = 7"),
        ("key = \"club\"", "colour = \"red\"\nkey = \"club\""),
        ("display_name = \"Club\"", ""),
        ("protocol = \"oauth2\"", "protocol = \"oauth3\""),
        ("api = \"{web}/api\"", "api = 7"),
        ("endpoints = {", "endpoints = { device = \"{web}/device\","),
        ("scopes = [\"read\", \"read\"]", "scopes = \"read\""),
        ("scope_separator = \",\"", "scope_separator = \";\""),
        ("pkce = { off = \"it refuses them\" }", "pkce = \"off\""),
        ("pkce = { off = \"it refuses them\" }", "pkce = { on = \"yes\" }"),
        ("answer = \"form\"", "answer = \"xml\""),
        ("lifetime = \"2h\"", "lifetime = 7200"),
        ("lifetime = \"2h\"", "lifetime = \"+2h\""),
        ("lifetime = \"2h\"", "lifetime = \"2w\""),
        ("lifetime = \"2h\"", "lifetime = \"9999999999s\""),
        ("kind = \"key\", query = \"key\"", "query = \"key\""),
        ("kind = \"key\", query = \"key\"", "kind = \"key\", cookie = \"key\""),
        ("kind = \"key\", query = \"key\"", "kind = \"bearer\", query = \"key\""),
        ("kind = \"key\"", "kind = \"basic\""),
        ("subject_type = \"digits\", ", ""),
        ("[\"/nick\", \"/name\"]", "{ at = \"/name\" }"),
        ("[\"/nick\", \"/name\"]", "[7]"),
        (", min_interval = \"1m\"", ""),
        ("recheck = { interval = \"24h\", min_interval = \"1m\" }", ""),
        ("max = 10", "max = -1"),
        ("max = 10", "max = \"10\""),
        ("per = \"token\"", "per = \"user\""),
        ("404 = \"gone\"", "99 = \"gone\""),
        ("404 = \"gone\"", "teapot = \"gone\""),
        ("404 = \"gone\"", "404 = \"lost\""),
        ("{ answer = { id = 1 } }", "{ reply = { id = 1 } }"),
        ("etag = true", "etag = \"yes\""),
        ("method = \"POST\"", "method = \"PATCH\""),
        ("body.form = {", "body.xml = {"),
        ("more = { json = [", "more = { xml = ["),
        ("max = 5, ", ""),
        ("missing = \"gone\"", "missing = \"private\""),
        ("type = \"datetime\"", "type = \"date\""),
        ("type = \"datetime\"", ""),
        ("convert = \"epoch\"", "convert = \"julian\""),
        ("convert = \"epoch\"", "args = { app = \"float\" }"),
        ("convert = \"epoch\"", "pointers = \"/joined\""),
    ] {
        assert!(SOUND.contains(right), "{right}");
        let text = SOUND.replacen(right, wrong, 1);
        assert!(read(&text, toml::Table::new()).is_err(), "we take {wrong:?}");
        assert!(!validator.is_valid(&json(&text)), "the schema takes {wrong:?}");
    }
}

#[test]
fn a_definition_of_a_family_may_be_short_and_not_wrong() {
    let validator = validator();
    let fits = |text: &str| validator.is_valid(&json(text));
    assert!(fits("key = \"a\"\nextends = \"b\"\nidentity.username = \"/name\"\nservice.scopes = [\"a\"]"));
    assert!(!fits("extends = \"b\""));
    assert!(!fits("key = \"a\""));
    for wrong in ["colour = 1", "identity.colour = 1", "identity.username = 1", "recheck.interval = \"soon\""]
    {
        assert!(!fits(&format!("key = \"a\"\nextends = \"b\"\n{wrong}")), "{wrong}");
    }
}

#[test]
fn the_document_names_every_key() {
    let schema: Json = schema().parse().unwrap();
    let parts = schema["$defs"].as_object().unwrap();
    let mut missing = Vec::new();
    for (name, part) in parts.iter().filter(|(name, _)| !name.ends_with("Part") || *name == "DefinitionPart")
    {
        let choices = ["oneOf", "anyOf"].iter().flat_map(|of| part[*of].as_array().into_iter().flatten());
        for part in choices.chain([part]) {
            for key in part["properties"].as_object().into_iter().flatten().map(|(key, _)| key) {
                let spelled =
                    [format!("`{key}`"), format!(".{key}`"), format!("`{key}."), format!("`{{ {key} =")];
                let named = spelled.iter().any(|text| DOCUMENT.contains(text));
                missing.extend((!named).then(|| format!("{name}.{key}")));
            }
            let words = part["enum"].as_array().into_iter().flatten().chain(part.get("const"));
            for word in words.filter_map(Json::as_str).filter(|word| !word.trim().is_empty() && *word != ",")
            {
                let named =
                    DOCUMENT.contains(&format!("`{word}`")) || DOCUMENT.contains(&format!("\"{word}\""));
                missing.extend((!named).then(|| format!("{name}: {word:?}")));
            }
        }
    }
    assert!(missing.is_empty(), "docs/platforms.md does not say what these mean: {missing:#?}");
}

#[tokio::test]
async fn every_shipped_fixture_comes_out_as_recorded() {
    for entry in std::fs::read_dir(folder().join("fixtures")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let (_, definition) =
            shipped().into_iter().find(|(key, _)| *key == name).expect("it has a definition");
        let definition = read(&definition, toml::Table::new()).unwrap();
        let fixtures = Fixtures::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for told in fixture::run(&definition, &fixtures).await.unwrap() {
            assert!(told.complaints.is_empty(), "{name}: {told:#?}");
        }
    }
}

/// The first TOML below a heading of the document.
fn shown(heading: &str) -> &'static str {
    let (_, below) = DOCUMENT.split_once(heading).expect(heading);
    let (_, block) = below.split_once("```toml\n").unwrap();
    block.split_once("```").unwrap().0
}

#[tokio::test]
async fn the_walk_through_of_the_document_works() {
    let definition = shown("### Thirty lines");
    assert!(validator().is_valid(&json(definition)));
    let definition = read(definition, toml::Table::new()).unwrap();
    let fixtures = Fixtures::read(shown("### Fixtures")).unwrap();
    let told = fixture::run(&definition, &fixtures).await.unwrap();
    assert!(told[0].complaints.is_empty(), "{told:#?}");
}

#[tokio::test]
async fn a_fixture_that_does_not_fit_says_where() {
    let definition = read(SOUND, toml::Table::new()).unwrap();
    let text = r#"
    [settings]
    service = "key"
    [[story]]
    about = "a date"
    accounts = [{ subject = "7", facts = { account_age = "2020-01-01T00:00:00Z", joined_twice = 1 } }]
    [[story.calls]]
    method = "POST"
    url = "https://club.example/api/of?key=key"
    form = { id = "8" }
    answer.json = { id = 7, joined = 0 }
    [[story.calls]]
    method = "GET"
    url = "https://club.example/api/never"
    answer.status = 500
    "#;
    let fixtures = Fixtures::read(text).unwrap();
    let told = fixture::run(&definition, &fixtures).await.unwrap();
    insta::assert_snapshot!(told[0].complaints.join("\n"), @r#"
    club has no fact `joined_twice`.
    club.joined_twice
         ^^^^^^^^^^^^
    club.joined of 7 is "1970-01-01T00:00:00Z" instead of "2020-01-01T00:00:00Z"
    POST https://club.example/api/of?key=key: the form's field id is not as recorded
    GET https://club.example/api/never was not called
    "#);
    assert!(Fixtures::read("[[story]]\nabout = 7").unwrap_err().contains("line 2"));
    assert!(Fixtures::read("colour = 1").is_err());
}
