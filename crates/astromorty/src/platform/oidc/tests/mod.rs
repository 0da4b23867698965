//! A site that signs, lies and falls silent as it is told, and known answers of signature schemes.

mod cache;
mod claims;
mod discovery;
mod keys;
mod signer;
mod stage;
mod tokens;
mod userinfo;
mod wire;
mod wycheproof;
