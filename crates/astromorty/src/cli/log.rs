//! Log lines: one event, one line, on standard error.
//!
//! Values come from outside, so every line is encoded once more before it is written: no name,
//! query or header starts a line of its own or colours a terminal (N-72). Libraries are never
//! logged below "info", whatever `RUST_LOG` says: their details hold headers with tokens (N-70).

use std::io::{self, Write};

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::Failure;
use super::say::one_line;

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people
    Plain,
    /// One JSON object a line, for programs
    Json,
}

/// Starts the log at `level`, unless `RUST_LOG` says otherwise.
pub(super) fn start(format: Format, level: &str) -> Result<(), Failure> {
    let wanted = std::env::var("RUST_LOG").ok().filter(|text| !text.trim().is_empty());
    let filter = EnvFilter::builder().parse(wanted.as_deref().unwrap_or(level)).map_err(|_| {
        let text = "RUST_LOG is not a filter; write a level such as info, or astromorty=debug,info";
        Failure::Usage(text.to_owned())
    })?;
    let subscriber = tracing_subscriber::registry().with(layer(format, filter, io::stderr));
    // A second log in one process would be a mistake of ours, and costs nothing but lines.
    let _ = subscriber.try_init();
    std::panic::set_hook(Box::new(|panic| tracing::error!("a fault of the program: {panic}")));
    Ok(())
}

fn layer<S, W>(format: Format, filter: EnvFilter, writer: W) -> impl Layer<S>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(OneLine(writer));
    let lines = match format {
        Format::Plain => lines.boxed(),
        Format::Json => lines.json().flatten_event(true).boxed(),
    };
    lines.with_filter(filter.and(filter_fn(may_tell)))
}

/// Whether an event's details are ours.
fn may_tell(event: &Metadata<'_>) -> bool {
    *event.level() <= Level::INFO || event.target().starts_with("astromorty")
}

/// Writes each event, which comes whole, as one line.
struct OneLine<W>(W);

struct Line<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for OneLine<W> {
    type Writer = Line<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self.0.make_writer())
    }
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        self.0.write_all(format!("{}\n", one_line(text)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::{debug, info, info_span};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: Format, filter: &str, tell: impl FnOnce()) -> String {
        let kept = Kept::default();
        let writer = kept.clone();
        let layer = layer(format, EnvFilter::new(filter), move || writer.clone());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), tell);
        String::from_utf8(kept.0.lock().unwrap().clone()).unwrap()
    }

    /// Breaks lines, colours terminals, turns text around.
    const EVIL: &str = "ada\r\n2026-01-01 ERROR forged\u{1b}[31m\u{9b}1m\u{2028}\u{202e}";

    fn tell() {
        let _in_a_span = info_span!("request", agent = EVIL, query = %EVIL).entered();
        info!(name = %EVIL, debug = ?EVIL, text = EVIL, "said {EVIL}");
    }

    #[test]
    fn n_72_one_event_is_one_line() {
        for format in [Format::Plain, Format::Json] {
            let text = logged(format, "info", tell);
            assert!(text.contains("forged"));
            assert_eq!(text.lines().count(), 1, "{text}");
            let body = text.strip_suffix('\n').unwrap();
            assert!(!body.contains(|c: char| c.is_control() || "\u{2028}\u{202e}".contains(c)), "{text}");
        }
    }

    #[test]
    fn n_72_json_stays_json() {
        let text = logged(Format::Json, "info", tell);
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["name"], EVIL);
        assert_eq!(line["message"], format!("said {EVIL}"));
    }

    #[test]
    fn n_70_libraries_do_not_tell_their_details() {
        let text = logged(Format::Plain, "trace", || {
            debug!(target: "h2::codec", "header authorization: canary");
            debug!(target: "astromorty::web", "ours");
            info!(target: "h2::codec", "theirs");
        });
        assert!(!text.contains("canary"));
        assert!(text.contains("ours") && text.contains("theirs"));
    }
}
