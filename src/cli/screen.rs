//! `frontdesk` without a verb: the screen, on this terminal.

use std::{
    io::IsTerminal,
    path::PathBuf,
    sync::Arc,
    time::{Instant, SystemTime},
};

use clap::ValueEnum as _;

use super::{
    ctx::{self, Ctx},
    demo, env,
    fail::Fail,
    out::say,
};
use crate::{
    desk::Desk,
    host::{
        link::Link,
        local::{LocalLink, LocalSettings},
        mail::setup::Setup,
        session::{self, Clock, Options},
    },
    model::{Id, Stamp},
    store::RedbStore,
    term::{
        caps::{Capabilities, Preferences},
        safe::Safe,
    },
    tui::{effect::Leave, keymap, look::Appearance, plain::Voice, popups::welcome::Newcomer},
};

/// What may be said to the screen.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct ScreenArgs {
    /// The keymap: default, vim, arrows or emacs; your own keymap.toml is laid over it.
    #[arg(long, env = "FRONTDESK_KEYMAP", value_name = "NAME", hide_env_values = true)]
    pub keymap: Option<String>,
    /// A theme file.
    #[arg(long, env = "FRONTDESK_THEME", value_name = "FILE", hide_env_values = true)]
    pub theme: Option<PathBuf>,
    /// Borders and signs in ASCII.
    #[arg(long)]
    pub ascii: bool,
    /// Take the mouse.
    #[arg(long)]
    pub mouse: bool,
    /// Print plain text line by line, for screen readers and dumb terminals; also FRONTDESK_PLAIN=1.
    #[arg(long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    pub plain: Option<PlainArg>,
}

/// How plain text is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PlainArg {
    /// Keys on a terminal, whole lines elsewhere.
    #[value(alias = "1", alias = "on", alias = "yes", alias = "true")]
    Auto,
    /// Single keys, as on the screen.
    Keys,
    /// Whole lines.
    Lines,
    /// The full screen, even where TERM=dumb.
    #[value(alias = "0", alias = "no", alias = "false")]
    Off,
}

impl ScreenArgs {
    /// What is said here; where nothing is, what `other` says.
    #[must_use]
    pub fn or(&self, other: &ScreenArgs) -> ScreenArgs {
        ScreenArgs {
            keymap: self.keymap.clone().or_else(|| other.keymap.clone()),
            theme: self.theme.clone().or_else(|| other.theme.clone()),
            ascii: self.ascii || other.ascii,
            mouse: self.mouse || other.mouse,
            plain: self.plain.or(other.plain),
        }
    }
}

/// Opens the desk, or asks the first questions where there is none.
///
/// # Errors
/// Where the store cannot be opened, there is no terminal, or the keymap or theme is wrong.
pub fn run(ctx: &mut Ctx, args: &ScreenArgs) -> Result<(), Fail> {
    let path = ctx.path()?;
    let now = env::now();
    // Without a terminal nothing is made.
    let plain = plain(args)?;
    let link = link(ctx, args, plain)?;
    let id = Id::v7(now, env::random()?);
    let store = match RedbStore::open(&ctx::options(&path).or_create(id, now)) {
        Ok(store) => store,
        Err(e) => return closed(link, e.into()),
    };
    let desk = Desk::new(Arc::new(store)).for_user(&env::user().login);
    match open(ctx, args, &desk, link, plain)? {
        Leave::Done => {}
        ended @ Leave::Signal(_) => return Err(Fail::Signal(ended.code())),
        Leave::Practice => {
            // Never the own one.
            ctx.global.store = None;
            return demo::run(ctx, &demo::DemoArgs::default(), args);
        }
    }
    Ok(())
}

/// How the screen is said; `None`: it is drawn. By itself only where the terminal is one that only prints.
fn plain(args: &ScreenArgs) -> Result<Option<Voice>, Fail> {
    let told = env::env("FRONTDESK_PLAIN").map(|text| {
        PlainArg::from_str(text.trim(), true).map_err(|_| {
            Fail::usage(format!("FRONTDESK_PLAIN is {}: say auto, keys, lines or off", Safe::line(text)))
        })
    });
    let wanted = match args.plain {
        Some(wanted) => Some(wanted),
        None => told.transpose()?,
    };
    let terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let dumb = env::env("TERM").is_some_and(|term| term == "dumb");
    // A shell of Emacs is a terminal by name and sends whole lines.
    let by_line =
        !terminal || env::env("INSIDE_EMACS").is_some_and(|e| e.contains("comint") || e.contains("eshell"));
    let lines = match wanted {
        Some(PlainArg::Off) => return Ok(None),
        Some(PlainArg::Keys) => false,
        Some(PlainArg::Lines) => true,
        Some(PlainArg::Auto) => by_line,
        None if dumb && terminal => {
            say("TERM=dumb: plain text; --plain=off gives the full screen");
            by_line
        }
        None => return Ok(None),
    };
    Ok(Some(Voice { utf8: !env::is_ascii() && !args.ascii, lines }))
}

