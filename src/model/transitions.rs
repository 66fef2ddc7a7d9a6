//! The state machine of tickets: which category may follow which, and why not.

use super::Category::{self, Closed, Merged, New, OnHold, Open, Pending, Solved};

/// Whether a ticket may go from one category to another by an agent's hand.
///
/// # Errors
/// The sentence that says why not.
pub fn allowed(from: &Category, to: &Category) -> Result<(), &'static str> {
    match (from, to) {
        (a, b) if a == b => Err("it is so already"),
        (Merged, _) => Err("it became part of another ticket: unmerge it first"),
        (_, Merged) => Err("a ticket is merged into another, not set to merged"),
        (_, New) => Err("a ticket is new only until an agent takes it"),
        (Closed, _) => Err("it is closed for good: open a new ticket instead"),
        (Solved, Open | Closed) => Ok(()),
        (Solved, _) => Err("it is solved: reopen it first"),
        (New | Open | Pending | OnHold, Closed) => Err("solve it first; only solved tickets are closed"),
        (New | Open | Pending | OnHold, Open | Pending | OnHold | Solved) => Ok(()),
        (Category::Unknown(_), _) | (_, Category::Unknown(_)) => Err("a newer version made this category"),
    }
}

/// Where a ticket goes when its customer writes; `None`: nowhere, or (closed, merged) to another ticket.
pub fn on_customer_reply(from: &Category) -> Option<Category> {
    matches!(from, Pending | OnHold | Solved).then_some(Open)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the domain, cell by cell: rows from, columns open, pending, on hold, solved, closed.
    #[test]
    fn transitions_are_those_of_the_table() {
        let table = [
            (New, "yyyy-"),
            (Open, "-yyy-"),
            (Pending, "y-yy-"),
            (OnHold, "yy-y-"),
            (Solved, "y---y"),
            (Closed, "-----"),
            (Merged, "-----"),
        ];
        for (from, row) in table {
            for (to, cell) in [Open, Pending, OnHold, Solved, Closed].iter().zip(row.chars()) {
                assert_eq!(allowed(&from, to).is_ok(), cell == 'y', "{from} → {to}");
            }
            assert!(allowed(&from, &New).is_err() && allowed(&from, &Merged).is_err());
        }
    }
}
