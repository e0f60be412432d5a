# Runs one game server and writes down how it ended, whatever becomes of the process that started it.
#   $1 folder of the launch   $2 working directory   $3 the file that joins the control group, or nothing   the command
# Its variables are named as no game's are, and what WatchdogCommand holds back of the game's would not survive a shell.
# Signals meant for the game's process group reach this shell too: caught here, they are back to normal in the game.
trap : HUP INT QUIT TERM USR1 USR2 ALRM
playflow_watchdog_run=$1 playflow_watchdog_dir=$2 playflow_watchdog_join=$3
shift 3
cd /
read -r playflow_watchdog_me </proc/self/stat
echo "$playflow_watchdog_me" >"$playflow_watchdog_run/watchdog"
(
  playflow_watchdog_joined=1
  [ -z "$playflow_watchdog_join" ] || { echo 0 >"$playflow_watchdog_join"; } 2>/dev/null || playflow_watchdog_joined=0
  trap ': >"$playflow_watchdog_run/unrunnable"' EXIT
  cd "$playflow_watchdog_dir" || exit 126
  unset OLDPWD
  read -r playflow_watchdog_me </proc/self/stat
  # Variables that steer the dynamic linker are the game's; this shell has to work without them.
  while [ "${playflow_watchdog_held:-0}" -gt 0 ]; do
    eval "export \"\$playflow_watchdog_held_$playflow_watchdog_held\"; unset playflow_watchdog_held_$playflow_watchdog_held"
    playflow_watchdog_held=$((playflow_watchdog_held - 1))
  done
  # Those that a shell cannot hold, or would change, are given to the game by another program.
  [ -z "$playflow_watchdog_odd" ] || set -- /usr/bin/env "$@"
  while [ "${playflow_watchdog_odd:-0}" -gt 0 ]; do
    eval "shift; set -- /usr/bin/env \"\$playflow_watchdog_odd_$playflow_watchdog_odd\" \"\$@\"; unset playflow_watchdog_odd_$playflow_watchdog_odd"
    playflow_watchdog_odd=$((playflow_watchdog_odd - 1))
  done
  unset playflow_watchdog_held playflow_watchdog_odd
  echo "$playflow_watchdog_joined $playflow_watchdog_me" >"$playflow_watchdog_run/main"
  exec "$@" </dev/null >>"$playflow_watchdog_run/out" 2>>"$playflow_watchdog_run/err"
)
echo $? >"$playflow_watchdog_run/exit"
