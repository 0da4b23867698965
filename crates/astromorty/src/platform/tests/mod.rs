//! The shipped definitions, against small servers that answer as they are told and against the
//! stand-ins in this process.

mod args;
mod batch;
mod definitions;
mod github;
mod github_facts;
mod limits;
mod oidc;
mod openid;
mod quiet;
mod read;
mod revoke;
mod sign_in;
mod stage;
mod steam;
mod town;
mod wire;
mod x;
