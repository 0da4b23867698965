//! Queries that the schema does not allow are refused before anything is read.

use super::*;

/// The message for a query that is refused whole.
async fn refused(query: &str) -> String {
    let body = json!({ "query": query, "variables": { "id": "x" } });
    let answer = Place::new().graphql(&body).await;
    assert_eq!(answer.get("data"), None, "{query}");
    answer["errors"][0]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn variables_must_fit_their_places() {
    for (query, message) in [
        ("query($id: String!) { node(id: $id) { id } }", "argument id (String! / ID!)"),
        ("query($id: ID) { node(id: $id) { id } }", "argument id (ID / ID!)"),
        ("query($id: [ID]!) { nodes(ids: $id) { id } }", "argument ids ([ID]! / [ID!]!)"),
        ("query($id: Shoe!) { node(id: $id) { id } }", "argument id (Shoe! / ID!)"),
    ] {
        assert_eq!(refused(query).await, format!("Type mismatch on variable $id and {message}"));
    }
}

#[tokio::test]
async fn values_must_be_of_their_arguments_types() {
    for (query, argument, field, kind) in [
        ("{ user(login: 1) { id } }", "login", "user", "String!"),
        ("{ user(login: ada) { id } }", "login", "user", "String!"),
        ("{ user(login: null) { id } }", "login", "user", "String!"),
        ("{ nodes(ids: [1.5]) { id } }", "ids", "nodes", "ID!"),
        ("{ search(type: \"ISSUE\", query: \"x\") { issueCount } }", "type", "search", "SearchType!"),
        ("{ search(type: SHOE, query: \"x\") { issueCount } }", "type", "search", "SearchType!"),
        ("{ viewer { followers(first: \"1\") { totalCount } } }", "first", "followers", "Int"),
        ("{ viewer { followers(first: [1]) { totalCount } } }", "first", "followers", "Int"),
        (
            "{ viewer { repositories(orderBy: { field: NAME }) { totalCount } } }",
            "orderBy",
            "repositories",
            "RepositoryOrder",
        ),
    ] {
        let message =
            format!("Argument '{argument}' on Field '{field}' has an invalid value. Expected type '{kind}'.");
        assert_eq!(refused(query).await, message, "{query}");
    }
}

#[tokio::test]
async fn input_objects_and_interfaces_have_the_fields_they_have() {
    for (query, message) in [
        (
            "{ viewer { repositories(orderBy: { shoe: 1 }) { totalCount } } }",
            "InputObject 'RepositoryOrder' doesn't accept argument 'shoe'",
        ),
        ("{ viewer { ... on Sponsorable { login } } }", "Field 'login' doesn't exist on type 'Sponsorable'"),
        ("{ rateLimit { ... on Actor { login } } }", "Fragment on Actor can't be spread inside RateLimit"),
        ("{ viewer { ... on Repository { id } } }", "Fragment on Repository can't be spread inside User"),
    ] {
        assert_eq!(refused(query).await, message);
    }
}

#[tokio::test]
async fn one_name_cannot_mean_two_things() {
    for (query, message) in [
        (
            "{ a: viewer { id } a: rateLimit { cost } }",
            "Field 'a' has a field conflict: viewer or rateLimit?",
        ),
        (
            "{ a: user(login: \"x\") { id } a: user(login: \"y\") { id } }",
            "Field 'a' has an argument conflict: user is asked with different arguments",
        ),
    ] {
        assert_eq!(refused(query).await, message);
    }
    let same = json!({ "query": "{ a: user(login: \"ada\") { id } a: user(login: \"ada\") { login } }" });
    assert_eq!(Place::new().graphql(&same).await["data"]["a"]["login"], "ada");
}

#[tokio::test]
async fn sent_values_must_be_of_their_variables_types() {
    let place = Place::new();
    let query = "query($first: Int!) { viewer { followers(first: $first) { totalCount } } }";
    for wrong in [json!("1"), json!(1.5), json!(null), json!([1])] {
        let answer = place.graphql(&json!({ "query": query, "variables": { "first": wrong } })).await;
        let message = "Variable $first of type Int! was provided invalid value";
        assert_eq!(answer["errors"][0]["message"], message);
    }
    let answer = place.graphql(&json!({ "query": query, "variables": [1] })).await;
    assert_eq!(answer["errors"][0]["message"], "Variables must be an object.");
    let query = "query($author: CommitAuthor) { repository(owner: \"rust-lang\", name: \"rust\") { \
                 defaultBranchRef { target { ... on Commit { history(author: $author) { totalCount } } } } } }";
    let ask = |author: Value| json!({ "query": query, "variables": { "author": author } });
    place.github.commit(ADA, "rust-lang/rust", 4);
    let emails = json!({ "emails": ["7+ada@users.noreply.github.com"] });
    let answer = place.graphql(&ask(emails)).await;
    let target = &answer["data"]["repository"]["defaultBranchRef"]["target"];
    assert_eq!(target["history"]["totalCount"], 4);
    let answer = place.graphql(&ask(json!({ "name": "ada" }))).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INVALID_VARIABLE");
}
