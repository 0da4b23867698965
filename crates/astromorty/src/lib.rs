//! Astromorty.
