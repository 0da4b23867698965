//! Serving a stand-in over a loopback socket.

use std::future::Future;
use std::io;

use axum::Router;
use tokio::net::TcpListener;

/// Serves `router` on `listener` until `shutdown` completes.
///
/// A stand-in trusts everybody who reaches it, so a listener that others could reach is refused
/// with [`io::ErrorKind::PermissionDenied`].
pub async fn serve(
    router: Router,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    if !listener.local_addr()?.ip().is_loopback() {
        let text = "a stand-in listens on loopback only; bind it to 127.0.0.1 or ::1";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, text));
    }
    axum::serve(listener, router)
        .with_graceful_shutdown(shutdown)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_listener_that_others_could_reach_is_refused() {
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let refused = serve(Router::new(), listener, async {}).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
    }
}
