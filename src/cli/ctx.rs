//! What every command works with: which store, who acts, where it writes.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::builder::{OsStringValueParser, TypedValueParser};
use etcetera::BaseStrategy;

use super::{
    env,
    fail::Fail,
    out::{Color, Form, Out, say},
};
use crate::{
    desk::{
        Command, Desk, Done, Edit, Request, clock,
        command::NewAgent,
        list::QueryContext,
        maintenance::{Permit, Verb},
        read,
    },
    model::{Agent, Id, Kind, Stamp, phone, zone::Zone},
    store::{
        MemStore, Reject, Store, StoreError, View,
        migrate::{Progress, Tell},
        redb,
    },
};

/// What may be said to every command.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Global {
    /// The store: a file, or a folder with desk.redb in it.
    // An empty value means none: scripts say so to fall back to the default.
    #[arg(long, env = "FRONTDESK_STORE", value_name = "PATH", global = true, hide_env_values = true,
        value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub store: Option<PathBuf>,
    /// Who acts: @handle, name or number of an agent; else the agent of your Unix user.
    #[arg(
        long = "agent",
        env = "FRONTDESK_AGENT",
        value_name = "NAME",
        global = true,
        hide_env_values = true
    )]
    pub agent: Option<String>,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t, value_name = "WHEN", global = true)]
    pub color: Color,
    /// The folder of your settings and keys.
    #[arg(long, value_name = "FOLDER", global = true)]
    pub config: Option<PathBuf>,
    /// Print JSON: one line a record.
    #[arg(long, global = true)]
    pub json: bool,
    /// Print numbers alone (T-12), one a line.
    #[arg(short, long, global = true, conflicts_with = "json")]
    pub quiet: bool,
}

/// What a command works with.
#[derive(Debug)]
pub struct Ctx {
    /// What was said to every command.
    pub global: Global,
    /// Where data goes.
    pub out: Out,
    /// Memory for the store's pages, in bytes, where a command wants more than usual.
    pub cache_bytes: Option<usize>,
    /// Whether changes are only shown: `--dry-run`.
    pub dry_run: bool,
}

impl Ctx {
    /// With plain stdout.
    pub fn new(global: Global) -> Ctx {
        let form = match (global.json, global.quiet) {
            (true, _) => Form::Json,
            (_, true) => Form::Quiet,
            _ => Form::Table,
        };
        let out = Out::new(form, global.color);
        Ctx { global, out, cache_bytes: None, dry_run: false }
    }

    /// Where the store is, or would be made.
    ///
    /// # Errors
    /// Where nothing says and there is no home folder.
    pub fn path(&self) -> Result<PathBuf, Fail> {
        match &self.global.store {
            Some(p) if !p.as_os_str().is_empty() => Ok(in_folder(p)),
            _ => Ok(data_folder()?.join("desk.redb")),
        }
    }

    /// The folder of settings and keys.
    ///
    /// # Errors
    /// As [`Ctx::path`].
    pub fn config_folder(&self) -> Result<PathBuf, Fail> {
        match &self.global.config {
            Some(p) if !p.as_os_str().is_empty() => Ok(p.clone()),
            _ => Ok(folders()?.config_dir().join("frontdesk")),
        }
    }

    /// The folder of drafts that the store could not take; `None` where there is no home folder.
    pub fn state_folder(&self) -> Option<PathBuf> {
        Some(folders().ok()?.state_dir()?.join("frontdesk"))
    }

    fn options(&self, path: impl Into<PathBuf>) -> redb::Options {
        let options = options(path);
        redb::Options { cache_bytes: self.cache_bytes.unwrap_or(options.cache_bytes), ..options }
    }

    /// The desk, which must be there.
    ///
    /// # Errors
    /// Where there is none, or it cannot be opened.
    pub fn desk(&self) -> Result<Desk, Fail> {
        let store = redb::RedbStore::open(&self.options(self.path()?))?;
        let desk = Desk::new(Arc::new(store)).for_user(&env::user().login);
        // A name that is no agent's is reported by the commands that need an agent; until then the viewer is unknown.
        let me = self.me(&desk).ok().flatten().map(|a| a.id);
        Ok(desk.seen_by(me))
    }

    /// The desk, made with what this machine says where there is none.
    ///
    /// # Errors
    /// Where it cannot be made or opened.
    pub fn desk_or_start(&self) -> Result<Desk, Fail> {
        match self.desk() {
            Ok(desk) if is_begun(&desk)? => Ok(desk),
            Ok(_) => self.start(&Start::default()),
            // Only where there is nothing: an existing empty file belongs to something else, and is rejected.
            Err(_) if !self.path()?.exists() => self.start(&Start::default()),
            Err(e) => Err(e),
        }
    }

