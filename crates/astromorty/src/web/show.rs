//! From what flows know to what pages show.

use domain::fact::Unknown;
use domain::id::{PlatformKey, RoleId};
use domain::metadata::{MetadataRecord, MetadataValue};
use domain::moment::{Moment, Span};
use domain::rank::NotAssignable;
use domain::verdict::Outcome;

use super::page::{
    AccountCard, Colour, Confirm, Dashboard, Erase, FactAsked, Linked, Notice, Profile, ProfileValue,
    RoleChip, RoleLost, RoleState, RuleView, ServerCard, ServerChoice, ServerList, ServerOutcome, Settled,
    Standing, Unlink, View, reason_lines,
};
use super::trouble::view as platform_view;
use crate::app::App;
use crate::flow::facts;
use crate::flow::health::{Condition, discord};
use crate::flow::overview::Overview;
use crate::flow::queue::Listed;
use crate::flow::standing::{Ranks, RuleStanding, Server, is_paused};
use crate::i18n::{Locale, shown};
use crate::store::authorization::Pending;
use crate::store::connection::Connection;
use crate::store::rule::Rule;
use crate::store::user::Standing as TokenStanding;

/// A role given less than this ago is new to the member.
const NEW: Span = Span::minutes(1);

/// The frame of a page for nobody in particular.
pub(super) fn anonymous(app: &App) -> View<'_> {
    let public_base = app.settings.web.public_url.as_str().trim_end_matches('/');
    View { messages: &app.messages, locale: Locale::English, now: app.now(), public_base, signed_in: None }
}

fn server_list(seen: &Overview, listed: Listed) -> ServerList {
    match (listed, seen.user.guilds_at) {
        (Listed::Now, Some(_)) => ServerList::Complete,
        (Listed::Later, _) => ServerList::Loading,
        (Listed::Now, None) => ServerList::Unanswered,
    }
}

/// The confirm page of a link that waits.
pub(super) fn confirm<'a>(
    app: &'a App,
    view: View<'a>,
    (key, pending, moves): (&PlatformKey, &Pending, bool),
    (seen, listed): (&Overview, Listed),
) -> Confirm<'a> {
    let locale = view.locale;
    let choice = |(server, ranks, judged): &(Server, Option<Ranks>, Vec<RuleStanding>)| {
        let facts = server.needed(app).into_iter().filter(|fact| fact.platform == *key);
        ServerChoice {
            id: server.guild.id,
            name: shown(&server.guild.name),
            facts: facts.map(|fact| app.messages.fact(locale, &fact, &app.vocabulary)).collect(),
            roles: judged
                .iter()
                .filter(|one| speaks_of(app, &one.rule, key))
                .map(|one| chip(one.rule.role, ranks.as_ref()))
                .collect(),
        }
    };
    let shows = |record: &&MetadataRecord| match &record.value {
        MetadataValue::LinkedAccounts => true,
        MetadataValue::AccountDate(platform) => platform == key,
        MetadataValue::Fact(fact) => fact.platform == *key,
        MetadataValue::Criteria(criteria) => criteria.platforms().contains(key),
    };
    let present = seen.servers.iter().filter(|(server, ..)| server.guild.left_at.is_none());
    Confirm {
        platform: platform_view(app, key),
        account: shown(&pending.username),
        discord: shown(&seen.user.name),
        csrf: view.csrf().to_owned(),
        moves,
        servers: present.map(choice).collect(),
        server_list: server_list(seen, listed),
        profile_values: app.records.iter().filter(shows).map(|record| shown(&record.name)).collect(),
        view,
    }
}

/// Whether a rule has anything to do with a platform.
fn speaks_of(app: &App, rule: &Rule, platform: &PlatformKey) -> bool {
    facts::parse(app, &rule.criteria).is_some_and(|criteria| criteria.platforms().contains(platform))
}

/// The result page. `None` when nothing is linked there.
pub(super) fn result<'a>(
    app: &'a App,
    view: View<'a>,
    key: &PlatformKey,
    seen: &Overview,
) -> Option<Linked<'a>> {
    let linked = seen.known.connections.iter().find(|one| one.platform == *key)?;
    let agreed = seen.servers.iter().filter(|(server, ..)| server.consent.is_some());
    let outcome = |(server, ranks, judged): &(Server, Option<Ranks>, Vec<RuleStanding>)| ServerOutcome {
        id: server.guild.id,
        name: shown(&server.guild.name),
        rules: rules(app, view.locale, (server, ranks.as_ref(), judged)),
    };
    let servers = agreed.map(outcome).collect();
    Some(Linked {
        platform: platform_view(app, key),
        account: shown(&linked.username),
        discord: shown(&seen.user.name),
        settled: settled(app, key, seen),
        servers,
        on_profile: seen.user.profile_at.is_some(),
        view,
    })
}

