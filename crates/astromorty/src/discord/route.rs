//! The routes we use. Discord counts requests per route and server, so a route is also half of a
//! bucket's name until Discord has told the real one.

use http::Method;

/// One route, by one kind of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Route {
    Token,
    Revoke,
    Authorization,
    UserGuilds,
    ReadRoleConnection,
    PutRoleConnection,
    DeleteRoleConnection,
    BotGuilds,
    BotUser,
    Guild,
    GuildRoles,
    Member,
    GiveRole,
    TakeRole,
    Application,
    ReadMetadata,
    PutMetadata,
}

impl Route {
    pub(super) fn method(self) -> Method {
        match self {
            Self::Token | Self::Revoke => Method::POST,
            Self::Authorization
            | Self::UserGuilds
            | Self::ReadRoleConnection
            | Self::BotGuilds
            | Self::BotUser
            | Self::Guild
            | Self::GuildRoles
            | Self::Member
            | Self::Application
            | Self::ReadMetadata => Method::GET,
            Self::PutRoleConnection | Self::GiveRole | Self::PutMetadata => Method::PUT,
            Self::DeleteRoleConnection | Self::TakeRole => Method::DELETE,
        }
    }

    /// Whether sending it twice does the same as sending it once.
    pub(super) fn repeatable(self) -> bool {
        self.method() != Method::POST
    }
}
