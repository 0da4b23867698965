//! Stories of links: on their way, proven, observed, counted.

use domain::fact::{FactKey, Unknown, Value};
use domain::id::UserId;

use super::fixtures::{
    BROWSER, NOW, ada, arrival, bob, connection_id, github, later, octocat, sealed, started, steam,
};
use super::ground::{Ground, on_both};
use crate::store::attempt::{Attempt, Starts};
use crate::store::authorization::{Arrival, Pending, Started, Taken, Waiting};
use crate::store::connection::Connection;
use crate::store::user::Standing;
use crate::store::{attempt, authorization, connection, observation};

#[tokio::test]
async fn a_connection_is_found_by_id_user_and_account() {
    on_both(async |ground| {
        assert!(ground.write(async |tx| connection::insert(tx, &octocat(1, ada())).await).await);
        let found = ground.read(async |tx| connection::find(tx, connection_id(1)).await).await.unwrap();
        assert_eq!(format!("{found:?}"), format!("{:?}", octocat(1, ada())));
        assert_eq!(found.tokens, Some(sealed("github")));
        assert_eq!(ground.read(async |tx| connection::of_user(tx, ada()).await).await.len(), 1);
        assert!(ground.read(async |tx| connection::of_user(tx, bob()).await).await.is_empty());
        let owner = async |instance: &'static str, subject: &'static str| {
            ground.read(async move |tx| connection::owner(tx, &github(), instance, subject).await).await
        };
        assert_eq!(owner("https://github.com", "583231").await, Some(ada()));
        assert_eq!(owner("https://github.com", "1").await, None);
        assert_eq!(owner("https://github.example", "583231").await, None);
    })
    .await;
}

#[tokio::test]
async fn an_account_has_one_owner_and_an_owner_one_account_per_platform() {
    on_both(async |ground| {
        let insert =
            async |new: Connection| ground.write(async move |tx| connection::insert(tx, &new).await).await;
        assert!(insert(octocat(1, ada())).await);
        assert!(!insert(octocat(2, bob())).await, "the account is Ada's");
        let subject = "2".to_owned();
        assert!(!insert(Connection { subject, ..octocat(3, ada()) }).await, "Ada has one there");
        let instance = "https://github.example".to_owned();
        assert!(
            insert(Connection { instance, ..octocat(4, ada()) }).await,
            "another instance is another place"
        );
        let platform = steam();
        assert!(insert(Connection { platform, linked_at: later(-1), ..octocat(5, ada()) }).await);
        let all = ground.read(async |tx| connection::of_user(tx, ada()).await).await;
        let ids: Vec<_> = all.iter().map(|one| one.id).collect();
        assert_eq!(ids, [connection_id(5), connection_id(1), connection_id(4)], "oldest first");
    })
    .await;
}

#[tokio::test]
async fn a_connection_changes_its_names_its_tokens_and_its_standing() {
    on_both(async |ground| {
        ground.write(async |tx| connection::insert(tx, &octocat(1, ada())).await).await;
        ground
            .write(async |tx| {
                connection::verified(tx, connection_id(1), later(7)).await?;
                connection::rename(tx, connection_id(1), "hubot").await?;
                connection::stand(tx, connection_id(1), 1, Standing::Quarantined).await
            })
            .await;
        let find =
            async || ground.read(async |tx| connection::find(tx, connection_id(1)).await).await.unwrap();
        let found = find().await;
        assert_eq!((found.verified_at, found.username.as_str()), (Some(later(7)), "hubot"));
        assert_eq!(found.standing, Standing::Quarantined);

        ground
            .write(async |tx| {
                let (username, tokens) = ("octo".to_owned(), Some(sealed("new")));
                let again = Connection { username, node: None, tokens, generation: 2, ..octocat(1, ada()) };
                connection::prove_again(tx, &again).await?;
                connection::stand(tx, connection_id(1), 1, Standing::NeedsAuthorization).await
            })
            .await;
        let found = find().await;
        assert_eq!((found.username.as_str(), found.node, found.generation), ("octo", None, 2));
        assert_eq!((found.tokens, found.standing), (Some(sealed("new")), Standing::Good));
    })
    .await;
}

