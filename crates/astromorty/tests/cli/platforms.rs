//! `platforms`: definitions listed, checked and tried.

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::stage::{Folder, alone};

const CLUB: &str = r#"key = "club"
extends = "github"
display_name = "Club"

[facts.stars]
type = "integer"
request = "profile"
pointer = "/stars"
needs = []
"#;

fn repository(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name);
    path.display().to_string()
}

#[tokio::test]
async fn every_platform_is_listed_with_its_facts_and_their_cost() {
    let folder = Folder::new();
    alone(&folder);
    std::fs::create_dir(folder.path().join("platforms.d")).unwrap();
    folder.write("platforms.d/club.toml", CLUB);
    let listed = folder.run(&["platforms", "list"]).await;
    assert_eq!((listed.code, listed.err.as_str()), (0, ""));
    let row = |name: &str| {
        let line = listed.out.lines().find(|line| line.starts_with(name)).expect(name);
        line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(row("github"), ["github", "GitHub", "oauth2", "built-in", "yes"]);
    let from = "file platforms.d/club.toml, extends github";
    assert_eq!(row("club"), ["club", "Club", "oauth2", from, "no, not set up"]);
    let cost = "10 by service credential, 1000 by members' tokens";
    assert_eq!(row("stars"), ["stars", "integer", "profile", "-", cost]);
    assert_eq!(row("account_age")[1], "duration");
}

#[tokio::test]
async fn a_platform_of_a_family_needs_no_file() {
    let folder = Folder::new();
    alone(&folder);
    let mut settings = std::fs::read_to_string(folder.path().join("astromorty.toml")).unwrap();
    settings.push_str("[platforms.hub]\nextends = \"github\"\ndisplay_name = \"Hub\"\nenabled = false\n");
    folder.write("astromorty.toml", &settings);
    let listed = folder.run(&["platforms", "list"]).await.out;
    let row = listed.lines().find(|line| line.starts_with("hub ")).expect("it is there");
    assert!(row.contains("settings, extends github") && row.contains("no, switched off"), "{row}");

    folder.write("astromorty.toml", &settings.replace("enabled = false", "issuer = \"https://id.example\""));
    let refused = folder.run(&["rules", "holds"]).await;
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("platforms.hub: ")
            && refused.err.contains("`issuer` is for OpenID Connect alone")
    );
}

#[tokio::test]
async fn mistakes_are_shown_where_they_are() {
    let folder = Folder::new();
    folder.write(
        "club.toml",
        &CLUB.replace("\"integer\"", "\"number\"").replace("display_name", "display_nmae"),
    );
    let refused = folder.run(&["platforms", "check", "club.toml"]).await;
    assert_eq!((refused.code, refused.err.as_str()), (1, "error: there are 2 mistakes\n"));
    assert!(
        refused.out.contains(
            "club.toml:3:1: `display_nmae` is no key of a definition; did you mean `display_name`?"
        )
    );
    assert!(refused.out.contains("club.toml:6:1: `facts.stars.type` is \"number\""), "{}", refused.out);
    assert!(refused.out.contains("  6 | type = \"number\"\n    | ^\n"), "{}", refused.out);

    let nowhere = folder.run(&["platforms", "check", "nowhere.toml"]).await;
    assert!(nowhere.code == 1 && nowhere.out.contains("nowhere.toml: `definition` cannot be read"));
    assert_eq!(folder.run(&["platforms", "check"]).await.code, 2);

    // What a file extends may stand beside it.
    folder.write("club.toml", CLUB);
    folder.write("chess.toml", "key = \"chess\"\nextends = \"club\"\n");
    let fine = folder.run(&["platforms", "check", "chess.toml", "club.toml"]).await;
    assert_eq!((fine.code, fine.err.as_str()), (0, ""));
    let told = "chess.toml: fine\n  Club (chess), by oauth2; it tells ";
    assert!(fine.out.contains(" account_age, followers, ") && fine.out.contains(", stars\n"), "{}", fine.out);
    assert!(fine.out.starts_with(told) && fine.out.contains("club.toml: fine"), "{}", fine.out);
    assert_eq!(folder.run(&["platforms", "check", "chess.toml"]).await.code, 0);
}