    /// Makes a desk whose owner is the user of this process, and says so.
    ///
    /// # Errors
    /// Where what is said of it makes no sense, or it cannot be made; [`Fail::Failed`] where one is there.
    pub fn start(&self, start: &Start) -> Result<Desk, Fail> {
        let zone = match &start.zone {
            Some(z) => {
                Zone::named(z).map_err(|e| Fail::usage(format!("{e}: give one such as Europe/Dublin")))?
            }
            None => env::zone(),
        };
        let currency = match &start.currency {
            Some(c) => crate::model::Currency::new(&c.to_uppercase())
                .ok_or_else(|| Fail::usage(format!("{c} is no currency: give an ISO 4217 code such as EUR")))?
                .as_str()
                .to_owned(),
            None => env::currency().to_owned(),
        };
        if let Some(a) = start.address.as_deref().filter(|a| crate::model::fold::email_key(a).is_none()) {
            return Err(Fail::usage(format!("{a} is no e-mail address")));
        }
        let (now, path) = (env::now(), self.path()?);
        let store: Arc<dyn Store> = if self.dry_run {
            Arc::new(MemStore::new())
        } else {
            let store_id = Id::v7(now, env::random()?);
            Arc::new(redb::RedbStore::open(&self.options(&path).or_create(store_id, now))?)
        };
        let desk = Desk::new(store).for_user(&env::user().login);
        if is_begun(&desk)? {
            return Err(Fail::failed(format!("there is a desk at {} already", path.display())));
        }
        let user = env::user();
        let owner = NewAgent {
            name: start.owner.clone().unwrap_or(user.name),
            unix_user: user.login,
            ..NewAgent::default()
        };
        let mut workspace = vec![Edit::set("zone", zone.name()), Edit::set("currency", &currency)];
        // Numbers that are written without a calling code are of this country.
        let code = phone::code_of_zone(zone.name()).map(|c| c.to_string());
        workspace.extend(code.as_ref().map(|c| Edit::set("calling_code", c)));
        workspace.extend(start.name.as_ref().map(|n| Edit::set("name", n)));
        workspace.extend(start.address.as_ref().map(|a| Edit::set("address", a)));
        let name = owner.name.clone();
        let start = Command::Start { workspace, owner };
        match desk.run(Request::new(env::op()?, Id::NIL, now, start)) {
            Ok(_) => {
                let made = if self.dry_run { "would make" } else { "made" };
                say(&format!(
                    "{made} a desk at {}: zone {}, currency {currency}, owner {name} (change it with `frontdesk settings`)",
                    path.display(),
                    zone.name(),
                ));
                Ok(desk)
            }
            // Another process was faster.
            Err(_) if is_begun(&desk)? => Ok(desk),
            Err(e) => Err(e.into()),
        }
    }

    /// The agent of the one who asks; `None` where none is.
    ///
    /// # Errors
    /// Where the agent named is none, or the file cannot be read.
    pub fn me(&self, desk: &Desk) -> Result<Option<Agent>, Fail> {
        look(desk, |v| match &self.global.agent {
            Some(name) if !name.trim().is_empty() => {
                let id = read::agent_named(v, name, None)?;
                Ok(read::agents(v)?.into_iter().find(|a| a.id == id))
            }
            _ => Ok(read::agent_of_user(v, &env::user().login)?),
        })
    }

    /// The agent who acts.
    ///
    /// # Errors
    /// Where the user is no agent here, with what to do.
    pub fn actor(&self, desk: &Desk) -> Result<Agent, Fail> {
        let login = env::user().login;
        self.me(desk)?.ok_or_else(|| {
            Fail::failed(format!(
                "the Unix user {login} is no agent of this desk: say who acts with --agent NAME, or have one of them run `frontdesk agent add NAME --user {login}`; nothing was changed"
            ))
        })
    }

    /// Checks that the caller may run a maintenance verb on the store, before anything is touched. Where no agent can be
    /// read from the file, the owner of the file may, and gets a message.
    ///
    /// # Errors
    /// If not permitted, with the permission and who can grant it.
    pub fn permit(&self, verb: Verb) -> Result<Permit, Fail> {
        let (path, login) = (self.path()?, env::user().login);
        let agents = redb::RedbStore::open(&self.options(&path)).and_then(|store| {
            let desk = Desk::new(Arc::new(store));
            let begun = is_begun(&desk)? && desk.view(|v| Ok(!read::agents(v)?.is_empty()))?;
            Ok(begun.then_some(desk))
        });
        match agents {
            Ok(Some(desk)) => Ok(Permit::of(&self.actor(&desk)?, &login, verb)?),
            // A place where nothing stands yet.
            Err(_) if !path.exists() => Ok(Permit::of_file_owner(&login, verb)),
            Ok(None)
            | Err(StoreError::Corrupt(_) | StoreError::NotAStore(_) | StoreError::NewerSchema { .. }) => {
                let (shown, word) = (path.display(), verb.word());
                if !env::owns(&path) {
                    return Err(Fail::failed(format!(
                        "no agent can be read from {shown}: only the owner of the file may run {word}, and {login} is not; nothing was changed"
                    )));
                }
                say(&format!(
                    "no agent can be read from {shown}: {login} may run {word} as the owner of the file"
                ));
                Ok(Permit::of_file_owner(&login, verb))
            }
            Err(e) => Err(e.into()),
        }
    }

