# Completion for fish of nursery(1) called as parallel: what its --help shows.

command -q parallel; or exit

complete -c parallel -f -a '(__fish_complete_command)' -d Command
complete -c parallel -n 'contains -- ::: (commandline -opc)' -F
for option in (parallel --plain --help | string match -ar -- '(?<=^| )--?[A-Za-z0-9][a-z-]*')
    if string match -qr -- '^--' $option
        complete -c parallel -l (string sub -s 3 -- $option)
    else
        complete -c parallel -s (string sub -s 2 -- $option)
    end
end
