//! Steam's word on an assertion (N-34).
//!
//! Laws: it is a yes only with status 200 and exactly one line `is_valid:true`, a no only with one
//! line `is_valid:false`, and either only under one line that names the protocol; in every other
//! case the assertion is not proven.
#![no_main]

use astromorty::platform::steam::{Unproven, verdict};
use libfuzzer_sys::fuzz_target;

const NAMESPACE: &str = "ns:http://specs.openid.net/auth/2.0";
const STATUSES: [u16; 8] = [200, 200, 200, 200, 201, 302, 403, 500];

fuzz_target!(|data: &[u8]| {
    let Some((choice, content)) = data.split_first() else { return };
    let status = STATUSES[usize::from(*choice) % STATUSES.len()];
    let lines: Vec<_> = content.split(|byte| *byte == b'\n').collect();
    let of = |key: &[u8]| lines.iter().filter(|line| line.starts_with(key)).count();
    let once = |line: &str| lines.iter().filter(|one| **one == line.as_bytes()).count() == 1;
    let sound = status == 200
        && content.len() <= 4096
        && content.last() == Some(&b'\n')
        && once(NAMESPACE)
        && (of(b"ns:"), of(b"is_valid:")) == (1, 1);
    match verdict(status, content) {
        Ok(()) => assert!(sound && once("is_valid:true")),
        Err(Unproven::NotValid) => assert!(sound && once("is_valid:false")),
        Err(Unproven::TryAgain) => {}
    }
});
