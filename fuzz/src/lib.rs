//! What the fuzz targets share. Each target states its laws; docs/security.md lists them.

pub mod signer;

/// The bytes of one run, read as choices until they are used up.
///
/// A byte that is missing is zero, so that every input means something.
#[derive(Debug)]
pub struct Choices<'a>(&'a [u8]);

impl<'a> Choices<'a> {
    /// Choices by these bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether none is left.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// A place in a list of that length; zero for an empty one.
    pub fn place(&mut self, length: usize) -> usize {
        let chosen = usize::from(self.byte()) << 8 | usize::from(self.byte());
        chosen % length.max(1)
    }

    /// The next bytes, at most 255, as their own length says.
    pub fn bytes(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    /// [`Choices::bytes`] as text; what is no UTF-8 becomes the replacement character.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    /// All that is left.
    #[must_use]
    pub const fn rest(self) -> &'a [u8] {
        self.0
    }
}
