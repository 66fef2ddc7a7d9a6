//! The desk itself: its settings, its agents and teams, its saved views.

use super::{
    Options,
    calendar::{DAY, MINUTE},
    people::{Colleague, Town},
    plan::Plan,
};
use crate::{
    desk::{Command, Edit, command::NewAgent},
    model::{Id, Kind, Role, fold},
};

/// Name, handle, team of the others. The first is the lead.
const COLLEAGUES: &[(&str, &str, &str)] = &[
    ("Maren Quillfeather", "maren", "Support"),
    ("Ines Barlow-Tan", "ines", "Support"),
    ("Tomasz Wilkołak", "tomasz", "Workshop"),
    ("Priya Halloran", "priya", "Support"),
    ("Joji Lindenblad", "joji", "Workshop"),
];

/// Plans the beginning of the desk, and who works at it.
pub fn staff(plan: &mut Plan, options: &Options, town: &mut Town) {
    let mut at = town.start;
    let name = if options.name.trim().is_empty() { "Robin" } else { options.name.trim() };
    let workspace = vec![
        Edit::set("name", super::NAME),
        Edit::set("zone", options.zone.as_str()),
        Edit::set("currency", options.currency.as_str()),
        Edit::set("address", "help@lanternburr.example"),
        Edit::set("own_address", "workshop@lanternburr.example, orders@lanternburr.example"),
        Edit::set("calling_code", "44"),
    ];
    let owner = NewAgent {
        name: name.to_owned(),
        unix_user: options.unix_user.clone(),
        emails: vec!["me@lanternburr.example".into()],
        ..NewAgent::default()
    };
    let me = plan.add(at, Id::NIL, Command::Start { workspace, owner });
    let own = fold::fold(name);
    let own = own.split_whitespace().next().unwrap_or_default().to_owned();
    town.colleagues.push(Colleague { id: me, name: name.to_owned(), handle: "me".into() });
    for (team, slot) in ["Support", "Workshop"].iter().zip(town.teams.iter_mut()) {
        at += MINUTE;
        *slot = plan.add(at, me, Command::TeamAdd((*team).into()));
    }
    let [support, workshop] = town.teams;
    at += MINUTE;
    plan.add(at, me, Command::Edit(Kind::Agent, me, vec![Edit::add("team", "Support")]));
    for (i, (name, handle, team)) in COLLEAGUES.iter().enumerate() {
        at += MINUTE;
        let handle = if *handle == own { format!("{handle}2") } else { (*handle).to_owned() };
        let new = NewAgent {
            name: (*name).into(),
            handle: handle.clone(),
            emails: vec![format!("{handle}@lanternburr.example")],
            role: if i == 0 { Role::Admin } else { Role::Agent },
            teams: vec![if *team == "Support" { support } else { workshop }],
            ..NewAgent::default()
        };
        let id = plan.add(at, me, Command::AgentAdd(new));
        town.colleagues.push(Colleague { id, name: (*name).into(), handle });
    }
    at += MINUTE;
    let letterbox = NewAgent { name: "Letterbox".into(), handle: "letterbox".into(), ..NewAgent::default() };
    town.letterbox = plan.add(at, me, Command::AgentAdd(letterbox));
    for (i, (name, entity, query)) in
        [("Recall HR-0417", "tickets", "tag:recall-0417"), ("Wholesale", "customers", "tag:wholesale")]
            .iter()
            .enumerate()
    {
        let edits = vec![
            Edit::set("name", *name),
            Edit::set("entity", *entity),
            Edit::set("query", *query),
            Edit::set("rank", (i + 1).to_string()),
        ];
        plan.add(plan.now() - 20 * DAY, me, Command::ViewSave(edits));
    }
    // The story ends with the last message: after that the mailbox writes nothing more.
    let gone = vec![Edit::set("archived", "yes")];
    plan.add(plan.now(), me, Command::Edit(Kind::Agent, town.letterbox, gone));
    let last = town.agent(5);
    plan.add(town.away_since, last, Command::AgentAway(last, true));
}
