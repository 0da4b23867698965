//! Discord over REST: our own small client.
