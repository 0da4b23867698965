use super::*;

#[tokio::test]
async fn a_person_changes_what_an_account_says() {
    let place = Place::new();
    for path in ["/", "/realms/one", "/realms/one/"] {
        let page = place.send(Call::new("GET", path)).await;
        assert!(page.body.contains("href=\"/realms/one/settings/bob%2F2\""), "{path}");
    }
    let page = place.get("/settings/ada%2D1").await;
    assert!(page.body.contains("value=\"Ada Lovelace\"") && page.body.contains("value=\"yes\" selected"));
    assert!(page.body.contains("\nstaff\ncn=x,ou=y</textarea>"));
    let tokens = place.sign_in(&query("openid profile email groups")).await;
    place.advance(60_000);
    let form = "name=Ada&email_verified=no&groups=+a%0D%0A%0D%0Ab,c+";
    let answer = place.send(Call::new("POST", "/realms/one/settings/ada-1").form(form)).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/realms/one/settings/ada%2D1"));
    let body = place.userinfo(&tokens).await.json();
    assert_eq!((&body["name"], &body["email_verified"]), (&json!("Ada"), &json!(false)));
    assert_eq!((&body["groups"], &body["updated_at"]), (&json!(["a", "b,c"]), &json!(NOW + 60)));
}

#[tokio::test]
async fn a_wrong_setting_changes_nothing() {
    let place = Place::new();
    for form in ["name=x&groups=", "name=x&email_verified=maybe", "name=x&name=y&email_verified=no"] {
        let answer = place.send(Call::new("POST", "/realms/one/settings/ada-1").form(form)).await;
        assert_eq!(answer.status, 422, "{form}");
    }
    assert!(place.get("/settings/ada-1").await.body.contains("Ada Lovelace"));
    assert_eq!(place.get("/settings/nobody").await.status, 404);
    let call = Call::new("POST", "/realms/one/settings/nobody").form("email_verified=no");
    assert_eq!(place.send(call).await.status, 404);
}

#[tokio::test]
async fn names_cannot_break_out_of_a_page() {
    let place = Place::new();
    let nasty = "</textarea><b>\"'";
    place.oidc.account(Account {
        sub: nasty.into(),
        username: nasty.into(),
        name: nasty.into(),
        email: nasty.into(),
        groups: vec![nasty.into()],
        ..Account::default()
    });
    let settings = "/settings/%3C%2Ftextarea%3E%3Cb%3E%22%27";
    for path in ["/", settings, &format!("/authorize?{}", query("openid"))] {
        let page = place.get(path).await;
        assert!(
            page.status == 200 && !page.body.contains("<b>") && page.body.contains("&lt;b&gt;"),
            "{path}"
        );
    }
}
