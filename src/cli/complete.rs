//! What may be written next in a query, for completions of the shell: fields, values, numbers and names that there are.

use clap::ValueEnum;

use super::{ctx::Ctx, fail::Fail, list::Entity};
use crate::{
    desk::list::Offers,
    model::Kind,
    query::{self, Schema, complete::Nothing},
    term::safe::Safe,
};

/// What `frontdesk complete` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct CompleteArgs {
    /// Of which list.
    #[arg(value_enum, value_name = "WHAT")]
    pub what: Entity,
    /// The word under the cursor, as far as it is typed.
    #[arg(value_name = "WORD", default_value = "", allow_hyphen_values = true)]
    pub word: String,
}

/// What `frontdesk complete-line` is given.
#[derive(Debug, Clone, clap::Args)]
pub struct LineArgs {
    /// The words behind `frontdesk`, as far as they are typed; the last one is under the cursor.
    #[arg(value_name = "WORD", last = true)]
    pub words: Vec<String>,
}

/// Prints whole words that the word may become, one a line, with what each is behind a tab.
///
/// # Errors
/// Where nobody reads them. Without a desk the language alone is offered.
pub fn run(ctx: &mut Ctx, args: &CompleteArgs) -> Result<(), Fail> {
    let Some(schema) = args.what.schema() else { return Ok(()) };
    offer(ctx, schema, "", &args.word)
}

/// The same of a whole line of the shell: what is listed, words of its query, and the numbers of records anywhere. What
/// every command takes (flags, verbs) the shell's own script offers.
///
/// # Errors
/// As [`run`].
pub fn line(ctx: &mut Ctx, args: &LineArgs, command: &clap::Command) -> Result<(), Fail> {
    let Some((word, before)) = args.words.split_last() else { return Ok(()) };
    // A quote that is open belongs to the shell.
    let word = word.strip_prefix(['\'', '"']).unwrap_or(word);
    let (mut plain, mut flag) = (Vec::new(), None);
    for w in before {
        match std::mem::take(&mut flag) {
            Some("--store") => ctx.global.store = Some(w.into()),
            Some(_) => {}
            None if w.starts_with("--") => match w.split_once('=') {
                Some(("--store", path)) => ctx.global.store = Some(path.into()),
                Some(_) => {}
                None => flag = Some(w.as_str()).filter(|f| takes_value(command, plain.first().copied(), f)),
            },
            None => plain.push(w.as_str()),
        }
    }
    if word.starts_with("--") {
        return Ok(());
    }
    let what = match plain.as_slice() {
        ["list" | "export", what, ..] | ["view", "save", _, what, ..] => Entity::from_str(what, true).ok(),
        _ => None,
    };
    let schema = what.and_then(Entity::schema);
    match (flag, schema, plain.as_slice()) {
        (Some("--sort"), Some(schema), _) => offer(ctx, schema, "sort:", word),
        (Some("--view"), Some(schema), _) => offer(ctx, schema, "in:", word),
        (Some(_), ..) => Ok(()),
        (None, Some(schema), _) => offer(ctx, schema, "", word),
        (None, None, ["list" | "export"] | ["view", "save", _]) => {
            for entity in Entity::value_variants() {
                let Some(value) = entity.to_possible_value() else { continue };
                if value.get_name().starts_with(word) {
                    let about = value.get_help().map(ToString::to_string).unwrap_or_default();
                    ctx.out.line(&format!("{}\t{about}", value.get_name()))?;
                }
            }
            Ok(())
        }
        _ => {
            // A letter and a dash begin the number of a record.
            let kind = word.split_once('-').and_then(|(letter, _)| Kind::of_letter(letter));
            match kind.and_then(|k| Schema::ALL.iter().copied().find(|s| s.kind == Some(k))) {
                Some(schema) if !plain.is_empty() => offer(ctx, schema, "number:", word),
                _ => Ok(()),
            }
        }
    }
}

/// Whether a flag takes the next word for itself.
fn takes_value(command: &clap::Command, verb: Option<&str>, flag: &str) -> bool {
    let verb = verb.and_then(|v| command.find_subcommand(v));
    let mut args = command.get_arguments().chain(verb.into_iter().flat_map(clap::Command::get_arguments));
    let found = args.find(|a| a.get_long().is_some_and(|l| flag.strip_prefix("--") == Some(l)));
    found.is_some_and(|a| a.get_action().takes_values())
}

