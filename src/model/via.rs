//! By which way a change or a message came into the desk.

use super::words::words;

words! {
    /// By which way something came into the desk. Kept from the first day: it cannot be told afterwards.
    Via {
        /// An agent did it, on the screen or in the shell.
        Agent = "agent",
        /// Mail that was fetched or delivered, and the sending of mail.
        Mailbox = "mailbox",
        /// A rule of the desk.
        Rule = "rule",
        /// A timer: an end of a send delay or a snooze.
        Timer = "timer",
        /// Another program, by a hook.
        Hook = "hook",
        /// An import.
        Import = "import",
    }
}
