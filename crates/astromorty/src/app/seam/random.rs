//! Chance: the system's, or a seeded one that a simulation repeats.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Makes random numbers, ids and secrets.
#[derive(Debug, Clone)]
pub enum Random {
    /// The system's generator; the only one fit for secrets.
    System,
    /// A sequence that a seed decides. For tests only.
    Seeded(Arc<Mutex<Seed>>),
}

/// The state of a seeded sequence: SHA-256 over a seed and a counter.
#[derive(Debug)]
pub struct Seed {
    seed: u64,
    used: u64,
}

impl Random {
    /// A sequence that repeats for the same seed.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(Mutex::new(Seed { seed, used: 0 })))
    }

    /// Fills `bytes`.
    pub fn fill(&self, bytes: &mut [u8]) {
        match self {
            Self::System => {
                getrandom::fill(bytes).expect("the system always has randomness once booted");
            }
            Self::Seeded(state) => {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                for chunk in bytes.chunks_mut(32) {
                    state.used += 1;
                    let block = Sha256::new()
                        .chain_update(state.seed.to_be_bytes())
                        .chain_update(state.used.to_be_bytes());
                    chunk.copy_from_slice(&block.finalize()[..chunk.len()]);
                }
            }
        }
    }

    /// A random number of 64 bits.
    #[must_use]
    pub fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_be_bytes(bytes)
    }

    /// A secret of 256 bits as 43 URL-safe characters; also a PKCE verifier (RFC 7636 §4.1).
    #[must_use]
    pub fn token(&self) -> String {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}
