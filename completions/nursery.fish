# Completion of nursery(1) for fish.

set -l durations '1s 10s 30s 1m 5m 10m 30m 1h'

complete -c nursery -f -a '(__fish_complete_command)' -d Command

# The commands
complete -c nursery -s j -s P -l jobs -x -a '0 1 2 4 8 16 50% 100% 200% +1 -1' -d 'How many at once'
complete -c nursery -s 0 -l null -d 'Commands read end in NUL'
complete -c nursery -s d -l delimiter -x -a ', ;' -d 'Commands read end in this character'
complete -c nursery -l shell -r -F -d 'Run commands with this shell'

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
complete -c nursery -s K -l keep-going -d 'Run every command'
complete -c nursery -l race -d 'The first success cancels the rest'
complete -c nursery -l orphans -x -d 'Processes left behind' -a "
    kill\t'End them and warn (default)'
    wait\t'They are part of the job'
    fail\t'End them, the job has failed'
    leave\t'Let them be'"

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
complete -c nursery -l buffer -x -a '0 1M 16M 64M 256M 1G' -d 'Memory for waiting output'
complete -c nursery -s v -l verbose -d 'Tell starts and ends, too'
complete -c nursery -l quiet -d 'No summary'
complete -c nursery -l dry-run -d 'Print the commands, run nothing'
complete -c nursery -l help -d 'Print a summary of the options'
complete -c nursery -l version -d 'Print the version'
