# Completion for fish of nursery(1) called as parallel or sem: what its --help shows.

for name in parallel sem
    command -q $name; or continue
    complete -c $name -f -a '(__fish_complete_command)' -d Command
    complete -c $name -n 'contains -- ::: (commandline -opc)' -F
    for option in ($name --plain --help | string match -ar -- '(?<=^| )--?[A-Za-z0-9][a-z-]*')
        if string match -qr -- '^--' $option
            complete -c $name -l (string sub -s 3 -- $option)
        else
            complete -c $name -s (string sub -s 2 -- $option)
        end
    end
end
