# Completion of nursery(1) for fish.

set -l durations '1s 10s 30s 1m 5m 10m 30m 1h'

complete -c nursery -f -a '(__fish_complete_command)' -d Command

# The commands
complete -c nursery -s j -s P -l jobs -x -a '0 1 2 4 8 16 50% 100% 200% +1 -1' -d 'How many at once'
complete -c nursery -s 0 -l null -d 'Commands that are read end with NUL'
complete -c nursery -s d -l delimiter -x -a ', ;' -d 'Commands that are read end with this'
complete -c nursery -l shell -r -F -d 'Run commands with this shell and its options'

# Templates
complete -c nursery -s a -l arg-file -r -F -d 'Arguments are the lines of this file'
complete -c nursery -l link -d 'Link all sources, first with first'
complete -c nursery -l shuf -d 'Run in random order'
complete -c nursery -s r -l no-run-if-empty -d 'Skip blank arguments'
complete -c nursery -s E -x -d 'Stop reading arguments at this one'
complete -c nursery -l trim -x -a 'n l r lr rl' -d 'Remove blanks around arguments'
complete -c nursery -s C -l colsep -x -a ', ;' -d 'Split arguments into columns'
complete -c nursery -l header -x -a ':' -d 'The first value names a column'
complete -c nursery -s n -l max-args -x -a '1 2 10 100' -d 'How many arguments per command'
complete -c nursery -s N -l max-replace-args -x -a '1 2 10 100' -d 'The same, repeating the word with {}'
complete -c nursery -s L -l max-lines -x -a '1 2 10 100' -d 'How many lines per command'
complete -c nursery -s X -d 'As many arguments as fit, repeating the word with {}'
complete -c nursery -s m -d 'As many arguments as fit'
complete -c nursery -s s -l max-chars -x -a '1000 4000 100K' -d 'Longest command, in bytes'
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
complete -c nursery -l delay -x -a $durations -d 'Time between two starts'
complete -c nursery -l load -x -a '100% 80% 1 2 4 8' -d 'Start no job at this load or more'
complete -c nursery -l memfree -x -a '512M 1G 2G 4G' -d 'Start no job while less memory is free'
complete -c nursery -l retries -x -a '1 2 3 5 10' -d 'How often to run a failing job again'
complete -c nursery -l show-attempts -d 'Print the output of all attempts, each under a line that says which'
complete -c nursery -l retry-delay -x -a $durations -d 'Time before the second attempt, then doubled'
complete -c nursery -l ok-codes -x -d 'Exit statuses that are no failure'
complete -c nursery -s K -l keep-going -d 'Run every command'
complete -c nursery -l race -d 'The first success cancels the rest'
complete -c nursery -l orphans -x -d 'Processes left behind' -a "
    kill\t'End them and warn (default)'
    wait\t'They are part of the job'
    fail\t'End them, the job has failed'
    leave\t'Leave them alone'"
complete -c nursery -l contain -x -d 'What keeps processes together' -a "
    auto\t'Cgroups where they can be made (default)'
    strict\t'Cgroups or a PID namespace, or nothing runs'
    pidns\t'A PID namespace'"
complete -c nursery -l doctor -d 'Print what this machine can promise'

# Special jobs
complete -c nursery -l service -x -a '(__fish_complete_subcommand)' -d 'Run this as long as there are jobs'
complete -c nursery -l ready -x -a 'notify fd:3 tcp: unix: file: log: exec:' -d 'How to find out that the service is ready'
complete -c nursery -l ready-timeout -x -a $durations -d 'How long the service may take to be ready'
complete -c nursery -l shield -x -a '(__fish_complete_subcommand)' -d 'Run this, not cancelled by a failure'
complete -c nursery -l finally -x -a '(__fish_complete_subcommand)' -d 'Run this at the end, whatever happened'
complete -c nursery -l name -x -d 'Name of the special job before it'
complete -c nursery -l names -x -d 'Names of the commands in order'
complete -c nursery -l adopt -x -a '(__fish_complete_pids)' -d 'Wait for this process, stop it like a job'

# Time
complete -c nursery -l timeout -x -a $durations -d 'Cancel all, status 124'
complete -c nursery -l fail-after -x -a $durations -d 'Cancel all, status 124'
complete -c nursery -l move-on-after -x -a $durations -d 'Cancel all, no failure'
complete -c nursery -l job-timeout -x -a $durations -d 'A job that runs longer has failed'
complete -c nursery -l idle-timeout -x -a $durations -d 'A job that writes nothing so long has failed'
complete -c nursery -l signal -x -a 'TERM INT HUP QUIT KILL USR1 USR2 ALRM WINCH' -d 'Signal that stops jobs (TERM)'
complete -c nursery -l kill-after -x -a '0 1s 5s 10s 30s 1m' -d 'Grace before SIGKILL (5s)'

# Limits
complete -c nursery -l memory-max -x -a '512M 1G 2G 4G' -d 'A job that uses more memory is killed'
complete -c nursery -l pids-max -x -a '10 100 1000' -d 'A job that wants more processes has failed'
complete -c nursery -l cpu-max -x -a '50% 100% 200%' -d 'How much of a CPU a job gets'

# Output
complete -c nursery -s k -l keep-order -d 'In the order of the commands (default)'
complete -c nursery -l group -d 'Each job whole, in the order they end'
complete -c nursery -l lb -l line-buffer -d 'Whole lines as they come'
complete -c nursery -s u -l ungroup -d 'Jobs write directly, output may mix'
complete -c nursery -l tag -d 'Begin each line with the argument'
complete -c nursery -l timestamps -d 'Begin each line with the time'
complete -c nursery -l color -x -a 'auto always never' -d 'When labels have colours'
complete -c nursery -l tagstring -x -d 'Begin each line with this'
complete -c nursery -l show -x -a 'all failed none' -d 'Whose output is printed'
complete -c nursery -l sections -x -a 'auto none github gitlab plain' -d 'Sections in the log of a CI'
complete -c nursery -l buffer -x -a '0 1M 16M 64M 256M 1G' -d 'Memory for waiting output'
complete -c nursery -s v -l verbose -d 'Tell when jobs start and end, too'
complete -c nursery -l progress -x -a 'auto always never' -d 'Show what runs'
complete -c nursery -l quiet -d 'No summary'
complete -c nursery -l dry-run -d 'Print the commands, run nothing'
complete -c nursery -l spawn -d 'Add commands to the nursery of this job'
complete -c nursery -l wait -d 'With --spawn: wait until they have ended'
complete -c nursery -s h -l help -d 'Print a summary of the options'
complete -c nursery -l version -d 'Print the version'
