//! Measures the built binary: what a sign-in and a link cost, what it takes to stand idle, how soon
//! a role is visible, and what one rule for one member costs.
//!
//! Everything runs in processes of its own: the product, the stand-in for Discord and GitHub, a
//! bare handler to compare with, and this driver. `benches/README.md` says how to run it and what
//! came of it.

mod bare;
mod browser;
mod calls;
mod figures;
mod flow;
mod judge;
mod machine;
mod process;
mod product;
mod runs;
mod stand_in;
mod writer;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// The same as the product's, so that the bare handler differs by its work alone.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: benches BINARY [quick]    (BINARY: the product, such as target/dist/astromorty)
       benches calls             (platform calls per 1,000 re-checks, alone)";

#[tokio::main]
async fn main() -> Result<()> {
    // A second call finds it installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["stand-in", port, delay] => stand_in::serve(port.parse()?, delay.parse()?).await,
        ["bare", port, outside, database] => bare::serve(port.parse()?, outside, database).await,
        ["calls"] => calls::print().await,
        [binary] => measure(binary, runs::Size::Full).await,
        [binary, "quick"] => measure(binary, runs::Size::Quick).await,
        _ => bail!(USAGE),
    }
}

async fn measure(binary: &str, size: runs::Size) -> Result<()> {
    let binary = PathBuf::from(binary).canonicalize().with_context(|| format!("{binary}: build it first"))?;
    let folder = std::env::current_dir()?.join("target").join(format!("bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    println!("{}\n", machine::facts(&folder)?);
    let result = runs::all(&binary, &folder, size).await;
    // What is left of a failed run is worth a look.
    if result.is_ok() {
        std::fs::remove_dir_all(&folder)?;
    }
    result
}
