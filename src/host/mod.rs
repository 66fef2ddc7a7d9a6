//! Sessions and links: this terminal today, a socket and SSH later.
