//! Ids: a user is never mistaken for a server.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id is a whole number from 1 to 9223372036854775807, written in plain digits")]
pub struct NotAnId;

fn parse(text: &str) -> Result<i64, NotAnId> {
    let plain = !text.is_empty() && text.len() <= 19 && text.bytes().all(|b| b.is_ascii_digit());
    let id = if plain { text.parse().map_err(|_| NotAnId)? } else { 0 };
    if id > 0 { Ok(id) } else { Err(NotAnId) }
}

macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// The id for a stored number. Fails for zero and negative numbers.
            pub fn new(number: i64) -> Result<Self, NotAnId> {
                if number > 0 { Ok(Self(number)) } else { Err(NotAnId) }
            }

            /// The number as it is stored (63 bits).
            #[must_use]
            pub const fn number(self) -> i64 {
                self.0
            }
        }

        impl TryFrom<i64> for $name {
            type Error = NotAnId;

            fn try_from(number: i64) -> Result<Self, NotAnId> {
                Self::new(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text).map(Self)
            }
        }

        /// Written as a string, as Discord does: JavaScript loses digits of a number.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// A Discord user.
    UserId
);
id!(
    /// A Discord server.
    GuildId
);
id!(
    /// A role of a Discord server.
    RoleId
);
id!(
    /// A Discord application.
    ApplicationId
);
id!(
    /// One proven link between a user and an account; made by us.
    ConnectionId
);
id!(
    /// One rule of a server; made by us. Admins see its number within the server instead.
    RuleId
);

impl UserId {
    /// When the Discord account was made: the upper bits of the id are milliseconds since 2015
    /// (Discord API reference, "Snowflakes").
    #[must_use]
    pub const fn created_at(self) -> crate::moment::Moment {
        crate::moment::Moment::from_millis((self.0 >> 22) + 1_420_070_400_000)
    }
}

impl GuildId {
    /// The role every member has: its id is the server's (Discord API reference, "Roles").
    #[must_use]
    pub const fn everyone(self) -> RoleId {
        RoleId(self.0)
    }
}

/// Which platform: `github`, `x`, `steam`, or one that an operator defined.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PlatformKey(String);

/// Why a text does not name a platform.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a platform's key starts with a letter and has up to 32 of a-z, 0-9 and _")]
pub struct NotAPlatformKey;

impl PlatformKey {
    /// The key as text; never an alias.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlatformKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `twitter` is read as `x`, everywhere.
impl FromStr for PlatformKey {
    type Err = NotAPlatformKey;

    fn from_str(text: &str) -> Result<Self, NotAPlatformKey> {
        let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if !starts || text.len() > 32 || !text.bytes().all(plain) {
            return Err(NotAPlatformKey);
        }
        Ok(Self(if text == "twitter" { "x" } else { text }.to_owned()))
    }
}

impl JsonSchema for PlatformKey {
    fn schema_name() -> Cow<'static, str> {
        "PlatformKey".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "The key of a platform: a letter first, then up to 31 of a-z, 0-9 and _.",
            "pattern": "^[a-z][a-z0-9_]{0,31}$",
        })
    }
}

impl<'de> Deserialize<'de> for PlatformKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_50_odd_numbers_are_not_ids() {
        for text in
            ["", "0", "-1", "+1", "1e18", "٣", " 1", "9223372036854775808", "18446744073709551616", "1.0"]
        {
            assert_eq!(text.parse::<UserId>(), Err(NotAnId), "{text:?}");
        }
        assert_eq!("9223372036854775807".parse::<UserId>().unwrap().number(), i64::MAX);
    }

    #[test]
    fn an_id_tells_when_the_account_was_made() {
        let id: UserId = "175928847299117063".parse().unwrap();
        assert_eq!(id.created_at().millis(), 1_462_015_105_796);
    }

    #[test]
    fn twitter_is_x() {
        assert_eq!("twitter".parse::<PlatformKey>().unwrap().as_str(), "x");
        assert!("GitHub".parse::<PlatformKey>().is_err());
        assert!("".parse::<PlatformKey>().is_err());
    }
}
