use super::*;

const FORM: &str = "visible=yes&games_visible=no&playtime_visible=no&level=7&vac_bans=1&game_bans=0\
                    &created=2003-09-12&hours_440=125&hours_620=30&hours_730=0&new_app=&new_hours=";

async fn save(place: &Place, form: &str) -> Seen {
    place.send(Call::new("POST", &format!("/settings/{GABE}")).form(form)).await
}

fn read(place: &Place) -> Account {
    place.steam.state().accounts[&GABE].clone()
}

#[tokio::test]
async fn a_person_changes_what_an_account_shows() {
    let place = Place::new();
    assert!(place.get("/").await.body.contains(&format!("/settings/{GABE}")));
    let page = place.get(&format!("/settings/{GABE}")).await;
    assert!(
        page.body.contains("name=\"hours_440\" type=\"number\"")
            && page.body.contains("value=\"2003-09-12\"")
    );
    let answer = save(&place, FORM).await;
    assert_eq!((answer.status, answer.header("location")), (303, &*format!("/settings/{GABE}")));
    let account = read(&place);
    assert_eq!((account.visible, account.games_visible, account.playtime_visible), (true, false, false));
    assert_eq!((account.level, account.vac_bans), (7, 1));
    assert_eq!(account.created_at, Some(1_063_407_589_000), "the same day keeps its time");
    let minutes: Vec<_> = account.games.iter().map(|game| game.minutes).collect();
    assert_eq!(minutes, [7500, 1800, 0]);
}

#[tokio::test]
async fn a_person_adds_a_game() {
    let place = Place::new();
    let form = FORM.replace("new_app=&new_hours=", "new_app=570&new_hours=2");
    assert_eq!(save(&place, &form).await.status, 303);
    assert_eq!(read(&place).games[3], Game { app_id: 570, minutes: 120, ..Game::default() });
}

#[tokio::test]
async fn an_account_without_a_day_of_birth_has_no_field_for_it() {
    let place = Place::new();
    place.steam.change(GABE, |gabe| gabe.created_at = None);
    assert!(!place.get(&format!("/settings/{GABE}")).await.body.contains("created"));
    assert_eq!(save(&place, &FORM.replace("&created=2003-09-12", "")).await.status, 303);
}

#[tokio::test]
async fn a_wrong_setting_changes_nothing() {
    let place = Place::new();
    let before = read(&place);
    for form in [
        FORM.replace("level=7", "level=-7"),
        FORM.replace("visible=yes", "visible=1"),
        FORM.replace("2003-09-12", "once"),
        FORM.replace("&hours_620=30", ""),
        FORM.replace("new_app=", "new_app=dota"),
        FORM.replace("new_app=", "new_app=620"),
        FORM.replace("new_app=&new_hours=", "new_app=570&new_hours=many"),
        format!("{FORM}&level=8"),
    ] {
        let answer = save(&place, &form).await;
        assert!(answer.status == 422 && answer.body.contains("class=\"bad\""), "{form}");
    }
    assert_eq!(read(&place), before);
    for id in ["1", "gabe"] {
        assert_eq!(place.get(&format!("/settings/{id}")).await.status, 404);
        assert_eq!(place.send(Call::new("POST", &format!("/settings/{id}")).form("")).await.status, 404);
    }
}