#[tokio::test]
async fn observations_keep_what_was_known_and_go_with_their_connection() {
    on_both(async |ground| {
        let facts: Vec<(FactKey, Option<Value>)> = vec![
            ("github.followers".parse().unwrap(), Some(Value::Integer(12))),
            ("github.following".parse().unwrap(), None),
            ("github.account_age".parse().unwrap(), Some(Value::Datetime(later(-1000)))),
        ];
        let known = facts.clone();
        ground
            .write(async move |tx| {
                connection::insert(tx, &octocat(1, ada())).await?;
                observation::save(tx, (connection_id(1), "user"), (&known, Some("W/\"1\"")), NOW).await?;
                observation::save_unknown(tx, (connection_id(1), "user"), Unknown::Private, later(1)).await?;
                observation::save_unknown(tx, (connection_id(1), "user"), Unknown::RateLimited, later(2))
                    .await?;
                observation::save_unknown(tx, (connection_id(1), "org"), Unknown::MissingScope, later(3))
                    .await
            })
            .await;
        let found = ground.read(async |tx| observation::of_user(tx, ada()).await).await;
        assert_eq!((found[0].request.as_str(), found[0].platform.as_str()), ("org", "github"));
        assert_eq!((found[0].facts.len(), found[0].observed_at), (0, None));
        assert_eq!(found[0].unknown, Some((Unknown::MissingScope, later(3))));
        assert_eq!((found[1].connection, &found[1].facts), (connection_id(1), &facts));
        assert_eq!(found[1].observed_at, Some(NOW));
        assert_eq!(found[1].unknown, Some((Unknown::RateLimited, later(1))), "since the first failure");

        ground
            .write(async |tx| {
                let facts = [("github.followers".parse().unwrap(), Some(Value::Integer(3)))];
                observation::save(tx, (connection_id(1), "user"), (&facts, None), later(9)).await
            })
            .await;
        let found = ground.read(async |tx| observation::of_user(tx, ada()).await).await;
        assert_eq!((found[1].facts.len(), found[1].observed_at, found[1].unknown), (1, Some(later(9)), None));

        ground.write(async |tx| connection::delete(tx, connection_id(1)).await).await;
        assert!(ground.read(async |tx| connection::find(tx, connection_id(1)).await).await.is_none());
        assert_eq!(ground.number("select count(*) from observation").await, 0);
    })
    .await;
}

#[tokio::test]
async fn every_reason_for_not_knowing_comes_back_as_itself() {
    on_both(async |ground| {
        ground.write(async |tx| connection::insert(tx, &octocat(1, ada())).await).await;
        for reason in [
            Unknown::NotRead,
            Unknown::NotAgreed,
            Unknown::Unavailable,
            Unknown::RateLimited,
            Unknown::Private,
            Unknown::MissingScope,
            Unknown::NeedsAuthorization,
            Unknown::OperatorKey,
            Unknown::OtherAccount,
            Unknown::TooOld,
            Unknown::Held,
        ] {
            ground
                .write(async move |tx| {
                    observation::save_unknown(tx, (connection_id(1), "user"), reason, NOW).await
                })
                .await;
            let found = ground.read(async |tx| observation::of_user(tx, ada()).await).await;
            assert_eq!(found[0].unknown, Some((reason, NOW)));
        }
    })
    .await;
}

async fn take(ground: &Ground, arrival: Arrival<'static>) -> Option<Taken> {
    ground.write(async move |tx| authorization::take(tx, &arrival).await).await
}

/// Keys that live as long as the story.
fn key(text: &str) -> &'static domain::id::PlatformKey {
    Box::leak(Box::new(text.parse().unwrap()))
}

#[tokio::test]
async fn only_the_browser_and_user_that_began_a_link_take_it_once_and_in_time() {
    on_both(async |ground| {
        ground.write(async |tx| authorization::start(tx, &started(1)).await).await;
        let right = arrival("state 1", key("github"));
        for wrong in [
            Arrival { state_hash: "state 2", ..right.clone() },
            Arrival { session: 1, ..right.clone() },
            Arrival { user: Some(bob()), ..right.clone() },
            Arrival { user: None, ..right.clone() },
            Arrival { platform: key("steam"), ..right.clone() },
            Arrival { platform: key("discord"), ..right.clone() },
            Arrival { at: later(600), ..right.clone() },
        ] {
            assert!(take(&ground, wrong.clone()).await.is_none(), "{wrong:?}");
        }
        let taken = take(&ground, right.clone()).await.unwrap();
        assert_eq!((taken.id, taken.verifier.as_text(), taken.attempt), (1, "verifier", Some(77)));
        assert_eq!((taken.return_to.as_str(), taken.instance.as_str()), ("dashboard", "https://github.com"));
        assert!(take(&ground, right).await.is_none(), "it is used up");
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_belongs_to_the_browser_whoever_was_signed_in_before() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                let new =
                    Started { platform: key("discord").clone(), user: None, attempt: None, ..started(1) };
                authorization::start(tx, &new).await
            })
            .await;
        let back = Arrival { session: 5, ..arrival("state 1", key("discord")) };
        assert!(take(&ground, back).await.is_none());
        assert_eq!(take(&ground, arrival("state 1", key("discord"))).await.unwrap().attempt, None);
    })
    .await;
}

