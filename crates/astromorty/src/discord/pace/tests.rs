//! Laws of the pacer.
