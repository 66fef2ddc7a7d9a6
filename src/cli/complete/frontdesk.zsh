#compdef frontdesk
# Completions of frontdesk for zsh, which quotes what it inserts.
_frontdesk() {
    local answer prefix
    local -a offers open any
    prefix="${(Q)PREFIX}"
    answer="$(frontdesk complete-line --shell=zsh -- "${(@Q)words[2,CURRENT-1]}" "$prefix" 2>/dev/null)"
    [[ -n $answer ]] || return 1
    offers=("${(@0)answer}")
    offers=("${(@)offers:#}")
    if (( ! $#offers )); then
        [[ $PREFIX == --*=* ]] && compset -P '--*='
        _files
        return
    fi
    # What does not begin as typed (a name that needs quotes, a number for a name) takes its place.
    [[ -n ${(M)offers:#${(b)prefix}*} ]] || any=(-U)
    open=("${(@M)offers:#*[:=]}")
    offers=("${(@)offers:#*[:=]}")
    (( $#open )) && compadd $any -S '' -- "${(@)open}"
    (( $#offers )) && compadd $any -- "${(@)offers}"
    return 0
}
if [[ ${funcstack[1]} == _frontdesk ]]; then
    _frontdesk "$@"
else
    compdef _frontdesk frontdesk
fi