fn settled(app: &App, key: &PlatformKey, seen: &Overview) -> Settled {
    let unread =
        seen.unread.iter().any(|(platform, reason, _)| platform == key && *reason == Unknown::Unavailable);
    let silent = matches!(discord(app), Condition::Degraded | Condition::Unhealthy);
    match (unread, seen.behind, silent) {
        (true, _, _) => Settled::PlatformDown,
        (false, true, true) => Settled::DiscordDown,
        (false, true, false) => Settled::Queued,
        (false, false, _) => Settled::Done,
    }
}

/// The dashboard.
pub(super) fn dashboard<'a>(
    app: &'a App,
    view: View<'a>,
    (seen, listed): (&Overview, Listed),
    notice: Option<Notice>,
) -> Dashboard<'a> {
    let locale = view.locale;
    let free = |key: &&PlatformKey| !seen.known.connections.iter().any(|one| one.platform == **key);
    let moved = |(key, at): &(PlatformKey, Moment)| (platform_view(app, key), *at);
    Dashboard {
        notice,
        moved: seen.moved.iter().filter(|(key, _)| free(&key)).map(moved).collect(),
        accounts: seen.known.connections.iter().map(|one| account(app, one, seen)).collect(),
        available: app.platforms.keys().filter(free).map(|key| platform_view(app, key)).collect(),
        servers: seen.servers.iter().map(|server| card(app, locale, server)).collect(),
        server_list: server_list(seen, listed),
        profile: profile(app, seen),
        messages_wanted: seen.user.messages_at.is_some(),
        claim_help: seen.user.wanted_at.is_some(),
        view,
    }
}

fn account(app: &App, one: &Connection, seen: &Overview) -> AccountCard {
    let platform = app.platform(&one.platform);
    let settings_url = match platform {
        Some(platform) if one.tokens.is_none() => platform.settings_url(),
        Some(_) | None => None,
    };
    AccountCard {
        platform: platform_view(app, &one.platform),
        name: shown(&one.username),
        linked_at: one.linked_at,
        checked_at: one.verified_at,
        standing: standing(one, seen),
        settings_url,
    }
}

fn standing(one: &Connection, seen: &Overview) -> Standing {
    let unread =
        seen.unread.iter().find(|(platform, ..)| *platform == one.platform).map(|(_, reason, _)| *reason);
    let held = unread == Some(Unknown::Held);
    if one.gone.since.is_some() && !held {
        return if one.gone.at.is_some() { Standing::NoAccount } else { Standing::AccountGone };
    }
    match (one.standing, unread) {
        (TokenStanding::NeedsAuthorization | TokenStanding::Quarantined, _)
        | (TokenStanding::Good, Some(Unknown::NeedsAuthorization | Unknown::MissingScope)) => {
            Standing::NeedsAuthorization
        }
        (TokenStanding::Good, Some(Unknown::Held)) => Standing::Held,
        (TokenStanding::Good, Some(Unknown::Budget)) => Standing::Budget,
        (TokenStanding::Good, Some(Unknown::Private)) => Standing::Hidden,
        (TokenStanding::Good, Some(_)) => Standing::Unavailable,
        (TokenStanding::Good, None) if seen.read.contains(&one.platform) => Standing::Good,
        (TokenStanding::Good, None) => Standing::NotRead,
    }
}

fn card(
    app: &App,
    locale: Locale,
    (server, ranks, judged): &(Server, Option<Ranks>, Vec<RuleStanding>),
) -> ServerCard {
    let consent = server.consent.as_ref();
    let asked = |fact: domain::fact::FactKey| FactAsked {
        words: app.messages.fact(locale, &fact, &app.vocabulary),
        agreed: consent.is_some_and(|yes| yes.facts.contains(&fact)),
    };
    ServerCard {
        id: server.guild.id,
        name: shown(&server.guild.name),
        facts: server.needed(app).into_iter().map(asked).collect(),
        uses_facts: consent.is_some(),
        sees_name: consent.is_some_and(|yes| yes.shares_name_at.is_some()),
        rules: rules(app, locale, (server, ranks.as_ref(), judged)),
    }
}

fn profile(app: &App, seen: &Overview) -> Profile {
    let pushed: Option<domain::metadata::RoleConnection> =
        seen.user.pushed.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let value = |record: &domain::metadata::MetadataRecord| {
        let value = pushed.as_ref()?.metadata.get(&record.key)?;
        Some(ProfileValue { name: shown(&record.name), value: shown(value) })
    };
    Profile {
        shown: seen.user.profile_at.is_some(),
        queued: seen.behind,
        pushed_at: seen.user.pushed_at.filter(|_| pushed.is_some()),
        values: app.records.iter().filter_map(value).collect(),
    }
}

fn chip(role: RoleId, ranks: Option<&Ranks>) -> RoleChip {
    let found = ranks.and_then(|ranks| ranks.roles.iter().find(|one| one.id == role));
    let name = found.map_or_else(|| role.to_string(), |role| role.name.clone());
    RoleChip { name: shown(&name), colour: Colour::new(found.map_or(0, |role| role.colour)) }
}

