//! Organizations, repositories, sponsorships: how the two kinds of apps see them over REST.

use super::*;

/// The place with an organization: octocat is an admin in private, ada an open invitation.
fn place() -> Place {
    let place = Place::new();
    let member = Member { role: Role::Admin, ..Member::default() };
    let invited = Member { pending: true, public: true, ..Member::default() };
    place.github.org(Org {
        id: 40,
        login: "Rust-Club".into(),
        members: [(OCTOCAT, member), (ADA, invited)].into(),
        ..Org::default()
    });
    place
}

async fn membership(place: &Place, bearer: &str) -> Seen {
    place.get("/user/memberships/orgs/rust-club", bearer).await
}

#[tokio::test]
async fn a_membership_tells_role_and_state() {
    let place = place();
    let octocat = place.bearer(OCTOCAT, "read:org").await;
    let answer = membership(&place, &octocat).await;
    assert_eq!(answer.header("x-accepted-oauth-scopes"), "admin:org, read:org, write:org");
    let body = answer.json();
    assert_eq!((&body["state"], &body["role"]), (&json!("active"), &json!("admin")));
    assert_eq!((&body["organization"]["id"], &body["user"]["id"]), (&json!(40), &json!(OCTOCAT)));
    let ada = place.bearer(ADA, "admin:org").await;
    assert_eq!(membership(&place, &ada).await.json()["state"], "pending");
    place.github.leave(ADA, "Rust-Club");
    assert_eq!(membership(&place, &ada).await.status, 404);
    assert_eq!(place.get("/user/memberships/orgs/nowhere", &ada).await.status, 404);
}

#[tokio::test]
async fn a_membership_needs_its_scope() {
    let place = place();
    let bearer = place.bearer(OCTOCAT, "read:user").await;
    let answer = membership(&place, &bearer).await;
    assert_eq!(answer.status, 403);
    assert!(answer.json()["message"].as_str().unwrap().starts_with("You need at least read:org scope"));
    assert_eq!(answer.header("x-oauth-scopes"), "read:user");
}

#[tokio::test]
async fn an_organization_may_keep_apps_out_until_it_approves_them() {
    let place = place();
    let bearer = place.bearer(OCTOCAT, "read:org").await;
    place.github.change_org("rust-club", |org| org.blocks_apps = true);
    let answer = membership(&place, &bearer).await;
    assert_eq!(answer.status, 403);
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.contains("the `Rust-Club` organization has enabled OAuth App access restrictions"));
    place.github.change_org("rust-club", |org| org.approved = ["client".into()].into());
    assert_eq!(membership(&place, &bearer).await.status, 200);
}

#[tokio::test]
async fn public_members_are_seen_by_everybody() {
    let place = place();
    let ask = |login: &str| Call::new("GET", &format!("/orgs/rust-club/public_members/{login}"));
    assert_eq!(place.send(ask("octocat")).await.status, 404);
    place.github.join(OCTOCAT, "rust-club", Member::public());
    assert_eq!(place.send(ask("Octocat")).await.status, 204);
    assert_eq!(place.send(ask("ada")).await.status, 404, "the invitation is open");
    assert_eq!(place.send(ask("nobody")).await.status, 404);
}

#[tokio::test]
async fn private_members_are_seen_from_inside_only() {
    let place = place();
    let path = "/orgs/rust-club/members/octocat";
    let inside = place.bearer(OCTOCAT, "read:org").await;
    assert_eq!(place.get(path, &inside).await.status, 204);
    assert_eq!(place.get("/orgs/rust-club/members/ada", &inside).await.status, 404);
    let without_scope = place.bearer(OCTOCAT, "read:user").await;
    let outside = place.bearer(ADA, "read:org").await;
    for auth in [&without_scope, &outside, "Bearer service"] {
        let call = Call::new("GET", path).auth(auth).header("host", "127.0.0.1:5000");
        let answer = place.send(call).await;
        let public = "http://127.0.0.1:5000/orgs/Rust-Club/public_members/octocat";
        assert_eq!((answer.status, answer.header("location")), (302, public), "{auth}");
    }
    place.github.install_service("service", "rust-club");
    assert_eq!(place.get(path, "Bearer service").await.status, 204);
    assert_eq!(place.get("/orgs/nowhere/members/octocat", &inside).await.status, 404);
}

#[tokio::test]
async fn stars_come_and_go() {
    let place = place();
    let bearer = place.bearer(ADA, "").await;
    assert_eq!(place.get("/user/starred/a/b", &bearer).await.status, 404);
    place.github.star(ADA, "A/b");
    assert_eq!(place.get("/user/starred/a/b", &bearer).await.status, 204);
    place.github.unstar(ADA, "a/B");
    assert_eq!(place.get("/user/starred/a/b", &bearer).await.status, 404);
}

