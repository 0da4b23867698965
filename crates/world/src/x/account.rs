//! Accounts and what lookups show of them.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::Millis;
use crate::moment::iso_millis;

/// Somebody's X account.
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own on the site")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// The number that never changes.
    pub id: u64,
    /// The handle without `@`; it may change and be taken by somebody else later.
    pub username: String,
    /// The display name.
    pub name: String,
    /// When it was made.
    pub created_at: Millis,
    /// How many follow it.
    pub followers: u64,
    /// How many it follows.
    pub following: u64,
    /// How many lists it is on.
    pub listed: u64,
    /// How many posts it has written.
    pub posts: u64,
    /// Whether it has a check mark.
    pub verified: bool,
    /// Which check mark it has.
    pub verified_type: VerifiedType,
    /// Whether its owner has shown an identity document.
    pub identity_verified: bool,
    /// How many verified accounts follow it.
    pub verified_followers: u64,
    /// Whether it is marked as a parody.
    pub parody: bool,
    /// Whether only followers read its posts. Its profile and counts stay public.
    pub protected: bool,
    /// What its owner pays for; only they themselves see it.
    pub subscription: Subscription,
    /// Organizations whose badge it carries.
    pub affiliations: BTreeSet<u64>,
    /// The accounts that it follows, as far as they matter for `connection_status`.
    pub follows: BTreeSet<u64>,
}

/// Which check mark an account has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VerifiedType {
    /// A subscriber.
    Blue,
    /// An organization.
    Business,
    /// A government or one of its offices.
    Government,
    /// No check mark.
    #[default]
    None,
}

impl VerifiedType {
    fn word(self) -> &'static str {
        match self {
            VerifiedType::Blue => "blue",
            VerifiedType::Business => "business",
            VerifiedType::Government => "government",
            VerifiedType::None => "none",
        }
    }
}

/// What an account's owner pays for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Subscription {
    /// Nothing.
    #[default]
    None,
    /// Basic.
    Basic,
    /// Premium.
    Premium,
    /// Premium+.
    PremiumPlus,
}

impl Subscription {
    fn word(self) -> &'static str {
        match self {
            Subscription::None => "None",
            Subscription::Basic => "Basic",
            Subscription::Premium => "Premium",
            Subscription::PremiumPlus => "PremiumPlus",
        }
    }
}

/// The name under which `public_metrics` counts posts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PostsName {
    /// `tweet_count`, the name of old.
    #[default]
    TweetCount,
    /// `post_count`, the name in the API description since 2.167.
    PostCount,
}

impl PostsName {
    fn word(self) -> &'static str {
        match self {
            PostsName::TweetCount => "tweet_count",
            PostsName::PostCount => "post_count",
        }
    }
}

/// All values of `user.fields`. Those that this stand-in knows nothing of are left out of answers,
/// as X leaves out what an account has not filled in.
pub(crate) const FIELDS: [&str; 26] = [
    "affiliation",
    "confirmed_email",
    "connection_status",
    "created_at",
    "description",
    "entities",
    "id",
    "is_identity_verified",
    "location",
    "most_recent_tweet_id",
    "name",
    "parody",
    "pinned_tweet_id",
    "profile_banner_url",
    "profile_image_url",
    "protected",
    "public_metrics",
    "receives_your_dm",
    "subscription",
    "subscription_type",
    "url",
    "username",
    "verified",
    "verified_followers_count",
    "verified_type",
    "withheld",
];

/// Who looks, and at what.
pub(crate) struct View<'a> {
    /// The asked fields beside `id`, `name` and `username`.
    pub(crate) fields: &'a [String],
    /// The account whose token asks; an app's own Bearer token has none.
    pub(crate) reader: Option<&'a Account>,
    pub(crate) posts_name: PostsName,
}

impl Account {
    /// The account as a lookup shows it.
    pub(crate) fn json(&self, view: &View) -> Value {
        let mut user = json!({ "id": self.id.to_string(), "name": self.name, "username": self.username });
        for name in view.fields {
            if let Some(value) = self.field(name, view) {
                user[name] = value;
            }
        }
        user
    }

    fn field(&self, name: &str, view: &View) -> Option<Value> {
        Some(match name {
            "created_at" => json!(iso_millis(self.created_at)),
            "public_metrics" => self.metrics(view.posts_name),
            "verified" => json!(self.verified),
            "verified_type" => json!(self.verified_type.word()),
            "verified_followers_count" => json!(self.verified_followers),
            "is_identity_verified" => json!(self.identity_verified),
            "parody" => json!(self.parody),
            "protected" => json!(self.protected),
            "subscription_type" => {
                let own = view.reader.is_some_and(|reader| reader.id == self.id);
                json!(if own { self.subscription } else { Subscription::None }.word())
            }
            "affiliation" => {
                let ids: Vec<_> = self.affiliations.iter().map(u64::to_string).collect();
                (!ids.is_empty()).then(|| json!({ "user_id": ids }))?
            }
            "connection_status" => json!(self.connections(view.reader?)),
            _ => return None,
        })
    }

    fn metrics(&self, posts_name: PostsName) -> Value {
        let mut metrics = json!({
            "followers_count": self.followers, "following_count": self.following,
            "listed_count": self.listed, "like_count": 0, "media_count": 0,
        });
        metrics[posts_name.word()] = json!(self.posts);
        metrics
    }

    /// How the account and the one that asks are connected, seen from the latter.
    fn connections(&self, reader: &Account) -> Vec<&'static str> {
        let following = reader.follows.contains(&self.id).then_some("following");
        let followed_by = self.follows.contains(&reader.id).then_some("followed_by");
        following.into_iter().chain(followed_by).collect()
    }
}
