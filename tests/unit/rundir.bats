#!/usr/bin/env bats
# Private folders for sockets: where they are, and what is removed with them.

load driver

# Makes a private folder; its path is in $output.
makes() {
	try 0 watched sys rundir-make
}

# The folder that is tried after XDG_RUNTIME_DIR: in memory, if that is possible.
next_folder() {
	if [ -d /dev/shm ] && [ -w /dev/shm ]; then
		echo /dev/shm
	else
		echo "$TMPDIR"
	fi
}

@test "a private folder is in the runtime folder, if that will do" {
	local long next
	next=$(next_folder)
	long=$PWD/$(printf '%080d' 0)
	mkdir run "$long"
	XDG_RUNTIME_DIR=$PWD/run makes
	[[ $output == "$PWD/run/nursery."?????? ]]
	[ -z "$(ls -A run)" ]
	XDG_RUNTIME_DIR=$PWD/none makes
	[[ $output == "$next/nursery."?????? ]]
	XDG_RUNTIME_DIR=run makes
	[[ $output == "$next/nursery."?????? ]]
	XDG_RUNTIME_DIR=$long makes
	[[ $output == "$next/nursery."?????? ]]
	XDG_RUNTIME_DIR='' makes
	[[ $output == "$next/nursery."?????? ]]
}

@test "nested private folders are in one another, as far as paths of sockets may be long" {
	local outer inner i
	mkdir run
	export XDG_RUNTIME_DIR=$PWD/run
	outer=$PWD/run/nursery.abcdef
	mkdir -m 700 "$outer"
	for i in 1 2 3 4 5 6; do
		try 0 watched sys rundir-keep "$outer"
		[[ $output == "$PWD/run/nursery.abcdef/"* ]] || fail "not in the outermost folder"
		[ "${#output}" -lt 80 ]
		outer=$output
	done
}

@test "where there would be no room for a nested one a private folder is elsewhere" {
	local dir
	dir=/tmp/$(printf '%060d' "$$")
	mkdir -m 700 "$dir"
	XDG_RUNTIME_DIR=$dir makes
	rmdir "$dir"
	[[ $output == "$(next_folder)/nursery."?????? ]]
}

@test "a private folder is not made in a runtime folder of somebody else" {
	need_root
	mkdir theirs
	chown nobody theirs
	XDG_RUNTIME_DIR=$PWD/theirs makes
	[[ $output == "$(next_folder)/nursery."?????? ]]
}

@test "a private folder is in TMPDIR where there is no /dev/shm, or in /tmp" {
	need_root
	need unshare
	local without='mount -t tmpfs -o ro none /dev/shm 2>/dev/null'
	unshare -m sh -c "$without" || skip 'nothing can be mounted here'
	unset XDG_RUNTIME_DIR
	try 0 watched unshare -m sh -c "$without; sys rundir-make"
	[[ $output == "$TMPDIR/nursery."?????? ]]
	try 0 watched unshare -m sh -c "$without; TMPDIR=$PWD/none sys rundir-make"
	[[ $output == /tmp/nursery.?????? ]]
	try 0 watched unshare -m sh -c "$without; TMPDIR= sys rundir-make"
	[[ $output == /tmp/nursery.?????? ]]
	try 0 watched unshare -m sh -c "$without; TMPDIR=. sys rundir-make"
	[[ $output == /tmp/nursery.?????? ]]
}

@test "whoever shares the path of a private folder never reads another one" {
	mkdir run
	export XDG_RUNTIME_DIR=$PWD/run
	watched sys rundir-trace >/dev/null || [ $? -ne 77 ] || skip 'nothing can be traced here'
	try 0 watched sys rundir-trace
	[[ $output == "$PWD/run/nursery."?????? ]]
	[ -z "$(ls -A run)" ]
	# A path that is too long for a socket never shows, not even for a moment.
	XDG_RUNTIME_DIR=$PWD/$(printf '%080d' 0)
	mkdir "$XDG_RUNTIME_DIR"
	try 0 watched sys rundir-trace
	[[ $output == "$(next_folder)/nursery."?????? ]]
}

@test "a private folder is removed with all in it, but nothing by another name" {
	local name
	mkdir -p run/nursery.abcdef/nursery.ghijkl elsewhere
	touch run/nursery.abcdef/socket run/nursery.abcdef/nursery.ghijkl/socket elsewhere/file
	ln -s "$PWD/elsewhere" run/nursery.abcdef/link
	try 0 watched sys rundir-remove run/nursery.abcdef
	[ -z "$(ls -A run)" ]
	[ -e elsewhere/file ]
	for name in mine nursery. nursery.abcde nursery.abcdefg Nursery.abcdef; do
		mkdir "run/$name"
		touch "run/$name/file"
		try 0 watched sys rundir-remove "run/$name"
		[ -e "run/$name/file" ]
	done
	try 0 watched sys rundir-remove ''
}

