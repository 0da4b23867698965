//! Reconcile: a member's roles in one server become what the rules say. Everything ends here.
//!
//! Look at Discord, settle what an earlier run left open, judge, plan, write down what is about to
//! be sent, send it, write down what came of it. It may be cut at any point and run again.

mod act;
mod look;
mod record;

use domain::id::{GuildId, UserId};
use domain::moment::{Moment, Span};
use domain::plan::plan;

use super::standing::{self, RuleStanding};
use super::{Progress, WorkError, facts};
use crate::app::App;
use crate::store::intent;
use crate::store::work::Work;
use look::Look;
pub(super) use look::refresh;
use record::Intended;

/// What was written is looked at again after this.
const LOOK_AGAIN: Span = Span::seconds(30);
/// A role that is out of the bot's reach is looked at again after this.
const LOOK_FOR_REACH: Span = Span::hours(1);

/// Makes one member's roles in one server what they should be.
pub async fn roles(app: &App, (guild, user): (GuildId, UserId), work: &Work) -> Result<Progress, WorkError> {
    let found = app.store.read(async move |tx| {
        let server = standing::server(tx, guild, user).await?;
        let open = intent::open_roles(tx, guild, user).await?;
        Ok(server.map(|server| (server, open)))
    });
    let Some((server, open)) = found.await? else { return Ok(Progress::Done) };
    let concerns = !server.grants.is_empty()
        || !open.is_empty()
        || (server.consent.is_some() && !server.rules.is_empty());
    if !concerns || server.guild.left_at.is_some() {
        return Ok(Progress::Done);
    }
    let (member, ranks) = match look::look(app, (&server.guild, user), work.interactive).await? {
        Look::There(member, ranks) => (member, ranks),
        Look::Absent => return record::absent(app, (guild, user), open).await,
        Look::Gone => return record::gone(app, guild).await,
        Look::Later(progress) => return Ok(progress),
    };
    record::settle(app, (guild, user), (&member, open)).await?;
    // What was settled may have changed the ledger, and facts may have changed while Discord answered.
    let app_ = app.clone();
    let again = app.store.read(async move |tx| {
        let known = facts::known(&app_, tx, user).await?;
        Ok(standing::server(tx, guild, user).await?.map(|server| (server, known)))
    });
    let Some((server, known)) = again.await? else { return Ok(Progress::Done) };
    let standings = match &server.consent {
        Some(_) => server.judge(app, (user, &known), Some(&ranks)),
        None => Vec::new(),
    };
    let (now, ended) = (app.now(), server.ended());
    let judged: Vec<_> = standings.iter().map(|standing| standing.judged(&ended, now)).collect();
    record::stays(app, (guild, user), (&judged, &ended)).await?;
    let plan = plan(&judged, &member.roles, &server.ours(), now);
    let Intended { actions, wait } = record::intend(app, (&server, user), (plan, &ranks)).await?;
    let wrote = !actions.is_empty();
    let progress = act::carry_out(app, (guild, user), (actions, work)).await?;
    Ok(match progress {
        Progress::Done if wrote => Progress::Again(now + LOOK_AGAIN),
        Progress::Done => next(app, (&standings, wait), (guild, user)).await?,
        Progress::Recorded | Progress::Again(_) | Progress::Wait(_) | Progress::Retry(_) => progress,
    })
}

/// When time alone changes something: a verdict, or the end of a grace.
async fn next(
    app: &App,
    (standings, put_off): (&[RuleStanding], Option<Moment>),
    (guild, user): (GuildId, UserId),
) -> Result<Progress, WorkError> {
    let grants =
        app.store.read(async move |tx| crate::store::grant::of_member(tx, guild, user).await).await?;
    let verdicts = standings.iter().filter_map(|standing| standing.verdict.as_ref()?.changes_at);
    let graces = grants.iter().filter_map(|grant| grant.grace_until);
    let now = app.now();
    let paused = standings.iter().filter_map(|one| standing::paused_until(&one.rule, now));
    let out_of_reach = standings.iter().filter(|one| one.reach.is_err()).map(|_| now + LOOK_FOR_REACH);
    let moments = verdicts.chain(graces).chain(paused).chain(out_of_reach).chain(put_off);
    let earliest: Option<Moment> = moments.filter(|at| *at > now).min();
    Ok(earliest.map_or(Progress::Done, Progress::Again))
}
