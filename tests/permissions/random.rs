//! No sequence of requests by any role, undo and redo included, writes a field that the role cannot write.
//!
//! The oracle does not read the desk's table: it says by kind, field and value what a role may change, and compares the
//! records before and after.

use std::collections::BTreeMap;

use frontdesk::{
    desk::{
        Command, Edit, TicketChange,
        command::{NewAgent, NewInteraction, NewReply, RevertStep},
        import::ImportStep,
    },
    model::{Agent, Id, Kind, Message, Role, Visibility},
    store::{Range, Scan, View, records},
};

use super::desk::Staffed;

type Records = BTreeMap<(Kind, Id), Vec<u8>>;

fn all(view: &dyn View) -> Records {
    let mut out = Records::new();
    for kind in Kind::ALL.iter().copied() {
        view.scan(kind.table(), &Range::all(), Scan::Forward, &mut |k, v| {
            out.insert((kind, Id(k.try_into().unwrap())), v.to_vec());
            true
        })
        .unwrap();
    }
    out
}

/// The forbidden change to a record, if any.
fn wrong(role: &Role, kind: Kind, before: Option<&[u8]>, after: Option<&[u8]>) -> Option<String> {
    let fields: Vec<String> = match (before, after) {
        (Some(b), Some(a)) => records::differ(b, a).unwrap().into_iter().map(|f| f.field).collect(),
        _ => vec!["whole".into()],
    };
    let whole = fields == ["whole"];
    let only = |some: &[&str]| fields.iter().all(|f| some.contains(&f.as_str()));
    let either = after.or(before).unwrap();
    let fine = match role {
        Role::Light => match kind {
            Kind::Message => {
                whole && records::decode::<Message>(either).unwrap().visibility == Visibility::Internal
            }
            Kind::TicketEvent | Kind::Interaction => whole,
            Kind::Ticket => only(&["v", "ua", "ti"]),
            _ => false,
        },
        Role::Agent => match kind {
            Kind::Agent => only(&["v", "aw"]),
            Kind::Team | Kind::Workspace | Kind::Mailbox => false,
            _ => true,
        },
        Role::Admin => match kind {
            Kind::Agent => {
                let owner = |b: &[u8]| records::decode::<Agent>(b).unwrap().role == Role::Owner;
                only(&["v", "aw"]) || !before.into_iter().chain(after).any(owner)
            }
            Kind::Workspace => !whole,
            _ => true,
        },
        Role::Owner => kind != Kind::Workspace || !whole,
        _ => false,
    };
    (!fine).then(|| format!("{role} changed {fields:?} of a {}", kind.word()))
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below as u64) as usize
    }

    fn pick<T: Clone>(&mut self, some: &[T]) -> T {
        some[self.roll(some.len())].clone()
    }
}