/// Prints what a word may become; `before` stands in front of it for the language alone.
fn offer(ctx: &mut Ctx, schema: &'static Schema, before: &str, word: &str) -> Result<(), Fail> {
    let text = format!("{before}{word}");
    let live = ctx.desk().and_then(|desk| {
        let asker = ctx.asker(&desk)?;
        let none = |_: &query::Schema, _: &str| Vec::new();
        Ok(desk.view(|v| Ok(query::complete(&text, text.len(), schema, &Offers::new(v, &asker, &none))))?)
    });
    // In a shell a complaint would stand in the middle of the line being typed.
    let offers = live.unwrap_or_else(|_| query::complete(&text, text.len(), schema, &Nothing));
    for o in offers {
        let (whole, _) = o.apply(&text);
        let whole = whole.trim_end();
        let mut shown = whole.strip_prefix(before).unwrap_or(whole).to_owned();
        if before == "in:" {
            // A name by itself: the shell quotes it.
            if let Some(inner) = shown.strip_prefix('"').and_then(|s| s.strip_suffix('"')) {
                shown = inner.replace("\\\"", "\"").replace("\\\\", "\\");
            }
        }
        // The tab between them is the shell's: what stands beside it must hold none.
        ctx.out.line(&format!("{}\t{}", Safe::line(&shown), Safe::line(o.about.as_str())))?;
    }
    Ok(())
}

/// What a shell's completions need to ask for live words.
pub fn hook(shell: clap_complete::Shell) -> &'static str {
    match shell {
        clap_complete::Shell::Bash => BASH,
        clap_complete::Shell::Fish => FISH,
        clap_complete::Shell::Zsh => ZSH,
        _ => "",
    }
}

const FISH: &str = r#"
# What is on the desk: lists, words of queries, numbers of records.
function __frontdesk_line
    set -l words (commandline -opc)
    frontdesk complete-line -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c frontdesk -n '__fish_seen_subcommand_from list export' -f
complete -c frontdesk -n '__fish_seen_subcommand_from list export' -l view -x -a '(__frontdesk_line)'
complete -c frontdesk -n '__fish_seen_subcommand_from list export' -l sort -x -a '(__frontdesk_line)'
complete -c frontdesk -a '(__frontdesk_line)'
"#;

const BASH: &str = r#"
# What is on the desk: lists, words of queries, numbers of records.
_frontdesk_query() {
    local line="${COMP_LINE:0:COMP_POINT}" i offer
    local word="${line##*[[:space:]]}"
    local -a words
    read -ra words <<<"${line%"$word"}"
    COMPREPLY=()
    while IFS= read -r offer; do
        # Bash takes what stands before a colon or an equals sign for a word of its own, but in quotes.
        [[ $word == *[:=]* && $word != [\'\"]* ]] && offer="${offer#"${word%"${word##*[:=]}"}"}"
        # A quote of the query is no quote of the shell.
        [[ $word != [\'\"]* && $offer == *[\"\ \(\)\|\<\>\&\;\*]* ]] && printf -v offer %q "$offer"
        COMPREPLY+=("$offer")
    done < <(frontdesk complete-line -- "${words[@]:1}" "$word" 2>/dev/null | cut -f1)
    if [[ ${#COMPREPLY[@]} -gt 0 ]]; then
        [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace
        return 0
    fi
    _frontdesk "$@"
}
complete -F _frontdesk_query -o bashdefault -o default frontdesk
"#;

const ZSH: &str = r#"
# What is on the desk: lists, words of queries, numbers of records.
_frontdesk_query() {
    local -a offers open any
    offers=("${(@f)$(frontdesk complete-line -- "${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null | cut -f1)}")
    offers=(${offers:#})
    # What does not begin as it is typed (a name that wants quotes, a number for a name) takes its place.
    [[ -n ${(M)offers:#${(b)PREFIX}*} ]] || any=(-U)
    open=(${(M)offers:#*:})
    offers=(${offers:#*:})
    if (( $#open + $#offers )); then
        (( $#open )) && compadd $any -S '' -- $open
        (( $#offers )) && compadd $any -- $offers
        return 0
    fi
    _frontdesk "$@"
}
compdef _frontdesk_query frontdesk
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_that_can_asks_for_live_words() {
        for shell in [clap_complete::Shell::Bash, clap_complete::Shell::Fish, clap_complete::Shell::Zsh] {
            assert!(hook(shell).contains("frontdesk complete-line"), "{shell}");
        }
    }
}
