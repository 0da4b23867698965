//! The checker itself, on a small document and planted mistakes.

use serde_json::{Value, json};
use world::Exchange;

use crate::document::Document;

fn small() -> Document {
    Document::new(json!({
        "openapi": "3.1.0",
        "paths": {
            "/people/@me": { "get": {
                "responses": { "200": { "description": "" } }, "security": [{ "OAuth2": ["identify"] }],
            } },
            "/people/{id}": {
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "schema": { "$ref": "#/components/schemas/Id" } },
                ],
                "put": {
                    "parameters": [{ "name": "limit", "in": "query", "schema": { "type": "integer", "maximum": 9 } }],
                    "requestBody": { "required": true, "content": { "application/json": { "schema": {
                        "type": "array", "items": { "$ref": "#/components/schemas/Person" },
                    } } } },
                    "responses": {
                        "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Person" } } } },
                        "204": { "description": "done" },
                        "4XX": { "$ref": "#/components/responses/Refused" },
                    },
                    "security": [{ "BotToken": [] }],
                },
            },
        },
        "components": {
            "schemas": {
                "Id": { "type": "string", "pattern": "^[0-9]+$" },
                "Person": {
                    "type": "object", "required": ["id"],
                    "properties": { "id": { "$ref": "#/components/schemas/Id" }, "name": { "type": ["string", "null"] } },
                },
                "Error": {
                    "type": "object", "required": ["code", "message"],
                    "properties": { "code": { "type": "integer" }, "errors": { "type": "integer" } },
                },
            },
            "responses": { "Refused": {
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
            } },
        },
    }))
}

fn put() -> Exchange {
    Exchange {
        method: "PUT".to_owned(),
        path: "/people/7".to_owned(),
        query: "limit=3".to_owned(),
        authorization: "bot",
        request_body: json!([{ "id": "1", "name": null }]).to_string(),
        status: 200,
        response_body: json!({ "id": "1" }).to_string(),
        reason: None,
        at: 0,
    }
}

/// What the checker says of an exchange that differs from a good one.
fn told(change: impl FnOnce(&mut Exchange)) -> String {
    let mut exchange = put();
    change(&mut exchange);
    let path = exchange.path.clone();
    small().mistakes(&path, &exchange).join(" | ")
}

#[test]
fn a_good_exchange_has_no_mistakes() {
    assert_eq!(told(|_| {}), "");
    assert_eq!(told(|put| (put.status, put.response_body) = (204, String::new())), "");
    let refused = json!({ "code": 50035, "message": "no", "errors": { "a": "texts" } }).to_string();
    assert_eq!(told(|put| (put.status, put.response_body) = (400, refused)), "");
}

#[test]
fn wrong_requests_are_caught() {
    let says = |told: String, what: &str| assert!(told.contains(what), "{told:?} does not say {what:?}");
    says(told(|put| put.path = "/persons/7".into()), "no such path");
    says(told(|put| put.method = "POST".into()), "no such method");
    says(told(|put| put.path = "/people/ada".into()), "path parameter id: \"ada\" does not match");
    says(told(|put| put.path = "/people/@me".into()), "no such method");
    says(told(|put| put.query = "limit=10".into()), "query parameter limit: 10 is greater");
    says(told(|put| put.query = "most=3".into()), "unknown query parameter most");
    says(told(|put| put.authorization = "bearer"), "the kind bearer are not taken");
    says(told(|put| put.authorization = "none"), "the kind none are not taken");
    says(told(|put| put.request_body = String::new()), "no body");
    says(told(|put| put.request_body = "name=ada".into()), "the body is not JSON");
    says(told(|put| put.request_body = r#"[{"name":"ada"}]"#.into()), "the body: \"id\" is a required");
    says(told(|put| put.request_body = r#"[{"id":"1","nmae":"ada"}]"#.into()), "unknown field nmae");
    let mine = told(|get| {
        (get.method, get.path, get.query) = ("GET".into(), "/people/@me".into(), String::new());
        (get.authorization, get.response_body) = ("bearer", String::new());
    });
    assert!(mine.ends_with("a body where none is taken"), "{mine}");
}

#[test]
fn wrong_answers_are_caught() {
    let answered =
        |status: u16, body: Value| told(|put| (put.status, put.response_body) = (status, body.to_string()));
    let says = |told: String, what: &str| assert!(told.contains(what), "{told:?} does not say {what:?}");
    says(answered(200, json!({ "id": 1 })), "the answer 200: 1 is not of type \"string\" at \"/id\"");
    says(answered(201, json!({ "id": "1" })), "undocumented status 201");
    says(answered(204, json!({})), "204 with a body");
    says(answered(404, json!({ "code": 10011 })), "the answer 404: \"message\" is a required");
    says(answered(403, json!({ "code": 50035, "message": "", "errors": "no" })), "at \"/errors\"");
    says(told(|put| put.response_body = "<html>".into()), "the answer 200 is not JSON");
}
