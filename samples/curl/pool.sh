#!/bin/sh
# sh samples/curl/pool.sh
#
# A project with a variable for every server and one warm server, which a start then claims. Needs a ready build.
. "$(dirname "$0")/lib.sh"

say "The settings; a member that is left out stays as it is"
call POST /api/v3/projects/settings \
  '{"environment_variables":{"SEASON":"7"},"pool_config":{"enabled":true,"regions":{"eu-west":{"small":1}}}}'; echo

say "The warm server, once it runs"
warm=
for _ in $(seq 300); do
  warm=$(call GET '/api/v3/servers?include_pool=true' | sed 's/{"instance_id"/\n&/g' | grep '"name":"pool-eu-west-small-' | field instance_id)
  [ -z "$warm" ] || break
  sleep 0.2
done
call GET "/api/v3/servers/$warm"; echo

say "A start in that region and size gets it"
claimed=$(call POST /api/v3/servers/start '{"name":"ranked","region":"eu-west","compute_size":"small","custom_data":{"map":"arena"}}')
echo "$claimed"
[ "$(echo "$claimed" | field instance_id)" = "$warm" ] || { echo "it was not the warm one" >&2; exit 1; }

say "The project's log: what every server wrote in the last minute"
call GET '/api/v3/projects/logs?start_time=-1m&limit=5'; echo

say "Everything off again"
call POST /api/v3/projects/settings '{"environment_variables":{},"pool_config":{"enabled":false,"regions":{}}}' >/dev/null
call DELETE "/api/v3/servers/$warm"; echo
