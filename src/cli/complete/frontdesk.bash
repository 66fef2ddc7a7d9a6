# Completions of frontdesk for bash 4.4 or newer. What is inserted comes quoted from frontdesk itself.
_frontdesk() {
    COMPREPLY=()
    mapfile -t COMPREPLY < <(
        frontdesk complete-line --shell=bash --line="${COMP_LINE:0:COMP_POINT}" --word="$2" 2>/dev/null
    )
    if [[ ${#COMPREPLY[@]} -eq 1 && -z ${COMPREPLY[0]} ]]; then
        # Names of files: readline's own, which are quoted.
        COMPREPLY=()
        compopt -o default
    elif [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=] ]]; then
        compopt -o nospace
    fi
}
complete -F _frontdesk frontdesk