#[tokio::test]
async fn commits_are_counted_by_their_pages() {
    let place = place();
    place.github.repo(Repo::new("rust-club/tools"));
    place.github.commit(ADA, "rust-club/tools", 12);
    place.github.commit(OCTOCAT, "rust-club/tools", 1);
    let path = "/repos/Rust-Club/tools/commits?author=ada&per_page=1";
    let answer = place.get(path, "Bearer service").await;
    assert_eq!(answer.json().as_array().unwrap().len(), 1);
    assert_eq!(answer.json()[0]["author"]["id"], ADA);
    let last = "/repos/rust-club/tools/commits?author=ada&per_page=1&page=12>; rel=\"last\"";
    assert!(answer.header("link").contains(last), "{}", answer.header("link"));
    let count = |query: &str| {
        let call = Call::new("GET", &format!("/repos/rust-club/tools/commits?{query}"));
        let answer = place.send(call.auth("Bearer service"));
        async move { answer.await.json().as_array().unwrap().len() }
    };
    assert_eq!(count("").await, 13);
    assert_eq!(count("author=7%2Bada@users.noreply.github.com").await, 12);
    assert_eq!(count("author=nobody").await, 0);
    assert_eq!(count("author=ada&per_page=5&page=3").await, 2);
    assert_eq!(count("per_page=5&page=3").await, 3, "the last page has authors side by side");
    assert_eq!(count("per_page=1000&page=18446744073709551615").await, 0);
    assert_eq!(count("per_page=0&page=0").await, 13, "what makes no sense counts as not given");
    let page = place.get("/repos/rust-club/tools/commits?per_page=5&page=2", "Bearer service").await;
    assert_eq!(page.header("link").matches("rel=").count(), 4);
}

#[tokio::test]
async fn repositories_without_commits_or_name_say_so() {
    let place = place();
    place.github.repo(Repo { default_branch: None, ..Repo::new("rust-club/new") });
    let status = |path: &'static str| {
        let call = Call::new("GET", path).auth("Bearer service");
        let answer = place.send(call);
        async move { answer.await.status }
    };
    assert_eq!(status("/repos/rust-club/new").await, 200);
    assert_eq!(status("/repos/rust-club/new/commits").await, 409);
    assert_eq!(status("/repos/rust-club/none/commits").await, 404);
    assert_eq!(status("/repos/rust-lang/rust/commits?since=2020-01-01").await, 422);
    assert_eq!(status("/orgs/rust-club").await, 200);
    assert_eq!(status("/orgs/ada").await, 404, "an account is no organization");
}

#[tokio::test]
async fn enterprise_server_has_its_own_paths() {
    let place = place();
    let bearer = place.bearer(OCTOCAT, "read:org").await;
    assert_eq!(place.get("/api/v3/user", &bearer).await.json()["id"], OCTOCAT);
    let first = place.get("/api/v3/user/7", &bearer).await;
    let call = Call::new("GET", "/api/v3/user/7").auth(&bearer).header("if-none-match", first.header("etag"));
    assert_eq!(place.send(call).await.status, 304);
    assert_eq!(place.get("/api/v3/nowhere", &bearer).await.json()["message"], "Not Found");
    let body = json!({ "query": "{ viewer { login } }" });
    let answer = place.send(Call::new("POST", "/api/graphql").auth(&bearer).json(&body)).await;
    assert_eq!(answer.json()["data"]["viewer"]["login"], "octocat");
    assert_eq!(answer.header("x-ratelimit-resource"), "graphql");
    let outside = place.bearer(ADA, "").await;
    let call = Call::new("GET", "/api/v3/orgs/rust-club/members/ada").auth(&outside);
    let answer = place.send(call.header("host", "ghe.example")).await;
    let public = "http://ghe.example/api/v3/orgs/Rust-Club/public_members/ada";
    assert_eq!(answer.header("location"), public);
    place.github.fault(Fault::once("GET /user", FaultKind::Gone));
    assert_eq!(place.get("/api/v3/user", &bearer).await.status, 404, "faults name github.com's paths");
}

#[tokio::test]
async fn several_entity_tags_may_be_known() {
    let place = place();
    let bearer = place.bearer(OCTOCAT, "").await;
    let first = place.get("/user", &bearer).await;
    let strong = first.header("etag").trim_start_matches("W/").to_owned();
    let ask = |tags: &str| Call::new("GET", "/user").auth(&bearer).header("if-none-match", tags);
    let same = place.send(ask(&format!("\"other\", {strong}"))).await;
    assert_eq!((same.status, same.header("x-ratelimit-used")), (304, "1"));
    assert_eq!(place.send(ask("*")).await.status, 304);
    assert_eq!(place.send(ask("W/\"other\"")).await.status, 200);
}
