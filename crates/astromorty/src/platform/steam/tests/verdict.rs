//! Steam's word, and what is not Steam's word.

use crate::platform::steam::{LIMITS, Unproven, verdict};

const YES: &str = "ns:http://specs.openid.net/auth/2.0\nis_valid:true\n";
const NAMESPACE: &str = "ns:http://specs.openid.net/auth/2.0";
const NO: &str = "ns:http://specs.openid.net/auth/2.0\nis_valid:false\n";

#[test]
fn n_34_only_a_yes_is_a_yes() {
    assert_eq!(verdict(200, YES.as_bytes()), Ok(()));
    let backwards = "is_valid:true\nns:http://specs.openid.net/auth/2.0\n";
    assert_eq!(verdict(200, backwards.as_bytes()), Ok(()));
    let handle = format!("{YES}invalidate_handle:1234567890\n");
    assert_eq!(verdict(200, handle.as_bytes()), Ok(()));
    assert_eq!(verdict(200, NO.as_bytes()), Err(Unproven::NotValid));
}

#[test]
fn n_34_what_is_not_in_so_many_words_is_no_verdict() {
    let ns = NAMESPACE;
    for content in [
        String::new(),
        "\n".to_owned(),
        "true".to_owned(),
        "is_valid:true".to_owned(),
        "is_valid:true\n".to_owned(),
        format!("{ns}\n"),
        format!("{ns}\nx_is_valid:true\n"),
        format!("{ns}\nis_valid_x:true\n"),
        format!("{ns}\nx:is_valid:true\n"),
        format!("{ns}\nx:y is_valid:true\n"),
        format!("{ns}\nis_valid :true\n"),
        format!("{ns}\n is_valid:true\n"),
        format!("{ns}\nis_valid: true\n"),
        format!("{ns}\nis_valid:true \n"),
        format!("{ns}\nis_valid:true:\n"),
        format!("{ns}\nis_valid:truely\n"),
        format!("{ns}\nis_valid:True\n"),
        format!("{ns}\nIs_Valid:true\n"),
        format!("{ns}\nis_valid:1\n"),
        format!("{ns}\nis_valid:\n"),
        format!("{ns}\nis_valid=true\n"),
        format!("{ns}\nis_valid:true"),
        format!("{ns}\r\nis_valid:true\r\n"),
        format!("{ns}\ris_valid:true\r"),
        format!("{ns}\nis_valid:true\r\n"),
        format!("{ns}\nis_valid:true\0\n"),
    ] {
        assert_eq!(verdict(200, content.as_bytes()), Err(Unproven::TryAgain), "{content:?}");
    }
}

#[test]
fn n_34_what_is_not_in_steams_form_is_no_verdict() {
    let ns = NAMESPACE;
    for content in [
        format!("{ns}\n\nis_valid:true\n"),
        format!("{ns}\nis_valid:true\n\n"),
        format!("\n{ns}\nis_valid:true\n"),
        format!("\u{feff}{ns}\nis_valid:true\n"),
        format!("{ns}\nis_valid:true\nis_valid:true\n"),
        format!("{ns}\nis_valid:true\nis_valid:false\n"),
        format!("{ns}\nis_valid:false\nis_valid:true\n"),
        format!("{ns}\n{ns}\nis_valid:true\n"),
        format!("{ns}\nis_valid:true\n:x\n"),
        format!("{ns}\nis_valid:true\nx y:z\n"),
        format!("{ns}\nis_valid:true\n x:y\n"),
        format!("{ns}\nis_valid:true\né:x\n"),
        format!("{ns}\nis_valid:true\nx:\ry\n"),
        format!("{ns}\nis_valid:true\nx:\0\n"),
        format!("{ns}\nis_valid:true\n<html>\n"),
        format!("{ns}/\nis_valid:true\n"),
        "ns:http://openid.net/signon/1.1\nis_valid:true\n".to_owned(),
        "openid.ns:http://specs.openid.net/auth/2.0\nis_valid:true\n".to_owned(),
        format!("<html><body><pre>{YES}</pre></body></html>\n"),
        "<!DOCTYPE html>\n<html><body>is_valid:true</body></html>\n".to_owned(),
        r#"{"ns":"http://specs.openid.net/auth/2.0","is_valid":true}"#.to_owned(),
        format!("{YES}{}\n", "x:y".repeat(4000)),
        format!("{YES}x:{}\n", "y".repeat(10_000_000)),
    ] {
        let shown = content.chars().take(200).collect::<String>();
        assert_eq!(verdict(200, content.as_bytes()), Err(Unproven::TryAgain), "{shown:?}");
    }
    let not_utf8 = [YES.as_bytes(), b"x:\xff\n"].concat();
    assert_eq!(verdict(200, &not_utf8), Err(Unproven::TryAgain));
}

#[test]
fn n_34_only_status_200_is_a_verdict() {
    for status in
        [0, 100, 201, 202, 204, 206, 301, 302, 303, 307, 400, 401, 403, 404, 429, 500, 502, 503, 504]
    {
        assert_eq!(verdict(status, YES.as_bytes()), Err(Unproven::TryAgain), "{status}");
        assert_eq!(verdict(status, NO.as_bytes()), Err(Unproven::TryAgain), "{status}");
    }
}

#[test]
fn n_34_no_more_is_read_than_a_verdict_needs() {
    let fill = |length: usize| format!("{YES}x:{}\n", "y".repeat(length - YES.len() - 3));
    assert_eq!(verdict(200, fill(LIMITS.max_bytes).as_bytes()), Ok(()));
    assert_eq!(verdict(200, fill(LIMITS.max_bytes + 1).as_bytes()), Err(Unproven::TryAgain));
    assert!((6..=10).contains(&LIMITS.timeout.as_secs()));
}

#[test]
fn a_missing_verdict_has_a_code_and_a_sentence() {
    let said = [Unproven::NotValid, Unproven::TryAgain].map(|why| format!("{}: {why}", why.reason()));
    assert_eq!(said[0], "openid_not_valid: Steam does not confirm this sign-in; start again");
    assert!(said[1].starts_with("openid_no_verdict: ") && said[1].contains("try again"), "{}", said[1]);
}
