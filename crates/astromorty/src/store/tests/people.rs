//! Stories of users, their browsers, what they agreed to, and the servers they are in.

use std::collections::BTreeSet;

use super::fixtures::{
    BROWSER, NOW, ada, bob, cafe, later, library, role, sealed, sign_in, signed_in, started,
};
use super::ground::on_both;
use crate::store::consent::Consent;
use crate::store::user::{SignedIn, Standing};
use crate::store::{authorization, consent, departed, guild, member, session, user};

#[tokio::test]
async fn a_sign_in_is_kept_and_the_next_one_replaces_its_token_set() {
    on_both(async |ground| {
        assert!(ground.read(async |tx| user::find(tx, ada()).await).await.is_none());
        assert_eq!(ground.read(async |tx| user::next_generation(tx, ada()).await).await, 1);
        ground.write(async |tx| sign_in(tx, ada()).await).await;
        let found = ground.read(async |tx| user::find(tx, ada()).await).await.unwrap();
        assert_eq!((found.id, found.name.as_str(), found.locale.as_deref()), (ada(), "ada", Some("de")));
        assert_eq!((found.tokens, found.generation), (Some(sealed("first")), 1));
        assert_eq!((found.standing, found.profile_at, found.messages_at), (Standing::Good, None, None));
        assert_eq!(
            (found.wanted_at, found.pushed, found.pushed_at, found.guilds_at),
            (None, None, None, None)
        );

        ground.write(async |tx| user::want(tx, ada(), later(1)).await).await;
        ground
            .write(async |tx| {
                let generation = user::next_generation(tx, ada()).await?;
                let (name, tokens) = ("Ada L.".to_owned(), sealed("second"));
                let again =
                    SignedIn { name, locale: None, tokens, at: later(9), ..signed_in(ada(), generation) };
                user::sign_in(tx, &again).await
            })
            .await;
        let found = ground.read(async |tx| user::find(tx, ada()).await).await.unwrap();
        assert_eq!((found.name.as_str(), found.locale, found.generation), ("Ada L.", None, 2));
        assert_eq!((found.tokens, found.wanted_at), (Some(sealed("second")), Some(later(1))));
        assert_eq!(ground.number("select created_at from discord_user").await, NOW.millis());
    })
    .await;
}

