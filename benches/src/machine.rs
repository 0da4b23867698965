//! What the figures were measured on.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

pub fn facts(folder: &Path) -> Result<String> {
    let mut told = String::new();
    let cpu = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let cores = std::thread::available_parallelism()?;
    writeln!(told, "- CPU: {}, {cores} cores", model.trim_start_matches(['\t', ' ', ':']))?;
    let memory = fs::read_to_string("/proc/meminfo")?;
    writeln!(told, "- {}", memory.lines().next().unwrap_or_default())?;
    writeln!(told, "- Linux {}", fs::read_to_string("/proc/sys/kernel/osrelease")?.trim())?;
    let disk = Command::new("df").args(["--output=fstype,source"]).arg(folder).output()?;
    let disk = String::from_utf8_lossy(&disk.stdout).lines().last().unwrap_or_default().trim().to_owned();
    writeln!(told, "- Disk under the databases: {disk}")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    writeln!(told, "- Load before the run: {}", load.split_whitespace().next().unwrap_or_default())?;
    write!(told, "- SQLite {}, WAL, synchronous=FULL", rusqlite::version())?;
    Ok(told)
}
