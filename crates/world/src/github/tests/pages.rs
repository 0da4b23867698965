use super::*;

#[tokio::test]
async fn a_person_changes_what_an_account_shows() {
    let place = Place::new();
    assert!(place.send(Call::new("GET", "/")).await.body.contains("/settings/octocat"));
    let page = place.send(Call::new("GET", "/settings/octocat")).await;
    assert!(page.body.contains("name=\"followers\" type=\"number\""));
    assert!(page.body.contains("value=\"2011-01-25\""));
    let form = "followers=3&following=4&public_repos=5&created=2011-01-25";
    let answer = place.send(Call::new("POST", "/settings/octocat").form(form)).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/settings/octocat"));
    let body = place.get("/user/583231", "Bearer service").await.json();
    assert_eq!((&body["followers"], &body["public_repos"]), (&json!(3), &json!(5)));
    assert_eq!(body["created_at"], "2011-01-25T18:44:36Z", "the same day keeps its time");
}

#[tokio::test]
async fn a_wrong_setting_changes_nothing() {
    let place = Place::new();
    for form in [
        "followers=-1&following=4&public_repos=5&created=2020-02-03",
        "followers=1&following=4&public_repos=5&created=yesterday",
        "followers=1&followers=1",
        "",
    ] {
        let answer = place.send(Call::new("POST", "/settings/octocat").form(form)).await;
        assert_eq!(answer.status, 422, "{form}");
    }
    assert_eq!(place.get("/user/583231", "Bearer service").await.json()["followers"], 60);
    assert_eq!(place.send(Call::new("GET", "/settings/nobody")).await.status, 404);
    assert_eq!(place.send(Call::new("POST", "/settings/nobody").form("")).await.status, 404);
}
