//! Every key there is, and the nearest one to a key there is not.

use domain::vocabulary::nearest;

/// A key: `*` stands for one part that the operator chooses.
pub(super) struct Known {
    pub key: &'static str,
    pub form: Form,
}

/// Where a setting may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// In the settings file and in a variable.
    Plain,
    /// Also in a file that a variable ending in `_FILE` names.
    Secret,
    /// In the settings file alone: a part of a platform's definition, of whatever shape.
    Definition,
}

const fn plain(key: &'static str) -> Known {
    let form = Form::Plain;
    Known { key, form }
}

const fn secret(key: &'static str) -> Known {
    let form = Form::Secret;
    Known { key, form }
}

const fn definition(key: &'static str) -> Known {
    let form = Form::Definition;
    Known { key, form }
}

/// Every key, in the order of the example file.
pub(super) static KNOWN: &[Known] = &[
    plain("web.public_url"),
    plain("web.host"),
    plain("web.port"),
    plain("web.trusted_proxies"),
    plain("web.metrics_bind"),
    plain("web.operators"),
    secret("database.url"),
    secret("secrets.keys"),
    plain("discord.application_id"),
    secret("discord.client_secret"),
    secret("discord.bot_token"),
    plain("discord.public_key"),
    plain("discord.api_url"),
    plain("discord.authorize_url"),
    plain("discord.gateway_url"),
    plain("discord.commands"),
    plain("discord.shards"),
    plain("discord.members_intent"),
    plain("discord.pace"),
    plain("discord.allow_dangerous_roles"),
    plain("limits.link_starts_session"),
    plain("limits.link_starts_user"),
    plain("limits.link_starts_network"),
    plain("alerts.discord_channel"),
    secret("alerts.webhook_url"),
    plain("files.platforms"),
    plain("files.privacy"),
    plain("files.terms"),
    plain("metadata.*.key"),
    plain("metadata.*.name"),
    plain("metadata.*.description"),
    plain("metadata.*.type"),
    plain("metadata.*.value"),
    plain("platforms.*.client_id"),
    secret("platforms.*.client_secret"),
    plain("platforms.*.enabled"),
    secret("platforms.*.service_token"),
    plain("platforms.*.app_id"),
    secret("platforms.*.private_key"),
    secret("platforms.*.bearer_token"),
    plain("platforms.*.monthly_budget_usd"),
    secret("platforms.*.webhook_secret"),
    secret("platforms.*.api_key"),
    plain("platforms.*.hosts.*"),
    plain("platforms.*.extends"),
    plain("platforms.*.issuer"),
    plain("platforms.*.display_name"),
    plain("platforms.*.allowed_hosts"),
    plain("platforms.*.transfer"),
    definition("platforms.*.settings_url"),
    definition("platforms.*.endpoints"),
    definition("platforms.*.client"),
    definition("platforms.*.authorize"),
    definition("platforms.*.token"),
    definition("platforms.*.revoke"),
    definition("platforms.*.identity"),
    definition("platforms.*.service"),
    definition("platforms.*.headers"),
    definition("platforms.*.requests"),
    definition("platforms.*.facts"),
    definition("platforms.*.errors"),
    definition("platforms.*.limits"),
    definition("platforms.*.recheck"),
    definition("platforms.*.webhook"),
];

/// What a key is.
pub(super) enum Kind {
    /// A setting.
    Leaf(&'static Known),
    /// Something that holds settings.
    Section,
    /// Nothing.
    Unknown,
}

/// What `key`, with dots between its parts, is.
pub(super) fn kind(key: &str) -> Kind {
    let parts: Vec<&str> = key.split('.').collect();
    let mut found = Kind::Unknown;
    for known in KNOWN {
        let pattern: Vec<&str> = known.key.split('.').collect();
        let fits = |(want, part): (&&str, &&str)| *want == "*" || want == part;
        if parts.len() > pattern.len() || !pattern.iter().zip(&parts).all(fits) {
            continue;
        }
        if parts.len() == pattern.len() {
            return Kind::Leaf(known);
        }
        found = Kind::Section;
    }
    found
}

/// The key that `key` was perhaps meant to be.
pub(super) fn nearest_key(key: &str) -> Option<String> {
    let parts: Vec<&str> = key.split('.').collect();
    let spelled = KNOWN.iter().flat_map(|known| {
        let pattern: Vec<&str> = known.key.split('.').collect();
        let whole = spell(&pattern, &parts);
        let section = spell(&pattern[..pattern.len().min(parts.len())], &parts);
        [whole, section]
    });
    nearest(key, spelled)
}

/// `pattern` with the operator's own parts put in for `*`.
fn spell(pattern: &[&str], parts: &[&str]) -> String {
    let own = |(at, want): (usize, &&str)| {
        let part = parts.get(at).copied().unwrap_or("…");
        if *want == "*" { part } else { *want }.to_owned()
    };
    let spelled: Vec<String> = pattern.iter().enumerate().map(own).collect();
    spelled.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_found_in_its_section() {
        let near = |key| nearest_key(key).unwrap_or_default();
        assert_eq!(near("web.publik_url"), "web.public_url");
        assert_eq!(near("webb"), "web");
        assert_eq!(near("platforms.gitea.client_secrt"), "platforms.gitea.client_secret");
        assert_eq!(near("metadata.0.naem"), "metadata.0.name");
        assert_eq!(near("zebra"), "");
    }
}
