//! Platforms: what a definition file says of one, and whether it can be true.
//!
//! A definition is data: where a platform's users sign in, which requests tell what about an
//! account, and where in the answers the facts stand. Reading the file is the caller's job, asking
//! the platform that of the product's `platform` module. Only what something acts on has a field.
//!
//! [`definition`] is the file's shape, [`check`] refuses what cannot work, [`template`] and
//! [`mod@pointer`] are the two small languages inside of it.

pub mod body;
pub mod check;
pub mod class;
pub mod definition;
pub mod fact;
pub mod host;
pub mod limits;
pub mod pointer;
pub mod reading;
pub mod request;
pub mod schema;
pub mod service;
pub mod sign_in;
mod span;
pub mod template;
mod vocabulary;

pub use body::{Body, Field, Given};
pub use check::Problem;
pub use class::{AnswerRule, ErrorClass, Errors};
pub use definition::{Definition, Event, Identity, News, Recheck, Revoke, SubjectType, Webhook};
pub use fact::{Absent, Convert, FactDefinition, Filter, Reduce, Sign};
pub use limits::{Bucket, Cost, Limits, Per, ResetForm, Used};
pub use pointer::{Pointer, Pointers};
pub use reading::Unreadable;
pub use request::{
    Batch, Call, Failures, Join, Method, Missing, Pages, Request, RevokeAuth, RevokeCall, Says, Statuses,
};
pub use service::Service;
pub use sign_in::{
    AnswerForm, Authorize, Client, ClientAuth, Endpoints, Pkce, Protocol, Separator, TokenEndpoint,
};
pub use template::Template;
