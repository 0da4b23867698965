//! The parameters of an answer, read so that nobody can read them in another way.
//!
//! Whatever two parsers could disagree about is refused: a name that stands there twice, an escape
//! that is none, a byte that is not printable ASCII. What is checked here is what Steam is asked about.

use std::collections::BTreeMap;

use super::Refused;

/// The longest query that is looked at, in bytes. An honest one has about 1,000.
const LONGEST: usize = 8192;

/// Parameters that have not been asked for yet, by name.
pub(super) struct Parameters(BTreeMap<String, String>);

impl Parameters {
    /// Reads a query as it came over the wire.
    pub(super) fn parse(raw: &str) -> Result<Self, Refused> {
        if raw.len() > LONGEST {
            return Err(Refused::TooLong);
        }
        let mut parameters = BTreeMap::new();
        for part in raw.split('&') {
            let (name, value) = part.split_once('=').ok_or(Refused::Malformed)?;
            let name = decode(name).ok_or(Refused::Malformed)?;
            let value = decode(value).ok_or(Refused::Malformed)?;
            // "A message MUST NOT contain multiple parameters with the same name" (§4.1).
            if parameters.insert(name, value).is_some() {
                return Err(Refused::Repeated);
            }
        }
        Ok(Self(parameters))
    }

    /// Takes a parameter that has to be there with a value.
    pub(super) fn take(&mut self, name: &str) -> Result<String, Refused> {
        self.0.remove(name).filter(|value| !value.is_empty()).ok_or(Refused::Missing)
    }

    /// Refuses what nobody asked for.
    pub(super) fn end(self) -> Result<(), Refused> {
        if self.0.is_empty() { Ok(()) } else { Err(Refused::Unexpected) }
    }
}

/// Undoes the encoding of a form, once. `None` when that does not give printable ASCII.
fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = String::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'+' => b' ',
            b'%' => digit(bytes.next()?)? * 16 + digit(bytes.next()?)?,
            b'!'..=b'~' => byte,
            _ => return None,
        };
        if !matches!(byte, b' '..=b'~') {
            return None;
        }
        decoded.push(char::from(byte));
    }
    Some(decoded)
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n_31_an_escape_is_undone_once_and_strictly() {
        assert_eq!(decode("a%2Bb+c%2f%2F").as_deref(), Some("a+b c//"));
        assert_eq!(decode("%252B").as_deref(), Some("%2B"));
        for text in
            ["%", "%4", "%zz", "%+1", "%0", "%00", "%0A", "%1f", "%7F", "%C3%A9", "é", " ", "\n", "\0"]
        {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
