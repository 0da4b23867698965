//! The GraphQL reads that facts are made of.

use super::*;

fn node_id(id: u64) -> String {
    Account { id, ..Account::default() }.node_id()
}

async fn data(place: &Place, query: &str, variables: Value) -> Value {
    let answer = place.graphql(&json!({ "query": query, "variables": variables })).await;
    assert_eq!(answer.get("errors"), None, "{answer}");
    answer["data"].clone()
}

/// The same as a person, with the answer whole.
async fn asked_by(place: &Place, bearer: &str, query: &str) -> Value {
    let body = json!({ "query": query });
    place.send(Call::new("POST", "/graphql").auth(bearer).json(&body)).await.json()
}

const CONTRIBUTIONS: &str = "query($ids: [ID!]!, $from: DateTime, $to: DateTime) { nodes(ids: $ids) { \
    ... on User { contributionsCollection(from: $from, to: $to) { contributionCalendar { totalContributions } \
    totalCommitContributions totalIssueContributions totalPullRequestContributions \
    totalPullRequestReviewContributions restrictedContributionsCount } } } rateLimit { cost } }";

#[tokio::test]
async fn contributions_are_told_by_kind() {
    let place = Place::new();
    place.github.change(OCTOCAT, |account| {
        account.kinds = Kinds { issues: 20, pull_requests: 30, reviews: 1 };
        account.private_contributions = 9;
    });
    let read = async || {
        let data = data(&place, CONTRIBUTIONS, json!({ "ids": [node_id(OCTOCAT)] })).await;
        data["nodes"][0]["contributionsCollection"].clone()
    };
    let found = read().await;
    assert_eq!(found["contributionCalendar"]["totalContributions"], 321);
    assert_eq!(
        (&found["totalCommitContributions"], &found["totalIssueContributions"]),
        (&json!(270), &json!(20))
    );
    assert_eq!(found["totalPullRequestContributions"], 30);
    assert_eq!(found["totalPullRequestReviewContributions"], 1);
    assert_eq!(found["restrictedContributionsCount"], 0, "it does not show private ones");
    place.github.change(OCTOCAT, |account| account.shows_private = true);
    let found = read().await;
    assert_eq!(found["restrictedContributionsCount"], 9);
    assert_eq!(found["contributionCalendar"]["totalContributions"], 330);
}