fn link(ctx: &Ctx, args: &ScreenArgs, plain: Option<Voice>) -> Result<LocalLink, Fail> {
    let env = |name: &str| std::env::var(name).ok();
    if let Some(voice) = plain {
        let settings = LocalSettings {
            capabilities: Capabilities::printing(voice.utf8),
            lines: voice.lines,
            ..LocalSettings::detect(&env, &Preferences::default(), ctx.state_folder())
        };
        return LocalLink::open(settings).map_err(|e| Fail::failed(e.to_string()));
    }
    if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        return Err(Fail::usage(
            "the screen needs a terminal; `frontdesk --plain` reads lines without one, `frontdesk --help` lists the commands",
        ));
    }
    let wanted = Preferences {
        unicode: args.ascii.then_some(false),
        mouse: args.mouse.then_some(true),
        ..Preferences::default()
    };
    let settings = LocalSettings::detect(&env, &wanted, ctx.state_folder());
    LocalLink::open(settings).map_err(|e| Fail::failed(e.to_string()))
}

fn closed<T>(mut link: LocalLink, fail: Fail) -> Result<T, Fail> {
    link.close(None);
    Err(fail)
}

/// Runs the screen on a desk, and gives the terminal back.
fn open(
    ctx: &Ctx,
    args: &ScreenArgs,
    desk: &Desk,
    mut link: LocalLink,
    plain: Option<Voice>,
) -> Result<Leave, Fail> {
    let options = match options(ctx, args, desk, &link) {
        Ok(options) => Options { plain, look: options.look.filter(|_| plain.is_none()), ..options },
        Err(fail) => return closed(link, fail),
    };
    let mail = match mail(ctx, desk) {
        Ok(mail) => mail,
        Err(fail) => return closed(link, fail),
    };
    // Fetches and sends while the screen is open, where this user approved the commands for that.
    let started = mail.start();
    let left = session::run(&mut link, desk, Options { mail: Some(mail.clone()), ..options });
    link.close(None);
    mail.finish();
    if let Err(why) = started {
        say(&format!("mail was neither fetched nor sent: {why}"));
    }
    left.map_err(|e| Fail::failed(e.to_string()))
}

/// The mail of this user.
fn mail(ctx: &Ctx, desk: &Desk) -> Result<Arc<Setup>, Fail> {
    let path = env::env("PATH").unwrap_or_default();
    let draw = Box::new(|| env::op().map_err(|e| e.to_string()));
    Ok(Arc::new(Setup::new(desk.clone(), ctx.config_folder()?, path, Arc::new(env::now), draw)))
}

fn options(ctx: &Ctx, args: &ScreenArgs, desk: &Desk, link: &LocalLink) -> Result<Options, Fail> {
    let user = env::user();
    let me = match ctx.me(desk)? {
        Some(agent) => agent.id,
        None => Id::NIL,
    };
    let caps = link.capabilities();
    let colour = caps.colours != crate::term::caps::Colours::None;
    let look = match &args.theme {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|e| {
                Fail::failed(format!("cannot read {}: {e}", Safe::line(file.to_string_lossy())))
            })?;
            let theme = crate::tui::look::Theme::parse(&text).map_err(|e| Fail::failed(e.to_string()))?;
            Appearance { theme, ..Appearance::shipped(colour, caps.unicode) }
        }
        None => Appearance::shipped(colour, caps.unicode),
    };
    let start = Instant::now();
    Ok(Options {
        me,
        store: Some(ctx.path()?),
        newcomer: Newcomer {
            name: user.name,
            user: user.login,
            zone: env::zone().name().to_owned(),
            currency: env::currency().to_owned(),
            address: env::env("EMAIL").unwrap_or_default(),
        },
        keymap: Arc::new(keymap(ctx, args)?),
        look: Some(look),
        plain: None,
        clock: Clock {
            wall: Arc::new(wall),
            steady: Arc::new(move || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)),
        },
        // Without randomness the store could not have been made: what is left is the time.
        ids: Box::new(|| env::op().unwrap_or_else(|_| Id::v7(env::now(), [0; 10]))),
        state: ctx.state_folder(),
        mail: None,
        idle: None,
    })
}

fn wall() -> Stamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Stamp::try_from(since.as_millis()).unwrap_or(Stamp::MAX)
}

/// The chosen keymap, with the user's own file over it.
fn keymap(ctx: &Ctx, args: &ScreenArgs) -> Result<keymap::Keymap, Fail> {
    let chosen = args.keymap.as_deref().unwrap_or("default");
    let own = ctx.config_folder()?.join("keymap.toml");
    let text = std::fs::read_to_string(&own).ok();
    let user = text.as_deref().map(|text| ("keymap.toml", text));
    let layers = keymap::layers(chosen, user).ok_or_else(|| {
        let names: Vec<&str> = keymap::SHIPPED.iter().map(|(name, _)| *name).collect();
        Fail::usage(format!("there is no keymap “{}”: choose {}", Safe::line(chosen), names.join(", ")))
    })?;
    Ok(keymap::Keymap::build(&layers))
}
