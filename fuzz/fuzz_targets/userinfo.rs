//! `UserInfo` answers (N-24, N-68).
//!
//! Laws: what is believed is an object about the one subject that was asked for, and no other reader
//! of JSON finds another subject in it.
#![no_main]

use astromorty::platform::oidc::user;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const SUBJECT: &str = "248289761001";

fuzz_target!(|data: &[u8]| {
    let Ok(told) = user::read(data, SUBJECT) else { return };
    let other: Value = serde_json::from_slice(data).expect("what is read is JSON");
    assert_eq!(other["sub"], SUBJECT);
    assert_eq!(Value::Object(told), other);
    assert!(user::read(data, "somebody else").is_err());
});
