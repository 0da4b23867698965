//! Stories of servers: their rules, what was given, what is held back, what happened.

use domain::moment::Span;

use super::fixtures::{NOW, ada, add_rule, bob, cafe, later, library, popular, role, rule_id};
use super::ground::on_both;
use crate::store::audit::Entry;
use crate::store::consent::Consent;
use crate::store::grant::Grant;
use crate::store::hold::Hold;
use crate::store::intent::Intent;
use crate::store::rule::Rule;
use crate::store::{audit, consent, fleet, grant, guild, hold, intent, rule};

#[tokio::test]
async fn a_server_is_joined_described_doubted_left_and_joined_again() {
    on_both(async |ground| {
        let find = async || ground.read(async |tx| guild::find(tx, cafe()).await).await;
        assert!(find().await.is_none());
        ground.write(async |tx| guild::joined(tx, cafe(), "Café", NOW).await).await;
        let found = find().await.unwrap();
        assert_eq!((found.id, found.name.as_str(), found.owner), (cafe(), "Café", None));
        assert_eq!((found.roles, found.bot_roles, found.roles_at, found.left_at), (None, None, None, None));

        ground.write(async |tx| guild::describe(tx, cafe(), "Rust Café", bob()).await).await;
        ground.write(async |tx| guild::save_roles(tx, cafe(), ("[1]", "[2]"), later(1)).await).await;
        let found = find().await.unwrap();
        assert_eq!((found.name.as_str(), found.owner), ("Rust Café", Some(bob())));
        assert_eq!((found.roles.as_deref(), found.bot_roles.as_deref()), (Some("[1]"), Some("[2]")));
        assert_eq!(found.roles_at, Some(later(1)));

        ground.write(async |tx| guild::doubt(tx, cafe()).await).await;
        let found = find().await.unwrap();
        assert_eq!((found.roles.as_deref(), found.roles_at), (Some("[1]"), None));

        ground.write(async |tx| guild::joined(tx, library(), "Books", NOW).await).await;
        ground.write(async |tx| guild::left(tx, cafe(), later(2)).await).await;
        ground.write(async |tx| guild::left(tx, cafe(), later(3)).await).await;
        assert_eq!(find().await.unwrap().left_at, Some(later(2)));
        let present = async || {
            let all = ground.read(async |tx| guild::present(tx).await).await;
            all.into_iter().map(|guild| guild.id).collect::<Vec<_>>()
        };
        assert_eq!(present().await, [library()]);
        ground.write(async |tx| guild::joined(tx, cafe(), "Café", later(4)).await).await;
        assert_eq!(present().await, [cafe(), library()]);
        assert_eq!(find().await.unwrap().owner, Some(bob()), "what was known stays");
    })
    .await;
}

#[tokio::test]
async fn a_rule_is_numbered_found_paused_and_disabled() {
    on_both(async |ground| {
        assert_eq!(ground.read(async |tx| rule::next_number(tx, cafe()).await).await, 1);
        assert!(ground.write(async |tx| add_rule(tx, 1).await).await);
        assert!(ground.write(async |tx| add_rule(tx, 2).await).await);
        let twin = async |tx: &mut crate::store::Tx| {
            rule::insert(tx, &Rule { id: rule_id(9), ..popular(1, cafe()) }, NOW).await
        };
        assert!(!ground.write(twin).await, "the number is taken");
        let silent = Rule { author: None, observe_only_at: Some(NOW), ..popular(3, library()) };
        let new = silent.clone();
        assert!(ground.write(async move |tx| rule::insert(tx, &new, NOW).await).await);

        let find = async |number| ground.read(async move |tx| rule::find(tx, rule_id(number)).await).await;
        assert_eq!(find(1).await, Some(popular(1, cafe())));
        assert_eq!(find(3).await, Some(silent));
        assert_eq!(find(9).await, None);
        assert_eq!(ground.read(async |tx| rule::next_number(tx, cafe()).await).await, 3);
        assert_eq!(ground.read(async |tx| rule::guild(tx, rule_id(3)).await).await, Some(library()));
        assert_eq!(ground.read(async |tx| rule::guild(tx, rule_id(9)).await).await, None);
        let numbered = async |number| {
            let found = ground.read(async move |tx| rule::numbered(tx, cafe(), number).await).await;
            found.map(|rule| rule.id)
        };
        assert_eq!((numbered(2).await, numbered(3).await), (Some(rule_id(2)), None));

        ground.write(async |tx| rule::disable(tx, rule_id(2), later(5)).await).await;
        ground.write(async |tx| rule::disable(tx, rule_id(2), later(6)).await).await;
        assert_eq!(find(2).await.unwrap().changed_at, later(5));
        assert_eq!(numbered(2).await, None);
        let live = ground.read(async |tx| rule::live(tx, cafe()).await).await;
        assert_eq!(live, [popular(1, cafe())]);
        assert_eq!(
            ground.read(async |tx| rule::next_number(tx, cafe()).await).await,
            3,
            "numbers are not reused"
        );
    })
    .await;
}

