//! `frontdesk demo`: the practice desk.

use std::{
    ffi::OsString,
    io::{IsTerminal, Write},
    path::Path,
    sync::Arc,
    time::Instant,
};

use serde_json::json;

use super::{
    ctx::{self, Ctx},
    env,
    fail::Fail,
    out::{Form, say},
    screen::{self, ScreenArgs},
};
use crate::{
    desk::Desk,
    exchange::demo::{self, Options, Summary},
    model::Id,
    store::{
        StoreError,
        backup::DRAIN,
        dump,
        lock::{self, HeldLock, PATIENCE, Places},
        redb,
    },
};

/// What `frontdesk demo` is given.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DemoArgs {
    /// How many customers, 1200 without it; all else goes with it.
    #[arg(long, value_name = "N")]
    pub customers: Option<usize>,
    /// At least this many tickets: more than its life brings are added at random.
    #[arg(long, value_name = "N")]
    pub tickets: Option<u64>,
    /// At least this many orders.
    #[arg(long, value_name = "N")]
    pub orders: Option<u64>,
    /// Which of the many possible desks.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Make it, and do not open it.
    #[arg(long)]
    pub no_open: bool,
    /// Create it again, replacing an earlier one. Only in the practice desk's own place.
    #[arg(long)]
    pub fresh: bool,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub screen: ScreenArgs,
}

/// Makes the practice desk where there is none, and opens it. It never touches the real desk: without `--store` it has a
/// default place.
///
/// # Errors
/// Where it cannot be made, or the given store contains another desk.
pub fn run(ctx: &mut Ctx, args: &DemoArgs, screen: &ScreenArgs) -> Result<(), Fail> {
    let screen = &args.screen.or(screen);
    let placed = ctx.global.store.as_ref().is_some_and(|p| !p.as_os_str().is_empty());
    if !placed {
        ctx.global.store = Some(ctx::data_folder()?.join("demo.redb"));
    }
    let path = ctx.path()?;
    if args.fresh && placed {
        return Err(Fail::usage("--fresh recreates the practice desk in its own place: omit --store"));
    }
    if !args.fresh && path.exists() && ctx::is_begun(&ctx.desk()?)? {
        let shown = path.display();
        if ctx.desk()?.workspace()?.name != demo::NAME {
            let why =
                format!("the desk at {shown} is not for practice: choose another place with --store PATH");
            return Err(Fail::failed(why));
        }
        if placed
            && (args.no_open
                || args.seed.is_some()
                || args.customers.is_some()
                || args.tickets.is_some()
                || args.orders.is_some())
        {
            return Err(Fail::failed(format!(
                "there is a practice desk at {shown} already; nothing was changed"
            )));
        }
        say(&format!("the practice desk at {shown}"));
    } else {
        make(ctx, args)?;
    }
    if args.no_open { Ok(()) } else { screen::run(ctx, screen) }
}

/// Makes it under a hidden name and moves it in place complete: one that was cut short is never opened, and the next
/// run removes it.
fn make(ctx: &mut Ctx, args: &DemoArgs) -> Result<(), Fail> {
    let path = Places::of(&ctx.path()?).store;
    let mut hidden = OsString::from(".");
    hidden.push(path.file_name().unwrap_or_default());
    hidden.push(".making");
    let making = path.with_file_name(hidden);
    cleared(&making)?;
    let made = fill(args, &making).and_then(|done| {
        lock::move_in(&making, &path, DRAIN, |old| {
            if args.fresh || !old.exists() || dump::is_empty(old)? {
                return Ok(());
            }
            let shown = old.display();
            Err(StoreError::Blocked(format!("there is a desk at {shown} already; nothing was changed")))
        })?;
        Ok(done)
    });
    // Also where it failed: nothing half made is left.
    let _ = std::fs::remove_file(&making);
    lock::forget(&Places::of(&making));
    told(ctx, args, &path, &made?)
}

/// Removes what a run that was killed left; another run that is at it is not disturbed.
fn cleared(making: &Path) -> Result<(), Fail> {
    let places = Places::of(making);
    redb::make_folder(&places)?;
    let alone = HeldLock::exclusive(&places, Instant::now() + PATIENCE).map_err(|e| match e {
        StoreError::Busy => Fail::Again("another program is making the practice desk".into()),
        e => e.into(),
    })?;
    if making.exists() {
        std::fs::remove_file(making).map_err(|e| Fail::failed(format!("{}: {e}", making.display())))?;
    }
    drop(alone);
    Ok(())
}

fn fill(args: &DemoArgs, making: &Path) -> Result<Summary, Fail> {
    let (now, user) = (env::now(), env::user());
    let store = ctx::options(making).or_create(Id::v7(now, env::random()?), now);
    let desk = Desk::new(Arc::new(redb::RedbStore::open(&store)?));
    let mut options = Options::new(&user.name, &user.login, now);
    options.customers = args.customers.unwrap_or(options.customers);
    options.at_least = (args.tickets.unwrap_or(0), args.orders.unwrap_or(0));
    options.seed = args.seed.unwrap_or(options.seed);
    env::zone().name().clone_into(&mut options.zone);
    env::currency().clone_into(&mut options.currency);
    let people = std::io::stderr().is_terminal();
    let mut last = usize::MAX;
    let done = demo::fill(&desk, &options, &mut |p| {
        let percent = p.done.saturating_mul(100) / p.total.max(1);
        if people && percent != last {
            last = percent;
            let _ = write!(std::io::stderr(), "\rmaking the practice desk: {percent} %\x1b[K");
        }
    })?;
    if people {
        let _ = write!(std::io::stderr(), "\r\x1b[K");
    }
    Ok(done)
}

fn told(ctx: &mut Ctx, args: &DemoArgs, path: &Path, done: &Summary) -> Result<(), Fail> {
    if args.no_open && ctx.out.form == Form::Json {
        ctx.out.json(&json!({
            "store": path.display().to_string(),
            "agents": done.agents,
            "customers": done.customers,
            "organisations": done.organisations,
            "tickets": done.tickets,
            "messages": done.messages,
            "interactions": done.interactions,
            "orders": done.orders,
            "tasks": done.tasks,
            "responses": done.responses,
            "log_rows": done.log_rows,
        }))?;
    } else {
        say(&format!(
            "made the practice desk at {}: {} customers, {} tickets, {} messages, {} orders",
            path.display(),
            done.customers,
            done.tickets,
            done.messages,
            done.orders
        ));
    }
    Ok(())
}
