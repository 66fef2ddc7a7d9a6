//! `frontdesk mail`: fetches, sends, and takes what another program delivers.

use std::{
    io::{IsTerminal, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use serde_json::json;

use super::{
    ctx::Ctx,
    env,
    fail::Fail,
    mailbox::named,
    out::{Form, say},
};
use crate::{
    desk::{Desk, outbox::Sent},
    exchange::receive::{self, Incoming},
    host::mail::{
        config::{self, Config},
        post::{Post, Problems},
    },
    model::Id,
};

/// A long fetch reports its progress once per 1,000 new messages.
const PROGRESS: u64 = 1000;

/// What can be done with mail.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum MailVerb {
    /// Fetch new mail, then exit.
    Fetch {
        /// Of one mailbox; of all without it.
        address: Option<String>,
    },
    /// Send what is due, then exit.
    Send {
        /// Of one mailbox; of all without it.
        address: Option<String>,
    },
    /// Fetch and send until stopped: for a systemd unit.
    Run,
    /// Take one message from stdin, for an MTA; exit code 75 where it must be tried again.
    Deliver {
        /// The mailbox that it came to.
        #[arg(long, value_name = "ADDRESS")]
        mailbox: String,
    },
    /// Say what would become of a message, and why: whose it is, which ticket, whether a person wrote it.
    Explain {
        /// A file with one message; `-`: stdin.
        file: std::path::PathBuf,
        /// The mailbox that it comes by; without it, one that it is addressed to.
        #[arg(long, value_name = "ADDRESS")]
        mailbox: Option<String>,
    },
}

/// Runs the verb.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn run(ctx: &mut Ctx, verb: &MailVerb) -> Result<(), Fail> {
    match verb {
        MailVerb::Deliver { mailbox } => deliver(ctx, mailbox),
        MailVerb::Send { address } => {
            let (desk, mut post) = post(ctx)?;
            let only = only(&desk, address.as_deref())?;
            post.tick()?;
            let (sent, problems) = post.send(only, true)?;
            post.leave()?;
            print_sent(ctx, &sent)?;
            finish(ctx, &problems, sent.failed + sent.unsure > 0)
        }
        MailVerb::Fetch { address } => {
            let (desk, mut post) = post(ctx)?;
            let (told, last) = (std::io::stderr().is_terminal(), AtomicU64::new(0));
            // Each message is kept once it is taken: stopped, this goes on from there the next time.
            let progress = |address: &str, n: u64| {
                if told && n.is_multiple_of(PROGRESS) && last.swap(n, Ordering::Relaxed) != n {
                    say(&format!(
                        "{address}: {n} new messages so far; Ctrl-C stops, and `mail fetch` goes on from there"
                    ));
                }
            };
            let (new, problems) = post.fetch(only(&desk, address.as_deref())?, true, &progress)?;
            match ctx.out.form {
                Form::Json => ctx.out.json(&json!({ "new": new }))?,
                _ => ctx.out.line(&format!("{new} new messages"))?,
            }
            finish(ctx, &problems, false)
        }
        MailVerb::Run => keep(ctx),
        MailVerb::Explain { file, mailbox } => explain(ctx, file, mailbox.as_deref()),
    }
}

fn post(ctx: &Ctx) -> Result<(Desk, Post), Fail> {
    let desk = ctx.desk()?;
    let config = Config::load(&ctx.config_folder()?).map_err(|e| Fail::failed(e.to_string()))?;
    let post = Post::new(desk.clone(), config, env::op()?, Arc::new(env::now))?;
    Ok((desk, post))
}

fn only(desk: &Desk, address: Option<&str>) -> Result<Option<Id>, Fail> {
    address.map(|a| named(desk, a).map(|m| m.id)).transpose()
}

fn print_sent(ctx: &mut Ctx, sent: &Sent) -> Result<(), Fail> {
    if ctx.out.form == Form::Json {
        return ctx.out.json(&json!({
            "sent": sent.sent, "deferred": sent.deferred, "failed": sent.failed, "unsure": sent.unsure,
        }));
    }
    let mut line = format!("{} sent", sent.sent);
    for (n, what) in [(sent.deferred, "deferred"), (sent.failed, "failed"), (sent.unsure, "unsure")] {
        if n > 0 {
            line.push_str(&format!(", {n} {what}"));
        }
    }
    ctx.out.line(&line)
}

/// What a tick did with mail.
pub struct Ticked {
    /// How many messages were sent.
    pub sent: usize,
    /// How many came in.
    pub new: u64,
    /// What could not be done.
    pub problems: Problems,
}

