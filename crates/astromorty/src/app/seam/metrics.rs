//! What we count. Names are part of the public surface; labels never hold ids or names of people.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::PlatformKey;
use metrics::{Key, Label, Level, Metadata, Recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

static METADATA: Metadata<'static> = Metadata::new("astromorty", Level::INFO, None);

/// The counters of one `App`.
#[derive(Clone)]
pub struct Metrics {
    recorder: Arc<PrometheusRecorder>,
    handle: PrometheusHandle,
    calls: Arc<Mutex<BTreeMap<String, Called>>>,
}

/// What the last calls to a service say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Called {
    /// Nobody asked it since the start.
    Never,
    /// The last call was answered.
    Answered,
    /// The last call was not, the one before was.
    FailedOnce,
    /// Neither was.
    Failing,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        Self { recorder: Arc::new(recorder), handle, calls: Arc::default() }
    }
}

impl Metrics {
    /// Everything counted so far, in the Prometheus text format.
    #[must_use]
    pub fn render(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }

    /// A link attempt ended: `linked`, `denied`, `not_valid`, `taken`, `unavailable`, …
    pub fn attempt(&self, platform: &PlatformKey, outcome: &'static str) {
        let labels = vec![Label::new("platform", platform.to_string()), Label::new("outcome", outcome)];
        self.add("role_connections_attempts_total", labels, 1);
    }

    /// A check of one connection took so many seconds.
    pub fn verified(&self, platform: &PlatformKey, seconds: f64) {
        let key = Key::from_parts(
            "role_connections_verification_seconds",
            vec![Label::new("platform", platform.to_string())],
        );
        self.recorder.register_histogram(&key, &METADATA).record(seconds);
    }

    /// A role was `given` or `taken`.
    pub fn role_change(&self, change: &'static str) {
        self.add("role_connections_role_changes_total", vec![Label::new("change", change)], 1);
    }

    /// A call to Discord or a platform was answered; `status` is `2xx`, `4xx`, `429`, `5xx` or `none`.
    pub fn outbound(&self, service: &str, status: &'static str) {
        let labels = vec![Label::new("service", service.to_owned()), Label::new("status", status)];
        self.add("role_connections_outbound_total", labels, 1);
        let failed = status == "none" || status == "5xx";
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let last = calls.entry(service.to_owned()).or_insert(Called::Never);
        *last = match (failed, *last) {
            (false, _) => Called::Answered,
            (true, Called::Never | Called::Answered) => Called::FailedOnce,
            (true, Called::FailedOnce | Called::Failing) => Called::Failing,
        };
    }

    /// What the last calls to a service say of it.
    #[must_use]
    pub fn last_call(&self, service: &str) -> Called {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.get(service).copied().unwrap_or(Called::Never)
    }

    /// Discord answered 401, 403 or 429 and counts it against us.
    pub fn invalid_request(&self) {
        self.add("role_connections_invalid_requests_total", vec![], 1);
    }

    /// A link needs a new authorization by its user.
    pub fn needs_authorization(&self, platform: &PlatformKey) {
        self.add(
            "role_connections_needs_authorization_total",
            vec![Label::new("platform", platform.to_string())],
            1,
        );
    }

    /// A security event was logged.
    pub fn refused(&self, reason: &'static str) {
        self.add("role_connections_refused_total", vec![Label::new("reason", reason)], 1);
    }

    /// A work row ended: `done`, `put_back` or `dead`.
    pub fn work(&self, kind: &'static str, outcome: &'static str) {
        let labels = vec![Label::new("kind", kind), Label::new("outcome", outcome)];
        self.add("role_connections_work_total", labels, 1);
    }

    /// How late the worker is, in seconds.
    pub fn due_lag(&self, seconds: f64) {
        let key = Key::from_name("role_connections_due_lag_seconds");
        self.recorder.register_gauge(&key, &METADATA).set(seconds);
    }

    /// How late checks of a platform's connections are, in seconds.
    pub fn check_lag(&self, platform: &PlatformKey, seconds: f64) {
        self.set("role_connections_check_lag_seconds", platform, seconds);
    }

    /// What reading a platform has cost this month, in US dollars.
    pub fn budget_spent(&self, platform: &PlatformKey, usd: f64) {
        self.set("role_connections_budget_spent_usd", platform, usd);
    }

    fn set(&self, name: &'static str, platform: &PlatformKey, value: f64) {
        let key = Key::from_parts(name, vec![Label::new("platform", platform.to_string())]);
        self.recorder.register_gauge(&key, &METADATA).set(value);
    }

    fn add(&self, name: &'static str, labels: Vec<Label>, by: u64) {
        self.recorder.register_counter(&Key::from_parts(name, labels), &METADATA).increment(by);
    }
}
