//! Completions for the shell: verbs, flags, words of queries, names that exist, files.
//!
//! `words` finds out what stands under the cursor, `values` what it may become, `bash` how a line of bash is read
//! and how a word is quoted for it. The scripts of the shells only ask and show: what an offer contains never reaches
//! them as code. zsh and fish quote what they insert themselves; bash does not, so it gets words quoted already.

mod bash;
mod values;
mod words;

use super::{ctx::Ctx, env, fail::Fail, list::Entity};
use crate::term::safe::{Safe, ascii};

pub use words::takes_value;

/// What `frontdesk complete` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct CompleteArgs {
    /// Of which list.
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Entity,
    /// The word under the cursor, as typed so far.
    #[arg(value_name = "WORD", default_value = "", allow_hyphen_values = true)]
    pub word: String,
}

/// What `frontdesk complete-line` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct LineArgs {
    /// Which shell asks; without one, the answer is for people.
    #[arg(long, value_enum)]
    pub shell: Option<Shell>,
    /// For bash: the line up to the cursor, as typed.
    #[arg(long, allow_hyphen_values = true, default_value = "")]
    pub line: String,
    /// For bash: the end of the line that an offer takes the place of.
    #[arg(long, allow_hyphen_values = true, default_value = "")]
    pub word: String,
    /// The words behind `frontdesk` without their quotes, as far as they are typed; the last one is under the cursor.
    #[arg(value_name = "WORD", last = true)]
    pub words: Vec<String>,
}

/// The shells that ask for each word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Shell {
    /// One offer per line, quoted for the place on the line.
    Bash,
    /// `value NUL`
    Zsh,
    /// `value TAB description NUL`
    Fish,
}

/// What a word may become.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Offer {
    /// The whole word, without quotes of the shell.
    value: String,
    /// What it is, for people.
    about: String,
}

/// What is offered at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    /// These words.
    Words(Vec<Offer>),
    /// Names of files, which the shell itself knows best how to complete.
    Files,
}

/// Prints whole words that the word may become, one per line, with what each is behind a tab.
///
/// # Errors
/// Nobody reads them. Without a desk only the query language is offered.
pub fn run(ctx: &mut Ctx, args: &CompleteArgs) -> Result<(), Fail> {
    let Some(schema) = args.what.schema() else { return Ok(()) };
    let offers = values::query(ctx, schema, "", &args.word);
    print(ctx, None, &Answer::Words(offers), |v| Some(v.to_owned()))
}

/// The same for a whole line of a shell.
///
/// # Errors
/// As [`run`].
pub fn line(ctx: &mut Ctx, args: &LineArgs, command: &clap::Command) -> Result<(), Fail> {
    if args.shell != Some(Shell::Bash) {
        let answer = values::answer(ctx, &args.words, command);
        return print(ctx, args.shell, &answer, |v| Some(v.to_owned()));
    }
    let line = bash::Line::read(&args.line);
    let answer = values::answer(ctx, line.words_of("frontdesk"), command);
    // The shell replaces only the end of the word: what stands before must stay a part of what is offered.
    let kept = bash::Line::read(args.line.strip_suffix(args.word.as_str()).unwrap_or(&args.line));
    let start = if args.word.len() == args.line.len() { "" } else { kept.word() };
    print(ctx, args.shell, &answer, |v| bash::quote(v.strip_prefix(start)?, kept.quote, env::is_ascii()))
}

/// Prints an answer as a shell takes it, each value as `write` has it. An empty record asks the shell for names of files.
fn print(
    ctx: &mut Ctx,
    shell: Option<Shell>,
    answer: &Answer,
    write: impl Fn(&str) -> Option<String>,
) -> Result<(), Fail> {
    let offers = match (answer, shell) {
        (Answer::Words(offers), _) => offers,
        (Answer::Files, None) => return Ok(()),
        (Answer::Files, Some(Shell::Bash)) => return ctx.out.line(""),
        (Answer::Files, Some(Shell::Zsh | Shell::Fish)) => return ctx.out.bytes(b"\0"),
    };
    for o in offers {
        let Some(value) = write(&o.value).filter(|v| !v.is_empty()) else { continue };
        let about = Safe::line(o.about.as_str());
        let about = if env::is_ascii() { ascii(about.as_str()) } else { about.as_str().into() };
        match shell {
            None => ctx.out.line(&format!("{}\t{about}", Safe::line(value)))?,
            Some(Shell::Bash) => ctx.out.line(&value)?,
            Some(Shell::Zsh) => ctx.out.bytes(format!("{value}\0").as_bytes())?,
            // fish takes all behind the first tab for the description, and leaves a tilde at the start for a home folder:
            // such a value cannot be given to it.
            Some(Shell::Fish) if value.contains('\t') || value.starts_with('~') => {}
            Some(Shell::Fish) => ctx.out.bytes(format!("{value}\t{about}\0").as_bytes())?,
        }
    }
    Ok(())
}

/// The script of a shell that asks for each word; `None` for shells that get a list of verbs and flags once and for all.
pub fn script(shell: clap_complete::Shell) -> Option<&'static str> {
    match shell {
        clap_complete::Shell::Bash => Some(include_str!("frontdesk.bash")),
        clap_complete::Shell::Fish => Some(include_str!("frontdesk.fish")),
        clap_complete::Shell::Zsh => Some(include_str!("frontdesk.zsh")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_that_can_asks_for_each_word() {
        for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Fish, clap_complete::Shell::Zsh] {
            assert!(script(shell).is_some_and(|s| s.contains("frontdesk complete-line")), "{shell}");
        }
    }
}
