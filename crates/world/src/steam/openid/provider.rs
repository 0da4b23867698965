//! Assertions: what they say, how they are signed, and that each is good once.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::lie::{Lie, Verdict};
use super::{HANDLE, LOGIN, NS, SIGNED};
use crate::Millis;
use crate::clock::MINUTE;
use crate::moment::iso_seconds;
use crate::params::Params;

/// How long an assertion can be checked.
const LIFETIME: Millis = 5 * MINUTE;
/// How many bytes make a nonce unique.
const NONCE_BYTES: usize = 20;

/// The provider: its secret, and which assertions nobody has asked about yet.
#[derive(Debug)]
pub(crate) struct Provider {
    web_origin: String,
    minted: u64,
    /// By response nonce, when each was made.
    unchecked: BTreeMap<String, Millis>,
    lies: Vec<Lie>,
    verdicts: Vec<Verdict>,
}

impl Provider {
    pub(crate) fn new(web_origin: &str) -> Provider {
        Provider {
            web_origin: web_origin.to_owned(),
            minted: 0,
            unchecked: BTreeMap::new(),
            lies: Vec::new(),
            verdicts: Vec::new(),
        }
    }

    pub(crate) fn lie(&mut self, lie: Lie) {
        match lie {
            Lie::Verdict(verdict) => self.verdicts.push(verdict),
            Lie::Says { .. }
            | Lie::Added { .. }
            | Lie::Unsigned(_)
            | Lie::Forged { .. }
            | Lie::Removed(_)
            | Lie::Doubled { .. } => self.lies.push(lie),
        }
    }

    pub(crate) fn repent(&mut self) {
        self.lies.clear();
        self.verdicts.clear();
    }

    /// The verdict that a lie puts in the place of the honest one.
    pub(super) fn next_verdict(&mut self) -> Option<Verdict> {
        (!self.verdicts.is_empty()).then(|| self.verdicts.remove(0))
    }

    /// A positive assertion (section 10.1) with its fields' full names.
    pub(crate) fn assert(&mut self, id: u64, return_to: &str, now: Millis) -> Vec<(String, String)> {
        let lies = std::mem::take(&mut self.lies);
        let mut fields = self.fields(id, return_to, now);
        for lie in &lies {
            lie.before_signing(&mut fields);
        }
        let signature = self.sign(&fields);
        fields.push(("sig".to_owned(), signature));
        if let Some(nonce) = find(&fields, "response_nonce") {
            self.unchecked.insert(nonce.to_owned(), now);
        }
        for lie in &lies {
            lie.after_signing(&mut fields);
        }
        fields.into_iter().map(|(name, value)| (format!("openid.{name}"), value)).collect()
    }

    /// The honest fields in Steam's order, without the signature.
    fn fields(&mut self, id: u64, return_to: &str, now: Millis) -> Fields {
        let web = &self.web_origin;
        let identity = format!("{web}/openid/id/{id:017}");
        self.minted += 1;
        let unique = Sha256::digest(format!("steam {}", self.minted));
        let nonce = format!("{}{}", iso_seconds(now), STANDARD.encode(&unique[..NONCE_BYTES]));
        let fields = [
            ("ns", NS.to_owned()),
            ("mode", "id_res".to_owned()),
            ("op_endpoint", format!("{web}{LOGIN}")),
            ("claimed_id", identity.clone()),
            ("identity", identity),
            ("return_to", return_to.to_owned()),
            ("response_nonce", nonce),
            ("assoc_handle", HANDLE.to_owned()),
            ("signed", SIGNED.join(",")),
        ];
        fields.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    /// The signature over the fields that `signed` names, in its order, as key-value lines
    /// (section 6.1).
    fn sign(&self, fields: &Fields) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(format!("secret of {}", self.web_origin).as_bytes())
            .expect("HMAC takes keys of any length");
        for name in find(fields, "signed").unwrap_or_default().split(',') {
            let value = find(fields, name).unwrap_or_default();
            mac.update(format!("{name}:{value}\n").as_bytes());
        }
        STANDARD.encode(mac.finalize().into_bytes())
    }

    /// Whether these fields are an assertion of this provider. Each is good once.
    pub(super) fn confirms(&mut self, params: &Params, now: Millis) -> bool {
        let named =
            |name: &str| Some((name.strip_prefix("openid.")?.to_owned(), params.find(name)?.to_owned()));
        let fields: Fields = params.names().filter_map(named).collect();
        self.unchecked.retain(|_, made_at| now < made_at.saturating_add(LIFETIME));
        let genuine = find(&fields, "sig") == Some(self.sign(&fields).as_str());
        let nonce = find(&fields, "response_nonce").unwrap_or_default();
        genuine && self.unchecked.remove(nonce).is_some()
    }
}

/// Fields without `openid.`, in order.
type Fields = Vec<(String, String)>;

fn find<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn set(fields: &mut Fields, name: &str, value: &str) {
    if let Some((_, old)) = fields.iter_mut().find(|(known, _)| known == name) {
        value.clone_into(old);
    }
}

impl Lie {
    fn before_signing(&self, fields: &mut Fields) {
        match self {
            Lie::Says { field, value } => set(fields, field, value),
            Lie::Added { field, value } => fields.push((field.clone(), value.clone())),
            Lie::Unsigned(field) => {
                let signed = find(fields, "signed").unwrap_or_default().to_owned();
                let left: Vec<_> = signed.split(',').filter(|name| name != field).collect();
                set(fields, "signed", &left.join(","));
            }
            Lie::Forged { .. } | Lie::Removed(_) | Lie::Doubled { .. } | Lie::Verdict(_) => {}
        }
    }

    fn after_signing(&self, fields: &mut Fields) {
        match self {
            Lie::Forged { field, value } => set(fields, field, value),
            Lie::Removed(field) => fields.retain(|(name, _)| name != field),
            Lie::Doubled { field, value } => fields.push((field.clone(), value.clone())),
            Lie::Says { .. } | Lie::Added { .. } | Lie::Unsigned(_) | Lie::Verdict(_) => {}
        }
    }
}
