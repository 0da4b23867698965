//! Stories of token sets: one hand refreshes, a newer set is never written over.

use super::fixtures::{ada, connection_id, later, octocat, sealed, sign_in, signed_in};
use super::ground::{Ground, on_both};
use crate::store::token::{self, Holder};
use crate::store::user::{SignedIn, Standing};
use crate::store::{connection, user};
use domain::token::{Sealed, TokenSet};

async fn holders(ground: &Ground) -> [Holder; 2] {
    ground.write(async |tx| sign_in(tx, ada()).await).await;
    ground.write(async |tx| connection::insert(tx, &octocat(1, ada())).await).await;
    [Holder::User(ada()), Holder::Connection(connection_id(1))]
}

async fn lease(ground: &Ground, of: (Holder, i64), lease: &'static str, at: i64) -> bool {
    let times = (later(at), later(at + 60));
    ground.write(async move |tx| token::lease(tx, of, lease, times).await).await
}

async fn renew(ground: &Ground, of: (Holder, i64), lease: &'static str, set: &'static str) -> bool {
    ground.write(async move |tx| token::renew(tx, of, lease, &sealed(set)).await).await
}

async fn state(ground: &Ground, holder: Holder) -> (Option<Sealed<TokenSet>>, i64, Standing) {
    ground
        .read(async move |tx| match holder {
            Holder::User(id) => {
                let found = user::find(tx, id).await?.unwrap();
                Ok((found.tokens, found.generation, found.standing))
            }
            Holder::Connection(id) => {
                let found = connection::find(tx, id).await?.unwrap();
                Ok((found.tokens, found.generation, found.standing))
            }
        })
        .await
}

#[tokio::test]
async fn one_hand_refreshes_until_its_lease_ends() {
    on_both(async |ground| {
        for holder in holders(&ground).await {
            assert!(!lease(&ground, (holder, 2), "early", 0).await, "that generation is not there yet");
            assert!(lease(&ground, (holder, 1), "one", 0).await);
            assert!(!lease(&ground, (holder, 1), "two", 59).await);
            assert!(lease(&ground, (holder, 1), "two", 60).await, "the first lease is over");
            assert!(!renew(&ground, (holder, 1), "one", "late").await);
            assert!(renew(&ground, (holder, 1), "two", "renewed").await);
            assert!(!renew(&ground, (holder, 1), "two", "twice").await);
            assert_eq!(state(&ground, holder).await, (Some(sealed("renewed")), 2, Standing::Good));
            assert!(!lease(&ground, (holder, 1), "stale", 60).await);
            assert!(lease(&ground, (holder, 2), "three", 60).await, "a renewal ends its lease");
        }
    })
    .await;
}

#[tokio::test]
async fn a_lease_given_back_is_free_and_only_its_holder_gives_it_back() {
    on_both(async |ground| {
        for holder in holders(&ground).await {
            assert!(lease(&ground, (holder, 1), "one", 0).await);
            ground.write(async move |tx| token::give_back(tx, holder, "other").await).await;
            assert!(!lease(&ground, (holder, 1), "two", 1).await);
            ground.write(async move |tx| token::give_back(tx, holder, "one").await).await;
            assert!(lease(&ground, (holder, 1), "two", 1).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_dead_set_is_dropped_unless_a_newer_one_came() {
    on_both(async |ground| {
        for holder in holders(&ground).await {
            assert!(!ground.write(async move |tx| token::lose(tx, holder, 0).await).await);
            assert_eq!(state(&ground, holder).await.2, Standing::Good);
            assert!(lease(&ground, (holder, 1), "one", 0).await);
            assert!(ground.write(async move |tx| token::lose(tx, holder, 1).await).await);
            assert_eq!(state(&ground, holder).await, (None, 1, Standing::NeedsAuthorization));
            assert!(!renew(&ground, (holder, 1), "one", "late").await, "its lease went with it");
        }
    })
    .await;
}

#[tokio::test]
async fn n_60_what_does_not_open_is_set_aside_and_stays() {
    on_both(async |ground| {
        for holder in holders(&ground).await {
            let before = state(&ground, holder).await.0;
            assert!(ground.write(async move |tx| token::quarantine(tx, holder).await).await);
            assert!(!ground.write(async move |tx| token::quarantine(tx, holder).await).await, "told once");
            assert_eq!(state(&ground, holder).await, (before, 1, Standing::Quarantined));
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_sign_in_or_proof_fences_off_a_refresh_under_way() {
    on_both(async |ground| {
        let [of_user, of_connection] = holders(&ground).await;
        assert!(lease(&ground, (of_user, 1), "one", 0).await);
        assert!(lease(&ground, (of_connection, 1), "one", 0).await);
        ground
            .write(async |tx| {
                let generation = user::next_generation(tx, ada()).await?;
                user::sign_in(tx, &SignedIn { tokens: sealed("newer"), ..signed_in(ada(), generation) })
                    .await?;
                let again = octocat(1, ada());
                let tokens = Some(sealed("newer"));
                let again = connection::Connection { generation: 2, tokens, ..again };
                connection::prove_again(tx, &again).await
            })
            .await;
        for holder in [of_user, of_connection] {
            assert!(!renew(&ground, (holder, 1), "one", "older").await);
            assert!(!renew(&ground, (holder, 2), "one", "older").await);
            assert_eq!(state(&ground, holder).await, (Some(sealed("newer")), 2, Standing::Good));
            assert!(lease(&ground, (holder, 2), "two", 1).await);
        }
    })
    .await;
}
