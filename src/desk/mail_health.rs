//! How mail stands, in words: the line at the top of the screen, the list of mailboxes and `mailbox status` say the same.

use super::{
    mailboxes,
    outbox::{self, Counts, Standing},
    silence,
};
use crate::{
    model::{MailState, Mailbox, ReceiveKind, Stamp, zone},
    store::{StoreError, View, lease},
};

/// How serious something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// It fails, or an agent has to act.
    Bad,
    /// It is late, or waits for an agent.
    Late,
    /// All is well.
    Fine,
}

/// What there is to say of mail, in full and in as few words as possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// How serious it is.
    pub level: Level,
    /// In full.
    pub words: String,
    /// For a narrow screen.
    pub short: String,
}

impl Remark {
    fn new(level: Level, words: impl Into<String>, short: impl Into<String>) -> Remark {
        Remark { level, words: words.into(), short: short.into() }
    }
}

/// A mailbox, its state at its servers, and what waits to leave it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MailboxHealth {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Its state at its servers.
    pub state: MailState,
    /// What waits to leave it, or could not.
    pub standing: Standing,
}

/// Without contact for longer than this, in milliseconds, a mailbox that is fetched every minute is late.
const LATE: Stamp = 5 * 60_000;

/// Without contact for longer than this its mail has stopped.
const STOPPED: Stamp = 60 * 60_000;

impl MailboxHealth {
    /// Whether a program of the desk has to fetch its mail.
    fn is_fetched(&self) -> bool {
        use ReceiveKind::{Imap, Imaps, Maildir};
        self.mailbox.is_live() && matches!(self.mailbox.receive.kind, Imap | Imaps | Maildir)
    }

    /// For how long its server has not been reached, in milliseconds; `None`: it is not fetched.
    pub fn age(&self, now: Stamp) -> Option<Stamp> {
        let since = self.state.last_contact.unwrap_or(self.mailbox.created_at);
        self.is_fetched().then(|| now.saturating_sub(since).max(0))
    }

    /// For how long it has received nothing, in milliseconds, where that is far longer than usual. Where receiving fails,
    /// or no one fetches, that says why.
    pub fn silent_for(&self, now: Stamp) -> Option<Stamp> {
        let receives = self.mailbox.is_live() && self.mailbox.receive.kind != ReceiveKind::None;
        let known = self.state.failing_since.is_some() || self.age(now).is_some_and(|age| age > STOPPED);
        silence::silent_for(&self.state, now).filter(|_| receives && !known)
    }

    /// What is wrong with it, in words.
    pub fn problems(&self, now: Stamp) -> Vec<String> {
        let (m, s, o) = (&self.mailbox, &self.state, &self.standing);
        let mut out = Vec::new();
        if s.failing_since.is_some() {
            out.push(format!("receiving fails: {}", s.problem));
        } else if let Some(age) = self.age(now).filter(|age| *age > STOPPED) {
            out.push(old(age));
        }
        if let Some(silent) = self.silent_for(now) {
            let usual = silence::usual(s).unwrap_or_default();
            out.push(format!("{}, usually at most {}", nothing(silent), zone::age(usual)));
        }
        if s.send_failing_since.is_some() {
            out.push(format!("sending fails: {}", s.send_problem));
        }
        if !s.copy_problem.is_empty() {
            out.push(format!("sent mail cannot be copied to {}: {}", m.sent_folder, s.copy_problem));
        }
        out.extend(failed(o.failed).map(|r| r.words));
        out.extend(unsure(o.unsure).map(|r| r.words));
        if m.paused_at.is_some() {
            out.push("it is paused".into());
        }
        out
    }
}

/// How mail stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Health {
    /// The mailboxes that were not removed, the oldest first.
    pub mailboxes: Vec<MailboxHealth>,
    /// What needs an agent.
    pub counts: Counts,
    /// Until when a process fetches and sends for all; `None`: no process does.
    pub kept_until: Option<Stamp>,
    /// The Unix users who fetched before: they have a configuration.
    pub users: Vec<String>,
}

