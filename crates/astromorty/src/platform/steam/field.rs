//! The fields of an assertion: the one value that each may have, or the letters it may consist of.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::parameters::Parameters;
use super::{Expected, Refused};

/// The ids of people's accounts: public universe, individual, desktop.
const PEOPLE: RangeInclusive<u64> = 76_561_197_960_265_729..=76_561_202_255_233_023;

/// What has to be signed; an unsigned field could be anybody's (§10.1, N-29).
const SIGNED: [&str; 6] =
    ["op_endpoint", "claimed_id", "identity", "return_to", "response_nonce", "assoc_handle"];

/// The longest handle that the protocol knows, in bytes (§8.2.1). Signatures are shorter.
const LONGEST: usize = 255;

/// Tells an assertion from the ways in which Steam says no (§10.2, §5.2.3).
pub(super) fn mode(mode: &str) -> Result<(), Refused> {
    match mode {
        "id_res" => Ok(()),
        "cancel" => Err(Refused::Cancelled),
        "setup_needed" | "error" => Err(Refused::TryAgain),
        _ => Err(Refused::Mode),
    }
}

/// The one address that is asked; where an answer says to ask does not matter (N-26).
pub(super) fn endpoint(said: String, expected: &Expected<'_>) -> Result<String, Refused> {
    if said == super::endpoint(expected.web) { Ok(said) } else { Err(Refused::Endpoint) }
}

/// The id in the account's address. Both fields hold that address and nothing else, so there is no
/// question of which of them is checked and which is used.
pub(super) fn identity(claimed_id: &str, identity: &str, expected: &Expected<'_>) -> Result<String, Refused> {
    if claimed_id != identity {
        return Err(Refused::Identity);
    }
    let id = claimed_id.strip_prefix(expected.web).and_then(|path| path.strip_prefix("/openid/id/"));
    let digits = id.filter(|id| id.len() == 17 && id.bytes().all(|byte| byte.is_ascii_digit()));
    let person = digits.filter(|id| id.parse().is_ok_and(|number| PEOPLE.contains(&number)));
    person.map(str::to_owned).ok_or(Refused::ClaimedId)
}

/// Byte for byte the address of this sign-in: `https://us.example` is also how
/// `https://us.example.evil` begins. The browser has to be there, so the query that came with it is
/// the one in the address (§11.1).
pub(super) fn return_to(said: String, state: &str, expected: &Expected<'_>) -> Result<String, Refused> {
    let ours = || {
        let mut query = Parameters::parse(said.split_once('?')?.1).ok()?;
        let same = query.take("state").is_ok_and(|in_address| in_address == state);
        (same && query.end().is_ok()).then_some(())
    };
    let same = said == expected.return_to && ours().is_some();
    if same { Ok(said) } else { Err(Refused::ReturnTo) }
}

/// "Only ASCII characters in the range 33-126", at most 255 of them (§8.2.1).
pub(super) fn handle(said: String) -> Result<String, Refused> {
    let fits = said.len() <= LONGEST && said.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(said) } else { Err(Refused::Signature) }
}

/// All that must be signed, at most `signed` itself besides, each once, in any order (§10.1). The
/// order is kept, because the signature is made over it (§6.1).
pub(super) fn signed(said: String) -> Result<String, Refused> {
    let mut left = BTreeSet::from(SIGNED);
    left.insert("signed");
    let known = said.split(',').all(|name| left.remove(name));
    left.remove("signed");
    if known && left.is_empty() { Ok(said) } else { Err(Refused::Signed) }
}

/// Base 64 (§10.1). Whether it is the right one, only Steam can tell.
pub(super) fn signature(said: String) -> Result<String, Refused> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    let fits = said.len() <= LONGEST && said.bytes().all(letter);
    if fits { Ok(said) } else { Err(Refused::Signature) }
}
