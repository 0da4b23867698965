use super::*;

#[tokio::test]
async fn an_account_shows_what_is_asked_for() {
    let place = Place::new();
    let tokens = place.sign_in(ADA, SCOPES).await;
    let body = place.get("/2/users/me", &bearer(&tokens)).await.json();
    let bare = json!({ "id": "1790000000000000001", "name": "Ada L.", "username": "ada" });
    assert_eq!(body, json!({ "data": bare }));
    let path = "/2/users/me?user.fields=created_at,public_metrics,verified,verified_type,protected,\
                is_identity_verified,parody,verified_followers_count,subscription_type,affiliation,description";
    let data = &place.get(path, &bearer(&tokens)).await.json()["data"];
    assert_eq!(
        *data,
        json!({
            "id": "1790000000000000001", "name": "Ada L.", "username": "ada",
            "created_at": "2013-12-14T05:46:40.000Z", "verified": true, "verified_type": "blue",
            "public_metrics": {
                "followers_count": 120, "following_count": 9, "tweet_count": 800, "listed_count": 2,
                "like_count": 0, "media_count": 0,
            },
            "protected": false, "is_identity_verified": false, "parody": false,
            "verified_followers_count": 4, "subscription_type": "Premium",
            "affiliation": { "user_id": ["1790000000000000003"] },
        })
    );
}

#[tokio::test]
async fn posts_may_be_counted_under_their_new_name() {
    let place = Place::new();
    place.x.posts_name(PostsName::PostCount);
    let path = format!("/2/users/{ADA}?user.fields=public_metrics");
    let metrics = &place.get(&path, BEARER).await.json()["data"]["public_metrics"];
    assert_eq!((&metrics["post_count"], metrics.get("tweet_count")), (&json!(800), None));
}

#[tokio::test]
async fn many_are_read_at_once_and_some_are_missing() {
    let place = Place::new();
    place.x.suspend(GRACE);
    let path = format!("/2/users?ids=99,{GRACE},{ADA},{ADA}&user.fields=subscription_type");
    let answer = place.get(&path, BEARER).await;
    let body = answer.json();
    assert_eq!(answer.status, 200);
    assert_eq!(body["data"].as_array().unwrap().len(), 1);
    assert_eq!(body["data"][0]["id"], "1790000000000000001");
    assert_eq!(body["data"][0]["subscription_type"], "None", "only its owner sees it");
    let [missing, suspended] = &body["errors"].as_array().unwrap()[..] else { panic!("{body}") };
    assert_eq!((&missing["resource_id"], &missing["value"]), (&json!("99"), &json!("99")));
    assert_eq!(missing["title"], "Not Found Error");
    assert_eq!(missing["detail"], "Could not find user with ids: [99].");
    assert_eq!(missing["type"], "https://api.x.com/2/problems/resource-not-found");
    assert_eq!(suspended["title"], "Forbidden");
    assert_eq!(suspended["detail"], "User has been suspended: [1790000000000000003].");
    assert_eq!((&suspended["parameter"], &suspended["resource_type"]), (&json!("ids"), &json!("user")));
}

#[tokio::test]
async fn nobody_found_is_status_200_without_data() {
    let place = Place::new();
    for path in ["/2/users?ids=99", "/2/users/99"] {
        let answer = place.get(path, BEARER).await;
        assert_eq!((answer.status, answer.json().get("data").is_none()), (200, true), "{path}");
        assert_eq!(answer.json()["errors"][0]["resource_id"], "99");
    }
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let place = Place::new();
    let many: Vec<_> = (1..=101).map(|n| n.to_string()).collect();
    for (path, message) in [
        ("/2/users".to_owned(), "The `ids` query parameter can not be empty"),
        ("/2/users?ids=".to_owned(), "The `ids` query parameter can not be empty"),
        (format!("/2/users?ids={}", many.join(",")), "list [101] is not between 1 and 100"),
        ("/2/users?ids=1,ada".to_owned(), "value [ada]"),
        ("/2/users?ids=1,,2".to_owned(), "value []"),
        ("/2/users?ids=12345678901234567890".to_owned(), "does not match"),
        ("/2/users?ids=1&ids=2".to_owned(), "[ids] was given more than once"),
        ("/2/users?ids=1&fields=verified".to_owned(), "[fields] is not one of [ids,user.fields]"),
        ("/2/users?ids=1&user.fields=verified,followers".to_owned(), "value [followers] is not one of"),
        ("/2/users/ada".to_owned(), "value [ada]"),
    ] {
        let answer = place.get(&path, BEARER).await;
        let body = answer.json();
        assert_eq!((answer.status, &body["title"]), (400, &json!("Invalid Request")), "{path}");
        assert!(text(&body["errors"][0], "message").contains(message), "{body}");
    }
    assert_eq!(place.x.spent_micro_usd(), 0);
    let hundred = format!("/2/users?ids={}", many[..100].join(","));
    assert_eq!(place.get(&hundred, BEARER).await.status, 200);
}

#[tokio::test]
async fn connections_are_those_of_the_token() {
    let place = Place::new();
    let tokens = place.sign_in(GRACE, SCOPES).await;
    let path = format!("/2/users?ids={ADA},{GRACE}&user.fields=connection_status");
    let data = &place.get(&path, &bearer(&tokens)).await.json()["data"];
    assert_eq!(data[0]["connection_status"], json!(["followed_by"]));
    assert_eq!(data[1]["connection_status"], json!([]));
    let data = &place.get(&path, BEARER).await.json()["data"];
    assert_eq!(data[0].get("connection_status"), None);
}

#[tokio::test]
async fn each_user_costs_a_cent_a_day_until_nothing_is_left() {
    let place = Place::new();
    place.x.credit_micro_usd(Some(30_000));
    let both = format!("/2/users?ids={ADA},{GRACE},99");
    place.get(&both, BEARER).await;
    place.get(&both, BEARER).await;
    assert_eq!(place.x.spent_micro_usd(), 20_000);
    place.advance(86_400_000);
    assert_eq!(place.get(&format!("/2/users/{ADA}"), BEARER).await.status, 200);
    assert_eq!(place.x.spent_micro_usd(), 30_000);
    let refused = place.get(&format!("/2/users/{ADA}"), BEARER).await;
    assert_eq!((refused.status, &refused.json()["title"]), (403, &json!("UsageCapExceeded")));
    assert_eq!(refused.json()["type"], "https://api.x.com/2/problems/usage-capped");
    place.x.credit_micro_usd(None);
    assert_eq!(place.get(&format!("/2/users/{GRACE}"), BEARER).await.status, 200);
}
