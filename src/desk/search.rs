//! Full text over everything: tickets, messages, interactions and notes, the best first, each with the piece that hits.

use std::collections::HashSet;

use crate::{
    model::{Agent, Customer, Id, Interaction, Kind, Message, Organisation, Stamp, Ticket, number},
    query::{
        self, QueryError, Span,
        bind::{Pred, TextTest},
        looks, schema,
        snippet::{Snippet, snippet},
    },
    store::{
        StoreError, View, records,
        text::{self, Owner},
    },
};

/// A text that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundText {
    /// The kind of the record.
    pub kind: Kind,
    /// The record.
    pub id: Id,
    /// The record as people name it: `M-7`, `T-104`.
    pub number: String,
    /// The ticket that it belongs to, by id and number.
    pub ticket: Option<(Id, u64)>,
    /// The customer that it is about.
    pub customer: Option<Id>,
    /// What it is about: a ticket's subject, the name of a customer or an organisation.
    pub about: String,
    /// Who said it.
    pub who: String,
    /// When.
    pub at: Option<Stamp>,
    /// The piece that hits.
    pub snippet: Snippet,
    /// How well it fits: more is better, within one search.
    pub score: f32,
}

/// Words of this many letters and fewer stand whole: what begins with one letter is everything.
const WHOLE: usize = 2;

/// How a search is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// At most this many.
    pub limit: usize,
    /// Characters of a snippet.
    pub width: usize,
    /// Of each ticket its best text alone.
    pub once: bool,
}

impl Default for Ask {
    fn default() -> Ask {
        Ask { limit: 50, width: 100, once: true }
    }
}

/// Why a search gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchError {
    /// The words are not understood.
    #[error("{}", .0.line())]
    Query(QueryError),
    /// An older version made the store, or it was damaged: [`text::rebuild`] comes first.
    #[error("the texts of this desk are not gathered yet")]
    NotKept,
}

/// The words, phrases and exclusions of a search.
#[derive(Debug, Clone)]
pub struct Words {
    pred: Pred,
}

impl Words {
    /// Understands words, `"phrases"`, `*infixes` and `-words`; fields belong to lists.
    ///
    /// # Errors
    /// What else is in it, and where.
    pub fn parse(text: &str) -> Result<Words, QueryError> {
        let zone = crate::model::zone::Zone::utc();
        let context =
            query::Context { now: 0, zone: &zone, me: None, views: None, sensitive: true, custom: &[] };
        let whole = Span::new(0, text.len());
        let other = |what: &str| QueryError::new(whole, what.to_owned()).within(text);
        let bound = query::compile(text, &schema::MESSAGES, &context)?;
        let pred = bound.pred.ok_or_else(|| other("there is nothing to look for here"))?;
        if bound.sort.is_some() || bound.limit.is_some() || !only_words(&pred) {
            return Err(other(
                "texts are searched by words and \"phrases\"; fields, `or` and orders belong to lists",
            ));
        }
        let words = Words { pred };
        match words.tests().0.iter().any(|t| looks::looks(t).is_some()) {
            true => Ok(words),
            false => Err(other("there is no word here to look for")),
        }
    }

    /// The tests that a text has to meet, and those that it must not.
    pub fn tests(&self) -> (Vec<&TextTest>, Vec<&TextTest>) {
        looks::texts(&self.pred)
    }
}

fn only_words(pred: &Pred) -> bool {
    match pred {
        Pred::Text(_) => true,
        Pred::Not(p) => matches!(**p, Pred::Text(_)),
        Pred::All(all) => all.iter().all(only_words),
        _ => false,
    }
}

/// Searches all texts. All words must be in one text; best match first, then newest.
///
/// # Errors
/// Where the file cannot be read; [`SearchError::NotKept`] as the inner error.
pub fn search(
    view: &dyn View,
    words: &Words,
    ask: Ask,
) -> Result<Result<Vec<FoundText>, SearchError>, StoreError> {
    let (tests, without) = words.tests();
    let mut seen = HashSet::new();
    let mut wanted = |owner: &Owner| {
        !(ask.once && matches!(owner.kind, Kind::Ticket | Kind::Message)) || seen.insert(owner.of)
    };
    let asked = text::Asked { tests: &tests, without: &without, whole: WHOLE, limit: ask.limit };
    let Some(hits) = text::rank(view, &asked, &mut wanted)? else {
        return Ok(Err(SearchError::NotKept));
    };
    let mut out = Vec::with_capacity(hits.len());
    for hit in hits {
        out.extend(found(view, &hit.owner, &tests, ask.width)?.map(|f| FoundText { score: hit.score, ..f }));
    }
    Ok(Ok(out))
}