#[tokio::test]
async fn a_choice_keeps_the_moment_it_was_made_until_it_is_taken_back() {
    on_both(async |ground| {
        ground.write(async |tx| sign_in(tx, ada()).await).await;
        let choices = [
            (Some(later(1)), None, (Some(later(1)), None)),
            (Some(later(2)), Some(later(2)), (Some(later(1)), Some(later(2)))),
            (None, Some(later(3)), (None, Some(later(2)))),
            (Some(later(4)), None, (Some(later(4)), None)),
            (None, None, (None, None)),
        ];
        for (profile, messages, stands) in choices {
            ground.write(async move |tx| user::choose(tx, ada(), profile, messages).await).await;
            let found = ground.read(async |tx| user::find(tx, ada()).await).await.unwrap();
            assert_eq!((found.profile_at, found.messages_at), stands);
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_wanted_and_pushed_is_remembered() {
    on_both(async |ground| {
        ground.write(async |tx| sign_in(tx, ada()).await).await;
        ground.write(async |tx| user::want(tx, ada(), later(1)).await).await;
        ground.write(async |tx| user::want(tx, ada(), later(2)).await).await;
        ground.write(async |tx| user::forget_values(tx, ada()).await).await;
        let found = ground.read(async |tx| user::find(tx, ada()).await).await.unwrap();
        assert_eq!((found.wanted_at, found.pushed), (Some(later(1)), None));

        ground.write(async |tx| user::record_push(tx, ada(), Some("{\"a\":1}"), later(3)).await).await;
        ground.write(async |tx| user::record_guilds(tx, ada(), later(4)).await).await;
        let found = ground.read(async |tx| user::find(tx, ada()).await).await.unwrap();
        assert_eq!((found.pushed.as_deref(), found.pushed_at), (Some("{\"a\":1}"), Some(later(3))));
        assert_eq!(found.guilds_at, Some(later(4)));

        ground.write(async |tx| user::forget_values(tx, ada()).await).await;
        let found = ground.read(async |tx| user::find(tx, ada()).await).await.unwrap();
        assert_eq!(found.pushed.as_deref(), Some("{\"metadata\":{}}"));

        ground.write(async |tx| user::record_push(tx, ada(), None, later(5)).await).await;
        ground.write(async |tx| user::unwant(tx, ada()).await).await;
        let found = ground.read(async |tx| user::find(tx, ada()).await).await.unwrap();
        assert_eq!((found.pushed, found.wanted_at), (None, None));

        ground.write(async |tx| user::erase(tx, ada()).await).await;
        assert!(ground.read(async |tx| user::find(tx, ada()).await).await.is_none());
    })
    .await;
}

#[test]
fn a_standing_reads_what_it_writes_and_doubts_everything_else() {
    for standing in [Standing::Good, Standing::NeedsAuthorization, Standing::Quarantined] {
        assert_eq!(Standing::from_text(standing.as_str()), standing);
    }
    assert_eq!(Standing::from_text("splendid"), Standing::NeedsAuthorization);
}

#[tokio::test]
async fn n_35_a_session_gets_a_new_cookie_and_the_old_one_is_dead() {
    on_both(async |ground| {
        ground.write(async |tx| session::insert(tx, BROWSER, "old", NOW, later(60)).await).await;
        let find = async |hash: &'static str, at| {
            ground.read(async move |tx| session::find(tx, hash, at).await).await
        };
        let found = find("old", later(59)).await.unwrap();
        assert_eq!((found.id, found.user, found.seen_at, found.created_at), (BROWSER, None, NOW, NOW));
        assert!(find("old", later(60)).await.is_none());
        assert!(find("other", NOW).await.is_none());

        ground.write(async |tx| session::rotate(tx, BROWSER, "new").await).await;
        ground.write(async |tx| session::sign_in(tx, BROWSER, ada(), later(5), later(500)).await).await;
        assert!(find("old", later(5)).await.is_none());
        let found = find("new", later(499)).await.unwrap();
        assert_eq!((found.user, found.seen_at, found.created_at), (Some(ada()), later(5), later(5)));

        ground.write(async |tx| session::seen(tx, BROWSER, later(400), later(900)).await).await;
        let found = find("new", later(899)).await.unwrap();
        assert_eq!((found.seen_at, found.created_at), (later(400), later(5)));
        assert!(find("new", later(900)).await.is_none());

        let twice = ground.store.write(async |tx| session::insert(tx, 9, "new", NOW, later(60)).await).await;
        assert!(twice.is_err(), "two browsers with one cookie");
    })
    .await;
}

#[tokio::test]
async fn a_session_that_ends_takes_its_links_on_their_way_along() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                for (id, hash, user) in [(BROWSER, "a", ada()), (2, "b", ada()), (3, "c", bob())] {
                    session::insert(tx, id, hash, NOW, later(60)).await?;
                    session::sign_in(tx, id, user, NOW, later(60)).await?;
                    let new = authorization::Started { session: id, ..started(id) };
                    authorization::start(tx, &new).await?;
                }
                Ok(())
            })
            .await;
        assert_eq!(ground.read(async |tx| session::count(tx, ada(), NOW).await).await, 2);
        assert_eq!(ground.read(async |tx| session::count(tx, ada(), later(60)).await).await, 0);

        ground.write(async |tx| session::end(tx, 2).await).await;
        assert_eq!(ground.read(async |tx| session::count(tx, ada(), NOW).await).await, 1);
        assert_eq!(ground.number("select count(*) from \"authorization\" where session_id = 2").await, 0);

        ground.write(async |tx| session::end_all(tx, ada()).await).await;
        assert_eq!(ground.read(async |tx| session::count(tx, ada(), NOW).await).await, 0);
        assert_eq!(ground.read(async |tx| session::count(tx, bob(), NOW).await).await, 1);
        assert_eq!(ground.number("select min(session_id) + count(*) from \"authorization\"").await, 3 + 1);
    })
    .await;
}

#[tokio::test]
async fn a_yes_is_kept_per_server_replaced_and_taken_back() {
    on_both(async |ground| {
        let facts = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect();
        let yes = Consent {
            guild: cafe(),
            facts: facts(&["github.followers", "steam.hours(app: 440)"]),
            shares_name_at: Some(NOW),
        };
        let other = Consent { guild: library(), facts: vec![], shares_name_at: None };
        let (first, second) = (yes.clone(), other.clone());
        ground
            .write(async move |tx| {
                consent::save(tx, ada(), &second, NOW).await?;
                consent::save(tx, ada(), &first, NOW).await?;
                consent::save(tx, bob(), &first, NOW).await
            })
            .await;
        assert_eq!(ground.read(async |tx| consent::find(tx, ada(), cafe()).await).await, Some(yes.clone()));
        assert_eq!(ground.read(async |tx| consent::of_user(tx, ada()).await).await, [yes, other]);
        assert_eq!(ground.read(async |tx| consent::users(tx, cafe()).await).await, [ada(), bob()]);

        let less = Consent { guild: cafe(), facts: facts(&["github.followers"]), shares_name_at: None };
        let new = less.clone();
        ground.write(async move |tx| consent::save(tx, ada(), &new, later(1)).await).await;
        assert_eq!(ground.read(async |tx| consent::find(tx, ada(), cafe()).await).await, Some(less));

        assert!(ground.write(async |tx| consent::delete(tx, ada(), cafe()).await).await);
        assert!(!ground.write(async |tx| consent::delete(tx, ada(), cafe()).await).await);
        assert_eq!(ground.read(async |tx| consent::find(tx, ada(), cafe()).await).await, None);
        assert_eq!(ground.read(async |tx| consent::users(tx, cafe()).await).await, [bob()]);
    })
    .await;
}

