//! The fields of settings pages, and reading what comes back.

use crate::Millis;
use crate::html::escape;
use crate::moment::{day, read_day};
use crate::params::Params;

/// What is wrong with a form, for the person who sent it.
pub(crate) type Mistake = String;

/// A field for a whole number.
pub(crate) fn number_field(name: &str, label: &str, value: u64) -> String {
    format!(
        "<label class=\"field\">{label}<input name=\"{name}\" type=\"number\" min=\"0\" \
         max=\"4294967295\" required value=\"{value}\"></label>"
    )
}

/// A field for a day.
pub(crate) fn day_field(name: &str, label: &str, value: Millis) -> String {
    let value = day(value);
    format!(
        "<label class=\"field\">{label}<input name=\"{name}\" type=\"date\" required value=\"{value}\"></label>"
    )
}

/// A field with two answers, the words of which come back as `yes` and `no`.
pub(crate) fn switch_field(name: &str, label: &str, words: [&str; 2], on: bool) -> String {
    let [on_mark, off_mark] = if on { [" selected", ""] } else { ["", " selected"] };
    let [yes, no] = words;
    format!(
        "<label class=\"field\">{label}<select name=\"{name}\"><option value=\"yes\"{on_mark}>{yes}</option>\
         <option value=\"no\"{off_mark}>{no}</option></select></label>"
    )
}

/// What was wrong with the last form, as HTML; nothing if nothing was.
pub(crate) fn mistake(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!("<p class=\"bad\">{}</p>", escape(why)) }
}

/// Reads the fields of a form.
pub(crate) fn read(body: &[u8]) -> Result<Params, Mistake> {
    Params::parse(body).map_err(|repeated| format!("{} was given twice.", repeated.0))
}

/// Reads a whole number that fits 32 bits.
pub(crate) fn number(params: &Params, name: &str) -> Result<u64, Mistake> {
    let value = params.find(name).and_then(|text| text.parse::<u32>().ok()).map(u64::from);
    value.ok_or_else(|| format!("{name} must be a whole number."))
}

/// Reads `yes` or `no`.
pub(crate) fn switch(params: &Params, name: &str) -> Result<bool, Mistake> {
    match params.find(name) {
        Some("yes") => Ok(true),
        Some("no") => Ok(false),
        _ => Err(format!("{name} must be yes or no.")),
    }
}

/// Reads a day; the day that it was keeps its time.
pub(crate) fn moment(params: &Params, name: &str, was: Millis) -> Result<Millis, Mistake> {
    match params.find(name) {
        Some(text) if text == day(was) => Ok(was),
        text => text.and_then(read_day).ok_or_else(|| format!("{name} must be a date.")),
    }
}
