//! Platforms: what a definition file says of one, and whether it can be true.
//!
//! A definition is data: where a platform's users sign in, which requests tell what about an
//! account, and where in the answers the facts stand. Reading the file is the caller's job, asking
//! the platform that of the product's `platform` module. Only what something acts on has a field.
//!
//! [`definition`] is the file's shape, [`check`] refuses what cannot work, [`template`] and
//! [`mod@pointer`] are the two small languages inside of it.

pub mod check;
pub mod class;
pub mod definition;
pub mod fact;
pub mod host;
pub mod pointer;
pub mod request;
pub mod template;
mod vocabulary;

pub use check::Problem;
pub use class::{AnswerRule, ErrorClass, Errors};
pub use definition::{
    Authorize, Client, ClientAuth, Definition, Endpoints, Identity, Limits, Pkce, Protocol, Recheck, Revoke,
    Separator, SubjectType,
};
pub use fact::{Absent, FactDefinition};
pub use pointer::Pointer;
pub use request::{Batch, Body, Call, Failures, Method, Missing, Request, RevokeCall};
pub use template::Template;
