//! `rules`, against a Discord on a socket.

use astromorty::store::hold::{self, Hold};
use astromorty::store::{Place, Store, rule};
use domain::id::GuildId;
use domain::moment::Moment;

use crate::stage::{GUILD, HOST, POPULAR, Said, Stage};

async fn add(stage: &Stage, role: u64, more: &[&str]) -> Said {
    let (guild, role) = (GUILD.to_string(), role.to_string());
    let mut arguments = vec!["rules", "add", "--guild", &guild, "--role", &role];
    arguments.extend(more);
    stage.run(&arguments).await
}

#[tokio::test]
async fn a_rule_is_added_listed_and_removed() {
    let (stage, guild) = (Stage::start().await, GUILD.to_string());
    let none = stage.run(&["rules", "list", "--guild", &guild]).await;
    assert!(none.code == 0 && none.out.contains("has no rules"), "{none:?}");

    let made = add(&stage, POPULAR, &["--grace", "1d", "github.followers>=10 and github linked"]).await;
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    assert_eq!(made.out, "Added rule 1: github.followers >= 10 and github linked\n");
    assert_eq!(add(&stage, POPULAR, &["--observe-only", "github.public_repos > 3"]).await.code, 0);

    let listed = stage.run(&["rules", "list", "--guild", &guild]).await.out;
    let lines: Vec<Vec<&str>> = listed
        .lines()
        .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
        .collect();
    let popular = format!("@Popular ({POPULAR})");
    assert_eq!(lines[0], ["rule", "gives", "grace", "state", "for"]);
    assert_eq!(lines[1], ["1", &popular, "1d", "acts", "github.followers >= 10 and github linked"]);
    assert_eq!(lines[2], ["2", &popular, "0s", "only watches", "github.public_repos > 3"]);

    let removed = stage.run(&["rules", "remove", "--guild", &guild, "1"]).await;
    assert!(removed.code == 0 && removed.out.contains("Removed rule 1"), "{removed:?}");
    let again = stage.run(&["rules", "remove", "--guild", &guild, "1"]).await;
    assert!(again.code == 1 && again.err.contains("has no rule 1"), "{again:?}");
}

#[tokio::test]
async fn a_mistake_in_criteria_is_shown_in_its_place() {
    let stage = Stage::start().await;
    let refused = add(&stage, POPULAR, &["github.folowers >= 10"]).await;
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    let lines: Vec<&str> = refused.err.lines().collect();
    let caret = lines.iter().position(|line| line.trim().starts_with('^')).expect("a line with carets");
    assert_eq!(lines[caret].find('^'), lines[caret - 1].find("folowers"), "{}", refused.err);
    assert!(refused.err.contains("followers"), "{}", refused.err);

    let guild = GUILD.to_string();
    let refused = stage.run(&["rules", "test", "--guild", &guild, "github.followers >="]).await;
    assert!(refused.code == 2 && refused.err.contains('^'), "{refused:?}");
}

#[tokio::test]
async fn roles_that_the_bot_cannot_give_are_refused() {
    let stage = Stage::start().await;
    for role in [HOST, GUILD, 9] {
        let refused = add(&stage, role, &["github linked"]).await;
        assert!(refused.code == 1 && refused.err.contains("role"), "{refused:?}");
    }
    let elsewhere = ["rules", "add", "--guild", "9", "--role", "9", "github linked"];
    let refused = stage.run(&elsewhere).await;
    assert!(refused.code == 1 && refused.err.contains("the bot is not in server 9"), "{refused:?}");
}

#[tokio::test]
async fn criteria_are_counted_without_being_stored() {
    let (stage, guild) = (Stage::start().await, GUILD.to_string());
    let counted = stage.run(&["rules", "test", "--guild", &guild, "github linked"]).await;
    assert_eq!(counted.code, 0);
    assert!(
        counted.out.starts_with("verdict  members\nholds    0\nfails    0\nunknown  0\n"),
        "{}",
        counted.out
    );
    assert!(stage.run(&["rules", "list", "--guild", &guild]).await.out.contains("has no rules"));
}

#[tokio::test]
async fn a_held_removal_is_shown_and_approved_once() {
    let stage = Stage::start().await;
    assert_eq!(stage.run(&["rules", "holds"]).await.out, "No removal is held.\n");
    add(&stage, POPULAR, &["github linked"]).await;
    let id = hold_rule_1(&stage).await.to_string();

    let shown = stage.run(&["rules", "holds"]).await.out;
    let row = shown.lines().nth(1).unwrap();
    let guild = GUILD.to_string();
    for part in [&id, "2026-01-01T00:00:00Z", "12", &guild, "@Popular", "github linked"] {
        assert!(row.contains(part), "no {part} in {shown}");
    }
    let approved = stage.run(&["rules", "approve", &id]).await;
    assert!(approved.code == 0 && approved.out.starts_with("Approved"), "{approved:?}");
    let again = stage.run(&["rules", "approve", &id]).await;
    assert!(again.code == 1 && again.err.contains("there is no open hold"), "{again:?}");
}

/// Stores what the brake stores.
async fn hold_rule_1(stage: &Stage) -> i64 {
    let place = Place::Sqlite(stage.folder.path().join("astromorty.db"));
    let store = Store::open(&place).await.unwrap();
    let held = store.write(async |tx| {
        let guild = GuildId::new(i64::try_from(GUILD).unwrap()).unwrap();
        let rule = rule::live(tx, guild).await?.first().map(|rule| rule.id);
        let held_at = Moment::parse_rfc3339("2026-01-01T00:00:00Z").unwrap();
        let new = Hold { id: 77, rule, platform: None, plan: r#"{"held_back":12}"#.into(), held_at };
        hold::insert(tx, &new).await?;
        Ok(new.id)
    });
    held.await.unwrap()
}
