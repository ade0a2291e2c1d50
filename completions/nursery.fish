# Completion of nursery(1) for fish.

set -l durations '1s 10s 30s 1m 5m 10m 30m 1h'

complete -c nursery -f -a '(__fish_complete_command)' -d Command

# The commands
complete -c nursery -s j -s P -l jobs -x -a '0 1 2 4 8 16 50% 100% 200% +1 -1' -d 'How many at once'
complete -c nursery -s 0 -l null -d 'Commands read end in NUL'
complete -c nursery -s d -l delimiter -x -a ', ;' -d 'Commands read end in this character'
complete -c nursery -l shell -r -F -d 'Run commands with this shell'

# Templates
complete -c nursery -s a -l arg-file -r -F -d 'Arguments are the lines of this file'
complete -c nursery -l link -d 'All sources go side by side'
complete -c nursery -l shuf -d 'In random order'
complete -c nursery -s r -l no-run-if-empty -d 'Skip blank arguments'
complete -c nursery -s E -x -d 'This argument ends its source'
complete -c nursery -l trim -x -a 'n l r lr rl' -d 'Remove blanks of arguments'
complete -c nursery -s C -l colsep -x -a ', ;' -d 'Cut arguments into columns'
complete -c nursery -l header -x -a ':' -d 'The first value names a column'
complete -c nursery -s n -l max-args -x -a '1 2 10 100' -d 'So many arguments to a command'
complete -c nursery -s N -l max-replace-args -x -a '1 2 10 100' -d 'The same, repeating the word'
complete -c nursery -s L -l max-lines -x -a '1 2 10 100' -d 'So many lines to a command'
complete -c nursery -s X -d 'As many arguments as fit, repeating the word'
complete -c nursery -s m -d 'As many arguments as fit'
complete -c nursery -s s -l max-chars -x -a '1000 4000 100K' -d 'How long a command may be'
complete -c nursery -s I -l replace -x -d 'Instead of {}'
complete -c nursery -l plus -d 'More replacement strings'
complete -c nursery -s q -l quote -d 'Quote the words of the command'
complete -c nursery -l argv -d 'Pass arguments as "$1", replace nothing'
complete -c nursery -n 'contains -- ::: (commandline -opc)' -F

# The end
complete -c nursery -l halt -x -d 'When to end early' -a "
    never\t'Run every command'
    now,fail=1\t'The first failure cancels the rest (default)'
    now,success=1\t'The first success cancels the rest'
    now,done=1\t'The first end cancels the rest'
    now,fail=10%\t'A tenth failed: cancel the rest'
    soon,fail=1\t'After the first failure start no more'
    soon,success=1\t'After the first success start no more'
    soon,done=1\t'After the first end start no more'
    soon,fail=10%\t'A tenth failed: start no more'"
complete -c nursery -l delay -x -a $durations -d 'So long from start to start'
complete -c nursery -l load -x -a '100% 80% 1 2 4 8' -d 'Start none while the load is so much'
complete -c nursery -l memfree -x -a '512M 1G 2G 4G' -d 'Start none while less memory is free'
complete -c nursery -l retries -x -a '1 2 3 5 10' -d 'Run a failing job so many times more'
complete -c nursery -l retry-delay -x -a $durations -d 'Wait so long, then twice as long'
complete -c nursery -l ok-codes -x -d 'Exit statuses that are no failure'
complete -c nursery -s K -l keep-going -d 'Run every command'
complete -c nursery -l race -d 'The first success cancels the rest'
complete -c nursery -l orphans -x -d 'Processes left behind' -a "
    kill\t'End them and warn (default)'
    wait\t'They are part of the job'
    fail\t'End them, the job has failed'
    leave\t'Let them be'"

# Special jobs
complete -c nursery -l service -x -a '(__fish_complete_subcommand)' -d 'Run this as long as there are jobs'
complete -c nursery -l ready -x -a 'notify fd:3 tcp: unix: file: log: exec:' -d 'When the service before is ready'
complete -c nursery -l ready-timeout -x -a $durations -d 'How long that may take'
complete -c nursery -l shield -x -a '(__fish_complete_subcommand)' -d 'Run this, only the user stops it'
complete -c nursery -l finally -x -a '(__fish_complete_subcommand)' -d 'Run this at the end, whatever happened'
complete -c nursery -l adopt -x -a '(__fish_complete_pids)' -d 'Let this process take part'

# Time
complete -c nursery -l timeout -x -a $durations -d 'Cancel all, status 124'
complete -c nursery -l fail-after -x -a $durations -d 'Cancel all, status 124'
complete -c nursery -l move-on-after -x -a $durations -d 'Cancel all, no failure'
complete -c nursery -l job-timeout -x -a $durations -d 'A job that runs longer has failed'
complete -c nursery -l idle-timeout -x -a $durations -d 'A job that writes nothing so long has failed'
complete -c nursery -l signal -x -a 'TERM INT HUP QUIT KILL USR1 USR2 ALRM WINCH' -d 'The polite signal'
complete -c nursery -l kill-after -x -a '0 1s 5s 10s 30s 1m' -d 'The grace before KILL'

# Output
complete -c nursery -s k -l keep-order -d 'In the order of the commands (default)'
complete -c nursery -l group -d 'Each job whole, in the order they end'
complete -c nursery -l lb -l line-buffer -d 'Whole lines as they come'
complete -c nursery -s u -l ungroup -d 'Not captured'
complete -c nursery -l tag -d 'Begin each line with the argument'
complete -c nursery -l tagstring -x -d 'Begin each line with this'
complete -c nursery -l buffer -x -a '0 1M 16M 64M 256M 1G' -d 'Memory for waiting output'
complete -c nursery -s v -l verbose -d 'Tell starts and ends, too'
complete -c nursery -l quiet -d 'No summary'
complete -c nursery -l dry-run -d 'Print the commands, run nothing'
complete -c nursery -l spawn -d 'Add the commands to the nursery around'
complete -c nursery -l wait -d 'Until those of --spawn are over'
complete -c nursery -l help -d 'Print a summary of the options'
complete -c nursery -l version -d 'Print the version'
