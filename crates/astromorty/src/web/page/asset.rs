//! Assets: stylesheet and pictures, in the binary, under names that change with their content.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// A file to serve under `/assets/`, for ever: another content has another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asset {
    /// Its `Content-Type`.
    pub content_type: &'static str,
    /// Its content.
    pub bytes: &'static [u8],
}

struct Named {
    name: &'static str,
    path: String,
    asset: Asset,
}

/// How many hex digits of the SHA-256 a name carries: 64 bits.
const HASH_BYTES: usize = 8;

static ALL: LazyLock<Vec<Named>> = LazyLock::new(|| {
    vec![
        named("style.css", "text/css; charset=utf-8", include_bytes!("../assets/style.css")),
        named("logo.svg", "image/svg+xml", include_bytes!("../assets/logo.svg")),
    ]
});

/// The path of an asset by its plain name, `style.css` or `logo.svg`: `/assets/<16 hex>-style.css`.
/// A name we do not have leads to a path that is not found.
#[must_use]
pub fn path(name: &str) -> &'static str {
    ALL.iter().find(|named| named.name == name).map_or("/assets/none", |named| named.path.as_str())
}

/// The asset behind `/assets/{file}`, by the file's full hashed name.
#[must_use]
pub fn find(file: &str) -> Option<Asset> {
    ALL.iter().find(|named| named.path.strip_prefix("/assets/") == Some(file)).map(|named| named.asset)
}

fn named(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Named {
    use std::fmt::Write as _;

    let mut path = String::from("/assets/");
    for byte in &Sha256::digest(bytes)[..HASH_BYTES] {
        write!(path, "{byte:02x}").expect("writing to a string does not fail");
    }
    path.push('-');
    path.push_str(name);
    Named { name, path, asset: Asset { content_type, bytes } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_the_path_that_pages_use() {
        for name in ["style.css", "logo.svg"] {
            let path = path(name);
            let file = path.strip_prefix("/assets/").unwrap();
            assert_eq!(file.len(), 16 + 1 + name.len());
            assert!(!find(file).unwrap().bytes.is_empty());
        }
    }

    #[test]
    fn other_names_are_not_found() {
        for file in ["", "style.css", "none", "../style.css", "0000000000000000-style.css"] {
            assert_eq!(find(file), None);
        }
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for named in ALL.iter() {
            let text = std::str::from_utf8(named.asset.bytes).unwrap();
            let text = text.replace("http://www.w3.org/2000/svg", "");
            for word in ["http:", "https:", "url(", "@import", "<script"] {
                assert!(!text.contains(word), "{} has {word}", named.name);
            }
        }
    }
}
