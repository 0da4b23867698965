//! Processes being measured, by what `/proc` says of them.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::Client;
use tokio::time::Instant;

/// `USER_HZ`: Linux tells CPU time in hundredths of a second, on every architecture Rust runs on.
const TICK: Duration = Duration::from_millis(10);

/// Killed when dropped.
pub struct Process(Child);

impl Process {
    /// Starts it; what it logs goes to a file, as it would in earnest.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let log = fs::File::options().create(true).append(true).open(log)?;
        let child = command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn();
        Ok(Self(child.with_context(|| format!("{command:?} does not start"))?))
    }

    /// CPU time used so far, by all its threads, in user and kernel.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        // The second field is a name that may hold spaces; what follows is counted from the third.
        let after = stat.rsplit_once(')').context("a name in brackets")?.1;
        let fields: Vec<&str> = after.split_whitespace().collect();
        let ticks: u32 = fields[11].parse::<u32>()? + fields[12].parse::<u32>()?;
        Ok(TICK * ticks)
    }

    /// Resident memory in KiB.
    pub fn resident(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("VmRSS is told")?;
        Ok(line.split_whitespace().nth(1).context("a number")?.parse()?)
    }

    /// Waits for the first 200 from a path; answers with the time since `start`.
    pub async fn ready(&mut self, client: &Client, (start, url): (Instant, &str)) -> Result<Duration> {
        loop {
            if client.get(url).send().await.is_ok_and(|answer| answer.status() == 200) {
                return Ok(start.elapsed());
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("it ended at once ({status}); its log says why");
            }
            if start.elapsed() > Duration::from_secs(20) {
                bail!("{url} did not answer within 20 s");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that nobody listens on just now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
