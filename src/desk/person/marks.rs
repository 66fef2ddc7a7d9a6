//! What names a person, now and in the past, and what of that names others too.

use std::collections::BTreeSet;

use super::held::Person;
use crate::{
    desk::{own_addresses::OwnAddresses, read},
    model::{Agent, Customer, Id, Kind, Marks, Message, Table, fold, log::ChangeKind, marks::words},
    store::{StoreError, View, feed, records},
};

/// All that names a person: what their records say, what they said before, and how their mail is signed.
///
/// # Errors
/// Where the file cannot be read, or a record is damaged.
pub fn marks(view: &dyn View, person: &Person, theirs: &[(Kind, Id)]) -> Result<Marks, StoreError> {
    let mut out = Marks::default();
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut nicknames = Vec::new();
    let mut take = |c: &Customer, out: &mut Marks| {
        names.extend([&c.given, &c.family].into_iter().flat_map(|n| words(n)));
        nicknames.extend([c.nickname.clone(), c.phonetic.clone()]);
        out.add(&Customer { nickname: String::new(), phonetic: String::new(), ..c.clone() });
    };
    for id in &person.cluster {
        let Some(bytes) = view.get(Table::Customer, id.bytes())? else { continue };
        take(&records::decode(&bytes)?, &mut out);
        for seq in read::history_rows(view, *id)? {
            let Some(body) = feed::at(view, seq)?.and_then(|i| i.body) else { continue };
            for change in body.changes.iter().filter(|c| c.id == *id) {
                match &change.what {
                    ChangeKind::Created(b) | ChangeKind::Deleted(b) => {
                        if let Ok(c) = records::decode::<Customer>(b) {
                            take(&c, &mut out);
                        }
                    }
                    ChangeKind::Updated(fields) => {
                        for before in [true, false] {
                            // The record as it was, as far as this row tells.
                            let mut all = records::to_fields(&bytes)?;
                            for f in fields {
                                all.retain(|(k, _)| *k != f.field);
                                let value = if before { &f.before } else { &f.after };
                                all.extend(value.iter().map(|v| (f.field.clone(), v.clone())));
                            }
                            if let Ok(c) = records::decode::<Customer>(&records::from_fields(all)) {
                                take(&c, &mut out);
                            }
                        }
                    }
                }
            }
        }
    }
    // A nickname or a signature may be anyone's (`The Boss`, `Customer Service`): only what shares a name counts.
    let shares = |text: &str| words(text).iter().any(|w| w.chars().count() > 1 && names.contains(w));
    for name in nicknames.iter().filter(|n| shares(n)) {
        out.add_full_name(name);
    }
    for (_, id) in theirs.iter().filter(|(k, _)| *k == Kind::Message) {
        let Some(m) = records::get::<Message>(view, *id)? else { continue };
        if m.author.is_some_and(|a| person.cluster.contains(&a)) {
            out.add_email(&m.from);
            if shares(&m.from_name) {
                out.add_full_name(&m.from_name);
            }
            out.add_message_id(&m.message_id);
        }
    }
    Ok(out)
}

/// Marks that name no one else, and what was left out for that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Narrowed {
    /// What names the person alone.
    pub marks: Marks,
    /// Others who bear the same name, as people see them: `C-12`.
    pub namesakes: Vec<String>,
    /// Others who share an address, a number or a street.
    pub sharers: Vec<String>,
}

/// Leaves out what names others too: a namesake's name, a household's telephone, `info@`. Reads every customer.
///
/// # Errors
/// Where the file cannot be read.
pub fn narrowed(view: &dyn View, cluster: &[Id], all: &Marks) -> Result<Narrowed, StoreError> {
    let mut out = Narrowed { marks: all.clone(), ..Narrowed::default() };
    records::each::<Customer>(view, |c| {
        if cluster.contains(&c.id) {
            return true;
        }
        let mut name = words(&c.given);
        name.extend(words(&c.middle));
        name.extend(words(&c.family));
        let label = crate::model::number::show(Kind::Customer, c.number);
        if leave_name(&mut out.marks, &name, &[&c.given, &c.family]) {
            out.namesakes.push(label.clone());
        }
        let mut others = Marks::default();
        others.add(&Customer { given: String::new(), family: String::new(), nickname: String::new(), ..c });
        if leave(&mut out.marks, &others) {
            out.sharers.push(label);
        }
        true
    })?;
    records::each::<Agent>(view, |a| {
        if leave_name(&mut out.marks, &words(&a.name), &[&a.name]) {
            out.namesakes.push(format!("@{}", a.handle));
        }
        out.marks.emails.retain(|e| !a.emails.iter().any(|o| fold::email_key(o).as_ref() == Some(e)));
        true
    })?;
    for address in OwnAddresses::of(view)?.desk {
        out.marks.emails.remove(&address);
    }
    Ok(out)
}

/// Leaves out names contained in another.
fn leave_name(marks: &mut Marks, other: &[String], raw: &[&str]) -> bool {
    let before = (marks.names.len(), marks.joined.len());
    let turned: Vec<String> =
        other.iter().cycle().skip(other.len().saturating_sub(1)).take(other.len()).cloned().collect();
    let within = |mark: &[String], other: &[String]| other.windows(mark.len().max(1)).any(|w| w == mark);
    marks.names.retain(|m| !within(m, other) && !within(m, &turned));
    let joined: Vec<String> = [raw.concat(), raw.iter().rev().copied().collect()].to_vec();
    marks.joined.retain(|m| !joined.iter().any(|j| j.contains(m.as_str())));
    before != (marks.names.len(), marks.joined.len())
}

/// Leaves out what is another's too.
fn leave(marks: &mut Marks, others: &Marks) -> bool {
    fn less<T: Ord>(from: &mut BTreeSet<T>, others: &BTreeSet<T>) -> bool {
        let before = from.len();
        from.retain(|m| !others.contains(m));
        from.len() != before
    }
    let mut any = less(&mut marks.emails, &others.emails);
    any |= less(&mut marks.phones, &others.phones);
    any |= less(&mut marks.streets, &others.streets);
    any |= less(&mut marks.pages, &others.pages);
    any |= less(&mut marks.ids, &others.ids);
    any | less(&mut marks.handles, &others.handles)
}
