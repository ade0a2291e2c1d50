# For tests that need ssh: load helper first, then this.
#
#	ssh_up		in setup_file: starts an sshd of our own on the loopback
#			device
#	ssh_down	in teardown_file: stops it, by its pid
#	ssh_use		in setup, after nursery_setup: an ssh in PATH that knows the
#			machines below, and nothing of the user's; skips the test
#			if there is no sshd
#
#	ssh_up_narrow	starts another one, which refuses connections while two
#			have not logged in; ssh_down stops it, too
#
#	ssh_up_alone	another one, in a network of its own; fails where that
#			cannot be made
#	ssh_there COMMAND...	runs it in that network
#
# n1 to n4 are this machine; the login shell of noisy prints a line before it runs
# anything; stranger is not let in, nowhere is a name that nobody knows; narrow1 to
# narrow12 are this machine by the sshd of ssh_up_narrow.  $SSH_FOLDER has config,
# for ssh -F, the log of sshd and its pid.

ssh_missing() {
	local program
	for program in sshd ssh ssh-keygen; do
		PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null || {
			echo "$program is not here (Debian: openssh-server)"
			return
		}
	done
}

# The keys of the server, of the user, and of the user of noisy.
ssh_make_keys() {
	local name
	for name in host user noisy stranger; do
		ssh-keygen -q -t ed25519 -N '' -C "$name" -f "$SSH_FOLDER/$name"
	done
	{
		cat "$SSH_FOLDER/user.pub"
		printf 'command="echo Welcome; eval \\"$SSH_ORIGINAL_COMMAND\\"" '
		cat "$SSH_FOLDER/noisy.pub"
	} >"$SSH_FOLDER/authorized"
	sed "s/^/* /" "$SSH_FOLDER/host.pub" >"$SSH_FOLDER/known"
}

ssh_config() {
	cat >"$SSH_FOLDER/sshd_config" <<-EOF
		ListenAddress 127.0.0.1
		Port $1
		HostKey $SSH_FOLDER/host
		PidFile $SSH_FOLDER/pid
		AuthorizedKeysFile $SSH_FOLDER/authorized
		StrictModes no
		UsePAM no
		PasswordAuthentication no
		PermitRootLogin yes
		PrintMotd no
		SetEnv HOME=$SSH_FOLDER/home
	EOF
	cat >"$SSH_FOLDER/config" <<-EOF
		Host noisy
		IdentityFile $SSH_FOLDER/noisy
		Host stranger
		IdentityFile $SSH_FOLDER/stranger
		Host nowhere
		HostName nowhere.invalid
		Host narrow*
		Port 1
		Host n*
		IdentityFile $SSH_FOLDER/user
		Host *
		HostName 127.0.0.1
		HostKeyAlias nursery
		Port $1
		User $(id -un)
		IdentitiesOnly yes
		IdentityAgent none
		UserKnownHostsFile $SSH_FOLDER/known
		GlobalKnownHostsFile /dev/null
		StrictHostKeyChecking yes
	EOF
}

ssh_up() {
	local port sshd
	SSH_MISSING=$(ssh_missing)
	export SSH_MISSING
	[ -z "$SSH_MISSING" ] || return 0
	sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd)
	export SSH_FOLDER=$BATS_FILE_TMPDIR/ssh
	mkdir -p "$SSH_FOLDER/bin" "$SSH_FOLDER/home"
	# Debian makes it when its own sshd is started
	[ "$(id -u)" -ne 0 ] || mkdir -p -m 755 /run/sshd
	ssh_make_keys
	# a port may be gone between our question and its answer
	for _ in 1 2 3 4 5; do
		port=$("${NURSERY_HELPERS:-build/tests}/programs/server" free-port)
		ssh_config "$port"
		! "$sshd" -f "$SSH_FOLDER/sshd_config" -E "$SSH_FOLDER/log" 3>&- || break
	done
	cat >"$SSH_FOLDER/bin/ssh" <<-EOF
		#!/bin/sh
		exec $(command -v ssh) -F $SSH_FOLDER/config "\$@"
	EOF
	chmod +x "$SSH_FOLDER/bin/ssh"
	ssh_wait test -s "$SSH_FOLDER/pid"
}

ssh_up_narrow() {
	local port sshd config=$SSH_FOLDER/narrow_config
	sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd)
	for _ in 1 2 3 4 5; do
		port=$("$HELPERS/programs/server" free-port)
		sed -e "s,^Port .*,Port $port," -e 's,^PidFile .*,&.narrow,' \
			"$SSH_FOLDER/sshd_config" >"$config"
		echo 'MaxStartups 2:100:2' >>"$config"
		! "$sshd" -f "$config" -E "$SSH_FOLDER/narrow.log" 3>&- || break
	done
	sed -i "/^Host narrow/{n;s/.*/Port $port/}" "$SSH_FOLDER/config"
	ssh_wait test -s "$SSH_FOLDER/pid.narrow"
}

# ssh_wait COMMAND...: until it succeeds
ssh_wait() {
	local end=$((SECONDS + 20))
	until "$@"; do
		((SECONDS < end)) || return
		sleep 0.05
	done
}

# The processes of $SSH_NETWORK have a network of their own, which has an sshd at
# the port of the other one, and a loopback device that can be taken down without
# harm to anybody.  Fails where that cannot be made.
ssh_up_alone() {
	local config=$SSH_FOLDER/alone_config
	command -v ip nsenter >/dev/null || return
	unshare --net sleep 1000 3>&- &
	SSH_NETWORK=$!
	ssh_wait ssh_is_alone || return
	ssh_there ip link set lo up || return
	sed 's,^PidFile .*,&.alone,' "$SSH_FOLDER/sshd_config" >"$config"
	ssh_there "$(PATH=$PATH:/usr/sbin:/sbin command -v sshd)" -f "$config" \
		-E "$SSH_FOLDER/alone.log" 3>&-
	ssh_wait test -s "$SSH_FOLDER/pid.alone"
}

ssh_is_alone() {
	kill -0 "$SSH_NETWORK" || return 0 # it is seen at the next step
	! [ "/proc/$SSH_NETWORK/ns/net" -ef /proc/self/ns/net ]
}

ssh_there() {
	nsenter --net="/proc/$SSH_NETWORK/ns/net" "$@"
}

ssh_down() {
	local file
	for file in "${SSH_FOLDER:-/nonexistent}"/pid*; do
		[ -e "$file" ] || continue
		kill "$(cat "$file")"
		ssh_wait test ! -e "$file" # which it removes at its end
	done
}

ssh_use() {
	[ -z "$SSH_MISSING" ] || skip "$SSH_MISSING"
	PATH=$SSH_FOLDER/bin:$PATH
}
