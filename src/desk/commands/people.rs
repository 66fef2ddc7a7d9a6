//! The workspace, agents and teams.

use crate::{
    desk::{
        Edit,
        command::NewAgent,
        custom,
        edit::{self, How},
        outbox,
        work::Job,
    },
    model::{
        Agent, Id, Kind, Refusal, Role, Team, Workspace, fold, money::Currency, phone, pipeline::Pipeline,
        workspace, zone::Zone,
    },
    store::{Reject, records},
};

/// Begins: the workspace and its owner.
pub fn start(job: &mut Job, edits: &[Edit], owner: &NewAgent) -> Result<(), Reject> {
    if job.work.get::<Workspace>(Id::NIL)?.is_some() {
        return Err(Refusal::Taken { what: "this store".into(), owner: "a desk".into() }.into());
    }
    job.workspace.created_at = job.now();
    job.workspace.currency = "EUR".into();
    edit_workspace(job, edits)?;
    let owner = NewAgent { role: Role::Owner, ..owner.clone() };
    add_agent(job, &owner)?;
    outbox::adopt::none(job.work.tx);
    job.say(format!("a desk for {}", owner.name));
    Ok(())
}

/// Changes the workspace.
pub fn workspace_edit(job: &mut Job, edits: &[Edit]) -> Result<(), Reject> {
    edit_workspace(job, edits)?;
    let said = if let [e] = edits { custom::said(e) } else { None };
    job.say(said.unwrap_or_else(|| "the desk's settings changed".to_owned()));
    Ok(())
}

fn edit_workspace(job: &mut Job, edits: &[Edit]) -> Result<(), Reject> {
    let mut w = job.workspace.clone();
    for e in edits {
        let v = e.value.trim();
        let bad = |field, why: &str| Refusal::Invalid { field, why: why.to_owned() };
        match edit::name_of::<Workspace>(e) {
            "zone" => {
                let zone =
                    Zone::named(v).map_err(|_| bad("zone", "give an IANA name such as Europe/Dublin"))?;
                zone.name().clone_into(&mut w.zone);
            }
            "currency" => {
                let c = Currency::new(&v.to_uppercase())
                    .ok_or_else(|| bad("currency", "give an ISO code such as EUR"))?;
                c.as_str().clone_into(&mut w.currency);
            }
            "address" => {
                if !v.is_empty() && fold::email_key(v).is_none() {
                    return Err(bad("address", "that is no e-mail address").into());
                }
                edit::text(&mut w.address, e);
            }
            "calling_code" => {
                let code = v.trim_start_matches('+');
                if !code.is_empty() && !phone::is_code(code) {
                    return Err(bad("calling_code", "give the calling code of a country such as 49").into());
                }
                code.clone_into(&mut w.calling_code);
            }
            "hold_seconds" => {
                let seconds = v.parse().map_err(|_| bad("hold_seconds", "give a number of seconds"))?;
                if i64::from(seconds) * 1000 > workspace::LONGEST_HOLD_MS {
                    return Err(bad("hold_seconds", "an hour (3600) is the longest").into());
                }
                w.hold_seconds = Some(seconds);
            }
            "storm_limit" => {
                let n =
                    v.parse().map_err(|_| bad("storm_limit", "give a number of messages; 0: no limit"))?;
                w.storm_limit = Some(n);
            }
            "blocked" => blocked(&mut w.blocked, e)?,
            "custom_field" => custom::declare(&mut w.custom_fields, e)?,
            "pipeline" => pipelines(&mut w.pipelines, e)?,
            _ => edit::declared(&mut w, e, &edit::known::<Workspace>())?,
        }
    }
    job.put(&w)?;
    job.workspace = w;
    Ok(())
}

/// An edit of sales pipelines: all of them, each on a line, or one that is added, replaced or removed.
fn pipelines(field: &mut Vec<String>, e: &Edit) -> Result<(), Refusal> {
    let bad = |why| Refusal::Invalid { field: "pipeline", why };
    let name = |p: &str| Pipeline::parse(p).map(|p| fold::fold(&p.name)).unwrap_or_default();
    let mut given = Vec::new();
    for line in e.value.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if e.how == How::Remove {
            let wanted = fold::fold(line.split(':').next().unwrap_or(line).trim());
            let before = field.len();
            field.retain(|p| name(p) != wanted);
            if field.len() == before {
                return Err(bad(format!("there is no pipeline {line}")));
            }
            continue;
        }
        let new = Pipeline::parse(line).map_err(bad)?.to_string();
        if given.iter().any(|p: &String| name(p) == name(&new)) {
            return Err(bad(format!("two pipelines have the name of {line}")));
        }
        given.push(new);
    }
    match e.how {
        How::Set => *field = given,
        How::Add => {
            // The usual pipeline stays where others are added to it.
            if field.is_empty() {
                field.extend(Workspace::default().sales_pipelines().iter().map(Pipeline::to_string));
            }
            field.retain(|p| !given.iter().any(|g| name(g) == name(p)));
            field.extend(given);
        }
        How::Remove => {}
    }
    Ok(())
}