fn name(view: &dyn View, customer: Id) -> Result<String, StoreError> {
    Ok(records::get::<Customer>(view, customer)?.map(|c| c.display_name()).unwrap_or_default())
}

fn files(m: &Message) -> String {
    m.attachments.iter().map(|a| a.name.as_str()).collect::<Vec<_>>().join(" ")
}

fn found(
    view: &dyn View,
    owner: &Owner,
    tests: &[&TextTest],
    width: usize,
) -> Result<Option<FoundText>, StoreError> {
    let blank = |kind: Kind, number: u64| FoundText {
        kind,
        id: owner.id,
        number: number::show(kind, number),
        ticket: None,
        customer: None,
        about: String::new(),
        who: String::new(),
        at: None,
        snippet: Snippet::default(),
        score: 0.0,
    };
    // Where the text itself has no hit, something around it has.
    let piece = |said: &[&str]| {
        let mut all = said.iter().map(|text| snippet(text, tests, width));
        let own = all.next().unwrap_or_default();
        if own.marks.is_empty() { all.find(|s| !s.marks.is_empty()).unwrap_or(own) } else { own }
    };
    Ok(match owner.kind {
        Kind::Message => match records::get::<Message>(view, owner.id)? {
            Some(m) => {
                let ticket = records::get::<Ticket>(view, m.ticket)?;
                let who = match (m.from_name.is_empty(), m.agent) {
                    (true, Some(a)) => records::get::<Agent>(view, a)?.map(|a| a.name).unwrap_or_default(),
                    (true, None) => name(view, m.author.unwrap_or(m.customer))?,
                    (false, _) => m.from_name.clone(),
                };
                Some(FoundText {
                    ticket: ticket.as_ref().map(|t| (t.id, t.number)),
                    customer: Some(m.customer),
                    about: ticket.map(|t| t.subject).unwrap_or_default(),
                    who,
                    at: Some(m.at),
                    snippet: piece(&[&m.body, &m.subject, &m.from_name, &m.from, &files(&m)]),
                    ..blank(Kind::Message, m.number)
                })
            }
            None => None,
        },
        Kind::Ticket => match records::get::<Ticket>(view, owner.id)? {
            Some(t) => {
                let whole = text::text_of(view, owner.kind, owner.id)?.unwrap_or_default();
                Some(FoundText {
                    ticket: Some((t.id, t.number)),
                    customer: Some(t.requester),
                    who: name(view, t.requester)?,
                    at: Some(t.created_at),
                    snippet: piece(&[&t.subject, &whole]),
                    about: t.subject,
                    ..blank(Kind::Ticket, t.number)
                })
            }
            None => None,
        },
        Kind::Interaction => match records::get::<Interaction>(view, owner.id)? {
            Some(i) => {
                let whole = text::text_of(view, owner.kind, owner.id)?.unwrap_or_default();
                Some(FoundText {
                    customer: Some(i.customer),
                    who: name(view, i.customer)?,
                    at: Some(i.at),
                    snippet: piece(&[&i.body, &whole]),
                    about: i.subject,
                    ..blank(Kind::Interaction, i.number)
                })
            }
            None => None,
        },
        Kind::Customer => records::get::<Customer>(view, owner.id)?.map(|c| FoundText {
            customer: Some(c.id),
            about: c.display_name(),
            at: Some(c.updated_at),
            snippet: snippet(&c.notes.join("\n"), tests, width),
            ..blank(Kind::Customer, c.number)
        }),
        Kind::Organisation => records::get::<Organisation>(view, owner.id)?.map(|o| FoundText {
            at: Some(o.updated_at),
            snippet: snippet(&o.notes.join("\n"), tests, width),
            about: o.name,
            ..blank(Kind::Organisation, o.number)
        }),
        _ => None,
    })
}