#[tokio::test]
async fn a_paused_rule_says_why_and_is_paused_anew_after_an_hour_at_most() {
    on_both(async |ground| {
        ground.write(async |tx| add_rule(tx, 1).await).await;
        let pause = async |reason: &'static str, at| {
            ground.write(async move |tx| rule::pause(tx, rule_id(1), reason, at).await).await
        };
        let paused = async || ground.read(async |tx| rule::find(tx, rule_id(1)).await).await.unwrap().paused;
        assert!(pause("role above the bot", NOW).await);
        assert!(!pause("again", later(3600)).await);
        assert_eq!(paused().await, Some((NOW, "role above the bot".to_owned())));
        assert!(pause("still", later(3601)).await);
        assert_eq!(paused().await, Some((later(3601), "still".to_owned())));
        ground.write(async |tx| rule::resume(tx, rule_id(1)).await).await;
        assert_eq!(paused().await, None);
        ground.write(async |tx| rule::lock(tx, rule_id(1)).await).await;
        assert_eq!(ground.read(async |tx| rule::find(tx, rule_id(1)).await).await, Some(popular(1, cafe())));
    })
    .await;
}

#[tokio::test]
async fn a_user_is_judged_by_the_live_rules_of_servers_they_agreed_for() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                add_rule(tx, 1).await?;
                add_rule(tx, 2).await?;
                rule::insert(tx, &popular(3, library()), NOW).await?;
                rule::disable(tx, rule_id(2), NOW).await?;
                let yes = Consent { guild: cafe(), facts: vec![], shares_name_at: None };
                consent::save(tx, ada(), &yes, NOW).await
            })
            .await;
        let rules = ground.read(async |tx| rule::for_user(tx, ada()).await).await;
        assert_eq!(rules, [popular(1, cafe())]);
        assert!(ground.read(async |tx| rule::for_user(tx, bob()).await).await.is_empty());
    })
    .await;
}

fn given(number: i64) -> Grant {
    Grant {
        guild: cafe(),
        role: role(number),
        rule: rule_id(1),
        version: 1,
        granted_at: NOW,
        grace_until: None,
        ended_by: None,
    }
}

#[tokio::test]
async fn the_ledger_knows_what_we_gave_and_forgets_what_went() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                for (guild, user, number) in
                    [(cafe(), ada(), 2), (cafe(), ada(), 1), (library(), ada(), 1), (cafe(), bob(), 1)]
                {
                    grant::give(tx, (guild, user, role(number)), (rule_id(1), 1), NOW).await?;
                }
                Ok(())
            })
            .await;
        let of_member = async || ground.read(async |tx| grant::of_member(tx, cafe(), ada()).await).await;
        assert_eq!(of_member().await, [given(1), given(2)]);
        let elsewhere = Grant { guild: library(), ..given(1) };
        let all = ground.read(async |tx| grant::of_user(tx, ada()).await).await;
        assert_eq!(all, [given(1), given(2), elsewhere]);
        assert_eq!(ground.read(async |tx| grant::holders(tx, cafe()).await).await, [ada(), bob()]);

        ground
            .write(async |tx| grant::take(tx, (cafe(), ada(), role(1)), "rule_fails", later(1)).await)
            .await;
        ground.write(async |tx| grant::take(tx, (cafe(), ada(), role(1)), "unlink", later(2)).await).await;
        assert_eq!(of_member().await, [given(2)]);
        let sql = "select taken_at from role_grant where taken_by = 'rule_fails'";
        assert_eq!(ground.number(sql).await, later(1).millis());
        ground.write(async |tx| grant::take(tx, (cafe(), bob(), role(1)), "unlink", later(2)).await).await;
        assert_eq!(ground.read(async |tx| grant::holders(tx, cafe()).await).await, [ada()]);

        ground
            .write(async |tx| grant::give(tx, (cafe(), ada(), role(1)), (rule_id(1), 2), later(3)).await)
            .await;
        let again = Grant { version: 2, granted_at: later(3), ..given(1) };
        assert_eq!(of_member().await, [again, given(2)], "given again is given anew");
    })
    .await;
}