#[tokio::test]
async fn wrong_definitions_keep_the_product_from_starting_all_at_once() {
    let folder = Folder::new();
    alone(&folder);
    std::fs::create_dir(folder.path().join("platforms.d")).unwrap();
    folder.write("platforms.d/club.toml", &CLUB.replace("/stars", "stars"));
    folder.write("platforms.d/half.toml", "key = ");
    let refused = folder.run(&["rules", "holds"]).await;
    assert_eq!(refused.code, 2);
    assert!(refused.err.starts_with("error: the platform definitions have 2 mistakes\n"), "{}", refused.err);
    for part in ["platforms.d/half.toml:1:", "platforms.d/club.toml:8:1: `facts.stars.pointer`"] {
        assert!(refused.err.contains(part), "no {part:?} in {}", refused.err);
    }
}

#[tokio::test]
async fn the_schema_is_printed_as_it_is_kept() {
    let printed = Folder::new().run(&["platforms", "schema"]).await;
    assert_eq!(printed.code, 0);
    assert_eq!(printed.out, std::fs::read_to_string(repository("platforms/schema.json")).unwrap());
}

#[tokio::test]
async fn a_definition_is_tried_against_recorded_answers() {
    let folder = Folder::new();
    let fixtures = repository("platforms/fixtures/github.toml");
    let fine = folder.run(&["platforms", "try", "github", "--fixtures", &fixtures]).await;
    assert_eq!((fine.code, fine.err.as_str()), (0, ""));
    assert!(fine.out.lines().all(|line| line.starts_with("fine ")), "{}", fine.out);

    let text = std::fs::read_to_string(&fixtures).unwrap();
    folder.write("other.toml", &text.replacen("followers = 17000", "followers = 17001", 1));
    let wrong = folder.run(&["platforms", "try", "github", "--fixtures", "other.toml"]).await;
    assert_eq!(wrong.code, 1);
    assert!(wrong.out.contains("github.followers of 583231 is 17000 instead of 17001"), "{}", wrong.out);
    assert!(wrong.err.contains("1 of 6 stories went otherwise than recorded"), "{}", wrong.err);

    folder.write("odd.toml", "story = 7");
    for (name, file) in [("github", "odd.toml"), ("github", "nowhere.toml"), ("nothing", &fixtures)] {
        let refused = folder.run(&["platforms", "try", name, "--fixtures", file]).await;
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{name} {file}");
    }
    assert_eq!(folder.run(&["platforms", "try", "github"]).await.code, 2);
}

#[tokio::test]
async fn n_70_a_real_platform_is_asked_and_no_secret_is_shown() {
    const CANARY: &str = "canary7c1f";
    let user = r#"{"id": 7, "node_id": "N", "login": "ada", "created_at": "2020-01-01T00:00:00Z", "followers": 3, "following": 2, "public_repos": 1}"#;
    let site = Router::new().route("/user/7", get(async move || ([("x-ratelimit-remaining", "59")], user)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(world::serve(site, listener, std::future::pending()));

    let folder = Folder::new();
    alone(&folder);
    let settings = std::fs::read_to_string(folder.path().join("astromorty.toml")).unwrap();
    let try_it = ["platforms", "try", "github", "--subject", "7", "--fact", "followers"];
    let none = folder.run(&try_it).await;
    assert!(none.code == 2 && none.err.contains("has no service credential"), "{none:?}");

    let at_home =
        settings.replace("hosts.api = \"http://127.0.0.1:9\"", &format!("hosts.api = \"http://{at}\""));
    folder.write("astromorty.toml", &format!("{at_home}\nservice_token = \"{CANARY}\"\n"));
    let told = folder.run(&try_it).await;
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    let call = format!("GET http://{at}/user/7\n  200 OK; x-ratelimit-remaining: 59\n");
    assert_eq!(told.out, format!("{call}github.followers = 3\n"));

    let gone = folder.run(&["platforms", "try", "github", "--subject", "8"]).await;
    assert!(gone.code == 1 && gone.out.contains("profile of github: unknown (unavailable)"), "{gone:?}");
    let odd = folder.run(&["platforms", "try", "github", "--subject", "7", "--fact", "folowers"]).await;
    assert!(odd.code == 2 && odd.err.contains("followers"), "{odd:?}");
    assert!(![&told, &gone, &odd].iter().any(|said| said.out.contains(CANARY) || said.err.contains(CANARY)));
}
