# Runs one game server and writes down how it ended, whatever becomes of the process that started it.
#   $1 folder of the launch   $2 working directory   $3 how many control groups, then their folders   the command
# Signals meant for the game's process group reach this shell too: caught here, they are back to normal in the game.
trap : HUP INT QUIT TERM USR1 USR2 ALRM
run=$1 dir=$2 groups=$3
shift 3
cd /
read -r me </proc/self/stat
echo "$me" >"$run/watchdog"
(
  joined=1
  while [ "$groups" -gt 0 ]; do
    { echo 0 >"$1/cgroup.procs"; } 2>/dev/null || joined=0
    shift
    groups=$((groups - 1))
  done
  # Variables that steer the dynamic linker are the game's; this shell has to work without them.
  while [ "${PLAYFLOW_HELD:-0}" -gt 0 ]; do
    eval "export \"\$PLAYFLOW_HELD_$PLAYFLOW_HELD\"; unset PLAYFLOW_HELD_$PLAYFLOW_HELD"
    PLAYFLOW_HELD=$((PLAYFLOW_HELD - 1))
  done
  unset PLAYFLOW_HELD
  trap ': >"$run/unrunnable"' EXIT
  cd "$dir" || exit 126
  unset OLDPWD
  read -r me </proc/self/stat
  echo "$joined $me" >"$run/main"
  exec "$@" </dev/null >>"$run/out" 2>>"$run/err"
)
echo $? >"$run/exit"
