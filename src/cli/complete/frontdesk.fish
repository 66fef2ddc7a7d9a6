# Completions of frontdesk for fish, which quotes what it inserts.
function __frontdesk_ask
    set -l words (commandline -opc)
    # What is typed of the word under the cursor, without its quotes; one that is still open is closed first.
    set -l word (commandline -ct)
    set -l plain (string unescape -- $word; or string unescape -- $word\'; or string unescape -- $word\"; or echo -- $word)
    frontdesk complete-line --shell=fish -- $words[2..-1] "$plain" 2>/dev/null | string split0
end
function __frontdesk_files
    set -l offers (__frontdesk_ask)
    test (count $offers) -eq 1; and test -z "$offers[1]"
end
complete -c frontdesk -f -a '(__frontdesk_ask)'
complete -c frontdesk -n __frontdesk_files -F