fn rules(
    app: &App,
    locale: Locale,
    (server, ranks, judged): (&Server, Option<&Ranks>, &[RuleStanding]),
) -> Vec<RuleView> {
    let view = |one: &RuleStanding| {
        let reason = one.verdict.as_ref().map(|verdict| &verdict.reason);
        RuleView {
            role: chip(one.rule.role, ranks),
            outcome: one.outcome(),
            reasons: reason.map(|reason| reason_lines(&app.messages, locale, reason)).unwrap_or_default(),
            state: state(app.now(), server, one),
        }
    };
    judged.iter().map(view).collect()
}

/// What became of a rule's role, the strongest reason first.
fn state(now: Moment, server: &Server, one: &RuleStanding) -> RoleState {
    if server.guild.left_at.is_some() {
        return RoleState::BotMissing;
    }
    if server.consent.is_none() {
        return RoleState::NotAgreed;
    }
    if server.member.as_ref().is_some_and(|member| member.absent_at.is_some()) {
        return RoleState::NotMember;
    }
    if let Err(why) = &one.reach {
        return unreachable(why);
    }
    if one.rule.observe_only_at.is_some() {
        return RoleState::ObserveOnly;
    }
    if one.verdict.is_none() || is_paused(&one.rule, now) {
        return RoleState::Paused;
    }
    let grant = server.grants.iter().find(|grant| grant.role == one.rule.role);
    let member = server.member.as_ref().and_then(|member| member.roles.as_ref());
    let holds = member.is_some_and(|roles| roles.contains(&one.rule.role));
    let Some(grant) = grant else {
        return match one.outcome() {
            _ if holds => RoleState::NotOurs,
            Outcome::Holds => RoleState::GiveQueued,
            Outcome::Fails => RoleState::NotMet,
            Outcome::Unknown => RoleState::NotGivenUnknown,
        };
    };
    match one.outcome() {
        Outcome::Holds if grant.granted_at.age(now) < NEW => RoleState::Given,
        Outcome::Holds => RoleState::Held,
        Outcome::Fails if server.held.contains(&one.rule.id) => RoleState::Braked,
        Outcome::Fails => match grant.grace_until {
            Some(until) if until > now => RoleState::Grace { until },
            // Another rule of the same role may still hold.
            Some(_) | None if grant.rule != one.rule.id => RoleState::Held,
            Some(_) | None => RoleState::TakeQueued,
        },
        Outcome::Unknown => RoleState::KeptUnknown,
    }
}

const fn unreachable(why: &NotAssignable) -> RoleState {
    match why {
        NotAssignable::Gone => RoleState::RoleGone,
        NotAssignable::AboveBot | NotAssignable::AboveAuthor => RoleState::AboveBot,
        NotAssignable::BotMayNot => RoleState::BotMayNot,
        NotAssignable::Everyone
        | NotAssignable::Linked
        | NotAssignable::Managed
        | NotAssignable::Dangerous(_) => RoleState::RoleUnsafe,
    }
}

/// What unlinking takes. `None` when nothing is linked there.
pub(super) fn unlink<'a>(
    app: &'a App,
    view: View<'a>,
    key: &PlatformKey,
    seen: &Overview,
) -> Option<Unlink<'a>> {
    let linked = seen.known.connections.iter().find(|one| one.platform == *key)?;
    let mut without = seen.known.clone();
    without.facts.linked.remove(key);
    let user = seen.user.id;
    let roles = seen.servers.iter().flat_map(|(server, ranks, _)| {
        let judged = server.judge(app, (user, &without), ranks.as_ref());
        lost(server, ranks.as_ref(), &judged)
    });
    Some(Unlink {
        platform: platform_view(app, key),
        account: shown(&linked.username),
        roles: roles.collect(),
        settings_url: account(app, linked, seen).settings_url,
        view,
    })
}

/// Roles of ours that no rule would hold for any more.
fn lost(server: &Server, ranks: Option<&Ranks>, judged: &[RuleStanding]) -> Vec<RoleLost> {
    let stays = |role: RoleId| {
        let mut rules = judged.iter().filter(|one| one.rule.role == role);
        rules.any(|one| one.outcome() != Outcome::Fails)
    };
    let gone = server.grants.iter().filter(|grant| !stays(grant.role));
    gone.map(|grant| RoleLost { server: shown(&server.guild.name), role: chip(grant.role, ranks) }).collect()
}

/// What erasing takes: everything.
pub(super) fn erase<'a>(app: &'a App, view: View<'a>, seen: &Overview) -> Erase<'a> {
    let account = |one: &Connection| (platform_view(app, &one.platform), shown(&one.username));
    let all = seen.servers.iter().flat_map(|(server, ranks, _)| lost(server, ranks.as_ref(), &[]));
    Erase { accounts: seen.known.connections.iter().map(account).collect(), roles: all.collect(), view }
}
