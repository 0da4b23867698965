//! Answers that never arrive whole.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;

/// The connection is gone.
///
/// A cut answer has a head and a body that fails with this error at its first read. Over a socket
/// the connection closes in the middle of the answer; in the same process the caller finds this
/// error as the source of its failed body read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

impl Lost {
    /// Whether an error comes from a cut connection, however deep it is wrapped.
    #[must_use]
    pub fn is_cause_of(error: &(dyn std::error::Error + 'static)) -> bool {
        std::iter::successors(Some(error), |error| error.source()).any(<dyn std::error::Error>::is::<Lost>)
    }
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was cut before the answer was whole")
    }
}

impl std::error::Error for Lost {}

/// How much of a huge body is sent at once.
const CHUNK: usize = 64 * 1024;
/// The pause between two bytes of a dripping answer.
const DRIP: Duration = Duration::from_secs(1);

/// An answer whose body fails at once.
pub(crate) fn cut() -> Response {
    Response::new(Body::from_stream(stream::iter([Err::<Bytes, Lost>(Lost)])))
}

/// A body of `size` bytes of JSON white space, made while it is read.
pub(crate) fn huge(size: usize) -> Body {
    let chunk = Bytes::from(vec![b' '; CHUNK]);
    Body::from_stream(stream::unfold(size, move |left| {
        let next = chunk.slice(..left.min(CHUNK));
        async move { (left > 0).then(|| (Ok::<_, Infallible>(next.clone()), left - next.len())) }
    }))
}

/// The same bytes, one per second.
pub(crate) fn drip(whole: Bytes) -> Body {
    Body::from_stream(stream::unfold(whole, |mut left| async move {
        if left.is_empty() {
            return None;
        }
        tokio::time::sleep(DRIP).await;
        let byte = left.split_to(1);
        Some((Ok::<_, Infallible>(byte), left))
    }))
}
