use super::*;

#[tokio::test]
async fn the_key_is_needed_once_and_in_the_query() {
    let place = Place::new();
    let path = "/ISteamUser/GetPlayerSummaries/v2/?steamids=1";
    for query in ["", "&key=", "&key=wrong", "&key=key&key=key"] {
        let answer = place.get(&format!("{path}{query}")).await;
        assert_eq!(answer.status, 403, "{query}");
        assert!(answer.header("content-type").starts_with("text/html"));
        assert!(answer.body.contains("<title>Forbidden</title>"));
    }
    let header = Call::new("GET", path).header("x-webapi-key", "key");
    assert_eq!(place.send(header).await.status, 403);
    assert_eq!(place.get("/ISteamUser/GetNothing/v1/?key=key").await.status, 404);
}

#[tokio::test]
async fn summaries_leave_out_what_is_private() {
    let place = Place::new();
    let path = format!("/ISteamUser/GetPlayerSummaries/v2/?key=key&steamids={SHY},{NOBODY},{GABE},x");
    let answer = place.get(&path).await.json();
    let [gabe, shy] = &answer["response"]["players"].as_array().unwrap()[..] else { panic!("{answer}") };
    assert_eq!(gabe["steamid"], "76561197960287930");
    assert_eq!((&gabe["personaname"], &gabe["communityvisibilitystate"]), (&json!("Rabscuttle"), &json!(3)));
    assert_eq!((&gabe["timecreated"], &gabe["loccountrycode"]), (&json!(1_063_407_589), &json!("US")));
    assert_eq!((&shy["steamid"], &shy["personaname"]), (&json!("76561198000000001"), &json!("Shy")));
    assert_eq!(shy["communityvisibilitystate"], 1);
    for absent in ["timecreated", "loccountrycode", "primaryclanid"] {
        assert_eq!(shy.get(absent), None, "{absent}");
    }
    let bare = place.get(&path.replace("/v2/", "/v2")).await.json();
    assert_eq!(bare, answer, "the slash at the end does not matter");
}

#[tokio::test]
async fn bans_are_public_and_spelled_their_own_way() {
    let place = Place::new();
    let path = format!("/ISteamUser/GetPlayerBans/v1/?key=key&steamids={SHY},{NOBODY}");
    assert_eq!(
        place.get(&path).await.json(),
        json!({ "players": [{
            "SteamId": "76561198000000001", "CommunityBanned": true, "VACBanned": true,
            "NumberOfVACBans": 1, "DaysSinceLastBan": 30, "NumberOfGameBans": 2, "EconomyBan": "probation",
        }] })
    );
}

#[tokio::test]
async fn a_key_has_so_many_calls_a_day() {
    let place = Place::new();
    place.steam.key("other");
    place.steam.daily_calls(Some(2));
    let path = "/ISteamUser/GetPlayerBans/v1/?steamids=1&key=";
    for (key, status) in [("key", 200), ("key", 200), ("key", 429), ("other", 200), ("none", 403)] {
        assert_eq!(place.get(&format!("{path}{key}")).await.status, status, "{key}");
    }
    place.advance(86_400_000);
    assert_eq!(place.get(&format!("{path}key")).await.status, 200);
}

#[tokio::test]
async fn a_hundred_accounts_are_the_most() {
    let place = Place::new();
    let ids = |count: u64| (1..=count).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    for method in ["GetPlayerSummaries/v2", "GetPlayerBans/v1"] {
        let path = format!("/ISteamUser/{method}/?key=key&");
        assert_eq!(place.get(&format!("{path}steamids={}", ids(100))).await.status, 200);
        assert_eq!(place.get(&format!("{path}steamids={}", ids(101))).await.status, 400);
        for wrong in ["", "steamids=", "steamids=1&steamids=2", "steamids=1&format=xml"] {
            let answer = place.get(&format!("{path}{wrong}")).await;
            assert!(answer.status == 400 && answer.body.contains("Bad Request"), "{wrong}");
        }
    }
}

#[tokio::test]
async fn an_account_that_is_gone_is_missing() {
    let place = Place::new();
    place.steam.remove(GABE);
    place.steam.change(SHY, |shy| shy.visible = true);
    let path = format!("/ISteamUser/GetPlayerSummaries/v2/?key=key&steamids={GABE},{SHY}");
    let players = place.get(&path).await.json()["response"]["players"].clone();
    assert_eq!(players.as_array().unwrap().len(), 1);
    assert_eq!(players[0]["timecreated"], 1_230_000_000);
}