#[tokio::test]
async fn windows_of_contributions_add_up() {
    let place = Place::new();
    let within = async |from: &str, to: &str| {
        let variables = json!({ "ids": [node_id(OCTOCAT)], "from": from, "to": to });
        place.graphql(&json!({ "query": CONTRIBUTIONS, "variables": variables })).await
    };
    let total = |answer: &Value| {
        let found = &answer["data"]["nodes"][0]["contributionsCollection"];
        found["contributionCalendar"]["totalContributions"].as_u64().unwrap()
    };
    // The clock stands at 2026-09-21T14:13:20Z.
    let first = within("2025-09-21T14:13:20Z", "2026-03-01T00:00:00Z").await;
    let second = within("2026-03-01T00:00:00Z", "2026-09-21T14:13:20Z").await;
    assert_eq!(total(&first) + total(&second), 321);
    assert!(total(&first) > 0 && total(&second) > 0);
    for (from, to) in
        [("2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), ("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z")]
    {
        let refused = within(from, to).await;
        assert_eq!(refused["data"]["nodes"], json!([null]));
        assert_eq!(refused["errors"][0]["path"], json!(["nodes", 0, "contributionsCollection"]));
    }
}

#[tokio::test]
async fn more_than_25_collections_are_answered_in_part() {
    let place = Place::new();
    let ids = vec![node_id(OCTOCAT); 27];
    let answer = place.graphql(&json!({ "query": CONTRIBUTIONS, "variables": { "ids": ids } })).await;
    let nodes = answer["data"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.iter().filter(|node| node.is_null()).count(), 2);
    assert!(nodes[24].is_object() && nodes[25].is_null());
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 2);
    assert_eq!(errors[0]["type"], "RESOURCE_LIMITS_EXCEEDED");
    assert_eq!(errors[0]["message"], "Resource limits for this query exceeded.");
    assert_eq!(errors[0]["path"], json!(["nodes", 25, "contributionsCollection"]));
    assert_eq!(answer["data"]["rateLimit"]["cost"], 1, "what comes after is answered");
    let ids = vec![node_id(OCTOCAT); 25];
    data(&place, CONTRIBUTIONS, json!({ "ids": ids })).await;
}

const HISTORY: &str = "query($owner: String!, $name: String!, $node: ID!) { \
    repository(owner: $owner, name: $name) { nameWithOwner defaultBranchRef { target { \
    ... on Commit { history(author: { id: $node }, first: 1) { totalCount } } } } } }";

#[tokio::test]
async fn commits_on_the_default_branch_are_counted_by_author() {
    let place = Place::new();
    place.github.commit(ADA, "Rust-Lang/Rust", 3);
    place.github.commit(OCTOCAT, "rust-lang/rust", 2);
    let ask = |name: &str, id| json!({ "owner": "rust-lang", "name": name, "node": node_id(id) });
    let found = data(&place, HISTORY, ask("rust", ADA)).await;
    assert_eq!(found["repository"]["defaultBranchRef"]["target"]["history"]["totalCount"], 3);
    let found = data(&place, HISTORY, ask("rust", 99)).await;
    assert_eq!(found["repository"]["defaultBranchRef"]["target"]["history"]["totalCount"], 0);
    place.github.repo(Repo { default_branch: None, ..Repo::new("rust-lang/new") });
    let found = data(&place, HISTORY, ask("new", ADA)).await;
    assert_eq!(found["repository"], json!({ "nameWithOwner": "rust-lang/new", "defaultBranchRef": null }));
    let answer = place.graphql(&json!({ "query": HISTORY, "variables": ask("nope", ADA) })).await;
    assert_eq!(answer["data"], json!({ "repository": null }));
    let error = &answer["errors"][0];
    assert_eq!((&error["type"], &error["path"]), (&json!("NOT_FOUND"), &json!(["repository"])));
    assert_eq!(error["message"], "Could not resolve to a Repository with the name 'rust-lang/nope'.");
}

#[tokio::test]
async fn pull_requests_are_searched_by_repository_author_and_state() {
    let place = Place::new();
    place.github.merge(ADA, "a/b", 2);
    place.github.change(ADA, |account| account.open_prs = [("a/b".into(), 5)].into());
    let query = "query($q: String!) { search(type: ISSUE, query: $q, first: 0) { issueCount } }";
    for (q, count) in [
        ("repo:a/b is:pr is:merged author:ada", 2),
        ("repo:a/b is:pr is:open author:ada", 5),
        ("repo:\"A/B\" is:pr is:merged author:\"octocat\"", 1),
        ("\"repo:a/b\" type:pr is:merged", 3),
        ("is:pr is:merged author:octocat", 5),
        ("repo:a/b is:pr is:merged author:nobody", 0),
        ("repo:no/where is:pr is:merged author:ada", 0),
    ] {
        let found = data(&place, query, json!({ "q": q })).await;
        assert_eq!(found["search"]["issueCount"], count, "{q}");
    }
    let answer =
        place.graphql(&json!({ "query": query, "variables": { "q": "is:pr is:merged repo:\"a/b" } })).await;
    assert_eq!(answer["errors"][0]["type"], "INVALID_SEARCH");
}

#[tokio::test]
async fn sponsors_are_looked_up_at_accounts_and_organizations() {
    let place = Place::new();
    place.github.org(Org { id: 40, login: "club".into(), ..Org::default() });
    place.github.sponsor(ADA, "club", Privacy::Public);
    let query = "query($owner: String!, $login: String!) { repositoryOwner(login: $owner) { __typename login \
                 ... on Sponsorable { isSponsoredBy(accountLogin: $login) } } }";
    let ask = async |owner: &str, login: &str| {
        data(&place, query, json!({ "owner": owner, "login": login })).await["repositoryOwner"].clone()
    };
    let club = json!({ "__typename": "Organization", "login": "club", "isSponsoredBy": true });
    assert_eq!(ask("Club", "ADA").await, club);
    let ada = json!({ "__typename": "User", "login": "ada", "isSponsoredBy": true });
    assert_eq!(ask("ada", "octocat").await, ada);
    assert_eq!(ask("ada", "nobody").await["isSponsoredBy"], false);
    assert_eq!(ask("nobody", "ada").await, Value::Null);
    place.github.unsponsor(ADA, "club");
    assert_eq!(ask("club", "ada").await["isSponsoredBy"], false);
}

#[tokio::test]
async fn a_private_sponsorship_is_seen_by_the_two_of_them() {
    let place = Place::new();
    let member = Member { role: Role::Admin, ..Member::default() };
    place.github.account(Account { id: 8, login: "eve".into(), ..Account::default() });
    place.github.org(Org { id: 40, login: "club".into(), members: [(8, member)].into(), ..Org::default() });
    place.github.sponsor(ADA, "octocat", Privacy::Private);
    place.github.sponsor(ADA, "club", Privacy::Private);
    let query = "{ user(login: \"octocat\") { isSponsoredBy(accountLogin: \"ada\") } \
                 organization(login: \"club\") { isSponsoredBy(accountLogin: \"ada\") } }";
    for (viewer, user, organization) in [(ADA, true, true), (OCTOCAT, true, false), (8, false, true)] {
        let bearer = place.bearer(viewer, "").await;
        let answer = asked_by(&place, &bearer, query).await;
        assert_eq!(answer["data"]["user"]["isSponsoredBy"], user, "{viewer}");
        assert_eq!(answer["data"]["organization"]["isSponsoredBy"], organization, "{viewer}");
    }
    let service = data(&place, query, json!({})).await;
    assert_eq!(service["user"]["isSponsoredBy"], false);
}

#[tokio::test]
async fn membership_is_shown_as_far_as_the_viewer_may_know() {
    let place = Place::new();
    place.github.org(Org { id: 40, login: "club".into(), ..Org::default() });
    place.github.join(OCTOCAT, "club", Member::default());
    let query = "{ user(login: \"octocat\") { organization(login: \"club\") { login } } }";
    assert_eq!(data(&place, query, json!({})).await["user"]["organization"], Value::Null);
    let (own, foreign) = (place.bearer(OCTOCAT, "read:org").await, place.bearer(ADA, "read:org").await);
    assert_eq!(asked_by(&place, &own, query).await["data"]["user"]["organization"]["login"], "club");
    assert_eq!(asked_by(&place, &foreign, query).await["data"]["user"]["organization"], Value::Null);
    place.github.join(OCTOCAT, "club", Member::public());
    assert_eq!(data(&place, query, json!({})).await["user"]["organization"]["login"], "club");
}

#[tokio::test]
async fn repositories_and_pull_requests_are_counted_as_asked() {
    let place = Place::new();
    place.github.change(OCTOCAT, |account| {
        account.forks = 3;
        account.open_prs = [("a/b".into(), 2)].into();
    });
    let query = "query($states: [PullRequestState!] = [MERGED]) { user(login: \"octocat\") { \
                 all: repositories { totalCount } \
                 own: repositories(isFork: false, privacy: PUBLIC, ownerAffiliations: [OWNER], \
                 orderBy: { field: STARGAZERS, direction: DESC }) { totalCount } \
                 others: repositories(ownerAffiliations: [COLLABORATOR]) { totalCount } \
                 prs: pullRequests(states: $states) { totalCount } every: pullRequests { totalCount } } }";
    let user = data(&place, query, json!({})).await["user"].clone();
    let count = |name: &str| user[name]["totalCount"].as_u64().unwrap();
    assert_eq!((count("all"), count("own"), count("others")), (8, 5, 0));
    assert_eq!((count("prs"), count("every")), (5, 7));
}

#[tokio::test]
async fn lists_are_paged() {
    let place = Place::new();
    place.github.star(OCTOCAT, "a/b");
    let ask = async |arguments: &str| {
        let query = format!(
            "{{ user(login: \"octocat\") {{ starredRepositories({arguments}) {{ totalCount \
             nodes {{ nameWithOwner stargazerCount owner {{ login }} }} \
             pageInfo {{ hasNextPage endCursor }} }} }} }}"
        );
        place.graphql(&json!({ "query": query })).await
    };
    let first = ask("first: 1").await["data"]["user"]["starredRepositories"].clone();
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(2), &json!(true)));
    assert_eq!(
        first["nodes"],
        json!([{ "nameWithOwner": "a/b", "stargazerCount": 1, "owner": { "login": "a" } }])
    );
    let cursor = &first["pageInfo"]["endCursor"];
    let second =
        ask(&format!("first: 1, after: {cursor}")).await["data"]["user"]["starredRepositories"].clone();
    assert_eq!(second["nodes"][0]["nameWithOwner"], "rust-lang/rust");
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
    for (arguments, kind) in [
        ("orderBy: { field: STARRED_AT, direction: ASC }", "MISSING_PAGINATION_BOUNDARIES"),
        ("first: 101", "EXCESSIVE_PAGINATION"),
        ("last: -1", "INVALID_PAGINATION"),
        ("first: 1, after: \"x\"", "INVALID_CURSOR_ARGUMENTS"),
    ] {
        let refused = ask(arguments).await;
        assert_eq!(refused["data"]["user"], Value::Null);
        assert_eq!(refused["errors"][0]["type"], kind, "{arguments}");
    }
}

#[tokio::test]
async fn interfaces_are_looked_through() {
    let place = Place::new();
    place.github.org(Org { id: 40, login: "club".into(), ..Org::default() });
    let query = "{ organization(login: \"club\") { id } viewer: user(login: \"ada\") { ...A ... on Node { id } } \
                 owner: repositoryOwner(login: \"club\") { ... on Organization { databaseId } ... on User { createdAt } } } \
                 fragment A on Actor { login }";
    let found = data(&place, query, json!({})).await;
    assert_eq!(found["viewer"], json!({ "login": "ada", "id": node_id(ADA) }));
    assert_eq!(found["owner"], json!({ "databaseId": 40 }));
    let query = "query($id: ID!) { node(id: $id) { id __typename ... on RepositoryOwner { login } } }";
    let node = data(&place, query, json!({ "id": found["organization"]["id"] })).await["node"].clone();
    assert_eq!((&node["__typename"], &node["login"]), (&json!("Organization"), &json!("club")));
}
