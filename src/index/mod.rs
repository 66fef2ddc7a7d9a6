//! What is held in memory: contacts to find. Follows the store's feed.
