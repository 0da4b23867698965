//! OAuth scopes: the names Discord knows, and what they mean to a person.

/// Every scope of the reference.
const KNOWN: [&str; 34] = [
    "identify",
    "email",
    "connections",
    "guilds",
    "guilds.join",
    "guilds.members.read",
    "gdm.join",
    "bot",
    "rpc",
    "rpc.notifications.read",
    "rpc.voice.read",
    "rpc.voice.write",
    "rpc.video.read",
    "rpc.video.write",
    "rpc.screenshare.read",
    "rpc.screenshare.write",
    "rpc.activities.write",
    "webhook.incoming",
    "messages.read",
    "applications.builds.upload",
    "applications.builds.read",
    "applications.commands",
    "applications.commands.permissions.update",
    "applications.commands.update",
    "applications.store.update",
    "applications.entitlements",
    "activities.read",
    "activities.write",
    "activities.invites.write",
    "relationships.read",
    "voice",
    "dm_channels.read",
    "role_connections.write",
    "openid",
];

/// Reads a list of scopes separated by blanks. `Err` says what is wrong with it.
pub(crate) fn read(text: Option<&str>) -> Result<Vec<String>, String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in text.unwrap_or_default().split_whitespace() {
        if !KNOWN.contains(&scope) {
            return Err(format!("Invalid scope: {scope}"));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    if scopes.is_empty() { Err("scope: this field is required".into()) } else { Ok(scopes) }
}

/// What granting a scope lets the application do, as the consent page says it.
pub(crate) fn meaning(scope: &str) -> String {
    match scope {
        "identify" => "Access your username, avatar and banner".into(),
        "email" => "Access your e-mail address".into(),
        "connections" => "Access your third-party connections".into(),
        "guilds" => "Know what servers you’re in".into(),
        "guilds.join" => "Join servers for you".into(),
        "guilds.members.read" => "Read your member info in servers you belong to".into(),
        "role_connections.write" => "Update your connection and metadata for this application".into(),
        other => format!("Use “{other}”"),
    }
}
