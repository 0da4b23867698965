//! Stand-ins for Discord and GitHub.
