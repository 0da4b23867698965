//! What every part shares: settings, the open edges, and the seams to the outside.

mod hash;
mod open;
pub mod seam;
pub mod settings;
mod turns;
mod wake;

pub use hash::Hasher;
pub use open::{OpenError, Seams, credentials, definitions};
pub use seam::digest;
pub use turns::{Turn, Turns};
pub use wake::Wake;

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use domain::id::PlatformKey;
use domain::metadata::MetadataRecord;
use domain::moment::Moment;
use domain::vocabulary::Vocabulary;

use crate::discord::Discord;
use crate::i18n::Messages;
use crate::platform::Platform;
use crate::store::Store;
use crate::vault::Vault;
use seam::{Clock, Metrics, Random};
use settings::Settings;

/// The running product. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

/// What an [`App`] holds.
#[derive(Debug)]
pub struct Parts {
    /// What the operator decided.
    pub settings: Settings,
    /// The time.
    pub clock: Clock,
    /// Chance.
    pub random: Random,
    /// What we count.
    pub metrics: Metrics,
    /// The database.
    pub store: Store,
    /// Seals what the database keeps secret.
    pub vault: Vault,
    /// Hashes what must not rest in plain.
    pub hasher: Hasher,
    /// Discord.
    pub discord: Discord,
    /// Every platform that is configured and enabled.
    pub platforms: BTreeMap<PlatformKey, Platform>,
    /// What rules may speak of.
    pub vocabulary: Vocabulary,
    /// Discord's metadata records, at most five.
    pub records: Vec<MetadataRecord>,
    /// Every text that people read.
    pub messages: Messages,
    /// The operator's own long texts.
    pub texts: Texts,
    /// Wakes the worker, and whoever waits for it.
    pub wake: Wake,
    /// Who is writing roles where.
    pub turns: Turns,
}

/// What the operator says instead of our defaults, as read at start.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// On privacy.
    pub privacy: Option<String>,
    /// On terms.
    pub terms: Option<String>,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// The current moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// A new id: 63 bits, later ones are larger, no two processes make the same.
    #[must_use]
    pub fn new_id(&self) -> i64 {
        // 41 bits of milliseconds since 2020 last until 2089; 22 random bits tell ids of one apart.
        const SINCE: i64 = 1_577_836_800_000;
        let millis = self.now().millis().saturating_sub(SINCE).clamp(1, (1 << 41) - 1);
        let chance = i64::try_from(self.random.number() >> 42).expect("22 bits fit");
        (millis << 22) | chance
    }

    /// A platform that members can link here.
    #[must_use]
    pub fn platform(&self, key: &PlatformKey) -> Option<&Platform> {
        self.platforms.get(key)
    }

    /// Where a page of ours is, for browsers: under `web.public_url`, whatever a request says.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        self.settings.web.page(path)
    }
}
