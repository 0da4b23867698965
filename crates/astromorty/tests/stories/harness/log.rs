//! What a story's processes logged: the events that the product would write at its finest level.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

/// One event, or the opening of a span.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub target: String,
    /// The field `reason`, where there is one.
    pub reason: String,
    /// Every field.
    pub text: String,
}

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "reason" {
            value.clone_into(&mut self.reason);
        }
        write!(self.text, "{}={value} ", field.name()).unwrap();
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.text, "{}={value:?} ", field.name()).unwrap();
    }
}

/// Keeps every line.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<Line>>>);

impl Log {
    pub fn lines(&self) -> Vec<Line> {
        self.0.lock().unwrap().clone()
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        // As the product's own log has it: libraries tell no details.
        let ours = metadata.target().starts_with("astromorty") || *metadata.level() <= Level::INFO;
        if ours {
            let mut line = Line { target: metadata.target().to_owned(), ..Line::default() };
            event.record(&mut line);
            self.0.lock().unwrap().push(line);
        }
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let metadata = attributes.metadata();
        if metadata.target().starts_with("astromorty") {
            let mut line = Line { target: metadata.target().to_owned(), ..Line::default() };
            attributes.record(&mut line);
            self.0.lock().unwrap().push(line);
        }
    }
}
