//! A gate on the way to a stand-in: it holds a request before or after its effect, so that a story
//! can act at a known step.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tokio::sync::watch;
use world::{Fault, FaultKind};

/// Where a request is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It has reached the other side and done nothing yet.
    BeforeEffect,
    /// It has done all it does; only the reply is missing.
    BeforeReply,
}

/// A gate. Clones share it.
#[derive(Clone, Default)]
pub struct Gate(Arc<Mutex<Vec<Barrier>>>);

/// Holds the first request that fits, and every later one too.
#[derive(Clone)]
pub struct Barrier {
    route: String,
    held: Held,
    reached: watch::Sender<u32>,
    open: watch::Sender<bool>,
}

impl Gate {
    /// Holds requests on a route, written as the stand-ins' faults write it.
    pub fn hold(&self, route: &str, held: Held) -> Barrier {
        let (reached, open) = (watch::Sender::new(0), watch::Sender::new(false));
        let barrier = Barrier { route: route.to_owned(), held, reached, open };
        self.0.lock().unwrap().push(barrier.clone());
        barrier
    }

    /// Puts the gate in front of a stand-in.
    pub fn before(&self, router: Router) -> Router {
        Router::new().fallback_service(router).layer(from_fn_with_state(self.clone(), pass))
    }

    /// Holds nothing any more. Who stands here is not let go: their process is dead.
    pub fn forget(&self) {
        self.0.lock().unwrap().clear();
    }

    fn barrier(&self, method: &str, path: &str) -> Option<Barrier> {
        let short = path.strip_prefix("/api/v10").unwrap_or(path);
        let barriers = self.0.lock().unwrap();
        let fits = |one: &&Barrier| {
            !*one.open.borrow() && Fault::once(&one.route, FaultKind::Cut).matches(method, short)
        };
        barriers.iter().find(fits).cloned()
    }
}

async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let barrier = gate.barrier(request.method().as_str(), request.uri().path());
    let Some(barrier) = barrier else { return next.run(request).await };
    match barrier.held {
        Held::BeforeEffect => {
            barrier.wait_to_pass().await;
            next.run(request).await
        }
        Held::BeforeReply => {
            let answer = next.run(request).await;
            barrier.wait_to_pass().await;
            answer
        }
    }
}

impl Barrier {
    async fn wait_to_pass(&self) {
        self.reached.send_modify(|count| *count += 1);
        self.open.subscribe().wait_for(|open| *open).await.unwrap();
    }

    /// Waits until a request stands here.
    pub async fn reached(&self) {
        let arrives = async { self.reached.subscribe().wait_for(|count| *count > 0).await.map(drop) };
        let arrived = tokio::time::timeout(std::time::Duration::from_secs(10), arrives).await;
        arrived.unwrap_or_else(|_| panic!("no request came to {}", self.route)).unwrap();
    }

    /// How many requests have come here.
    pub fn arrivals(&self) -> u32 {
        *self.reached.borrow()
    }

    /// Lets them go on.
    pub fn open(&self) {
        self.open.send_replace(true);
    }
}