impl Health {
    /// How mail stands now. Reads what belongs to the mailboxes, and keys of the outbox's index.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn load(view: &dyn View, now: Stamp) -> Result<Health, StoreError> {
        let all = mailboxes::all(view)?;
        if all.is_empty() {
            return Ok(Health::default());
        }
        let standings = outbox::standings(view)?;
        let mut out = Vec::with_capacity(all.len());
        for mailbox in all {
            let standing = standings.get(&mailbox.id).copied().unwrap_or_default();
            out.push(MailboxHealth { state: mailboxes::state(view, mailbox.id)?, standing, mailbox });
        }
        Ok(Health {
            mailboxes: out,
            counts: outbox::counts(view)?,
            kept_until: lease::of(view, mailboxes::MAIL)?.map(|l| l.until).filter(|until| *until > now),
            users: mailboxes::users(view)?,
        })
    }

    /// For how long the mailbox that is worst off was not reached.
    fn age(&self, now: Stamp) -> Option<Stamp> {
        self.mailboxes.iter().filter_map(|m| m.age(now)).max()
    }

    /// That no process fetches or sends, though there is work for one.
    pub fn no_one(&self, now: Stamp) -> Option<Remark> {
        let late = self.age(now).is_some_and(|age| age > LATE);
        let waits = self.mailboxes.iter().any(|m| m.mailbox.is_live() && m.standing.waiting > 0);
        let what = if late { "fetches" } else { "sends" };
        if self.kept_until.is_some_and(|until| until > now) || !late && !waits {
            return None;
        }
        let short = format!("no one {what}");
        let words = match self.users.as_slice() {
            [] => format!("{short} mail"),
            users => format!("{short}: {} could", users.join(", ")),
        };
        Some(Remark::new(Level::Bad, words, short))
    }

    /// That replies wait which were written before there was a mailbox.
    pub fn queued(&self) -> Option<Remark> {
        let n = self.counts.queued;
        let replies = if n == 1 { "1 reply waits" } else { &format!("{n} replies wait") };
        let wait = if n == 1 { "waits" } else { "wait" };
        (n > 0 && !self.mailboxes.is_empty())
            .then(|| Remark::new(Level::Late, format!("{replies} for outbox now"), format!("{n} {wait}")))
    }

    /// All there is to say, the most serious first; nothing where there is no mailbox.
    pub fn remarks(&self, now: Stamp) -> Vec<Remark> {
        if self.mailboxes.is_empty() {
            return Vec::new();
        }
        let mut out = Vec::new();
        out.extend(failed(self.counts.failed));
        out.extend(unsure(self.counts.unsure));
        let no_one = self.no_one(now);
        let age = self.age(now);
        if no_one.is_none() && self.mailboxes.iter().any(|m| m.state.send_failing_since.is_some()) {
            out.push(Remark::new(Level::Late, "sending fails", "sending fails"));
        }
        out.extend(no_one.clone());
        match age {
            // That no one fetches says why it is old.
            Some(age) if age > LATE && no_one.is_none() => {
                let level = if age > STOPPED { Level::Bad } else { Level::Late };
                out.push(Remark::new(level, old(age), old(age)));
            }
            Some(age) if age <= LATE => {
                let age = format!("mail {}", zone::age(age.max(60_000)));
                out.push(Remark::new(Level::Fine, age.clone(), age));
            }
            None if self.mailboxes.iter().all(|m| !m.mailbox.is_live()) => {
                out.push(Remark::new(Level::Late, "mail is paused", "mail paused"));
            }
            _ => {}
        }
        // Of one mailbox by name, of several the one that is quiet for longest.
        let silent = self.mailboxes.iter().filter_map(|m| Some((m.silent_for(now)?, m)));
        if let Some((silent, m)) = silent.max_by_key(|(silent, _)| *silent) {
            let words = nothing(silent);
            out.push(Remark::new(Level::Late, format!("{}: {words}", m.mailbox.address), words));
        }
        out.extend(self.queued());
        out.sort_by_key(|r| r.level);
        out
    }

    /// When it has to be looked at again, because the words change with the time or a process may have written since;
    /// `None`: never. At a full minute, when the screen is drawn anyway.
    pub fn next_look(&self, now: Stamp) -> Option<Stamp> {
        let minute = (now.div_euclid(60_000) + 1).saturating_mul(60_000);
        self.mailboxes.iter().any(|m| m.mailbox.is_live()).then_some(minute)
    }
}

