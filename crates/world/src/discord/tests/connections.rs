use serde_json::json;

use super::*;

const SCOPE: &str = "identify role_connections.write";

#[tokio::test]
async fn a_connection_is_put_read_and_deleted() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(ADA, SCOPE).await;
    let body = json!({
        "platform_name": "GitHub", "platform_username": "octocat", "metadata": { "followers": "60" },
    });
    let answer = place.push(&bearer, &body).await;
    assert_eq!((answer.status, answer.json()), (200, body.clone()));
    let read = || Call::new("GET", &connection_path(APP)).auth(&bearer);
    assert_eq!(place.send(read()).await.json(), body);
    let shown = place.discord.role_connection(APP, ADA).unwrap();
    assert_eq!(shown.platform_username.as_deref(), Some("octocat"));
    let delete = Call::new("DELETE", &connection_path(APP)).auth(&bearer);
    assert_eq!(place.send(delete).await.status, 204);
    assert_eq!(place.discord.role_connection(APP, ADA), None);
    assert_eq!(place.send(read()).await.json(), json!({ "metadata": {} }));
}

#[tokio::test]
async fn a_put_replaces_everything_and_an_empty_one_clears() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(ADA, SCOPE).await;
    place.push(&bearer, &json!({ "platform_name": "GitHub", "metadata": { "a": "1" } })).await;
    place.push(&bearer, &json!({ "platform_username": "x", "metadata": null })).await;
    let shown = place.discord.role_connection(APP, ADA).unwrap();
    assert_eq!((shown.platform_name, shown.metadata.len()), (None, 0));
    assert_eq!(place.push(&bearer, &json!({})).await.status, 200);
    assert_eq!(place.discord.role_connection(APP, ADA), None);
}

#[tokio::test]
async fn only_the_persons_own_token_with_the_scope_opens_it() {
    let place = Place::new();
    let ask = async |method: &str, application: u64, auth: &str| {
        let call = Call::new(method, &connection_path(application)).auth(auth);
        place.send(call.json(&json!({}))).await.code()
    };
    let (bearer, _) = place.sign_in(ADA, SCOPE).await;
    let (narrow, _) = place.sign_in(ADA, "identify").await;
    for method in ["GET", "PUT", "DELETE"] {
        assert_eq!(ask(method, APP, BOT).await, (403, 20001));
        assert_eq!(ask(method, OTHER_APP, &bearer).await, (403, 50025));
        assert_eq!(ask(method, 9, &bearer).await, (404, 10002));
        assert_eq!(ask(method, APP, &narrow).await, (403, 50026));
        assert_eq!(ask(method, APP, "Bearer nothing").await, (401, 0));
    }
    place.advance(604_800_000);
    assert_eq!(ask("PUT", APP, &bearer).await, (401, 0));
}

#[tokio::test]
async fn every_length_key_and_type_rule_holds() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(ADA, SCOPE).await;
    let field = |key: &str, value: Value| json!({ "metadata": { key: value } });
    for (body, path) in [
        (json!({ "platform_name": "x".repeat(51) }), "/platform_name"),
        (json!({ "platform_name": 5 }), "/platform_name"),
        (json!({ "platform_username": "x".repeat(101) }), "/platform_username"),
        (json!({ "metadata": [] }), "/metadata"),
        (json!({ "metadata": { "a": "1", "b": "1", "c": "1", "d": "1", "e": "1", "f": "1" } }), "/metadata"),
        (field("Key", json!("1")), "/metadata/Key"),
        (field(&"k".repeat(51), json!("1")), &format!("/metadata/{}", "k".repeat(51))),
        (field("a", json!("")), "/metadata/a"),
        (field("a", json!("x".repeat(101))), "/metadata/a"),
        (field("a", json!(null)), "/metadata/a"),
        (field("a", json!({})), "/metadata/a"),
        (field("_errors", json!("")), "/metadata"),
        (json!([]), ""),
    ] {
        let answer = place.push(&bearer, &body).await;
        assert_eq!(answer.code(), (400, 50035), "{body}");
        let place = format!("/errors{path}/_errors/0/message");
        assert!(answer.json().pointer(&place).is_some(), "{body}: {}", answer.body);
    }
    let whole = json!({
        "platform_name": "é".repeat(50), "platform_username": "é".repeat(100),
        "metadata": { "a_1": "é".repeat(100), "b": "1", "c": "1", "d": "1", "e": "1" },
    });
    assert_eq!(place.push(&bearer, &whole).await.status, 200);
    assert_eq!(place.discord.writes().len(), 1);
}

