#!/usr/bin/env bats
# Services of a Procfile, and variables from files.
#
# shellcheck disable=SC2016 # for the shell of the job

load ../helper

@test "each line of a Procfile is a service, in its folder, with its PORT and .env" {
	mkdir app
	gate web worker
	printf '%s\n' '# all' 'web: echo "$PORT $A $PWD"; puppet say ../web sleep' \
		'worker: echo "$PORT $NURSERY_NAME"; puppet say ../worker sleep' >app/Procfile
	printf '%s\n' 'export A="x y" # c' >app/.env
	try 0 nursery --service 'exec puppet sleep' --procfile app/Procfile \
		--service 'echo "${PORT-none} $A"; exec puppet sleep' --name db --ready log:. \
		'read -r x <web; read -r x <worker; echo "$A"; pwd'
	out 'x y' "$PWD"
	[ "$(sort <<<"$stderr")" = "$(printf '%s\n' '[db] none x y' "[web] 5000 x y $PWD/app" '[worker] 5100 worker')" ]
	# the first port, also by a file, and then no .env
	export PORT=7000
	try 0 nursery --procfile app/Procfile --env-file <(printf '%s\n' A=b PORT=8000) \
		'read -r x <web; read -r x <worker; echo "$PORT"'
	out 8000
	[ "$(sort <<<"$stderr")" = "$(printf '%s\n' "[web] 8000 b $PWD/app" '[worker] 8100 worker')" ]
}

@test "a FIFO that nobody writes to is said to be waited for" {
	mkfifo fifo
	start --env-file fifo 'echo "$A"'
	eventually err_so_far_has 'nursery: waiting for fifo, a FIFO that nobody writes to'
	echo A=b >fifo
	finish 0
	out b
}

@test "variables of files are for all jobs; later ones replace earlier ones" {
	printf '%s\n' 'A=1' 'B=2' 'PATH=/nowhere' >a
	printf '%s\n' "B='3 \$A'" >b
	A=0 C=4 try 0 nursery --env-file a --env-file b 'echo "$A $B $C $PATH"'
	out '1 3 $A 4 /nowhere'
	err
}

@test "a Procfile or file of variables that is wrong is refused, with its line" {
	printf '%s\n' 'a: touch started' '' 'b touch started' >Procfile
	printf '%s\n' 'A=1' 'B' >env
	try 125 nursery --procfile Procfile
	complains "--procfile: Procfile:3: no 'name: command' (try web: npm start)"
	try 125 nursery --procfile none
	complains '--procfile: none: No such file or directory'
	try 125 nursery --procfile .
	complains '--procfile: .: Is a directory'
	try 125 nursery --procfile /dev/null
	complains "--procfile: '/dev/null' is without any line"
	try 125 nursery --procfile /dev/zero
	complains '--procfile: /dev/zero: File too large'
	try 125 nursery --env-file env 'touch started'
	complains '--env-file: env:2: no variable (try NAME=value)'
	printf 'A=1\nB=%0131070d\n' 0 >long
	try 125 nursery --env-file long 'touch started'
	complains '--env-file: long:2: a variable of 128 KiB or more, with which no program'
	try 125 nursery --env-file '' 'touch started'
	complains "--env-file: '' is no file (give it a name)"
	try 125 nursery --procfile ''
	complains "--procfile: '' is no file (give it a name)"
	printf 'B=%0131068d\n' 0 >long
	try 0 nursery --env-file long 'echo "${#B}"'
	out 131068
	echo 'a: touch started' >Procfile
	mv env .env
	try 125 nursery --procfile Procfile
	complains '--procfile: .env:2: no variable'
	rm .env
	PORT=http try 125 nursery --procfile Procfile
	complains "PORT: 'http' is no port from 1 to 65535 (try PORT=5000)"
	echo 'b: touch started' >>Procfile
	PORT=65500 try 125 nursery --procfile Procfile
	complains 'PORT=65500: 100 more for each service goes beyond 65535'
	try 125 nursery --procfile Procfile --ready tcp:1
	complains '--ready: belongs to one service, and a Procfile has several'
	try 125 nursery --procfile Procfile --service 'touch started' --name a
	complains "two jobs have the name 'a'"
	[ ! -e started ]
}
