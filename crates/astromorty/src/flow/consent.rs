//! Consent: which server may judge by which facts, and what shows on the Discord profile.

use std::collections::BTreeSet;

use domain::consent as law;
use domain::fact::FactKey;
use domain::id::{GuildId, PlatformKey, UserId};
use domain::moment::Moment;

use super::facts;
use super::link::Choice;
use super::queue::{self, Urgency};
use crate::app::App;
use crate::store::consent::Consent;
use crate::store::{StoreError, Tx, audit, connection, consent, grant, guild, rule, user};

/// The facts that a server's rules read, by the rules that a page could name when it was made.
/// A rule written later asks for a new yes.
async fn asked(
    app: &App,
    tx: &mut Tx,
    guild: GuildId,
    shown_at: Moment,
) -> Result<BTreeSet<FactKey>, StoreError> {
    let rules = rule::live(tx, guild).await?;
    let named = rules.iter().filter(|rule| rule.changed_at <= shown_at);
    let criteria: Vec<_> = named.filter_map(|rule| facts::parse(app, &rule.criteria)).collect();
    Ok(law::needed(&criteria, &app.vocabulary))
}

/// Adds what was ticked on the confirm page to what was agreed to before.
pub(super) async fn add(
    app: &App,
    tx: &mut Tx,
    id: UserId,
    (choice, platform, shown_at): (&Choice, &PlatformKey, Moment),
) -> Result<(), StoreError> {
    let now = app.now();
    for shared in guild::shared_with(tx, id).await? {
        let before = consent::find(tx, id, shared.id).await?;
        let ticked = choice.guilds.contains(&shared.id);
        // What was agreed to for another account here does not speak for this one.
        let kept = before.iter().flat_map(|yes| yes.facts.iter().cloned());
        let mut facts: BTreeSet<FactKey> = kept.filter(|fact| fact.platform != *platform).collect();
        if ticked {
            // The page named the facts of the platform that is being linked, and no others.
            let named = asked(app, tx, shared.id, shown_at).await?;
            facts.extend(named.into_iter().filter(|fact| fact.platform == *platform));
            facts.insert(law::linked(platform));
        }
        let named_before = before.as_ref().and_then(|yes| yes.shares_name_at).filter(|_| ticked);
        let shares_name_at = named_before.or((ticked && choice.names.contains(&shared.id)).then_some(now));
        if ticked || before.is_some() {
            save(
                app,
                tx,
                id,
                Consent { guild: shared.id, facts: facts.into_iter().collect(), shares_name_at },
            )
            .await?;
        }
    }
    if choice.profile {
        user::want(tx, id, now).await?;
    }
    let before = user::find(tx, id).await?;
    let profile = before.as_ref().and_then(|user| user.profile_at).or(choice.profile.then_some(now));
    let messages = before.as_ref().and_then(|user| user.messages_at).or(choice.messages.then_some(now));
    user::choose(tx, id, profile, messages).await
}

async fn save(app: &App, tx: &mut Tx, id: UserId, yes: Consent) -> Result<(), StoreError> {
    consent::save(tx, id, &yes, app.now()).await?;
    log(app, tx, (id, yes.guild), "opted_in").await
}

async fn log(app: &App, tx: &mut Tx, (id, guild): (UserId, GuildId), what: &str) -> Result<(), StoreError> {
    let (user, guild) = (Some(id), Some(guild));
    let entry =
        audit::Entry { id: app.new_id(), guild, user, actor: "member", what, detail: "{}".to_owned() };
    audit::add(tx, &entry, app.now()).await
}

/// What the dashboard's form says. It replaces what was agreed to for the servers it listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Servers that stood on the page; others are left alone.
    pub listed: BTreeSet<GuildId>,
    /// Servers whose rules may use the facts agreed to.
    pub guilds: BTreeSet<GuildId>,
    /// Servers whose admins may see the accounts' names.
    pub names: BTreeSet<GuildId>,
    /// Servers whose newly asked facts are agreed to as well.
    pub agree: BTreeSet<GuildId>,
    /// Show values and names on the Discord profile.
    pub profile: bool,
    /// Send messages.
    pub messages: bool,
    /// When the page was made: a rule written later asks for a new yes.
    pub shown_at: Moment,
}

/// Replaces what a member agreed to by what the dashboard's form says.
pub async fn replace(app: &App, id: UserId, form: Form) -> Result<(), StoreError> {
    let app_ = app.clone();
    app.store
        .write(async move |tx| {
            let now = app_.now();
            let mut guilds: BTreeSet<GuildId> =
                guild::shared_with(tx, id).await?.iter().map(|one| one.id).collect();
            guilds.extend(consent::of_user(tx, id).await?.iter().map(|yes| yes.guild));
            for guild in guilds.intersection(&form.listed) {
                one(&app_, tx, (id, *guild), &form).await?;
            }
            profile(&app_, tx, id, &form).await?;
            let when = (Urgency::Interactive, now);
            for linked in connection::of_user(tx, id).await? {
                queue::read(tx, (linked.id, id), when).await?;
            }
            queue::push(tx, id, when).await?;
            queue::all_roles(tx, id, when).await
        })
        .await?;
    app.wake.ring();
    Ok(())
}

async fn one(app: &App, tx: &mut Tx, (id, guild): (UserId, GuildId), form: &Form) -> Result<(), StoreError> {
    let (now, before) = (app.now(), consent::find(tx, id, guild).await?);
    if !form.guilds.contains(&guild) {
        if consent::delete(tx, id, guild).await? {
            grant::end(tx, id, Some(guild), "opt_out").await?;
            log(app, tx, (id, guild), "opted_out").await?;
            queue::roles(tx, (guild, id), (Urgency::Interactive, now)).await?;
        }
        return Ok(());
    }
    // A box that stays ticked agrees to nothing new (law 7).
    let facts = match &before {
        Some(yes) if !form.agree.contains(&guild) => yes.facts.clone(),
        Some(_) | None => {
            let mut facts = asked(app, tx, guild, form.shown_at.min(now)).await?;
            let linked = connection::of_user(tx, id).await?;
            facts.extend(linked.iter().map(|one| law::linked(&one.platform)));
            facts.into_iter().collect()
        }
    };
    let named_before = before.as_ref().and_then(|yes| yes.shares_name_at);
    let shares_name_at = form.names.contains(&guild).then(|| named_before.unwrap_or(now));
    let yes = Consent { guild, facts, shares_name_at };
    if before.as_ref() == Some(&yes) { Ok(()) } else { save(app, tx, id, yes).await }
}

/// What shows on the profile. Who takes it back keeps an empty role connection, with zeros.
async fn profile(app: &App, tx: &mut Tx, id: UserId, form: &Form) -> Result<(), StoreError> {
    let now = app.now();
    if form.profile {
        user::want(tx, id, now).await?;
    }
    for linked in connection::of_user(tx, id).await? {
        connection::show(tx, linked.id, form.profile.then(|| linked.shown_at.unwrap_or(now))).await?;
    }
    user::choose(tx, id, form.profile.then_some(now), form.messages.then_some(now)).await
}
