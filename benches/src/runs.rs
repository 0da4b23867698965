//! The runs, in order, and the report they make.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use crate::bare::{LINK_COMMITS, SIGN_IN_COMMITS};
use crate::figures::{Spread, millis, percentile, row};
use crate::flow::crowd;
use crate::product::{Pace, Setting, bare, product};
use crate::{calls, flow, judge};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub enum Size {
    /// What is reported.
    Full,
    /// Whether the driver works.
    Quick,
}

impl Size {
    fn rounds(self) -> usize {
        match self {
            Self::Full => 5,
            Self::Quick => 1,
        }
    }

    fn flows(self) -> usize {
        match self {
            Self::Full => 1_000,
            Self::Quick => 50,
        }
    }
}

/// People at once.
const PEOPLE: usize = 32;
/// People at once where the time to the role counts: few enough for Discord's pace.
const PATIENT: usize = 4;
/// A role that was given is looked at again half a minute later; until then that is not counted.
const LOOK_AGAIN: Duration = Duration::from_secs(36);

type Where<'a> = (&'a Path, &'a Path);

/// Measures everything and prints it as the table of the README.
pub async fn all(binary: &Path, folder: &Path, size: Size) -> Result<()> {
    println!("| what | measured: median (least – most) | goal |\n|---|---|---|");
    start_and_idle((binary, folder), size).await?;
    costs((binary, folder), size).await?;
    to_the_role((binary, folder), size).await?;
    let (outcome, whole) = judge::measure(200_000)?;
    row("one rule for one member, the outcome", &format!("{} ns", outcome.told(0)), "≤ 300 ns");
    row("the same with its reasons and the next change", &format!("{} ns", whole.told(0)), "");
    calls::print().await
}

async fn start_and_idle(at: Where<'_>, size: Size) -> Result<()> {
    let (mut firsts, mut idle) = (Vec::new(), Vec::new());
    for _ in 0..size.rounds() {
        let setting = product(at, 0, Pace(48)).await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        firsts.push(millis(setting.first_200));
        idle.push(mebibytes(&setting)?);
    }
    row("idle memory, 3 s after start", &format!("{} MiB", Spread::of(idle).told(1)), "≤ 25 MiB");
    row("first 200 after start", &format!("{} ms", Spread::of(firsts).told(0)), "≤ 100 ms");
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a process has less than 2^52 KiB")]
fn mebibytes(setting: &Setting) -> Result<f64> {
    Ok(setting.product.resident()? as f64 / 1024.0)
}

/// CPU of each kind of flow, in milliseconds, one round after the other.
async fn costs(at: Where<'_>, size: Size) -> Result<()> {
    let (ours, theirs) = (product(at, 0, Pace(0)).await?, bare(at.1).await?);
    let sign_in = || ours.place.clone().sign_in();
    let link = || ours.place.clone().link();
    let bare_sign_in = || theirs.place.clone().bare(&["sign-in"]);
    let bare_link = || theirs.place.clone().bare(&["sign-in", "link"]);
    // Connections, caches and statements are warm after this.
    crowd(PEOPLE, size.flows() / 5, link).await?;
    crowd(PEOPLE, size.flows() / 5, bare_link).await?;
    let mut times: [Vec<f64>; 4] = Default::default();
    for _ in 0..size.rounds() {
        times[0].push(cost(&ours, size, sign_in).await?);
        times[1].push(cost(&theirs, size, bare_sign_in).await?);
        times[2].push(cost(&ours, size, link).await?);
        times[3].push(cost(&theirs, size, bare_link).await?);
    }
    let later = later(&ours, size).await?;
    report(&times, later);
    row("memory after these flows", &format!("{:.1} MiB", mebibytes(&ours)?), "");
    Ok(())
}

/// CPU per flow that falls due after the flows: each given role is looked at once more.
async fn later(setting: &Setting, size: Size) -> Result<f64> {
    let before = setting.product.cpu()?;
    tokio::time::sleep(LOOK_AGAIN).await;
    Ok(per((before, setting.product.cpu()?), size.flows() * size.rounds()))
}

async fn cost<F>(setting: &Setting, size: Size, one: impl Fn() -> F) -> Result<f64>
where
    F: Future<Output = Result<Duration>> + Send + 'static,
{
    let before = setting.product.cpu()?;
    crowd(PEOPLE, size.flows(), one).await?;
    Ok(per((before, setting.product.cpu()?), size.flows()))
}

#[expect(clippy::cast_precision_loss, reason = "there are few flows")]
fn per((before, after): (Duration, Duration), flows: usize) -> f64 {
    (millis(after) - millis(before)) / flows as f64
}

fn report(times: &[Vec<f64>; 4], later: f64) {
    let ratio = |one: &[f64], other: &[f64]| Spread::of(one.iter().zip(other).map(|(a, b)| a / b).collect());
    let [sign_in, bare_sign_in, link, bare_link] = times;
    let told = |times: &[f64]| format!("{} ms", Spread::of(times.to_vec()).told(2));
    let both = SIGN_IN_COMMITS + LINK_COMMITS;
    row("sign-in, CPU", &told(sign_in), "");
    row(&format!("bare handler: 3 calls, {SIGN_IN_COMMITS} rows kept, CPU"), &told(bare_sign_in), "");
    row("**sign-in / bare**", &format!("**{}**", ratio(sign_in, bare_sign_in).told(2)), "≤ 2.2");
    row("sign-in, GitHub and confirm, CPU", &told(link), "");
    row("**that / bare sign-in**", &format!("**{}**", ratio(link, bare_sign_in).told(2)), "≤ 4.5");
    row(&format!("bare handlers: 9 calls, {both} rows kept, CPU"), &told(bare_link), "");
    row("with GitHub / bare handlers with the same calls", &ratio(link, bare_link).told(2), "");
    row("looking again 30 s after a role was given, CPU per link", &format!("{later:.2} ms"), "");
}

/// From the confirmation to the role, everybody answering after 100 ms.
async fn to_the_role(at: Where<'_>, size: Size) -> Result<()> {
    let setting = product(at, 100, Pace(48)).await?;
    let link = || flow::Place::link(setting.place.clone());
    // The first one pays for connections and for the server's roles.
    crowd(1, 1, link).await?;
    let times = crowd(PATIENT, size.flows() / 5, link).await?;
    let (half, most) = (millis(percentile(&times, 50)), millis(percentile(&times, 95)));
    row("confirm to role visible, 100 ms everywhere: p50", &format!("{half:.0} ms"), "");
    row("p95", &format!("{most:.0} ms"), "≤ 1000 ms");
    Ok(())
}
