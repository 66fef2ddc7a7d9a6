//! `frontdesk ticket`.

use super::{
    changed,
    ctx::Ctx,
    customer::{IdsArgs, TagArgs, channel, tagged},
    dry_run::DryRun,
    edits, env,
    fail::Fail,
    letter::{self, ForwardArgs, ReplyArgs},
    pick,
    sender::{self, AddressArgs, BlockArgs},
    show,
    text::{self, TextArgs},
    when,
};
use crate::{
    desk::{
        Command, Desk, Edit, TicketChange,
        command::NewTicket,
        custom,
        edit::{self, How},
        incoming::screener::Block,
    },
    model::{Category, Channel, Id, Kind, Priority, Ticket, TicketType, zone::Zone},
};

/// What can be done with tickets.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum TicketVerb {
    /// Open a ticket: ticket create --customer ada@example.com "The printer is on fire" --body -
    #[command(visible_alias = "add")]
    Create(CreateArgs),
    /// Answer in public; the reply is held for a moment, then queued: ticket reply T-12 "We are at it."
    Reply(ReplyArgs),
    /// Send a ticket's thread on: ticket forward T-12 --to anna@example.org "Can you help here?"
    Forward(ForwardArgs),
    /// Write an internal note, which never leaves by mail.
    Note(NoteArgs),
    /// Solve tickets: ticket solve T-1 4-9,12
    Solve(IdsArgs),
    /// Open tickets, solved ones again.
    Open(IdsArgs),
    /// Wait for the customer.
    Pending(IdsArgs),
    /// Put tickets on hold: they wait for a third party.
    Hold(IdsArgs),
    /// Close tickets for good.
    Close(IdsArgs),
    /// Change tickets by field: ticket set T-4 priority=high assignee=@me tag+=late tag-=vip due="fri 17:00"
    #[command(visible_alias = "edit")]
    Set(WordsArgs),
    /// Give tickets to an agent: ticket assign T-4 T-5 @dana; `none` unassigns.
    Assign(WordsArgs),
    /// Take tickets.
    Claim(IdsArgs),
    /// Give tickets to a team: ticket team T-4 Billing; `none` to no team.
    Team(WordsArgs),
    /// Say how soon: ticket priority T-4 high (low, normal, high, urgent)
    Priority(WordsArgs),
    /// Say what it is: ticket type T-4 incident
    Type(WordsArgs),
    /// Say how bad it is for the customer: ticket severity T-4 major (minor, major, critical, none)
    Severity(WordsArgs),
    /// Change the subject: ticket subject T-4 New words
    Subject(WordsArgs),
    /// Say whose it is; answers go to them from now on: ticket requester T-4 C-12, or an address
    Requester(WordsArgs),
    /// Tag tickets: ticket tag T-4 T-5 late
    Tag(TagArgs),
    /// Take tags off tickets.
    Untag(TagArgs),
    /// Be told of what happens to tickets, or have an agent told: ticket follow T-4 @dana
    Follow(WordsArgs),
    /// No longer.
    Unfollow(WordsArgs),
    /// Put tickets out of sight for a while: ticket snooze T-4 tomorrow 9am
    Snooze(WordsArgs),
    /// Bring snoozed tickets back.
    Wake(IdsArgs),
    /// Promise an answer by a time: ticket promise T-4 fri 17:00; `none` takes it back.
    Promise(WordsArgs),
    /// Mark tickets as rubbish: out of queues and numbers.
    Spam(IdsArgs),
    /// It was no rubbish.
    Unspam(IdsArgs),
    /// Let first-time senders in: their tickets wait in the screener no longer.
    Accept(IdsArgs),
    /// Block the senders of tickets and mark the tickets as spam: ticket block T-4 --domain
    Block(BlockArgs),
    /// No longer block the senders of tickets.
    Unblock(IdsArgs),
    /// Add the new address of a known person to their record: ticket accept-address T-4
    AcceptAddress(AddressArgs),
    /// Say that a new address is another person's.
    DeclineAddress(AddressArgs),
    /// Show a ticket with its messages.
    Show(show::ShowArgs),
}

