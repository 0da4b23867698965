//! Settings and keys: what is refused, with which words and which exit code.

use crate::stage::{Folder, KEY, OTHER_KEY, alone, said};

#[tokio::test]
async fn a_generated_key_loads_again() {
    let folder = Folder::new();
    alone(&folder);
    let made = folder.run(&["keys", "generate"]).await;
    assert_eq!((made.code, made.err.as_str()), (0, ""));
    let again = folder.run(&["keys", "generate", "--id", "next"]).await.out;
    assert!(again.starts_with("next:") && made.out.lines().count() == 1);
    assert_ne!(again.split_once(':').unwrap().1, made.out.split_once(':').unwrap().1);

    let keys = format!("{},{}", made.out.trim(), again.trim());
    let migrated = said(folder.command(&["migrate"]).env("ASTROMORTY__SECRETS__KEYS", keys)).await;
    assert_eq!((migrated.code, migrated.out.as_str()), (0, "the database is up to date\n"));
}

#[tokio::test]
async fn all_mistakes_are_told_at_once_and_unknown_keys_with_the_nearest() {
    let folder = Folder::new();
    folder.write("mine.toml", "[web]\nprot = 8000\npublic_url = \"roles\"\n");
    let refused = folder.run(&["serve", "--config", "mine.toml"]).await;
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(refused.err.starts_with("error: the settings have 6 mistakes\n"), "{}", refused.err);
    for part in ["mine.toml:2", "did you mean web.port?", "mine.toml:3", "keys generate", "discord.bot_token"]
    {
        assert!(refused.err.contains(part), "no {part:?} in {}", refused.err);
    }
}

#[tokio::test]
async fn n_63_a_wrong_key_is_refused_and_nothing_is_changed() {
    let folder = Folder::new();
    alone(&folder);
    assert_eq!(folder.run(&["migrate"]).await.code, 0);

    for command in [&["serve"] as &[&str], &["migrate"], &["rules", "holds"]] {
        let refused = said(folder.command(command).env("ASTROMORTY__SECRETS__KEYS", OTHER_KEY)).await;
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{refused:?}");
        assert!(refused.err.contains("put back the key it was sealed with"), "{}", refused.err);
        assert!(!refused.err.contains(OTHER_KEY.trim_start_matches("test:")));
    }
    assert_eq!(said(folder.command(&["migrate"]).env("ASTROMORTY__SECRETS__KEYS", KEY)).await.code, 0);
}

#[tokio::test]
async fn n_70_no_secret_is_told_by_help_or_mistakes() {
    const CANARY: &str = "canary7c1f";
    let folder = Folder::new();
    let secret = [
        "ASTROMORTY__DISCORD__BOT_TOKEN",
        "ASTROMORTY__DISCORD__CLIENT_SECRET",
        "ASTROMORTY__SECRETS__KEYS",
        "ASTROMORTY__DATABASE__URL",
        "ASTROMORTY__ALERTS__WEBHOOK_URL",
        "ROLE_CONNECTIONS_SECRET_KEY",
        "GITHUB_CLIENT_SECRET",
        "ASTROMORTY__DISCORD__BOT_TOKEN_FILE",
    ];
    for arguments in [
        &["--help"] as &[&str],
        &["serve", "--help"],
        &["rules", "add", "--help"],
        &["serve"],
        &["migrate"],
        &["register", "--yes"],
        &["rules", "holds"],
    ] {
        let mut command = folder.command(arguments);
        command.env("RUST_LOG", "trace").envs(secret.map(|name| (name, format!("postgres://u:{CANARY}@"))));
        let told = said(&mut command).await;
        assert!(!told.out.contains(CANARY) && !told.err.contains(CANARY), "{arguments:?}: {told:?}");
    }
}

#[tokio::test]
async fn arguments_that_do_not_fit_are_usage_errors() {
    let folder = Folder::new();
    for arguments in
        [&["srve"] as &[&str], &[], &["serve", "--port", "1"], &["keys", "generate", "--id", "a:b"]]
    {
        let refused = folder.run(arguments).await;
        assert_eq!((refused.code, refused.out.as_str()), (2, ""), "{arguments:?}");
    }
    let refused = said(folder.command(&["keys", "generate"]).env("RUST_LOG", "a=b=c")).await;
    assert!(refused.code == 2 && refused.err.contains("RUST_LOG is not a filter"), "{refused:?}");
    let missing = folder.run(&["serve", "--config", "nowhere.toml"]).await;
    assert!(missing.code == 2 && missing.err.contains("nowhere.toml"), "{missing:?}");
}