#[tokio::test]
async fn broken_json_and_wrong_content_types_have_their_codes() {
    let place = Place::new();
    let (bearer, _) = place.sign_in(ADA, SCOPE).await;
    let put = || Call::new("PUT", &connection_path(APP)).auth(&bearer);
    assert_eq!(place.send(put().form("a=1")).await.code(), (400, 50035));
    assert_eq!(place.send(put()).await.code(), (400, 50035));
    assert_eq!(place.send(put().bytes("application/json", b"{\"a\":")).await.code(), (400, 50109));
}

fn record(key: &str) -> Value {
    json!({ "type": 2, "key": key, "name": "Followers", "description": "How many follow" })
}

#[tokio::test]
async fn a_schema_is_replaced_whole() {
    let place = Place::new();
    let path = format!("/applications/{APP}/role-connections/metadata");
    assert_eq!(place.bot("GET", &path).await.json(), json!([]));
    let mut translated = record("b");
    translated["name_localizations"] = json!({ "de": "Folgende", "zh-CN": "x" });
    let schema = json!([record("a"), translated]);
    assert_eq!(place.register(&schema).await.json(), schema);
    assert_eq!(place.bot("GET", &path).await.json(), schema);
    assert_eq!(place.register(&Value::Null).await.json(), json!([]));
}

#[tokio::test]
async fn a_wrong_schema_is_refused_with_every_mistake() {
    let place = Place::new();
    let with = |field: &str, value: Value| {
        let mut record = record("a");
        record[field] = value;
        json!([record])
    };
    for (schema, path) in [
        (with("type", json!(9)), "/0/type"),
        (with("type", json!("2")), "/0/type"),
        (with("type", Value::Null), "/0/type"),
        (with("key", json!("Key")), "/0/key"),
        (with("key", json!("")), "/0/key"),
        (with("key", json!("k".repeat(51))), "/0/key"),
        (with("name", json!("")), "/0/name"),
        (with("name", json!("n".repeat(101))), "/0/name"),
        (with("description", json!("d".repeat(201))), "/0/description"),
        (with("description", json!(5)), "/0/description"),
        (with("name_localizations", json!({ "xx": "a" })), "/0/name_localizations/xx"),
        (with("name_localizations", json!({ "de": "" })), "/0/name_localizations/de"),
        (with("description_localizations", json!([])), "/0/description_localizations"),
        (json!([record("a"), record("a")]), "/1/key"),
        (Value::Array(["a", "b", "c", "d", "e", "f"].map(record).to_vec()), ""),
        (json!({}), ""),
        (json!([5]), "/0/name"),
    ] {
        let answer = place.register(&schema).await;
        assert_eq!(answer.code(), (400, 50035), "{schema}");
        let place = format!("/errors{path}/_errors/0/message");
        assert!(answer.json().pointer(&place).is_some(), "{schema}: {}", answer.body);
    }
    assert!(place.discord.writes().is_empty());
}

#[tokio::test]
async fn only_the_applications_own_bot_registers() {
    let place = Place::new();
    let path = format!("/applications/{OTHER_APP}/role-connections/metadata");
    assert_eq!(place.bot("GET", &path).await.code(), (404, 10002));
    let (bearer, _) = place.sign_in(ADA, SCOPE).await;
    let path = format!("/api/v10/applications/{APP}/role-connections/metadata");
    assert_eq!(place.send(Call::new("GET", &path).auth(&bearer)).await.code(), (403, 20002));
}
