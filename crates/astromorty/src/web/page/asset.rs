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

    /// A colour of one of the two schemes, by its name in the stylesheet.
    fn colour(scheme: &str, name: &str) -> [f64; 3] {
        let (_, rest) = scheme.split_once(&format!("--{name}: #")).unwrap();
        [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&rest[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// WCAG 2.2, "relative luminance" and "contrast ratio".
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let luminance = |colour: [f64; 3]| {
            let [red, green, blue] = colour
                .map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_and_edges_can_be_told_from_what_they_stand_on() {
        let style = include_str!("../assets/style.css");
        let schemes: Vec<&str> = style.split(":root {").skip(1).collect();
        assert_eq!(schemes.len(), 2, "light and dark");
        let grounds = ["paper", "sheet", "sunk"];
        let mut pairs = vec![
            ("on-accent", "accent"),
            ("on-accent", "accent-strong"),
            ("good", "good-sheet"),
            ("bad", "bad-sheet"),
            ("open", "open-sheet"),
            ("ink", "open-sheet"),
            ("sheet", "bad"),
        ];
        for text in ["ink", "soft", "accent", "good", "bad", "open"] {
            pairs.extend(grounds.map(|ground| (text, ground)));
        }
        for scheme in schemes {
            for (text, ground) in &pairs {
                let ratio = contrast(colour(scheme, text), colour(scheme, ground));
                assert!(ratio >= 4.5, "{text} on {ground}: {ratio}");
            }
            for ground in grounds {
                let ratio = contrast(colour(scheme, "edge"), colour(scheme, ground));
                assert!(ratio >= 3.0, "edge on {ground}: {ratio}");
            }
        }
    }
}
