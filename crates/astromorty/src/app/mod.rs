//! What every part shares: settings, the open edges, and the seams to the outside.

pub mod seam;
pub mod settings;
