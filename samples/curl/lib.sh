# What the scripts beside this file share. Each takes the emulator's address from PLAYFLOW_URL and its server key from PLAYFLOW_KEY.
set -eu
URL=${PLAYFLOW_URL:-http://127.0.0.1:8787}
KEY=${PLAYFLOW_KEY:-pf_local}

# call METHOD PATH [JSON]: sends a request and prints the answer's body; ends the script when it is refused.
call() {
  if [ $# -gt 2 ]; then
    curl -sS --fail-with-body -X "$1" "$URL$2" -H "api-key: $KEY" -H 'content-type: application/json' -d "$3"
  else
    curl -sS --fail-with-body -X "$1" "$URL$2" -H "api-key: $KEY"
  fi
}

# field NAME: the first value of that name in the JSON on standard input.
field() { tr ',{}[]' '\n' | sed -n 's/^"'"$1"'":"\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' | head -n 1; }

# until_status WORD PATH: asks until the status there is WORD; ends the script when it can no longer become so, or after a minute.
until_status() {
  tries=0
  while :; do
    status=$(call GET "$2" | field status)
    [ "$status" = "$1" ] && return
    case $status in failed | stopped | deleted) echo "$2 is $status, not $1" >&2; exit 1 ;; esac
    tries=$((tries + 1))
    [ $tries -lt 300 ] || { echo "$2 is still $status" >&2; exit 1; }
    sleep 0.2
  done
}

say() { printf '\n# %s\n' "$*"; }
