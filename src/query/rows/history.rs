//! What was said and answered: messages, interactions, survey answers.

use std::borrow::Cow;

use super::{Around, Out, Roster, lines, spoken};
use crate::{
    model::{Customer, Id, Interaction, Message, Organisation, Response, Ticket, Visibility},
    query::{Row, Value},
};

/// A message with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct MessageRow<'a> {
    /// The message.
    pub message: &'a Message,
    /// Of which ticket.
    pub ticket: Option<&'a Ticket>,
    /// On whose timeline it stands.
    pub customer: Option<&'a Customer>,
    /// Who may have written it.
    pub roster: &'a Roster,
}

impl Row for MessageRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let m = self.message;
        match field {
            "ticket" => out.ticket(self.ticket),
            "from" => {
                out.text(&m.from_name);
                out.text(&m.from);
                if m.from_name.is_empty() {
                    out.text(m.agent.and_then(|a| self.roster.agent(a)).map_or("", |a| &a.name));
                }
            }
            // A note goes nowhere.
            "direction" if m.visibility == Visibility::Internal => {}
            "direction" => out.text(if m.is_inbound() { "in" } else { "out" }),
            "has" => out.states([
                ("attachment", !m.attachments.is_empty()),
                ("problem", !m.problems.is_empty()),
                ("raw", m.raw.is_some()),
            ]),
            "is" => out.states([
                ("robot", !m.robot.is_empty()),
                ("public", m.visibility == Visibility::Public),
                ("internal", m.visibility == Visibility::Internal),
            ]),
            "customer" => out.customer(self.customer),
            other => out.declared(other, m, Around::of(self.roster)),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let m = self.message;
        let files = m.attachments.iter().map(|a| a.name.as_str());
        Cow::Owned(lines([m.subject.as_str(), &m.from_name, &m.from, &m.body].into_iter().chain(files)))
    }

    fn number(&self) -> Option<u64> {
        Some(self.message.number)
    }

    fn id(&self) -> Option<Id> {
        Some(self.message.id)
    }

    fn links(&self, join: &str, out: &mut Vec<Id>) {
        match join {
            "customer" => out.push(self.message.customer),
            "ticket" => out.push(self.message.ticket),
            _ => {}
        }
    }
}

/// An interaction with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct InteractionRow<'a> {
    /// The interaction.
    pub interaction: &'a Interaction,
    /// The customer.
    pub customer: Option<&'a Customer>,
    /// For which organisation.
    pub organisation: Option<&'a Organisation>,
    /// About which ticket.
    pub ticket: Option<&'a Ticket>,
    /// Who may have had it.
    pub roster: &'a Roster,
}

impl Row for InteractionRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let i = self.interaction;
        match field {
            "customer" => out.customer(self.customer),
            "ticket" => out.ticket(self.ticket),
            "org" => out.text(self.organisation.map_or("", |o| &o.name)),
            other => out.declared(other, i, Around::of(self.roster)),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let customer = self.customer.map(Customer::display_name).map(spoken).unwrap_or_default();
        let i = self.interaction;
        let firm = self.organisation.map(|o| spoken(o.name.clone())).unwrap_or_default();
        Cow::Owned(lines([i.subject.as_str(), &i.body, &customer, &firm]))
    }

    fn number(&self) -> Option<u64> {
        Some(self.interaction.number)
    }

    fn id(&self) -> Option<Id> {
        Some(self.interaction.id)
    }

    fn links(&self, join: &str, out: &mut Vec<Id>) {
        match join {
            "customer" => out.push(self.interaction.customer),
            "org" => out.extend(self.interaction.organisation),
            "ticket" => out.extend(self.interaction.ticket),
            _ => {}
        }
    }
}

/// A survey answer with what belongs to it.
#[derive(Debug, Clone, Copy)]
pub struct ResponseRow<'a> {
    /// The answer.
    pub response: &'a Response,
    /// Who answered.
    pub customer: Option<&'a Customer>,
    /// About which ticket.
    pub ticket: Option<&'a Ticket>,
}

impl Row for ResponseRow<'_> {
    fn values<'v>(&'v self, field: &str, out: &mut Vec<Value<'v>>) {
        let mut out = Out(out);
        let r = self.response;
        match field {
            "customer" => out.customer(self.customer),
            "ticket" => out.ticket(self.ticket),
            other => out.declared(other, r, Around { roster: None, links: &[] }),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        let customer = self.customer.map(Customer::display_name).map(spoken).unwrap_or_default();
        Cow::Owned(lines([self.response.comment.as_str(), &customer]))
    }

    fn number(&self) -> Option<u64> {
        Some(self.response.number)
    }

    fn id(&self) -> Option<Id> {
        Some(self.response.id)
    }

    fn links(&self, join: &str, out: &mut Vec<Id>) {
        match join {
            "customer" => out.push(self.response.customer),
            "ticket" => out.extend(self.response.ticket),
            _ => {}
        }
    }
}
