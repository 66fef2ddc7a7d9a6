//! The tiny desk with enough on it that lists scroll.

use frontdesk::{
    desk::{Command, Edit, command::NewTicket},
    model::{Channel, Id, Kind, Priority},
};

use super::tiny::{NOW, Tiny};

const GIVEN: [&str; 10] =
    ["Alice", "Bram", "Chloé", "Dmitri", "Esra", "Farid", "Grete", "Hina", "Ines", "Jörg"];
const FAMILY: [&str; 9] =
    ["Abbott", "Brandt", "Castillo", "Dubois", "Eriksen", "Fontana", "García", "Haddad", "Ivanova"];
const ABOUT: [&str; 7] = [
    "Invoice for last month is missing",
    "Cannot change the delivery address",
    "Parcel came without the second part",
    "How long is the warranty?",
    "Charged twice for one order",
    "Password reset mail never arrives",
    "Colour does not match the picture",
];

/// The desk of the snapshots and, besides, this many customers, each with a ticket; every third with a task.
pub fn crowd(many: usize) -> Tiny {
    let mut t = Tiny::full();
    for n in 0..many {
        let hour = i64::try_from(n).unwrap() * 3_600_000;
        let name = format!("{} {}", GIVEN[n % GIVEN.len()], FAMILY[n % FAMILY.len()]);
        let email = format!("person{n}@example.org");
        let requester = t.customer(hour + 60_000, &[("name", &name), ("email", &email)]);
        let about = ABOUT[n % ABOUT.len()];
        t.ticket(
            hour,
            NewTicket {
                requester,
                subject: format!("{about} ({n})"),
                body: format!("Hello,\n\n{about}, I think; number {n}.\n\nRegards,\n{name}"),
                priority: [Priority::Normal, Priority::Low, Priority::High][n % 3].clone(),
                channel: Channel::Email,
                assignee: [Some(t.dana), None][n % 2],
                ..NewTicket::default()
            },
        );
        if n % 3 == 0 {
            task(&mut t, n, requester);
        }
    }
    t
}

fn task(t: &mut Tiny, n: usize, customer: Id) {
    let edits = vec![
        Edit::set("title", format!("Call about order {n}")),
        Edit::set("owner", "@dana"),
        Edit::set("due", "2026-11-25 09:00"),
        Edit::set("customer", customer.to_string()),
    ];
    t.run(NOW - 3_600_000, Command::Create(Kind::Task, edits));
}
