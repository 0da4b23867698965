//! People and bots as Discord's API shows them.

use serde_json::{Value, json};

/// A user as others see them (`UserResponse`).
pub(crate) fn partial(id: u64, name: &str, bot: bool) -> Value {
    let mut user = json!({
        "id": id.to_string(), "username": username(name), "avatar": null, "discriminator": "0",
        "public_flags": 0, "flags": 0, "global_name": name, "primary_guild": null,
    });
    if bot {
        user["bot"] = json!(true);
        user["global_name"] = Value::Null;
    }
    user
}

/// A user as they see themselves (`UserPIIResponse`), without an e-mail address.
pub(crate) fn own(id: u64, name: &str, bot: bool) -> Value {
    let mut user = partial(id, name, bot);
    user["mfa_enabled"] = json!(false);
    user["locale"] = json!("en-US");
    user
}

/// The unique name that goes with a display name: lower case, without blanks.
pub(crate) fn username(name: &str) -> String {
    name.to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join("_")
}