#[tokio::test]
async fn a_grant_has_its_grace_moves_to_another_rule_and_may_be_ended() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                grant::give(tx, (cafe(), ada(), role(1)), (rule_id(1), 1), NOW).await?;
                grant::give(tx, (library(), ada(), role(1)), (rule_id(3), 1), NOW).await?;
                grant::grace(tx, (cafe(), ada(), role(1)), Some(later(60))).await
            })
            .await;
        let of_user = async || ground.read(async |tx| grant::of_user(tx, ada()).await).await;
        assert_eq!(of_user().await[0], Grant { grace_until: Some(later(60)), ..given(1) });
        ground.write(async |tx| grant::grace(tx, (cafe(), ada(), role(1)), None).await).await;
        assert_eq!(of_user().await[0], given(1));

        ground.write(async |tx| grant::grace(tx, (cafe(), ada(), role(1)), Some(later(60))).await).await;
        ground
            .write(async |tx| grant::give(tx, (cafe(), ada(), role(1)), (rule_id(2), 5), later(9)).await)
            .await;
        let moved = Grant { rule: rule_id(2), version: 5, ..given(1) };
        assert_eq!(of_user().await[0], moved, "held since before, and no grace runs");

        ground.write(async |tx| grant::end(tx, ada(), Some(cafe()), "opt_out").await).await;
        let ended = |grants: Vec<Grant>| grants.into_iter().map(|grant| grant.ended_by).collect::<Vec<_>>();
        assert_eq!(ended(of_user().await), [Some("opt_out".to_owned()), None]);
        ground.write(async |tx| grant::end(tx, ada(), None, "unlink").await).await;
        assert_eq!(ended(of_user().await), [Some("unlink".to_owned()), Some("unlink".to_owned())]);
        ground
            .write(async |tx| grant::give(tx, (cafe(), ada(), role(1)), (rule_id(2), 5), later(9)).await)
            .await;
        assert_eq!(ended(of_user().await), [None, Some("unlink".to_owned())], "linked again in time");
    })
    .await;
}

#[tokio::test]
async fn the_brake_counts_who_held_a_role_when_its_window_began() {
    on_both(async |ground| {
        let window = async |at| ground.read(async move |tx| grant::window(tx, rule_id(1), at).await).await;
        assert_eq!(window(NOW).await, (0, 0));
        ground
            .write(async |tx| {
                for number in 1..=5 {
                    grant::give(tx, (cafe(), ada(), role(number)), (rule_id(1), 1), later(number)).await?;
                }
                grant::take(tx, (cafe(), ada(), role(1)), "rule_fails", later(10)).await?;
                grant::take(tx, (cafe(), ada(), role(2)), "rule_fails", later(20)).await?;
                grant::take(tx, (cafe(), ada(), role(3)), "by_hand", later(30)).await
            })
            .await;
        assert_eq!(window(later(5)).await, (5, 2));
        assert_eq!(window(later(4)).await, (4, 2), "the fifth came later");
        assert_eq!(window(later(10)).await, (4, 1), "the first was gone by then");
        assert_eq!(window(later(30)).await, (2, 0));
    })
    .await;
}

