#!/usr/bin/env bats
# What a job is called whose name nobody has chosen.

load driver

DRIVER=job

# called WANT COMMAND...: each command has that name
called() {
	local want=$1 command
	shift
	for command; do
		is "$want" name "$command"
	done
}

@test "it is the program, without its folder" {
	called redis-server 'redis-server --port 7777' '/usr/bin/redis-server' \
		'  ./redis-server>log' '"/opt/my dir/redis-server" -x' '
		redis-server'
	called 'my server' '/opt/my\ server' "'my server' -x"
	called '$SERVER' '$SERVER --port 1'
	called '${SERVER:-a b}' '${SERVER:-a b} -x'
	called sleep 'trap : TERM; sleep 1'
	called bin '/usr/bin/'
}

@test "assignments before it are skipped" {
	called node 'PORT=3400 node server.js' 'A=1 B="x y" node' \
		"A='x y' node" 'A=$(date +%s; echo 1) node' 'A=`date x` node' \
		'A=${B:-c d} node' 'export A=1; node' 'A=1; node'
	called 1A=2 '1A=2 node'
	called command 'A=1'
}

@test "env, exec, npx and other words that run a command are skipped" {
	called vite 'env vite' 'env -i -u A A=1 B=2 vite' 'exec vite' \
		'exec -a name vite' 'npx vite' 'npx -y -p vite vite dev' \
		'npx --package=vite -- vite' 'nice -n 5 vite' 'nohup vite' \
		'sudo -u me vite' 'time vite' 'exec env A=1 npx vite' '! vite' \
		'(vite; other)' '{ vite; }' 'env --chdir /tmp vite'
	called env 'env'
	called npx 'npx'
}

@test "what only prepares the command behind it is skipped" {
	called make 'cd web && make' 'cd web; make' 'cd "my dir"&&make' \
		'cd -- a && cd b && make' 'cd web && exec env A=1 make' \
		'(cd web && make)' '. ./env.sh && make' 'set -e; make' \
		'source .venv/bin/activate && make' 'umask 077
make' 'exec 2>&1; make'
	called cd 'cd web' 'cd web || make' 'cd web | make' 'cd web & make'
}

@test "of npm run it is what is run" {
	called build 'npm run build' 'npm run-script build' 'yarn run build' \
		'pnpm -C web run build' 'bun run build' \
		'npm --prefix web run -s build -- --x' 'npm -w web run build'
	called npm npm 'npm start' 'npm run'
}

@test "redirections are no program" {
	called make '>log make' '2>&1 make'
	called command '>log' ''
	called make '<in >out make'
}

@test "a long name is cut, but not inside a character" {
	local a99
	a99=$(printf 'a%.0s' {1..99})
	called "${a99}a" "${a99}abcd"
	called "$a99" "${a99}é" "${a99}€"
	called "${a99:1}é" "${a99:1}é"
}

@test "a command that does not end as it should has a name" {
	called make 'make "a' "make 'a"
	called 'a b' '"a b'
	called '$(a b' '$(a b'
	called "a\\" "a\\\\"
	called a 'a\'
	called a 'cd x && a\'
	called $'\326' $'\326 x'
}