/// Sends and fetches what is due, where this user approved commands for the store and no other program does.
///
/// # Errors
/// Where the store or the user's settings cannot be read.
pub fn tick(ctx: &Ctx, desk: &Desk) -> Result<Option<Ticked>, Fail> {
    let config = Config::load(&ctx.config_folder()?).map_err(|e| Fail::failed(e.to_string()))?;
    let mut post = Post::new(desk.clone(), config, env::op()?, Arc::new(env::now))?;
    if !post.is_approved() || !post.keep()? {
        return Ok(None);
    }
    let (sent, mut problems) = post.send(None, false)?;
    let (new, more) = post.fetch(None, false, &|_, _| {})?;
    post.leave()?;
    problems.extend(more);
    Ok(Some(Ticked { sent: sent.sent, new, problems }))
}

/// Prints what could not be done, for which the exit code is 1.
///
/// # Errors
/// Where there is anything, or it cannot be printed.
pub fn finish(ctx: &mut Ctx, problems: &Problems, bad: bool) -> Result<(), Fail> {
    ctx.out.flush()?;
    for (address, why) in problems {
        say(&format!("{address}: {why}"));
    }
    if bad || !problems.is_empty() { Err(Fail::No) } else { Ok(()) }
}

/// Fetches and sends until it is stopped.
fn keep(ctx: &mut Ctx) -> Result<(), Fail> {
    let (_, mut post) = post(ctx)?;
    if !post.is_approved() {
        let path = ctx.config_folder()?.join(config::FILE);
        return Err(Fail::failed(format!(
            "{} has no mailbox of this store: run `frontdesk mailbox add` or `mailbox edit` as this user first",
            path.display()
        )));
    }
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGINT] {
        signal_hook::flag::register(signal, Arc::clone(&stop))
            .map_err(|e| Fail::failed(format!("signals cannot be caught: {e}")))?;
    }
    Ok(post.run(&stop, &mut |address, why| say(&format!("{address}: {why}")))?)
}

/// Prints the decision on one message; changes nothing.
fn explain(ctx: &mut Ctx, file: &std::path::Path, mailbox: Option<&str>) -> Result<(), Fail> {
    let cannot = |e: std::io::Error| Fail::failed(format!("{} cannot be read: {e}", file.display()));
    let mut raw = Vec::new();
    if file.as_os_str() == "-" {
        std::io::stdin().lock().read_to_end(&mut raw).map_err(cannot)?;
    } else {
        raw = std::fs::read(file).map_err(cannot)?;
    }
    let desk = ctx.desk()?;
    let into = mailbox.map(|word| named(&desk, word)).transpose()?;
    let told = receive::explain(&desk, &raw, into.as_ref(), env::now())?;
    if ctx.out.form == Form::Json {
        return ctx.out.json(&json!({
            "message_id": told.message_id,
            "mailbox": told.by,
            "mailboxes": told.mailboxes,
            "sender": told.sender,
            "customer": told.customer,
            "by_us": told.by_us,
            "robot": told.robot,
            "decision": told.decision,
            "ticket": told.ticket,
            "because": told.because,
            "then": told.then,
            "automatic": told.automatic,
            "offered_to": told.offered_to,
            "problems": told.problems,
        }));
    }
    let customer = match (told.customer, told.offered_to) {
        (Some(known), _) => known,
        (None, Some(offered)) => format!("a new one; the address is offered for {offered}"),
        (None, None) => "a new one".into(),
    };
    let or_none = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
    for (name, value) in [
        (
            "Mailbox",
            if into.is_some() || told.mailboxes.is_empty() { told.by } else { told.mailboxes.join(", ") },
        ),
        ("From", told.sender),
        ("Customer", customer),
        ("Written by", if told.robot.is_empty() { "a person".into() } else { told.robot }),
        ("Ticket", told.ticket.unwrap_or_else(|| "a new one".into())),
        ("Because", told.because),
        ("Then", told.then),
        ("Reply", told.automatic),
        ("Problems", told.problems.join("; ")),
    ] {
        ctx.out.line(&format!("{name:<11} {}", or_none(&value)))?;
    }
    Ok(())
}

/// Takes one message. Whatever goes wrong, the MTA keeps it and tries again.
fn deliver(ctx: &mut Ctx, address: &str) -> Result<(), Fail> {
    let again = |e: Fail| match e {
        Fail::Again(why) | Fail::Failed(why) | Fail::Usage(why) | Fail::Data(why) => Fail::Again(why),
        other => Fail::Again(format!("it could not be taken: {other}")),
    };
    let mut raw = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut raw)
        .map_err(|e| Fail::Again(format!("the message cannot be read: {e}")))?;
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Err(Fail::Data("there is no message on stdin".into()));
    }
    let desk = ctx.desk().map_err(again)?;
    let mailbox = named(&desk, address).map_err(again)?;
    if mailbox.paused_at.is_some() {
        return Err(Fail::Again(format!("{} is paused", mailbox.address)));
    }
    let now = env::now();
    let incoming = Incoming { raw, received_at: now, uid: None };
    let op = env::op().map_err(again)?;
    receive::receive(&desk, op, &mailbox, incoming, now).map(|_| ()).map_err(|e| again(e.into()))
}
