//! What browsers see and ask for.

pub mod page;