fn some_command(
    d: &mut Dice,
    s: &Staffed,
    agents: &[Id],
    tickets: &[Id],
    customers: &[Id],
    head: u64,
) -> Command {
    let (agent, ticket, customer) = (d.pick(agents), d.pick(tickets), d.pick(customers));
    let row = 1 + d.roll(head as usize) as u64;
    let role = d.pick(&["owner", "admin", "agent", "light", "read_only"]);
    match d.roll(22) {
        0 | 1 => Command::Edit(Kind::Agent, agent, vec![Edit::set("role", role)]),
        2 => Command::Edit(Kind::Agent, agent, vec![Edit::set("archived", d.pick(&["yes", "no"]))]),
        3 => Command::Edit(Kind::Agent, agent, vec![Edit::set("unix_user", d.pick(&["olga", "x", "y"]))]),
        4 => Command::AgentAway(agent, d.roll(2) == 0),
        5 => Command::Edit(Kind::Workspace, Id::NIL, vec![Edit::set("name", d.pick(&["One", "Two"]))]),
        6 => Command::TeamAdd(format!("Team {}", s.now)),
        7 => Command::Edit(Kind::Customer, customer, vec![Edit::set("city", d.pick(&["Oslo", "Bergen"]))]),
        8 => Command::TicketSet(vec![ticket], vec![TicketChange::Tag(d.pick(&["a", "b", "c"]).into())]),
        9 => Command::TicketNote(ticket, "Called back.".into()),
        10 => Command::TicketReply(Box::new(NewReply {
            ticket,
            body: "Hello".into(),
            to: vec!["ada@x.example".into()],
            ..NewReply::default()
        })),
        11 => Command::InteractionLog(NewInteraction {
            customer,
            body: "Said hello".into(),
            ..Default::default()
        }),
        12 => {
            Command::Merge { kind: Kind::Customer, into: customers[0], from: customers[1], take: Vec::new() }
        }
        13 => Command::Unmerge(Kind::Customer, customers[1]),
        14 => Command::AgentAdd(NewAgent {
            name: format!("n{}", s.now),
            role: Role::from(role),
            ..NewAgent::default()
        }),
        15 => Command::Redo,
        16 => Command::RevertStep(row, [RevertStep::Undo, RevertStep::Redo][usize::from(d.roll(2) == 0)]),
        17 => Command::Import(Box::new(ImportStep::Revert(row))),
        18 => Command::Undo(None),
        19 => Command::UndoBefore(row),
        _ => Command::Undo(Some(row)),
    }
}

#[test]
fn no_sequence_of_requests_writes_what_the_role_may_not_write() {
    let (mut done, mut undone) = (BTreeMap::<String, u32>::new(), BTreeMap::<String, u32>::new());
    for seed in 0..24 {
        let mut d = Dice(seed);
        let mut s = Staffed::new();
        let customers = [s.customer("Ada Lovelace"), s.customer("Grace Hopper")];
        let tickets = [s.ticket(customers[0]), s.ticket(customers[1])];
        let agents = [s.owner, s.admin, s.agent, s.light, s.read_only];
        for step in 0..120 {
            let before = s.desk.view(|v| Ok(all(v))).unwrap();
            let actor = d.pick(&agents);
            let Some(was) = before.get(&(Kind::Agent, actor)) else { continue };
            let was: Agent = records::decode(was).unwrap();
            let head = s.desk.view(|v| frontdesk::store::ViewExt::log_head(v)).unwrap();
            let command = some_command(&mut d, &s, &agents, &tickets, &customers, head);
            let context = format!("seed {seed}, step {step}, {command:?}");
            let word = command.word();
            let accepted = s.attempt(actor, command).is_ok();
            let after = s.desk.view(|v| Ok(all(v))).unwrap();
            let role = if was.archived_at.is_some() { Role::ReadOnly } else { was.role.clone() };
            for key in before.keys().chain(after.keys()) {
                let (b, a) = (before.get(key), after.get(key));
                if b != a {
                    assert!(accepted, "{context}: rejected, and changed something");
                    let bytes = |v: Option<&Vec<u8>>| v.cloned();
                    let found = wrong(&role, key.0, bytes(b).as_deref(), bytes(a).as_deref());
                    assert_eq!(found, None, "{context}");
                }
            }
            let owners = after.iter().filter(|((kind, _), bytes)| {
                *kind == Kind::Agent && {
                    let a: Agent = records::decode(bytes).unwrap();
                    a.role == Role::Owner && a.archived_at.is_none()
                }
            });
            assert!(owners.count() > 0, "{context}: no owner is left");
            if accepted && before != after {
                *done.entry(role.to_string()).or_default() += 1;
                if matches!(word, "undo" | "redo") {
                    *undone.entry(role.to_string()).or_default() += 1;
                }
            }
        }
    }
    for role in ["owner", "admin", "agent", "light"] {
        assert!(done.get(role) > Some(&5) && undone.get(role) > Some(&0), "{done:?} {undone:?}");
    }
    assert_eq!(done.get("read_only"), None);
}
