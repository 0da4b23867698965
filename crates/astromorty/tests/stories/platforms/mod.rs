//! Stories about X, Steam and OpenID Connect.

mod openid;
mod steam;
mod together;
