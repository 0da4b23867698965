//! The shipped definitions, against small servers that answer as they are told and against the
//! stand-ins in this process.

mod args;
mod batch;
mod club;
mod definitions;
mod families;
mod github;
mod github_facts;
mod limits;
mod oidc;
mod openid;
mod quiet;
mod read;
mod revoke;
mod schema;
mod sign_in;
mod stage;
mod steam;
mod town;
mod wire;
mod x;