fn old(age: Stamp) -> String {
    format!("mail {} old", zone::age(age))
}

fn nothing(silent: Stamp) -> String {
    format!("nothing received for {}", zone::age(silent))
}

fn failed(n: usize) -> Option<Remark> {
    (n > 0).then(|| Remark::new(Level::Bad, format!("{n} cannot be sent"), format!("{n} unsent")))
}

fn unsure(n: usize) -> Option<Remark> {
    (n > 0).then(|| Remark::new(Level::Bad, format!("{n} may have been sent or not"), format!("{n} unsure")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::mailbox::Receive;

    const NOW: Stamp = 1_790_000_000_000;
    const MINUTE: Stamp = 60_000;

    fn health(contact: Option<Stamp>, kept: bool) -> Health {
        let receive = Receive { kind: ReceiveKind::Imaps, ..Receive::default() };
        let mailbox = Mailbox { receive, created_at: NOW - 90 * MINUTE, ..Mailbox::default() };
        let state = MailState { last_contact: contact, ..MailState::default() };
        Health {
            mailboxes: vec![MailboxHealth { mailbox, state, standing: Standing::default() }],
            kept_until: kept.then_some(NOW + MINUTE),
            users: vec!["dana".into()],
            ..Health::default()
        }
    }

    fn words(h: &Health) -> Vec<String> {
        h.remarks(NOW).into_iter().map(|r| r.words).collect()
    }

    #[test]
    fn mail_says_its_age_and_that_it_is_old() {
        assert_eq!(words(&health(Some(NOW - 10_000), true)), ["mail 1 m"]);
        assert_eq!(words(&health(Some(NOW - 14 * MINUTE), true)), ["mail 14 m old"]);
        let old = health(Some(NOW - 14 * MINUTE), true).remarks(NOW)[0].level;
        assert_eq!((old, health(None, true).remarks(NOW)[0].level), (Level::Late, Level::Bad));
    }

    #[test]
    fn that_no_one_fetches_names_who_could() {
        assert_eq!(words(&health(Some(NOW - 14 * MINUTE), false)), ["no one fetches: dana could"]);
        assert_eq!(words(&health(Some(NOW - MINUTE), false)), ["mail 1 m"], "a timer fetches");
        let unknown = Health { users: Vec::new(), ..health(None, false) };
        assert_eq!(words(&unknown), ["no one fetches mail"]);
    }

    #[test]
    fn what_cannot_be_sent_comes_first_and_old_replies_last() {
        let counts = Counts { failed: 3, unsure: 0, queued: 41 };
        let h = Health { counts, ..health(Some(NOW - 14 * MINUTE), true) };
        assert_eq!(words(&h), ["3 cannot be sent", "mail 14 m old", "41 replies wait for outbox now"]);
        let shorts: Vec<String> = h.remarks(NOW).into_iter().map(|r| r.short).collect();
        assert_eq!(shorts, ["3 unsent", "mail 14 m old", "41 wait"]);
    }

    #[test]
    fn without_a_mailbox_nothing_is_said_and_nothing_wakes() {
        let h = Health { counts: Counts { queued: 5, ..Counts::default() }, ..Health::default() };
        assert_eq!((words(&h), h.next_look(NOW)), (Vec::new(), None));
    }
}