@test "a private folder that is left loses its files, and keeps what is in its folders" {
	local outer=run/nursery.abcdef
	local inner=$outer/nursery.ghijkl
	mkdir -p "$inner/nursery.mnopqr"
	touch "$outer/socket" "$inner/socket" "$inner/nursery.mnopqr/socket"
	try 0 watched sys rundir-leave "$inner"
	[ "$(ls "$inner")" = nursery.mnopqr ]
	[ "$(ls "$outer")" = nursery.ghijkl$'\n'socket ]
	try 0 watched sys rundir-leave "$outer"
	[ "$(ls "$outer")" = nursery.ghijkl ]
	[ -e "$inner/nursery.mnopqr/socket" ]
}

@test "a private folder takes another one with it, in whatever folder that is" {
	local outer=$PWD/run/nursery.abcdef how
	for how in remove leave; do
		mkdir -p "$outer/nursery.ghijkl" long/er
		chmod 700 "$outer"/nursery.ghijkl "$outer"
		(umask 0777 && watched sys rundir-extend "$outer" long/er) >extended
		(cd long && watched sys rundir-extend "$outer/nursery.ghijkl" er) >>extended
		[ "$(dirname $(<extended) | sort -u)" = "$PWD/long/er" ]
		[ "$(stat -c %a $(<extended))" = $'700\n700' ]
		for folder in $(<extended); do
			echo >"$folder/nursery-file"
			mkfifo "$folder/nursery-fifo"
		done
		[ "$how" = remove ] || rm -r "$outer/nursery.ghijkl" "$folder"
		try 0 watched sys rundir-$how "$outer"
		[ -z "$(ls -A run)$(ls -A long/er)" ] || fail "$(ls -AR run long/er)"
	done
}

@test "what is no private folder is not taken along" {
	local outer=$PWD/run/nursery.abcdef target
	mkdir -p -m 700 mine/nursery.open00 mine/name mine/nursery.linked
	chmod 755 mine/nursery.open00
	mv mine/nursery.linked mine/kept
	ln -s kept mine/nursery.linked
	for target in nursery.open00 name nursery.linked; do
		mkdir -p -m 700 "$outer"
		ln -s "$PWD/mine/$target" "$outer/second"
		try 0 watched sys rundir-remove "$outer"
		[ -e "mine/$target" ]
		[ "$target" = nursery.linked ] || [ ! -e "$outer" ] || fail "$target"
	done
	# What could not be opened as a folder may be there again later.
	[ -L "$outer/second" ]
}

@test "of the other private folder only the files that jobs read are removed" {
	local outer=$PWD/run/nursery.abcdef second
	mkdir -p -m 700 "$outer" mine mine/nursery.others
	try 0 watched sys rundir-extend "$outer" mine
	second=$output
	mkdir "$second/nursery-folder" "$second/folder"
	touch "$second/nursery-file" "$second/file" "$second/folder/nursery-file" mine/nursery.others/nursery-file
	ln -s file "$second/nursery-link"
	ln -s "$PWD/mine/nursery.others" "$second/second"
	try 0 watched sys rundir-remove "$outer"
	[ "$(ls "$second")" = $'file\nfolder\nnursery-folder\nnursery-link\nsecond' ] || fail "$(ls "$second")"
	[ -e "$second/folder/nursery-file" ]
	[ -e mine/nursery.others/nursery-file ]
	[ "$(readlink "$outer/second")" = "$second" ]
}

@test "only a private folder's own link takes another one along" {
	local outer=$PWD/run/nursery.abcdef
	mkdir -p -m 700 "$outer/folder/nursery.ghijkl" mine/nursery.others
	touch mine/nursery.others/nursery-file
	ln -s "$PWD/mine/nursery.others" "$outer/folder/second"
	ln -s "$PWD/mine/nursery.others" "$outer/folder/nursery.ghijkl/second"
	try 0 watched sys rundir-remove "$outer"
	[ ! -e "$outer" ]
	[ -e mine/nursery.others/nursery-file ]
}

@test "a private folder keeps its links until the other one is known to be gone" {
	local outer=$PWD/run/nursery.abcdef folder how
	for how in remove leave; do
		for folder in "$outer" "$outer/nursery.ghijkl"; do
			[ "$how" = remove ] || [ "$folder" = "$outer" ] || continue
			mkdir -p -m 700 "$folder"
			touch "$outer/socket"
			ln -s around around
			ln -s "$PWD/around/nursery.others" "$folder/second"
			ln -s us "$outer/owner"
			try 0 watched sys rundir-$how "$outer"
			[ -L "$folder/second" ]
			[ -L "$outer/owner" ]
			[ ! -e "$outer/socket" ]
			rm around
			try 0 watched sys rundir-$how "$outer"
			[ ! -e "$outer" ]
		done
	done
}

@test "a private folder that cannot get another one says so" {
	mkdir -p -m 700 run/nursery.abcdef
	try 1 watched sys rundir-extend none run
	try 1 watched sys rundir-extend run/nursery.abcdef none
	[ -z "$(ls -A run/nursery.abcdef)" ]
}
