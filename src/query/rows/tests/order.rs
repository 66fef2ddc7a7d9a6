//! The order of rows.

use super::*;

#[test]
fn rows_are_ordered_with_the_empty_ones_last() {
    let r = roster();
    let make = |n, priority, assignee, promised_by| Ticket {
        number: n,
        priority,
        assignee,
        promised_by,
        ..Ticket::default()
    };
    let tickets = [
        make(1, Priority::Low, None, None),
        make(2, Priority::Urgent, Some(OMAR), Some(5)),
        make(3, Priority::Normal, Some(DANA), Some(3)),
        make(4, Priority::High, None, Some(4)),
    ];
    let row = |ticket| TicketRow {
        ticket,
        requester: None,
        organisation: None,
        roster: &r,
        now: NOW,
        unread: false,
        held: false,
        text: None,
        links: &[],
    };
    let order = |text: &str| -> Vec<u64> {
        let all = tickets.iter().map(row);
        select(&bound(text, &schema::TICKETS), all).iter().map(|t| t.ticket.number).collect()
    };
    assert_eq!(order("sort:priority"), [1, 3, 4, 2]);
    assert_eq!(order("sort:-priority"), [2, 4, 3, 1]);
    assert_eq!(order("sort:due"), [3, 4, 2, 1]);
    assert_eq!(order("sort:-due"), [2, 4, 3, 1]);
    assert_eq!(order("sort:assignee"), [3, 2, 1, 4]);
    assert_eq!(order("sort:-assignee limit:3"), [2, 3, 1]);
    assert_eq!(order("due:any limit:2"), [2, 3]);
}
