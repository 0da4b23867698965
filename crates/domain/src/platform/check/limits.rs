//! Checks limits.

use super::Check;
use crate::vocabulary::is_name;

impl Check<'_> {
    pub(super) fn limits(&mut self) {
        let limits = &self.definition.limits;
        let mut headers = vec![("remaining", &limits.remaining), ("reset", &limits.reset)];
        headers.retain(|(_, name)| name.is_some());
        for (key, name) in headers {
            self.header_name(&format!("limits.{key}"), name.as_deref().unwrap_or_default());
        }
        if let Some(used) = &limits.used {
            self.header_name("limits.used.limit", &used.limit);
            self.header_name("limits.used.usage", &used.usage);
        }
        if let Some(backoff) = &limits.backoff {
            self.pointer("limits.backoff", backoff);
        }
        for (name, bucket) in &limits.buckets {
            let at = format!("limits.buckets.{name}");
            if !is_name(name) {
                self.add(&at, "is not a name; use a-z, 0-9 and _");
            }
            if bucket.max == 0 || bucket.window.as_seconds() < 1 {
                self.add(at, "needs a `max` above zero and a `window` of at least 1s");
            }
        }
    }
}