/// An edit of blocked senders, each in the form in which they are kept.
pub fn blocked(field: &mut Vec<String>, e: &Edit) -> Result<(), Refusal> {
    let mut senders = Vec::new();
    for word in e.value.split([',', ' ']).map(str::trim).filter(|w| !w.is_empty()) {
        let why = format!("{word} is neither an address nor @domain");
        senders.push(workspace::blocked_sender(word).ok_or(Refusal::Invalid { field: "blocked", why })?);
    }
    edit::list(field, &Edit { value: senders.join(","), ..e.clone() });
    Ok(())
}

/// Adds an agent.
pub fn agent_add(job: &mut Job, new: &NewAgent) -> Result<(), Reject> {
    add_agent(job, new)?;
    job.say(format!("{} joined the desk", new.name));
    Ok(())
}

fn add_agent(job: &mut Job, new: &NewAgent) -> Result<Id, Reject> {
    if new.name.trim().is_empty() {
        return Err(Refusal::Invalid { field: "name", why: "an agent needs a name".into() }.into());
    }
    let handle = if new.handle.trim().is_empty() { handle_of(&new.name) } else { handle_of(&new.handle) };
    let id = job.make(Kind::Agent);
    let agent = Agent {
        id,
        number: job.next_number(Kind::Agent)?,
        name: new.name.trim().to_owned(),
        handle,
        unix_user: new.unix_user.clone(),
        emails: new.emails.clone(),
        role: new.role.clone(),
        teams: new.teams.clone(),
        created_at: job.now(),
        ..Default::default()
    };
    job.put(&agent)?;
    Ok(id)
}

/// The short name of a name: its first word, folded.
fn handle_of(name: &str) -> String {
    let folded = fold::fold(name.trim().trim_start_matches('@'));
    let first = folded.split_whitespace().next().unwrap_or("agent");
    first.chars().filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_')).collect()
}

/// Changes an agent.
pub fn agent_edit(job: &mut Job, id: Id, edits: &[Edit]) -> Result<(), Reject> {
    let mut a: Agent = job.need(id)?;
    for e in edits {
        match edit::name_of::<Agent>(e) {
            "handle" => a.handle = handle_of(&e.value),
            "role" => {
                a.role = Role::known(e.value.trim()).ok_or_else(|| Refusal::Invalid {
                    field: "role",
                    why: format!("give one of {}", Role::WORDS.join(", ")),
                })?;
            }
            "team" => {
                let team = team_named(job, e.value.trim())?;
                a.teams.retain(|t| *t != team && e.how != How::Set);
                if e.how != How::Remove {
                    a.teams.push(team);
                }
            }
            "capacity" => {
                let why = "give a number of tickets; 0: no limit".to_owned();
                a.capacity =
                    e.value.trim().parse().map_err(|_| Refusal::Invalid { field: "capacity", why })?;
            }
            "archived" => a.archived_at = (e.value.trim() == "yes").then_some(job.now()),
            _ => edit::declared(&mut a, e, &edit::known::<Agent>())?,
        }
    }
    job.put(&a)?;
    job.say(format!("{} changed", a.name));
    Ok(())
}

/// Marks an agent as away, or back.
pub fn agent_away(job: &mut Job, id: Id, away: bool) -> Result<(), Reject> {
    let mut a: Agent = job.need(id)?;
    if a.away_since.is_some() != away {
        a.away_since = away.then_some(job.now());
    }
    job.put(&a)?;
    job.say(format!("{} is {}", a.name, if away { "away" } else { "back" }));
    Ok(())
}

/// Adds a team.
pub fn team_add(job: &mut Job, name: &str) -> Result<(), Reject> {
    if name.trim().is_empty() {
        return Err(Refusal::Invalid { field: "name", why: "a team needs a name".into() }.into());
    }
    if team_named(job, name).is_ok() {
        return Err(Refusal::Taken { what: name.trim().to_owned(), owner: "a team".into() }.into());
    }
    let id = job.make(Kind::Team);
    let team = Team { id, name: name.trim().to_owned(), created_at: job.now(), ..Default::default() };
    job.put(&team)?;
    job.say(format!("team {} added", team.name));
    Ok(())
}

fn team_named(job: &Job, name: &str) -> Result<Id, Reject> {
    let wanted = fold::fold(name);
    let mut found = None;
    records::each::<Team>(job.view(), |t| {
        if fold::fold(&t.name) == wanted {
            found = Some(t.id);
        }
        found.is_none()
    })?;
    found.ok_or_else(|| Refusal::NotFound { kind: Kind::Team, what: name.to_owned() }.into())
}