#[tokio::test]
async fn a_hold_waits_until_somebody_decides_and_one_does() {
    on_both(async |ground| {
        let held = |id, number| Hold {
            id,
            rule: Some(rule_id(number)),
            platform: None,
            plan: "{\"go\":1}".to_owned(),
            held_at: NOW,
        };
        let (one, two) = (held(1, 1), held(2, 2));
        let news = [two.clone(), one.clone()];
        ground
            .write(async move |tx| {
                for new in &news {
                    hold::insert(tx, new).await?;
                }
                hold::update_plan(tx, 1, "{\"go\":7}").await
            })
            .await;
        let one = Hold { plan: "{\"go\":7}".to_owned(), ..one };
        assert_eq!(ground.read(async |tx| hold::open(tx, rule_id(1)).await).await, Some(one.clone()));
        assert_eq!(ground.read(async |tx| hold::open(tx, rule_id(3)).await).await, None);
        assert_eq!(ground.read(async |tx| hold::all_open(tx).await).await, [one, two.clone()]);

        let decide = async |id, decision: &'static str, at| {
            ground.write(async move |tx| hold::decide(tx, id, (decision, "operator"), at).await).await
        };
        let approved = async || ground.read(async |tx| hold::approved_at(tx, rule_id(1)).await).await;
        assert_eq!(approved().await, None);
        assert!(decide(1, "approved", later(5)).await);
        assert!(!decide(1, "rejected", later(6)).await, "it is decided");
        assert!(decide(2, "rejected", later(6)).await);
        assert_eq!(approved().await, Some(later(5)));
        assert_eq!(ground.read(async |tx| hold::approved_at(tx, rule_id(2)).await).await, None);
        assert!(ground.read(async |tx| hold::all_open(tx).await).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_intent_without_a_result_is_found_again() {
    on_both(async |ground| {
        let give = Intent {
            id: 1,
            kind: "give".to_owned(),
            user: ada(),
            guild: Some(cafe()),
            role: Some(role(1)),
            rule: Some((rule_id(1), 3)),
            detail: "{}".to_owned(),
        };
        let push =
            Intent { id: 2, kind: "push".to_owned(), guild: None, role: None, rule: None, ..give.clone() };
        let news = [give.clone(), push.clone()];
        ground
            .write(async move |tx| {
                for new in &news {
                    intent::begin(tx, new, NOW).await?;
                }
                Ok(())
            })
            .await;
        let roles = async || ground.read(async |tx| intent::open_roles(tx, cafe(), ada()).await).await;
        assert_eq!(roles().await, [give]);
        assert!(ground.read(async |tx| intent::open_roles(tx, library(), ada()).await).await.is_empty());
        assert!(ground.read(async |tx| intent::open_roles(tx, cafe(), bob()).await).await.is_empty());
        assert_eq!(ground.read(async |tx| intent::open(tx, ada(), "push").await).await, [push]);
        assert!(ground.read(async |tx| intent::open(tx, ada(), "refresh").await).await.is_empty());

        assert!(ground.write(async |tx| intent::end(tx, 1, "done", later(1)).await).await);
        assert!(!ground.write(async |tx| intent::end(tx, 1, "failed", later(2)).await).await);
        assert!(roles().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_user_reads_what_happened_newest_first() {
    on_both(async |ground| {
        ground
            .write(async |tx| {
                for (id, user, what) in [
                    (1, Some(ada()), "linked"),
                    (2, Some(bob()), "linked"),
                    (3, Some(ada()), "unlinked"),
                    (4, None, "held"),
                ] {
                    let entry = Entry {
                        id,
                        guild: Some(cafe()),
                        user,
                        actor: "member",
                        what,
                        detail: "{}".to_owned(),
                    };
                    audit::add(tx, &entry, later(id)).await?;
                }
                Ok(())
            })
            .await;
        let told = async |limit| ground.read(async move |tx| audit::of_user(tx, ada(), limit).await).await;
        let entry = |what: &str, seconds| (what.to_owned(), "{}".to_owned(), later(seconds));
        assert_eq!(told(10).await, [entry("unlinked", 3), entry("linked", 1)]);
        assert_eq!(told(1).await, [entry("unlinked", 3)]);
    })
    .await;
}

#[tokio::test]
async fn processes_share_values_and_leases_by_name() {
    on_both(async |ground| {
        assert_eq!(ground.read(async |tx| fleet::find(tx, "canary").await).await, None);
        assert_eq!(ground.write(async |tx| fleet::keep_first(tx, "canary", "one").await).await, "one");
        assert_eq!(ground.write(async |tx| fleet::keep_first(tx, "canary", "two").await).await, "one");
        ground.write(async |tx| fleet::save(tx, "canary", "three").await).await;
        ground.write(async |tx| fleet::save(tx, "budget", "{}").await).await;
        assert_eq!(ground.read(async |tx| fleet::find(tx, "canary").await).await.as_deref(), Some("three"));

        let lease = async |holder: &'static str, at: i64| {
            let until = later(at) + Span::minutes(1);
            ground.write(async move |tx| fleet::lease(tx, ("cleaner", holder), later(at), until).await).await
        };
        assert!(lease("a", 0).await);
        assert!(!lease("b", 59).await);
        assert!(lease("a", 30).await, "its holder renews it");
        assert!(!lease("b", 60).await);
        assert!(lease("b", 90).await);
        assert!(!lease("a", 91).await);
    })
    .await;
}