/// Names of tickets, then what to make of them.
#[derive(Debug, Clone, clap::Args)]
pub struct WordsArgs {
    /// Which tickets, then the rest.
    #[arg(value_name = "ID… WORD", required = true)]
    pub words: Vec<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// A new ticket.
#[derive(Debug, Clone, clap::Args)]
pub struct CreateArgs {
    /// What it is about.
    #[arg(value_name = "SUBJECT", required_unless_present = "named")]
    pub subject: Vec<String>,
    /// The same as a flag.
    #[arg(long = "subject", value_name = "SUBJECT", id = "named", conflicts_with = "subject")]
    pub named: Option<String>,
    /// Who brought it: C-4, or an address.
    #[arg(long, visible_aliases = ["from", "requester"], value_name = "WHO")]
    pub customer: String,
    /// What the customer wrote or said; `-` reads it from stdin.
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub body: Option<String>,
    /// The priority: low, normal, high, urgent.
    #[arg(long, default_value = "normal", value_parser = priority)]
    pub priority: Priority,
    /// What it is: question, incident, problem, task, complaint, request.
    #[arg(long = "type", default_value = "question", value_parser = ticket_type)]
    pub ticket_type: TicketType,
    /// How it came: email, phone, chat, sms, social, web, in_person, direct.
    #[arg(long, default_value = "email", value_parser = channel)]
    pub channel: Channel,
    /// The agent: @dana, @me.
    #[arg(long, value_name = "AGENT")]
    pub assignee: Option<String>,
    /// In whose queue.
    #[arg(long, value_name = "TEAM", allow_hyphen_values = true)]
    pub team: Option<String>,
    /// A tag; may be repeated.
    #[arg(long, value_name = "TAG", allow_hyphen_values = true)]
    pub tag: Vec<String>,
    /// By when an answer was promised.
    #[arg(long, value_name = "WHEN")]
    pub promise: Option<String>,
    /// When it came: "yesterday 15:00"; now without it.
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

/// An internal note.
#[derive(Debug, Clone, clap::Args)]
pub struct NoteArgs {
    /// On which ticket.
    pub id: String,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub text: TextArgs,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub dry: DryRun,
}

fn priority(word: &str) -> Result<Priority, String> {
    Priority::known(&word.trim().to_lowercase())
        .ok_or_else(|| format!("give one of {}", Priority::WORDS.join(", ")))
}

fn ticket_type(word: &str) -> Result<TicketType, String> {
    TicketType::known(&word.trim().to_lowercase())
        .ok_or_else(|| format!("give one of {}", TicketType::WORDS.join(", ")))
}

fn category(word: &str) -> Result<Category, String> {
    let word = word.trim().to_lowercase().replace([' ', '-'], "_");
    let word = if word == "hold" { "on_hold".to_owned() } else { word };
    Category::known(&word).ok_or_else(|| format!("give one of {}", Category::WORDS.join(", ")))
}

/// Runs the command.
///
/// # Errors
/// What the desk refuses, or why the store cannot.
pub fn run(ctx: &mut Ctx, verb: &TicketVerb) -> Result<(), Fail> {
    let desk = match verb {
        TicketVerb::Show(args) => return show::of_kind(ctx, Kind::Ticket, args),
        TicketVerb::Create(_) => ctx.desk_or_start()?,
        _ => ctx.desk()?,
    };
    match verb {
        TicketVerb::Reply(args) => return letter::reply(ctx, &desk, args),
        TicketVerb::Forward(args) => return letter::forward(ctx, &desk, args),
        _ => {}
    }
    let at = match verb {
        TicketVerb::Create(CreateArgs { at: Some(at), .. }) => {
            Some(when::past(at, env::now(), &ctx.zone(&desk)?)?)
        }
        _ => None,
    };
    let command = command(ctx, &desk, verb)?;
    let done = ctx.run_at(&desk, command, at)?;
    changed::print(ctx, &desk, &done)
}

fn command(ctx: &Ctx, desk: &Desk, verb: &TicketVerb) -> Result<Command, Fail> {
    use TicketVerb as V;
    let to = |args: &IdsArgs, change| {
        Ok(Command::TicketSet(pick::all(desk, Kind::Ticket, &args.ids)?, vec![change]))
    };
    let go = |args, category| to(args, TicketChange::Category(category));
    match verb {
        V::Create(args) => create(ctx, desk, args),
        V::Note(args) => {
            let id = pick::one(desk, Kind::Ticket, &args.id)?;
            Ok(Command::TicketNote(id, args.text.read("note", "")?))
        }
        V::Solve(args) => go(args, Category::Solved),
        V::Open(args) => go(args, Category::Open),
        V::Pending(args) => go(args, Category::Pending),
        V::Hold(args) => go(args, Category::OnHold),
        V::Close(args) => go(args, Category::Closed),
        V::Spam(args) => to(args, TicketChange::Spam(true)),
        V::Unspam(args) => to(args, TicketChange::Spam(false)),
        V::Accept(args) => to(args, TicketChange::Accept),
        V::Block(args) => sender::block(desk, args),
        V::Unblock(args) => Ok(Command::TicketBlock(pick::all(desk, Kind::Ticket, &args.ids)?, Block::Lift)),
        V::AcceptAddress(args) => sender::address(desk, args, true),
        V::DeclineAddress(args) => sender::address(desk, args, false),
        V::Wake(args) => to(args, TicketChange::Snooze(None)),
        V::Claim(args) => to(args, TicketChange::Assignee(Some(ctx.actor(desk)?.id))),
        V::Tag(args) | V::Untag(args) => {
            let (ids, tags) = tagged(Kind::Ticket, &args.words)?;
            let change = if matches!(verb, V::Tag(_)) { TicketChange::Tag } else { TicketChange::Untag };
            Ok(Command::TicketSet(
                pick::all(desk, Kind::Ticket, ids)?,
                tags.into_iter().map(change).collect(),
            ))
        }
        V::Set(args) => {
            let (ids, rest) = pick::split(Kind::Ticket, &args.words, true);
            let changes = set(ctx, desk, rest)?;
            Ok(Command::TicketSet(pick::all(desk, Kind::Ticket, ids)?, changes))
        }
        V::Follow(args) | V::Unfollow(args) => {
            let (ids, rest) = pick::split(Kind::Ticket, &args.words, true);
            let who = match rest {
                [] => ctx.actor(desk)?.id,
                rest => pick::agent(desk, &rest.join(" "), ctx.me(desk)?.map(|a| a.id))?,
            };
            let change =
                if matches!(verb, V::Follow(_)) { TicketChange::Follow } else { TicketChange::Unfollow };
            Ok(Command::TicketSet(pick::all(desk, Kind::Ticket, ids)?, vec![change(who)]))
        }
        V::Assign(args) => worded(ctx, desk, args, "assignee", true),
        V::Team(args) => worded(ctx, desk, args, "team", true),
        V::Priority(args) => worded(ctx, desk, args, "priority", true),
        V::Severity(args) => worded(ctx, desk, args, "severity", true),
        V::Type(args) => worded(ctx, desk, args, "type", true),
        V::Subject(args) => worded(ctx, desk, args, "subject", false),
        V::Requester(args) => worded(ctx, desk, args, "requester", true),
        V::Snooze(args) => worded(ctx, desk, args, "snooze", false),
        V::Promise(args) => worded(ctx, desk, args, "promise", false),
        // What leaves the desk, or is shown, has its own way.
        V::Reply(_) | V::Forward(_) | V::Show(_) => Err(Fail::No),
    }
}

/// Tickets, then the words of one field's value.
fn worded(ctx: &Ctx, desk: &Desk, args: &WordsArgs, field: &str, bare: bool) -> Result<Command, Fail> {
    let (ids, rest) = pick::split(Kind::Ticket, &args.words, bare);
    if rest.is_empty() {
        return Err(Fail::usage(format!("the {field} is missing: name the tickets, then the {field}")));
    }
    let change = change(ctx, desk, field, How::Set, &rest.join(" "))?;
    Ok(Command::TicketSet(pick::all(desk, Kind::Ticket, ids)?, vec![change]))
}

fn set(ctx: &Ctx, desk: &Desk, words: &[String]) -> Result<Vec<TicketChange>, Fail> {
    let edits = edits::all(words)?;
    if edits.is_empty() {
        return Err(Fail::usage("nothing is to be changed: name the tickets, then field=value"));
    }
    let mut out = Vec::new();
    for e in edits {
        for value in if e.field == "tag" { e.value.split(',').collect() } else { vec![e.value.as_str()] } {
            out.push(change(ctx, desk, &e.field, e.how, value)?);
        }
    }
    Ok(out)
}

/// Whether the desk declared a custom field of tickets by a name.
fn is_custom(desk: &Desk, name: &str) -> Result<bool, Fail> {
    Ok(custom::of_kind(&desk.workspace()?, Kind::Ticket).any(|f| f.is_called(name)))
}

fn change(ctx: &Ctx, desk: &Desk, field: &str, how: How, value: &str) -> Result<TicketChange, Fail> {
    let bad = |why: String| Fail::usage(format!("{field}: {why}"));
    let none = matches!(value.trim(), "" | "none" | "nobody");
    let zone = || -> Result<Zone, Fail> { ctx.zone(desk) };
    let who = |value: &str| -> Result<Id, Fail> { pick::agent(desk, value, ctx.me(desk)?.map(|a| a.id)) };
    let edit = Edit { field: field.to_owned(), how, value: value.to_owned() };
    Ok(match edit::name_of::<Ticket>(&edit) {
        "status" => TicketChange::Category(category(value).map_err(bad)?),
        "priority" => TicketChange::Priority(priority(value).map_err(bad)?),
        "type" => TicketChange::Type(ticket_type(value).map_err(bad)?),
        "assignee" if none => TicketChange::Assignee(None),
        "assignee" => TicketChange::Assignee(Some(who(value)?)),
        "team" => TicketChange::Team(pick::maybe(desk, Kind::Team, Some(value))?),
        "subject" => TicketChange::Subject(value.to_owned()),
        "requester" | "customer" => TicketChange::Requester(pick::one(desk, Kind::Customer, value)?),
        "tag" if how == How::Set => return Err(bad("write tag+=NAME or tag-=NAME".into())),
        "tag" if how == How::Remove => TicketChange::Untag(value.to_owned()),
        "tag" => TicketChange::Tag(value.to_owned()),
        "follower" if how == How::Remove => TicketChange::Unfollow(who(value)?),
        "follower" => TicketChange::Follow(who(value)?),
        "snoozed" if none => TicketChange::Snooze(None),
        "snoozed" => TicketChange::Snooze(Some(when::ahead(value, env::now(), &zone()?)?)),
        "due" if none => TicketChange::Promise(None),
        "due" => TicketChange::Promise(Some(when::ahead(value, env::now(), &zone()?)?)),
        "spam" => TicketChange::Spam(match value.trim() {
            "yes" | "true" => true,
            "no" | "false" => false,
            _ => return Err(bad("say yes or no".into())),
        }),
        name if edit::is_declared::<Ticket>(name) => {
            let value = if value.trim() == "none" { String::new() } else { value.to_owned() };
            TicketChange::Field(Edit { field: name.to_owned(), how, value })
        }
        name if name.starts_with("custom.") || is_custom(desk, name)? => {
            let value = if value.trim() == "none" { String::new() } else { value.to_owned() };
            TicketChange::Field(Edit { field: name.to_owned(), how, value })
        }
        other => {
            return Err(Fail::usage(edit::unknown_field(other, &edit::known::<Ticket>()).to_string()));
        }
    })
}

fn create(ctx: &Ctx, desk: &Desk, args: &CreateArgs) -> Result<Command, Fail> {
    let me = ctx.me(desk)?.map(|a| a.id);
    let body = match args.body.as_deref() {
        Some("-") => text::of(&["-".to_owned()], false, "text", "")?,
        Some(text) => text.to_owned(),
        None => String::new(),
    };
    let zone = ctx.zone(desk)?;
    Ok(Command::TicketCreate(Box::new(NewTicket {
        requester: pick::one(desk, Kind::Customer, &args.customer)?,
        subject: args.named.clone().unwrap_or_else(|| args.subject.join(" ")),
        body,
        ticket_type: args.ticket_type.clone(),
        priority: args.priority.clone(),
        channel: args.channel.clone(),
        assignee: args.assignee.as_deref().map(|a| pick::agent(desk, a, me)).transpose()?,
        team: pick::maybe(desk, Kind::Team, args.team.as_deref())?,
        tags: args.tag.clone(),
        promised_by: args.promise.as_deref().map(|w| when::ahead(w, env::now(), &zone)).transpose()?,
    })))
}