fn pending(id: i64) -> Pending {
    Pending {
        id,
        instance: "https://github.com".to_owned(),
        subject: format!("subject {id}"),
        username: "octocat".to_owned(),
        node: None,
        tokens: Some(sealed("pending")),
        attempt: Some(77),
        arrived_at: later(6),
    }
}

fn waiting(user: UserId) -> Waiting<'static> {
    Waiting { session: BROWSER, user, platform: key("github"), at: later(7) }
}

#[tokio::test]
async fn the_account_that_came_back_waits_for_its_members_yes() {
    on_both(async |ground| {
        let arrive = async |id| {
            let platform = github();
            let arrived = async move |tx: &mut crate::store::Tx| {
                authorization::arrive(tx, BROWSER, &platform, &pending(id), later(6)).await
            };
            ground.write(arrived).await
        };
        let find = async |wanted| ground.read(async move |tx| authorization::waiting(tx, wanted).await).await;
        ground.write(async |tx| authorization::start(tx, &started(1)).await).await;
        ground.write(async |tx| authorization::start(tx, &started(2)).await).await;
        assert!(!arrive(1).await, "nobody came back with it yet");
        assert!(take(&ground, arrival("state 1", key("github"))).await.is_some());
        assert!(find(waiting(ada())).await.is_none());
        assert!(arrive(1).await);
        assert!(!arrive(1).await, "once");
        let found = find(waiting(ada())).await.unwrap();
        assert_eq!(format!("{found:?}"), format!("{:?}", pending(1)));
        assert_eq!(found.tokens, Some(sealed("pending")));
        for wrong in [
            waiting(bob()),
            Waiting { session: 1, ..waiting(ada()) },
            Waiting { platform: key("steam"), ..waiting(ada()) },
            Waiting { at: later(600), ..waiting(ada()) },
        ] {
            assert!(find(wrong).await.is_none(), "{wrong:?}");
        }

        assert!(take(&ground, arrival("state 2", key("github"))).await.is_some());
        assert!(arrive(2).await);
        assert_eq!(ground.number("select count(*) from \"authorization\"").await, 1, "the older one ended");
        assert_eq!(find(waiting(ada())).await.unwrap().id, 2);
        assert!(ground.write(async |tx| authorization::end(tx, 2).await).await);
        assert!(!ground.write(async |tx| authorization::end(tx, 2).await).await);
    })
    .await;
}

#[tokio::test]
async fn attempts_are_counted_by_browser_user_and_network() {
    on_both(async |ground| {
        fn attempt_of(
            id: i64,
            session: Option<i64>,
            user: Option<UserId>,
            network: &'static str,
        ) -> Attempt<'static> {
            Attempt { id, platform: key("github"), session, user, network, at: later(id) }
        }
        ground
            .write(async |tx| {
                attempt::start(tx, &attempt_of(1, Some(BROWSER), Some(ada()), "home")).await?;
                attempt::start(tx, &attempt_of(2, Some(BROWSER), None, "home")).await?;
                attempt::start(tx, &attempt_of(3, Some(9), Some(ada()), "home")).await?;
                attempt::start(tx, &attempt_of(4, None, None, "work")).await
            })
            .await;
        let count = async |of: Attempt<'static>, since| {
            ground.read(async move |tx| attempt::count(tx, &of, since).await).await
        };
        let mine = attempt_of(5, Some(BROWSER), Some(ada()), "home");
        assert_eq!(count(mine.clone(), NOW).await, Starts { session: 2, user: 2, network: 3 });
        assert_eq!(count(mine, later(2)).await, Starts { session: 0, user: 1, network: 1 });
        let unknown = attempt_of(6, None, None, "work");
        assert_eq!(count(unknown, NOW).await, Starts { session: 0, user: 0, network: 1 });

        ground.write(async |tx| attempt::end(tx, 1, "linked", later(8)).await).await;
        ground.write(async |tx| attempt::end(tx, 1, "failed", later(9)).await).await;
        let sql = "select ended_at from attempt where id = 1 and outcome = 'linked'";
        assert_eq!(ground.number(sql).await, later(8).millis(), "the first word counts");
    })
    .await;
}
