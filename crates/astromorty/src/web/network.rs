//! Where a request comes from, as far as limits need to know.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use http::Extensions;
use http::HeaderMap;

use crate::app::App;

/// A keyed hash of the caller's /24 (IPv4) or /64 (IPv6); the address itself is kept nowhere.
pub(super) fn network(app: &App, headers: &HeaderMap, extensions: &Extensions) -> String {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| caller(app, headers, peer));
    app.hasher.hash("network", &[&block(address).to_string()])
}

/// The nearest address that is not one of our own proxies. The header counts only when it comes
/// from one of them (N-43), and is read from the right: what stands further left is hearsay.
fn caller(app: &App, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
    let trusted = |address: &IpAddr| {
        app.settings.web.trusted_proxies.iter().any(|net| net.contains(&address.to_canonical()))
    };
    if !trusted(&peer) {
        return peer;
    }
    let lines = headers.get_all("x-forwarded-for").into_iter().filter_map(|line| line.to_str().ok());
    let told: Vec<IpAddr> =
        lines.flat_map(|line| line.split(',')).map_while(|part| part.trim().parse().ok()).collect();
    told.into_iter().rev().find(|address| !trusted(address)).unwrap_or(peer)
}

fn block(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & !0xff)),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}