#[tokio::test]
async fn a_consent_that_no_version_wrote_is_an_error_not_a_panic() {
    on_both(async |ground| {
        ground
            .execute(
                "insert into consent (user_id, guild_id, facts, agreed_at) values (101, 201, '[nonsense', 1)",
            )
            .await;
        assert!(ground.store.read(async |tx| consent::find(tx, ada(), cafe()).await).await.is_err());
        ground.execute("update consent set facts = '[\"Not A Fact\"]'").await;
        assert!(ground.store.read(async |tx| consent::of_user(tx, ada()).await).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_member_is_present_then_seen_then_absent_then_back() {
    on_both(async |ground| {
        let find = async || ground.read(async |tx| member::find(tx, cafe(), ada()).await).await;
        assert_eq!(find().await, None);
        ground.write(async |tx| member::absent(tx, cafe(), ada(), NOW).await).await;
        assert_eq!(find().await, None, "somebody we never met is not noted as absent");

        ground.write(async |tx| member::present(tx, cafe(), ada()).await).await;
        let found = find().await.unwrap();
        assert_eq!((found.guild, found.roles, found.joined_at, found.absent_at), (cafe(), None, None, None));

        let roles = BTreeSet::from([role(1), role(2)]);
        let seen = roles.clone();
        ground
            .write(async move |tx| member::seen(tx, (cafe(), ada()), (&seen, Some(later(-9))), NOW).await)
            .await;
        ground
            .write(async move |tx| member::seen(tx, (cafe(), ada()), (&BTreeSet::new(), None), NOW).await)
            .await;
        let found = find().await.unwrap();
        assert_eq!((found.roles, found.joined_at), (Some(BTreeSet::new()), Some(later(-9))));

        ground.write(async |tx| member::absent(tx, cafe(), ada(), later(1)).await).await;
        ground.write(async |tx| member::absent(tx, cafe(), ada(), later(2)).await).await;
        let found = find().await.unwrap();
        assert_eq!((found.roles, found.absent_at), (None, Some(later(1))));

        ground.write(async |tx| member::present(tx, library(), ada()).await).await;
        ground.write(async move |tx| member::seen(tx, (cafe(), ada()), (&roles, None), later(3)).await).await;
        let all = ground.read(async |tx| member::of_user(tx, ada()).await).await;
        let all: Vec<_> = all.into_iter().map(|found| (found.guild, found.roles, found.absent_at)).collect();
        assert_eq!(all, [(cafe(), Some([role(1), role(2)].into()), None), (library(), None, None)]);
    })
    .await;
}

#[tokio::test]
async fn shared_servers_are_those_where_both_the_user_and_the_bot_are() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                guild::joined(tx, cafe(), "Café", NOW).await?;
                guild::joined(tx, library(), "Books", NOW).await?;
                member::present(tx, cafe(), ada()).await?;
                member::present(tx, library(), ada()).await
            })
            .await;
        let shared = async || {
            let found = ground.read(async |tx| guild::shared_with(tx, ada()).await).await;
            found.into_iter().map(|guild| guild.name).collect::<Vec<_>>()
        };
        assert_eq!(shared().await, ["Books", "Café"]);
        ground.write(async |tx| member::absent(tx, library(), ada(), NOW).await).await;
        assert_eq!(shared().await, ["Café"]);
        ground.write(async |tx| guild::left(tx, cafe(), NOW).await).await;
        assert!(shared().await.is_empty());
        assert!(ground.read(async |tx| guild::shared_with(tx, bob()).await).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_departure_is_remembered_once_with_its_last_moment() {
    on_both(async |ground| {
        ground.write(async |tx| departed::add(tx, "account", "ada", NOW).await).await;
        ground.write(async |tx| departed::add(tx, "account", "ada", later(1)).await).await;
        ground.write(async |tx| departed::add(tx, "account", "bob", NOW).await).await;
        assert_eq!(ground.number("select count(*) from departed").await, 2);
        assert_eq!(ground.number("select max(at) from departed").await, later(1).millis());
    })
    .await;
}
