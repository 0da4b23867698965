//! Caches: one document of a site, read when it is needed and not more often.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::moment::{Moment, Span};

use super::OidcError;
use crate::app::seam::Clock;

/// How long a copy is as good as the document.
const FRESH: Span = Span::hours(1);

/// How long a copy does while the site does not answer.
const STALE: Span = Span::hours(24);

/// How long a failure stands before the site is asked again.
const PAUSE: Span = Span::seconds(5);

/// The same while an old copy does, so that a site that is down keeps few waiting.
const LONG_PAUSE: Span = Span::minutes(1);

/// The least time between two readings ahead of time (N-20).
const BETWEEN_RENEWALS: Span = Span::minutes(1);

/// A document that is kept. One reading at a time; whoever comes meanwhile shares its outcome.
#[derive(Debug)]
pub(super) struct Cached<T> {
    kept: Mutex<Kept<T>>,
    reading: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Kept<T> {
    copy: Option<(Arc<T>, Moment)>,
    failure: Option<(OidcError, Moment)>,
    renewed_at: Option<Moment>,
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        let kept = Kept { copy: None, failure: None, renewed_at: None };
        Self { kept: Mutex::new(kept), reading: tokio::sync::Mutex::default() }
    }
}

impl<T> Cached<T> {
    /// The document: the copy while it is fresh and `fits`, else what `fetch` brings.
    ///
    /// An old copy stands in for a site that does not answer, never for one whose answer is refused.
    pub(super) async fn read<F: Future<Output = Result<T, OidcError>>>(
        &self,
        clock: &Clock,
        fits: impl Fn(&T) -> bool,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<T>, OidcError> {
        if let Some(known) = self.kept().known(clock.now(), &fits) {
            return known;
        }
        let _one_at_a_time = self.reading.lock().await;
        if let Some(known) = self.kept().known(clock.now(), &fits) {
            return known;
        }
        let fetched = fetch().await;
        let now = clock.now();
        let mut kept = self.kept();
        kept.take(fetched, now);
        kept.known(now, &fits).unwrap_or(Err(OidcError::Unavailable))
    }

    /// Reads the document ahead of time, because `old` lacks something; at most once a minute.
    ///
    /// `None` when it is too early. When somebody else has just read it, theirs is the answer.
    pub(super) async fn renew<F: Future<Output = Result<T, OidcError>>>(
        &self,
        clock: &Clock,
        old: &Arc<T>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Option<Arc<T>>, OidcError> {
        let _one_at_a_time = self.reading.lock().await;
        {
            let (now, mut kept) = (clock.now(), self.kept());
            let newer = kept.copy.as_ref().filter(|(copy, _)| !Arc::ptr_eq(copy, old));
            if let Some((copy, _)) = newer {
                return Ok(Some(copy.clone()));
            }
            if kept.renewed_at.is_some_and(|then| within(then, now, BETWEEN_RENEWALS)) {
                return Ok(None);
            }
            kept.renewed_at = Some(now);
        }
        let fetched = Arc::new(fetch().await?);
        let mut kept = self.kept();
        kept.copy = Some((fetched.clone(), clock.now()));
        kept.failure = None;
        Ok(Some(fetched))
    }

    fn kept(&self) -> MutexGuard<'_, Kept<T>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Kept<T> {
    /// What can be said without asking the site.
    fn known(&self, now: Moment, fits: impl Fn(&T) -> bool) -> Option<Result<Arc<T>, OidcError>> {
        let copy = self.copy.as_ref().filter(|(copy, _)| fits(copy));
        let younger = |than| copy.filter(|(_, at)| within(*at, now, than)).map(|(copy, _)| Ok(copy.clone()));
        let failed = |within_last| self.failure.filter(|(_, at)| within(*at, now, within_last));
        let instead = || failed(LONG_PAUSE).and_then(|_| younger(STALE));
        younger(FRESH).or_else(instead).or_else(|| failed(PAUSE).map(|(error, _)| Err(error)))
    }

    fn take(&mut self, fetched: Result<T, OidcError>, now: Moment) {
        match fetched {
            Ok(document) => {
                self.copy = Some((Arc::new(document), now));
                self.failure = None;
            }
            Err(error) => {
                if matches!(error, OidcError::Refused(_)) {
                    self.copy = None;
                }
                self.failure = Some((error, now));
            }
        }
    }
}

/// Whether less than `length` has passed.
fn within(then: Moment, now: Moment, length: Span) -> bool {
    then.age(now) < length
}
