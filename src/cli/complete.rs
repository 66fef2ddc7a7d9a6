//! What may be written next in a query, for completions of the shell: fields, values, numbers and names that there are.

use super::{ctx::Ctx, fail::Fail, list::Entity};
use crate::{
    desk::list::Offers,
    query::{self, complete::Nothing},
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

/// Prints whole words that the word may become, one a line, with what each is behind a tab.
///
/// # Errors
/// Where nobody reads them. Without a desk the language alone is offered.
pub fn run(ctx: &mut Ctx, args: &CompleteArgs) -> Result<(), Fail> {
    let Some(schema) = args.what.schema() else { return Ok(()) };
    let word = args.word.as_str();
    let live = ctx.desk().and_then(|desk| {
        let asker = ctx.asker(&desk)?;
        let none = |_: &query::Schema, _: &str| Vec::new();
        Ok(desk.view(|v| Ok(query::complete(word, word.len(), schema, &Offers::new(v, &asker, &none))))?)
    });
    // In a shell a complaint would stand in the middle of the line being typed.
    let offers = live.unwrap_or_else(|_| query::complete(word, word.len(), schema, &Nothing));
    for o in offers {
        let (text, _) = o.apply(word);
        // The tab between them is the shell's: what stands beside it must hold none.
        ctx.out.line(&format!("{}\t{}", Safe::line(text.trim_end()), Safe::line(o.about.as_str())))?;
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
# Words of queries: fields, values, numbers and names that there are.
function __frontdesk_query
    set -l words (commandline -opc)
    for i in (seq 2 (count $words))
        if contains -- $words[$i] list export
            test (count $words) -gt $i; and frontdesk complete $words[(math $i + 1)] -- (commandline -ct) 2>/dev/null
            return
        end
    end
end
complete -c frontdesk -n '__fish_seen_subcommand_from list export' -f -a '(__frontdesk_query)'
"#;

const BASH: &str = r#"
# Words of queries: fields, values, numbers and names that there are.
_frontdesk_query() {
    local i word="${COMP_LINE:0:COMP_POINT}"
    word="${word##*[[:space:]]}"
    for ((i = 1; i + 1 < COMP_CWORD; i++)); do
        case "${COMP_WORDS[i]}" in
        list | export)
            local IFS=$'\n'
            COMPREPLY=($(frontdesk complete "${COMP_WORDS[i + 1]}" -- "$word" 2>/dev/null | cut -f1))
            # Bash takes what stands before a colon or an equals sign for a word of its own.
            [[ $word == *[:=]* ]] && COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*[:=]}"}"}")
            [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace
            [[ ${#COMPREPLY[@]} -gt 0 ]] && return 0
            ;;
        esac
    done
    _frontdesk "$@"
}
complete -F _frontdesk_query -o bashdefault -o default frontdesk
"#;

const ZSH: &str = r#"
# Words of queries: fields, values, numbers and names that there are.
_frontdesk_query() {
    local i
    for ((i = 2; i + 1 < CURRENT; i++)); do
        if [[ ${words[i]} == (list|export) ]]; then
            local -a offers
            offers=("${(@f)$(frontdesk complete "${words[i + 1]}" -- "${PREFIX}" 2>/dev/null | cut -f1)}")
            compadd -S '' -- $offers && return
        fi
    done
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
            assert!(hook(shell).contains("frontdesk complete"), "{shell}");
        }
    }
}
