//! The brake: a mass removal is held until somebody decides (design law 4).

use domain::brake::{Brake, Watch, Window, brake};
use domain::id::{ConnectionId, PlatformKey, RuleId};
use domain::moment::{Moment, Span};
use tracing::error;

use crate::app::App;
use crate::store::{StoreError, Tx, audit, fall, grant, hold, once, rule};

/// An approval lets everything through for this long.
const APPROVED: Span = Span::hours(24);

/// Whether one more member may lose a role by this rule now. The first refusal stores a hold.
///
/// The rule's row is locked first, so that members judged at the same time are counted one by one.
pub(super) async fn lets_go(app: &App, tx: &mut Tx, id: RuleId) -> Result<bool, StoreError> {
    let now = app.now();
    rule::lock(tx, id).await?;
    if hold::approved_at(tx, id).await?.is_some_and(|at| at.age(now) < APPROVED) {
        return Ok(true);
    }
    if let Some(open) = hold::open(tx, id).await? {
        let waiting = waiting(&open.plan) + 1;
        hold::update_plan(tx, open.id, &plan(waiting)).await?;
        return Ok(false);
    }
    let windows =
        [window(tx, id, Watch::RuleTenMinutes, now).await?, window(tx, id, Watch::RuleDay, now).await?];
    match brake(&windows, 1) {
        Brake::Open => Ok(true),
        Brake::Hold => {
            begin(app, tx, id, now).await?;
            Ok(false)
        }
    }
}

async fn window(tx: &mut Tx, id: RuleId, watch: Watch, now: Moment) -> Result<Window, StoreError> {
    let (holders, gone) = grant::window(tx, id, now - watch.span()).await?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(Window { watch, holders_at_start: count(holders), gone: count(gone) })
}

async fn begin(app: &App, tx: &mut Tx, id: RuleId, now: Moment) -> Result<(), StoreError> {
    let new = hold::Hold { id: app.new_id(), rule: Some(id), platform: None, plan: plan(1), held_at: now };
    hold::insert(tx, &new).await?;
    let entry = audit::Entry {
        id: app.new_id(),
        guild: rule::guild(tx, id).await?,
        user: None,
        actor: "brake",
        what: "removal_held",
        detail: format!("{{\"hold\":\"{}\"}}", new.id),
    };
    audit::add(tx, &entry, now).await?;
    error!(hold.id = new.id, rule.id = %id,
           "more members than the brake allows would lose a role by one rule; nothing is taken until you decide: \
            `astromorty rules holds`, then `astromorty rules approve {}`", new.id);
    Ok(())
}

/// Counts a connection of which a check made a rule go from holds to fails. When too many of one
/// platform did within an hour, the platform is held: the mistake is likelier there than with
/// everybody, so nothing it says counts until the operator decides.
pub(super) async fn fell(
    app: &App,
    tx: &mut Tx,
    (platform, connection): (&PlatformKey, ConnectionId),
) -> Result<(), StoreError> {
    let (now, watch) = (app.now(), Watch::PlatformHour);
    once::queue_up(tx, ("falls", platform.as_str()), now + watch.span()).await?;
    fall::add(tx, (platform, connection), now).await?;
    if let Some(open) = hold::open_platform(tx, platform).await? {
        return hold::update_plan(tx, open.id, &plan(waiting(&open.plan) + 1)).await;
    }
    if hold::platform_approved_at(tx, platform).await?.is_some_and(|at| at.age(now) < APPROVED) {
        return Ok(());
    }
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let gone = count(fall::others_since(tx, (platform, connection), now - watch.span()).await?);
    // Counting all connections of a platform costs, and a few falls are always fine.
    let few = Window { watch, holders_at_start: 0, gone };
    if brake(&[few], 1) == Brake::Open {
        return Ok(());
    }
    let holders_at_start = count(fall::checked(tx, platform).await?);
    match brake(&[Window { holders_at_start, ..few }], 1) {
        Brake::Open => Ok(()),
        Brake::Hold => begin_platform(app, tx, platform).await,
    }
}

async fn begin_platform(app: &App, tx: &mut Tx, platform: &PlatformKey) -> Result<(), StoreError> {
    let (id, now) = (app.new_id(), app.now());
    let new = hold::Hold { id, rule: None, platform: Some(platform.clone()), plan: plan(1), held_at: now };
    hold::insert(tx, &new).await?;
    let detail = serde_json::json!({ "hold": id.to_string(), "platform": platform.as_str() }).to_string();
    let entry = audit::Entry {
        id: app.new_id(),
        guild: None,
        user: None,
        actor: "brake",
        what: "platform_held",
        detail,
    };
    audit::add(tx, &entry, now).await?;
    error!(hold.id = id, platform = %platform,
           "more accounts of {platform} than the brake allows stopped meeting a rule within an hour; nothing \
            that {platform} says counts until you decide: `astromorty rules holds`, then \
            `astromorty rules approve {id}`");
    Ok(())
}

/// What a hold stopped, as JSON: how often a removal was held back.
fn plan(waiting: i64) -> String {
    format!("{{\"held_back\":{waiting}}}")
}

/// How often a removal was held back.
pub(super) fn waiting(plan: &str) -> i64 {
    let parsed: Option<serde_json::Value> = serde_json::from_str(plan).ok();
    parsed.and_then(|plan| plan["held_back"].as_i64()).unwrap_or(0)
}
