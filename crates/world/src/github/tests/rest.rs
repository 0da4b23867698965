use super::*;

#[tokio::test]
async fn an_account_reads_itself() {
    let place = Place::new();
    let token = place.sign_in(OCTOCAT, "read:user").await;
    let answer = place.get("/user", &format!("token {token}")).await;
    let body = answer.json();
    assert_eq!(body["id"], OCTOCAT);
    assert_eq!(body["login"], "octocat");
    assert_eq!(body["node_id"], "U_kgDOAAjmPw");
    assert_eq!((&body["followers"], &body["following"]), (&json!(60), &json!(9)));
    assert_eq!(body["public_repos"], 8);
    assert_eq!(body["created_at"], "2011-01-25T18:44:36Z");
    assert_eq!(answer.header("x-oauth-scopes"), "read:user");
}

#[tokio::test]
async fn accounts_are_found_by_number_and_login() {
    let place = Place::new();
    assert_eq!(place.get("/user/583231", "Bearer service").await.json()["login"], "octocat");
    assert_eq!(place.get("/users/OctoCat", "Bearer service").await.json()["id"], OCTOCAT);
    for path in ["/user/99", "/user/x", "/users/nobody", "/nowhere"] {
        let answer = place.get(path, "Bearer service").await;
        assert_eq!((answer.status, &answer.json()["message"]), (404, &json!("Not Found")), "{path}");
    }
}

#[tokio::test]
async fn only_a_persons_token_reads_what_is_theirs() {
    let place = Place::new();
    assert_eq!(place.get("/user", "Bearer service").await.status, 403);
    assert_eq!(place.get("/user", BASIC).await.status, 401);
    assert_eq!(place.send(Call::new("GET", "/user")).await.json()["message"], "Requires authentication");
}

#[tokio::test]
async fn stars_and_memberships_are_yes_or_no() {
    let place = Place::new();
    let bearer = format!("Bearer {}", place.sign_in(OCTOCAT, "").await);
    assert_eq!(place.get("/user/starred/rust-lang/Rust", &bearer).await.status, 204);
    assert_eq!(place.get("/user/starred/a/b", &bearer).await.status, 404);
    assert_eq!(place.get("/orgs/github/public_members/octocat", &bearer).await.status, 204);
    assert_eq!(place.get("/orgs/github/public_members/ada", &bearer).await.status, 404);
}

#[tokio::test]
async fn memberships_need_their_scope() {
    let place = Place::new();
    let bearer = format!("Bearer {}", place.sign_in(OCTOCAT, "read:user").await);
    assert_eq!(place.get("/user/memberships/orgs/github", &bearer).await.status, 403);
    let bearer = format!("Bearer {}", place.sign_in(OCTOCAT, "read:org").await);
    let answer = place.get("/user/memberships/orgs/github", &bearer).await;
    assert_eq!((&answer.json()["state"], &answer.json()["role"]), (&json!("active"), &json!("member")));
    assert_eq!(place.get("/user/memberships/orgs/other", &bearer).await.status, 404);
}

#[tokio::test]
async fn removed_and_suspended_accounts_are_not_found() {
    let place = Place::new();
    let bearer = format!("Bearer {}", place.sign_in(OCTOCAT, "").await);
    place.github.suspend(OCTOCAT);
    assert_eq!(place.get("/user", &bearer).await.status, 403);
    assert_eq!(place.get("/user/583231", "Bearer service").await.status, 404);
    place.github.remove(OCTOCAT);
    assert_eq!(place.get("/user", &bearer).await.status, 401);
    assert_eq!(place.get("/user/583231", "Bearer service").await.status, 404);
}
