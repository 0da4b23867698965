//! An `OpenAPI` document, and what it has against a request and its answer.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Value, json};
use url::form_urlencoded;
use world::Exchange;

/// The name under which schemas find the document. Nothing is fetched from anywhere.
const NAME: &str = "urn:document";

/// An `OpenAPI` 3.1 document, whose schemas are JSON Schema 2020-12.
pub struct Document {
    json: Value,
    registry: Registry,
    validators: RefCell<BTreeMap<String, Validator>>,
}

/// A place in the document: a JSON pointer, and what stands there once references are followed.
struct Place<'a> {
    pointer: String,
    value: &'a Value,
}

impl Document {
    pub fn new(json: Value) -> Self {
        let resource = Draft::Draft202012.create_resource(json.clone());
        let registry = Registry::try_new(NAME, resource).expect("a document refers to itself alone");
        Self { json, registry, validators: RefCell::default() }
    }

    /// Whether the document defines an OAuth2 scope for the code flow.
    pub fn has_scope(&self, scope: &str) -> bool {
        let scopes = "/components/securitySchemes/OAuth2/flows/authorizationCode/scopes";
        self.json.pointer(scopes).is_some_and(|scopes| scopes.get(scope).is_some())
    }

    /// What is wrong with an exchange whose path is written as in the document. Empty: nothing.
    pub fn mistakes(&self, path: &str, exchange: &Exchange) -> Vec<String> {
        let route = format!("{} {path}", exchange.method);
        let Some((template, names)) = self.template(path) else {
            return vec![format!("{route}: no such path")];
        };
        let item = self.place(format!("/paths/{}", escaped(&template)));
        let Some(operation) = self.inside(&item, &exchange.method.to_lowercase()) else {
            return vec![format!("{route}: no such method")];
        };
        let mut found = self.parameters(&[&item, &operation], &names, &exchange.query);
        found.extend(credentials(&operation, exchange.authorization));
        found.extend(self.request(&operation, &exchange.request_body));
        found.extend(self.answer(&operation, exchange));
        found.into_iter().map(|mistake| format!("{route}: {mistake}")).collect()
    }

    /// The template a path fits, and the values of its names. `@me` is rather itself than somebody's id.
    fn template(&self, path: &str) -> Option<(String, BTreeMap<String, String>)> {
        let templates = self.json["paths"].as_object()?.keys();
        let fitting = templates.filter_map(|template| Some((template.clone(), names(template, path)?)));
        fitting.min_by_key(|(_, names)| names.len())
    }

    fn parameters(&self, homes: &[&Place], names: &BTreeMap<String, String>, query: &str) -> Vec<String> {
        let of_kind = |kind: &'static str| move |(name, value): (String, String)| ((kind, name), value);
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        let mut given: BTreeMap<_, _> = names.clone().into_iter().map(of_kind("path")).collect();
        given.extend(pairs.map(of_kind("query")));
        let mut found = Vec::new();
        for place in homes.iter().flat_map(|home| self.parameters_of(home)) {
            let kind = if place.value["in"] == "path" { "path" } else { "query" };
            let name = place.value["name"].as_str().expect("a parameter has a name");
            match given.remove(&(kind, name.to_owned())) {
                Some(value) => {
                    let schema = self.inside(&place, "schema").expect("a parameter has a schema");
                    let broken = self.broken(&schema.pointer, &typed(&value, schema.value));
                    found.extend(broken.map(|why| format!("{kind} parameter {name}: {why}")));
                }
                None if place.value["required"] == true => found.push(format!("no {kind} parameter {name}")),
                None => {}
            }
        }
        found.extend(given.keys().map(|(kind, name)| format!("unknown {kind} parameter {name}")));
        found
    }

