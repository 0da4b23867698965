//! Pointers: where in a JSON document something stands (RFC 6901).

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// A JSON pointer such as `/data/nodes` (RFC 6901). The empty pointer is the whole document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer for a text, right or wrong: [`Pointer::is_valid`] tells.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it follows RFC 6901 §3: empty or with a leading `/`, and `~` only as `~0` or `~1`.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        let starts = self.0.is_empty() || self.0.starts_with('/');
        let escapes = self.0.split('~').skip(1);
        starts && escapes.into_iter().all(|rest| rest.starts_with(['0', '1']))
    }

    /// What stands there. A `null` counts as nothing.
    #[must_use]
    pub fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        document.pointer(&self.0).filter(|found| !found.is_null())
    }
}

/// One pointer, or several of which the first that leads anywhere counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a pointer such as \"/name\", or a list of pointers")]
pub enum Pointers {
    /// One place.
    One(Pointer),
    /// Places in the order in which they are looked at.
    Several(Vec<Pointer>),
}

impl Pointers {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Pointer] {
        match self {
            Self::One(pointer) => std::slice::from_ref(pointer),
            Self::Several(pointers) => pointers,
        }
    }

    /// What stands at the first place where something stands. A `null` counts as nothing.
    #[must_use]
    pub fn find<'a>(&self, document: &'a Value) -> Option<&'a Value> {
        self.all().iter().find_map(|pointer| pointer.find(document))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pointer_follows_rfc_6901() {
        for good in ["", "/", "/a/0/b", "/a~1b/m~0n", "/ "] {
            assert!(Pointer::new(good).is_valid(), "{good:?}");
        }
        for bad in ["a", "a/b", "/a~", "/a~2", "#/a"] {
            assert!(!Pointer::new(bad).is_valid(), "{bad:?}");
        }
    }

    #[test]
    fn the_first_place_with_something_counts() {
        let read = |text: &str| serde_json::from_str::<Pointers>(text).unwrap();
        let both = read(r#"["/post_count", "/tweet_count"]"#);
        assert_eq!(both.find(&json!({"tweet_count": 7})), Some(&json!(7)));
        assert_eq!(both.find(&json!({"post_count": 8, "tweet_count": 7})), Some(&json!(8)));
        assert_eq!(read("\"/a\"").all(), [Pointer::new("/a")]);
    }

    #[test]
    fn null_is_nothing() {
        let document = json!({"a": null, "b": {"c": [7]}});
        assert_eq!(Pointer::new("/a").find(&document), None);
        assert_eq!(Pointer::new("/b/c/0").find(&document), Some(&json!(7)));
        assert_eq!(Pointer::new("/b/c/x").find(&document), None);
    }
}
