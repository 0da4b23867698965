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

#[tokio::test]
async fn stars_and_memberships_change_on_the_page() {
    let place = Place::new();
    place.github.org(Org { id: 40, login: "club".into(), ..Org::default() });
    let bearer = place.bearer(ADA, "read:org").await;
    let post = async |what: &str, form: &str| {
        place.send(Call::new("POST", &format!("/settings/ada/{what}")).form(form)).await.status
    };
    assert_eq!(post("stars", "name=a/b&do=star").await, 303);
    assert_eq!(place.get("/user/starred/a/b", &bearer).await.status, 204);
    assert!(place.send(Call::new("GET", "/settings/ada")).await.body.contains("Unstar a/b"));
    assert_eq!(post("stars", "name=a/b&do=unstar").await, 303);
    assert_eq!(place.get("/user/starred/a/b", &bearer).await.status, 404);
    assert_eq!(post("organizations", "name=club&do=join&shown=no").await, 303);
    assert_eq!(place.get("/user/memberships/orgs/club", &bearer).await.status, 200);
    assert_eq!(place.get("/orgs/club/public_members/ada", &bearer).await.status, 404);
    assert_eq!(post("organizations", "name=club&do=join&shown=yes").await, 303);
    assert_eq!(place.get("/orgs/club/public_members/ada", &bearer).await.status, 204);
    assert_eq!(post("organizations", "name=club&do=leave").await, 303);
    assert_eq!(place.get("/user/memberships/orgs/club", &bearer).await.status, 404);
    assert_eq!(post("applications", "name=client&do=revoke").await, 303);
    assert_eq!(place.get("/user", &bearer).await.status, 401);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_starred_or_joined() {
    let place = Place::new();
    for (what, form) in [
        ("stars", "name=no/where&do=star"),
        ("stars", "name=a/b&do=eat"),
        ("stars", "name=a/b"),
        ("stars", "do=star"),
        ("organizations", "name=nowhere&do=join"),
        ("organizations", "name=a&name=b&do=join"),
        ("applications", "name=client&do=keep"),
    ] {
        let answer = place.send(Call::new("POST", &format!("/settings/ada/{what}")).form(form)).await;
        assert_eq!(answer.status, 422, "{form}");
        assert!(answer.body.contains("Nothing has changed"));
    }
    let nobody = Call::new("POST", "/settings/nobody/stars").form("name=a/b&do=star");
    assert_eq!(place.send(nobody).await.status, 404);
}

#[tokio::test]
async fn contributions_change_where_they_are_given() {
    let place = Place::new();
    let save = async |more: &str| {
        let form = format!("followers=3&following=4&public_repos=5&created=2011-01-25{more}");
        place.send(Call::new("POST", "/settings/octocat").form(&form)).await.status
    };
    assert_eq!(save("&contributions=12&private_contributions=2").await, 303);
    let page = place.send(Call::new("GET", "/settings/octocat")).await.body;
    assert!(page.contains(
        "name=\"contributions\" type=\"number\" min=\"0\" max=\"4294967295\" required value=\"12\""
    ));
    assert_eq!(save("&contributions=many").await, 422);
}