    fn parameters_of<'a>(&'a self, home: &Place) -> Vec<Place<'a>> {
        let count = home.value["parameters"].as_array().map_or(0, Vec::len);
        (0..count).map(|index| self.place(format!("{}/parameters/{index}", home.pointer))).collect()
    }

    fn request(&self, operation: &Place, body: &str) -> Vec<String> {
        let Some(wanted) = self.inside(operation, "requestBody") else {
            return if body.is_empty() { vec![] } else { vec!["a body where none is taken".to_owned()] };
        };
        if body.is_empty() {
            return if wanted.value["required"] == true { vec!["no body".to_owned()] } else { vec![] };
        }
        let (Ok(body), Some(schema)) = (serde_json::from_str(body), self.schema(&wanted)) else {
            return vec!["the body is not JSON".to_owned()];
        };
        let unknown = self.unknown_fields(&schema, &body);
        let unknown = unknown.into_iter().map(|field| format!("the body has an unknown field {field}"));
        unknown.chain(self.broken(&schema.pointer, &body).map(|why| format!("the body: {why}"))).collect()
    }

    /// Fields that the document does not name. It does not forbid them, but Discord ignores them:
    /// a misspelt field would be lost.
    fn unknown_fields(&self, schema: &Place, body: &Value) -> Vec<String> {
        match body {
            Value::Array(items) => {
                let Some(schema) = self.inside(schema, "items") else { return vec![] };
                items.iter().flat_map(|item| self.unknown_fields(&schema, item)).collect()
            }
            Value::Object(fields) => {
                let Some(known) = schema.value["properties"].as_object() else { return vec![] };
                fields.keys().filter(|field| !known.contains_key(*field)).cloned().collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![],
        }
    }

    fn answer(&self, operation: &Place, exchange: &Exchange) -> Vec<String> {
        let (status, body) = (exchange.status, &exchange.response_body);
        let answers = self.inside(operation, "responses").expect("an operation has answers");
        let family = format!("{}XX", status / 100);
        let documented =
            [status.to_string(), family].into_iter().find_map(|name| self.inside(&answers, &name));
        let Some(answer) = documented else {
            return vec![format!("the answer has the undocumented status {status}")];
        };
        let Some(schema) = self.schema(&answer) else {
            return if body.is_empty() { vec![] } else { vec![format!("{status} with a body")] };
        };
        let Ok(mut body) = serde_json::from_str(body) else {
            return vec![format!("the answer {status} is not JSON")];
        };
        if status == 400 {
            without_field_errors(&mut body);
        }
        let broken = self.broken(&schema.pointer, &body);
        broken.map(|why| format!("the answer {status}: {why}")).into_iter().collect()
    }

    fn schema(&self, content: &Place) -> Option<Place<'_>> {
        let content = self.inside(content, "content")?;
        self.inside(&self.inside(&content, "application~1json")?, "schema")
    }

    /// Why a value does not fit the schema at a place.
    fn broken(&self, pointer: &str, value: &Value) -> Option<String> {
        let mut validators = self.validators.borrow_mut();
        let validator = validators.entry(pointer.to_owned()).or_insert_with(|| {
            let schema =
                json!({ "$ref": format!("{NAME}#{}", pointer.replace('{', "%7B").replace('}', "%7D")) });
            let options = jsonschema::options().with_draft(Draft::Draft202012);
            options.with_registry(self.registry.clone()).build(&schema).expect("its schemas are schemas")
        });
        let errors =
            validator.iter_errors(value).map(|error| format!("{error} at \"{}\"", error.instance_path));
        let errors: Vec<_> = errors.collect();
        (!errors.is_empty()).then(|| errors.join("; "))
    }

    fn inside(&self, place: &Place, name: &str) -> Option<Place<'_>> {
        let pointer = format!("{}/{name}", place.pointer);
        self.json.pointer(&pointer).map(|_| self.place(pointer))
    }

    /// The place a pointer leads to, over as many references as it takes.
    fn place(&self, pointer: String) -> Place<'_> {
        let value = self.json.pointer(&pointer).expect("the pointer was found in the document");
        match value["$ref"].as_str() {
            Some(reference) => self.place(reference.trim_start_matches('#').to_owned()),
            None => Place { pointer, value },
        }
    }
}

/// The document says that the codes inside `errors` are integers, while Discord's reference shows
/// texts ("`BASE_TYPE_REQUIRED`") and Discord sends them: the form of `errors` is not held to it.
fn without_field_errors(body: &mut Value) {
    if body["code"] == 50035 && body["errors"].is_object() {
        body.as_object_mut().expect("it has fields").remove("errors");
    }
}

fn credentials(operation: &Place, sent: &str) -> Option<String> {
    let allowed = operation.value["security"].as_array().filter(|allowed| !allowed.is_empty())?;
    let takes = |scheme: &str| allowed.iter().any(|one| one.get(scheme).is_some());
    let fits = match sent {
        "bot" => takes("BotToken"),
        "bearer" => takes("OAuth2"),
        _ => allowed.iter().any(|one| one.as_object().is_some_and(serde_json::Map::is_empty)),
    };
    (!fits).then(|| format!("credentials of the kind {sent} are not taken"))
}

/// The values of a template's names in a path that fits it.
fn names(template: &str, path: &str) -> Option<BTreeMap<String, String>> {
    let (wanted, given): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    let mut names = BTreeMap::new();
    for (wanted, given) in wanted.iter().zip(&given) {
        match wanted.strip_prefix('{').and_then(|wanted| wanted.strip_suffix('}')) {
            Some(name) => drop(names.insert(name.to_owned(), (*given).to_owned())),
            None if wanted == given => {}
            None => return None,
        }
    }
    (wanted.len() == given.len()).then_some(names)
}

/// A value from the path or the query as its schema means it.
fn typed(value: &str, schema: &Value) -> Value {
    let as_text = || Value::String(value.to_owned());
    if schema["type"] == "string" { as_text() } else { value.parse().unwrap_or_else(|_| as_text()) }
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
