#!/bin/sh
# sh samples/curl/refusals.sh
#
# What refusals look like: always the same envelope, and for bad fields one entry each.
. "$(dirname "$0")/lib.sh"

# refused STATUS METHOD PATH [CURL ARGUMENTS]: shows an answer, and ends the script when its status is another one.
refused() {
  expected=$1 method=$2 path=$3
  shift 3
  answer=$(curl -sS -w '\n%{http_code}' -X "$method" "$URL$path" "$@")
  echo "$answer" | head -n 1
  [ "$(echo "$answer" | tail -n 1)" = "$expected" ] || { echo "$method $path: not $expected" >&2; exit 1; }
}

say "401: no key, or one nobody has"
refused 401 GET /api/v3/servers
refused 401 GET /api/v3/servers -H 'api-key: pf_nobody'
say "404: no such server"
refused 404 GET /api/v3/servers/unknown -H "api-key: $KEY"
say "404: no such route; 405: not this way"
refused 404 GET /api/v3/nonsense -H "api-key: $KEY"
refused 405 PUT /api/v3/servers -H "api-key: $KEY"
say "422: every field that is wrong is named"
refused 422 POST /api/v3/servers/start -H "api-key: $KEY" -H 'content-type: application/json' -d '{"region":"moon","ttl":5}'
refused 422 GET '/api/v3/servers?limit=1000' -H "api-key: $KEY"
