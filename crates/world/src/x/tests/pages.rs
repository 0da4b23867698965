use super::*;

const FORM: &str = "followers=3&following=4&posts=5&verified=no&protected=yes&created=2013-12-14";

#[tokio::test]
async fn a_person_changes_what_an_account_shows() {
    let place = Place::new();
    assert!(place.send(Call::new("GET", "/")).await.body.contains("/settings/ada"));
    let page = place.send(Call::new("GET", "/settings/ada")).await;
    assert!(page.body.contains("name=\"followers\" type=\"number\""));
    assert!(page.body.contains("value=\"2013-12-14\""));
    let answer = place.send(Call::new("POST", "/settings/ada").form(FORM)).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/settings/ada"));
    let path =
        format!("/2/users/{ADA}?user.fields=public_metrics,verified,verified_type,protected,created_at");
    let data = &place.get(&path, BEARER).await.json()["data"];
    assert_eq!(data["public_metrics"]["followers_count"], 3);
    assert_eq!((&data["verified"], &data["verified_type"]), (&json!(false), &json!("none")));
    assert_eq!(data["protected"], true);
    assert_eq!(data["created_at"], "2013-12-14T05:46:40.000Z", "the same day keeps its time");
    place.send(Call::new("POST", "/settings/ada").form(&FORM.replace("verified=no", "verified=yes"))).await;
    assert_eq!(place.get(&path, BEARER).await.json()["data"]["verified_type"], "blue");
}

#[tokio::test]
async fn a_person_disconnects_all_apps() {
    let place = Place::new();
    place.sign_in(ADA, SCOPES).await;
    let answer = place.send(Call::new("POST", "/settings/ada/disconnect").form("")).await;
    assert_eq!((answer.status, place.x.tokens_of(ADA), place.x.refresh_tokens_of(ADA)), (303, 0, 0));
    assert_eq!(place.send(Call::new("POST", "/settings/nobody/disconnect").form("")).await.status, 404);
}

#[tokio::test]
async fn a_wrong_setting_changes_nothing() {
    let place = Place::new();
    for form in [
        FORM.replace("followers=3", "followers=-1"),
        FORM.replace("verified=no", "verified=maybe"),
        FORM.replace("2013-12-14", "yesterday"),
        FORM.replace("&posts=5", ""),
        format!("{FORM}&posts=6"),
        String::new(),
    ] {
        let answer = place.send(Call::new("POST", "/settings/ada").form(&form)).await;
        assert_eq!(answer.status, 422, "{form}");
        assert!(answer.body.contains("class=\"bad\""));
    }
    let path = format!("/2/users/{ADA}?user.fields=public_metrics");
    let body = place.get(&path, BEARER).await.json();
    assert_eq!(body["data"]["public_metrics"]["followers_count"], 120);
    assert_eq!(place.send(Call::new("GET", "/settings/nobody")).await.status, 404);
    assert_eq!(place.send(Call::new("POST", "/settings/nobody").form("")).await.status, 404);
}
