use super::*;

fn node_id(id: u64) -> String {
    Account { id, ..Account::default() }.node_id()
}

/// The message of the first error for a query without variables.
async fn error(query: &str) -> String {
    let answer = Place::new().graphql(&json!({ "query": query })).await;
    assert_eq!(answer.get("data").unwrap_or(&Value::Null), &Value::Null, "{query}");
    answer["errors"][0]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nodes_answer_what_was_asked_and_no_more() {
    let query = "query($ids:[ID!]!){ nodes(ids:$ids){ ... on User { databaseId login createdAt \
                 followers{totalCount} repositories(ownerAffiliations:OWNER,privacy:PUBLIC){totalCount} } } \
                 rateLimit{cost remaining resetAt} }";
    let ids = [node_id(OCTOCAT), node_id(99), node_id(ADA)];
    let answer = Place::new().graphql(&json!({ "query": query, "variables": { "ids": ids } })).await;
    let octocat = json!({
        "databaseId": OCTOCAT, "login": "octocat", "createdAt": "2011-01-25T18:44:36Z",
        "followers": { "totalCount": 60 }, "repositories": { "totalCount": 8 },
    });
    assert_eq!(answer["data"]["nodes"][0], octocat);
    assert_eq!(answer["data"]["nodes"][1], Value::Null);
    assert_eq!(answer["data"]["nodes"][2]["login"], "ada");
    assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
    assert_eq!(answer["errors"][0]["type"], "NOT_FOUND");
    assert_eq!(answer["errors"][0]["path"], json!(["nodes", 1]));
    assert_eq!(answer["data"]["rateLimit"]["cost"], 1);
    assert_eq!(answer["data"]["rateLimit"]["remaining"], 4999);
}

#[tokio::test]
async fn a_hundred_ids_are_the_most() {
    let place = Place::new();
    let ask = |count: usize| {
        let ids = vec![node_id(ADA); count];
        json!({ "query": "query($ids:[ID!]!){nodes(ids:$ids){id}}", "variables": { "ids": ids } })
    };
    assert_eq!(place.graphql(&ask(100)).await["data"]["nodes"].as_array().unwrap().len(), 100);
    let refused = place.graphql(&ask(101)).await;
    assert_eq!(refused["data"]["nodes"], Value::Null);
    assert!(refused["errors"][0]["message"].as_str().unwrap().contains("more than 100 node ids"));
}

#[tokio::test]
async fn connections_cost_a_point_per_hundred() {
    let place = Place::new();
    let ids = vec![node_id(ADA); 100];
    let query = "query($ids:[ID!]!){nodes(ids:$ids){...on User{followers{totalCount} \
                 following{totalCount} contributionsCollection{contributionCalendar{totalContributions}}}} \
                 rateLimit{cost}}";
    let body = json!({ "query": query, "variables": { "ids": ids } });
    let answer = place.send(Call::new("POST", "/graphql").auth("Bearer service").json(&body)).await;
    assert_eq!(answer.json()["data"]["rateLimit"]["cost"], 3);
    assert_eq!(answer.header("x-ratelimit-used"), "3");
    assert_eq!(answer.header("x-ratelimit-resource"), "graphql");
}

#[tokio::test]
async fn aliases_fragments_and_lookups_work() {
    let query = "query Q { a: user(login: \"OCTOCAT\") { ...U isSponsoredBy(accountLogin: \"ada\") } \
                 b: user(login: \"ada\") { isSponsoredBy(accountLogin: \"octocat\") __typename } \
                 prs: search(type: ISSUE, query: \"repo:rust-lang/rust is:pr is:merged author:octocat\") \
                 { issueCount } organization(login: \"rust-lang\") { id } } \
                 fragment U on User { id databaseId pullRequests(states: MERGED) { totalCount } \
                 starredRepositories(first: 5) { nodes { nameWithOwner } } organization(login: \"nope\") { login } }";
    let answer = Place::new().graphql(&json!({ "query": query, "operationName": "Q" })).await;
    let data = &answer["data"];
    assert_eq!(answer.get("errors"), None, "{answer}");
    assert_eq!(data["a"]["databaseId"], OCTOCAT);
    assert_eq!(data["a"]["isSponsoredBy"], false);
    assert_eq!(data["a"]["pullRequests"]["totalCount"], 5);
    assert_eq!(data["a"]["starredRepositories"]["nodes"][0]["nameWithOwner"], "rust-lang/rust");
    assert_eq!(data["a"]["organization"], Value::Null);
    assert_eq!(data["b"], json!({ "isSponsoredBy": true, "__typename": "User" }));
    assert_eq!(data["prs"]["issueCount"], 4);
    let org = data["organization"]["id"].as_str().unwrap();
    let query = format!(
        "{{ node(id: \"{}\") {{ ... on User {{ contributionsCollection(organizationID: \"{org}\") \
         {{ hasAnyContributions }} }} }} }}",
        node_id(OCTOCAT)
    );
    let answer = Place::new().graphql(&json!({ "query": query })).await;
    assert_eq!(answer["data"]["node"]["contributionsCollection"]["hasAnyContributions"], true);
}

#[tokio::test]
async fn the_viewer_is_the_tokens_account() {
    let place = Place::new();
    let bearer = format!("Bearer {}", place.sign_in(OCTOCAT, "").await);
    let body = json!({ "query": "{ viewer { login isViewer } }" });
    let answer = place.send(Call::new("POST", "/graphql").auth(&bearer).json(&body)).await;
    assert_eq!(answer.json()["data"]["viewer"], json!({ "login": "octocat", "isViewer": true }));
    assert_eq!(place.graphql(&body).await["errors"][0]["type"], "FORBIDDEN");
    assert_eq!(place.send(Call::new("POST", "/graphql").json(&body)).await.status, 401);
}

#[tokio::test]
async fn what_is_not_in_the_schema_is_refused() {
    for (query, message) in [
        ("{ viewer { shoeSize } }", "Field 'shoeSize' doesn't exist on type 'User'"),
        ("{ nodes(ids: []) { login } }", "Field 'login' doesn't exist on type 'Node'"),
        ("{ viewer }", "Field must have selections (field 'viewer' returns User but has no selections)"),
        ("{ viewer { login { a } } }", "Selections can't be made on scalars (field 'login')"),
        ("{ viewer { login(a: 1) } }", "Field 'login' doesn't accept argument 'a'"),
        ("{ user { login } }", "Field 'user' is missing required arguments: login (on type 'Query')"),
        ("{ viewer { ...F } }", "Fragment F was used, but not defined"),
        ("{ viewer { ... on Shoe { a } } }", "No such type Shoe, so it can't be a fragment condition"),
        ("{ viewer { ... on RateLimit { cost } } }", "Fragment on RateLimit can't be spread inside User"),
        ("{ viewer { ...F } } fragment F on User { ...F }", "Fragment F contains an infinite loop"),
        ("query($a:ID!) { viewer { login } }", "Variable $a is declared by anonymous query but not used"),
        ("query Q { node(id: $a) { id } }", "Variable $a is used by Q but not declared"),
        ("query($a:ID!) { node(id: $a) { id } }", "Variable $a of type ID! was provided invalid value"),
        ("{ viewer { login }", "Parse error (unexpected end of document) at [1, 19]"),
    ] {
        assert_eq!(error(query).await, message);
    }
}

#[tokio::test]
async fn searches_it_cannot_answer_are_refused() {
    for search in ["is:pr author:octocat", "is:issue is:merged", "is:pr is:merged label:bug", "words"] {
        let query = format!("{{ search(type: ISSUE, query: \"{search}\") {{ issueCount }} }}");
        let answer = Place::new().graphql(&json!({ "query": query })).await;
        assert_eq!(answer["data"]["search"], Value::Null);
        assert_eq!(answer["errors"][0]["type"], "INVALID_SEARCH", "{search}");
    }
}

#[tokio::test]
async fn a_body_without_a_query_is_refused() {
    let place = Place::new();
    let call = || Call::new("POST", "/graphql").auth("Bearer service");
    assert_eq!(place.send(call().form("query=x")).await.status, 400);
    assert!(place.send(call().json(&json!({ "query": 1 }))).await.body.contains("must be a string"));
}

#[tokio::test]
async fn a_fault_makes_an_answer_partial() {
    let place = Place::new();
    place.github.fault(Fault::once("POST /graphql", FaultKind::PartialNodes(2)));
    let ids = [node_id(OCTOCAT), node_id(ADA), node_id(OCTOCAT)];
    let query = "query($ids:[ID!]!){nodes(ids:$ids){...on User{login}}}";
    let answer = place.graphql(&json!({ "query": query, "variables": { "ids": ids } })).await;
    assert_eq!(answer["data"]["nodes"], json!([null, { "login": "ada" }, null]));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2);
    assert_eq!(answer["errors"][0]["type"], "RESOURCE_LIMITS_EXCEEDED");
}

#[tokio::test]
async fn suspended_accounts_and_odd_ids_are_null() {
    let place = Place::new();
    place.github.suspend(OCTOCAT);
    let ids = [node_id(OCTOCAT), "nonsense".into(), "MDQ6VXNlcjc=".into()];
    let query = "query($ids:[ID!]!){nodes(ids:$ids){...on User{login}}}";
    let answer = place.graphql(&json!({ "query": query, "variables": { "ids": ids } })).await;
    assert_eq!(answer["data"]["nodes"], json!([null, null, { "login": "ada" }]));
    assert_eq!(answer["errors"].as_array().unwrap().len(), 2);
}
