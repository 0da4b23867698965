use super::*;

async fn ask(place: &Place, method: &str, query: &str) -> Value {
    let answer = place.get(&format!("/IPlayerService/{method}/v1/?key=key&{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["response"].clone()
}

/// Asks for some of an account's games, free ones included.
async fn some(place: &Place, id: u64, apps: &str) -> Value {
    let input = format!(r#"{{"steamid":"{id}","include_played_free_games":true,"appids_filter":[{apps}]}}"#);
    let query: String = form_urlencoded::byte_serialize(input.as_bytes()).collect();
    ask(place, "GetOwnedGames", &format!("input_json={query}")).await
}

#[tokio::test]
async fn the_level_is_shown_with_the_profile() {
    let place = Place::new();
    let level = |id: u64| format!("steamid={id}");
    assert_eq!(ask(&place, "GetSteamLevel", &level(GABE)).await, json!({ "player_level": 42 }));
    assert_eq!(ask(&place, "GetSteamLevel", &level(SHY)).await, json!({}));
    assert_eq!(ask(&place, "GetSteamLevel", &level(NOBODY)).await, json!({}));
}

#[tokio::test]
async fn free_games_are_listed_only_if_wanted() {
    let place = Place::new();
    let bought = json!([
        { "appid": 620, "playtime_forever": 1500 }, { "appid": 730, "playtime_forever": 0 },
    ]);
    let query = format!("steamid={GABE}");
    let answer = ask(&place, "GetOwnedGames", &query).await;
    assert_eq!(answer, json!({ "game_count": 2, "games": bought }));
    let query = format!("steamid={GABE}&include_played_free_games=1");
    let answer = ask(&place, "GetOwnedGames", &query).await;
    assert_eq!(answer["game_count"], 3);
    let played = json!({
        "appid": 440, "playtime_forever": 7500, "playtime_2weeks": 90, "rtime_last_played": START / 1000,
    });
    assert_eq!(answer["games"][0], played);
    place.steam.change(GABE, |gabe| gabe.games[0].minutes = 0);
    assert_eq!(ask(&place, "GetOwnedGames", &query).await["game_count"], 2, "never played");
}

#[tokio::test]
async fn a_filter_names_the_games_wanted() {
    let place = Place::new();
    let answer = some(&place, GABE, "440, 99").await;
    assert_eq!((&answer["game_count"], &answer["games"][0]["appid"]), (&json!(1), &json!(440)));
    assert_eq!(some(&place, GABE, "99").await, json!({ "game_count": 0 }), "visible, and not owned");
    let query = format!("steamid={GABE}&appids_filter%5B0%5D=620");
    assert_eq!(ask(&place, "GetOwnedGames", &query).await["game_count"], 1);
}

#[tokio::test]
async fn each_switch_of_privacy_hides_its_part() {
    let place = Place::new();
    assert_eq!(some(&place, SHY, "620").await, json!({}));
    place.steam.change(SHY, |shy| (shy.visible, shy.games_visible) = (true, false));
    assert_eq!(some(&place, SHY, "620").await, json!({}));
    assert_eq!(ask(&place, "GetSteamLevel", &format!("steamid={SHY}")).await, json!({ "player_level": 12 }));
    place.steam.change(SHY, |shy| (shy.games_visible, shy.playtime_visible) = (true, false));
    let hidden = json!({ "game_count": 1, "games": [{ "appid": 620, "playtime_forever": 0 }] });
    assert_eq!(some(&place, SHY, "620").await, hidden);
    place.steam.change(SHY, |shy| shy.games.clear());
    assert_eq!(some(&place, SHY, "").await, json!({ "game_count": 0 }), "a visible empty library");
}

#[tokio::test]
async fn recent_games_are_those_of_two_weeks() {
    let place = Place::new();
    let query = format!("steamid={GABE}");
    let answer = ask(&place, "GetRecentlyPlayedGames", &query).await;
    assert_eq!((&answer["total_count"], &answer["games"][0]["playtime_2weeks"]), (&json!(1), &json!(90)));
    place.steam.change(GABE, |gabe| gabe.games[1].minutes_two_weeks = 5);
    let answer = ask(&place, "GetRecentlyPlayedGames", &format!("{query}&count=1")).await;
    assert_eq!((&answer["total_count"], answer["games"].as_array().unwrap().len()), (&json!(2), 1));
    assert_eq!(ask(&place, "GetRecentlyPlayedGames", &format!("steamid={SHY}")).await, json!({}));
}

#[tokio::test]
async fn wrong_parameters_are_refused() {
    let place = Place::new();
    for query in [
        "",
        "steamid=",
        "steamid=me",
        "steamid=1&steamid=2",
        "steamid=1&include_played_free_games=yes",
        "steamid=1&appids_filter[0]=tf2",
        "steamid=1&count=many",
        "steamid=1&format=vdf",
        "input_json=%7B",
        "input_json=%7B%7D",
        "input_json=%7B%22steamid%22:%22me%22%7D",
        "input_json=%7B%22steamid%22:%221%22,%22appid_filter%22:%5B1%5D%7D",
        "input_json=%7B%22steamid%22:%221%22,%22appids_filter%22:%5B%22440%22%5D%7D",
    ] {
        let answer = place.get(&format!("/IPlayerService/GetOwnedGames/v1/?key=key&{query}")).await;
        assert!(answer.status == 400 && answer.body.contains("Bad Request"), "{query}: {}", answer.body);
    }
    let number = "input_json=%7B%22steamid%22:76561197960287930%7D";
    assert_eq!(ask(&place, "GetOwnedGames", number).await["game_count"], 2);
}
