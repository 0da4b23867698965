//! What the operator is alarmed about: events of the target `security`.

use std::fmt::Write as _;
use std::sync::{Mutex, Once};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

static RAISED: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Alarms;

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl<S: Subscriber> Layer<S> for Alarms {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "security" {
            let mut line = Line(String::new());
            event.record(&mut line);
            RAISED.lock().unwrap().push(line.0);
        }
    }
}

/// Begins to listen; once is enough for all stories.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(registry().with(Alarms)).unwrap();
    });
}

/// The alarms that name this.
pub fn about(name: &str) -> Vec<String> {
    RAISED.lock().unwrap().iter().filter(|line| line.contains(name)).cloned().collect()
}