    /// The zone in which times are read and written: `TZ`, else the desk's.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn zone(&self, desk: &Desk) -> Result<Zone, Fail> {
        match env::asked_zone() {
            Some(zone) => Ok(zone),
            None => Ok(Zone::named(&desk.workspace()?.zone).unwrap_or_default()),
        }
    }

    /// Who asks, when and where, for lists.
    ///
    /// # Errors
    /// As [`Ctx::me`].
    pub fn asker(&self, desk: &Desk) -> Result<QueryContext, Fail> {
        let (me, zone) = (self.me(desk)?.map(|a| a.id), self.zone(desk)?);
        Ok(desk.view(|v| QueryContext::new(v, env::now(), zone.clone(), me))?)
    }

    /// Makes a change as the agent who acts.
    ///
    /// # Errors
    /// What it is refused for, or why the store cannot.
    pub fn run(&self, desk: &Desk, command: Command) -> Result<Done, Fail> {
        self.run_at(desk, command, None)
    }

    /// As [`Ctx::run`], of something that happened at another time.
    ///
    /// # Errors
    /// As [`Ctx::run`].
    pub fn run_at(&self, desk: &Desk, command: Command, at: Option<Stamp>) -> Result<Done, Fail> {
        self.request(desk, |request| Request { effective_at: at, command, ..request })
    }

    /// As [`Ctx::run`], of records of which these versions were looked at.
    ///
    /// # Errors
    /// As [`Ctx::run`].
    pub fn run_seen(&self, desk: &Desk, command: Command, seen: Vec<(Kind, Id, u64)>) -> Result<Done, Fail> {
        self.request(desk, |request| Request { seen, command, ..request })
    }

    fn request(&self, desk: &Desk, made: impl FnOnce(Request) -> Request) -> Result<Done, Fail> {
        let actor = self.actor(desk)?.id;
        let now = env::now();
        if self.dry_run {
            let request = made(Request::new(env::op()?, actor, now, Command::Tick));
            return Ok(desk.preview(&request, &self.zone(desk)?)?);
        }
        // Every write also runs what is due: replies that were held long enough, snoozes that end.
        if desk.view(|v| clock::is_due(v, now))? {
            let me = env::op()?;
            desk.tick(env::op()?, me, now)?;
            desk.leave_clocks(env::op()?, me)?;
        }
        Ok(desk.run(made(Request::new(env::op()?, actor, now, Command::Tick)))?)
    }
}

/// How a store is opened: shared with others, and saying so where an older one is brought up to date.
pub fn options(path: impl Into<PathBuf>) -> redb::Options {
    redb::Options { tell: Tell::new(told), ..redb::Options::at(path) }
}

/// Says how far a migration is, each hundred thousand rows.
fn told(p: Progress) {
    if p.rows.is_multiple_of(100_000) {
        let copy = p.copy.map_or(String::new(), |c| format!("; as it was it is kept as {}", c.display()));
        say(&format!("bringing the store to schema {}: {}, {} rows{copy}", p.to, p.what, p.rows));
    }
}

/// What is said of a desk that is made.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Its zone; else this machine's.
    pub zone: Option<String>,
    /// Its currency; else the locale's.
    pub currency: Option<String>,
    /// Its own address.
    pub address: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its owner's name; else the user's.
    pub owner: Option<String>,
}

/// Whether a desk has begun: it has settings.
///
/// # Errors
/// Where the file cannot be read.
pub fn is_begun(desk: &Desk) -> Result<bool, StoreError> {
    Ok(desk.workspace()?.version > 0)
}

/// Reads one state; what `f` refuses for comes back as what it is.
///
/// # Errors
/// What `f` gives.
pub fn look<R>(desk: &Desk, mut f: impl FnMut(&dyn View) -> Result<R, Reject>) -> Result<R, Fail> {
    let found = desk.view(|v| match f(v) {
        Ok(r) => Ok(Ok(r)),
        Err(Reject::Store(e)) => Err(e),
        Err(Reject::Refused(r)) => Ok(Err(r)),
    })?;
    found.map_err(|r| Fail::failed(r.to_string()))
}

fn folders() -> Result<etcetera::base_strategy::Xdg, Fail> {
    etcetera::base_strategy::Xdg::new()
        .map_err(|_| Fail::failed("there is no home folder: say where the store is with --store PATH"))
}

/// The default folder of stores.
///
/// # Errors
/// Where there is no home folder.
pub fn data_folder() -> Result<PathBuf, Fail> {
    Ok(folders()?.data_dir().join("frontdesk"))
}

fn in_folder(path: &Path) -> PathBuf {
    let named_so = path.as_os_str().as_encoded_bytes().ends_with(b"/");
    if path.is_dir() || named_so { path.join("desk.redb") } else { path.to_owned() }
}
