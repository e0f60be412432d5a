#!/bin/sh
# sh samples/curl/server.sh
#
# The life of a server: started, running, updated, restarted, stopped; with its log and its metrics. Needs a ready build.
. "$(dirname "$0")/lib.sh"

say "Start: the answer comes before the game runs"
started=$(call POST /api/v3/servers/start \
  '{"name":"duel","region":"us-east","compute_size":"small","ttl":600,"custom_data":{"map":"arena"},"match_id":"match-1"}')
echo "$started"
id=$(echo "$started" | field instance_id)

say "Running: the game has opened its ports"
until_status running "/api/v3/servers/$id"
call GET "/api/v3/servers/$id"; echo

say "Listed, the newest first"
call GET '/api/v3/servers?limit=10&include_launching=true'; echo

say "Other custom data"
call POST "/api/v3/servers/$id/update" '{"custom_data":{"map":"harbour"}}'; echo

say "What it wrote, a page of two lines and the page after it"
page=$(call GET "/api/v3/servers/$id/logs?limit=2")
echo "$page"
call GET "/api/v3/servers/$id/logs?limit=2&start_time=$(echo "$page" | field next_token)"; echo

say "What it used in the last five minutes"
call GET "/api/v3/servers/$id/metrics?period=5m"; echo

say "Restarted: the same id, new ports, a new lifetime"
call POST "/api/v3/servers/$id/restart" '{"ttl":900}'; echo
until_status running "/api/v3/servers/$id"

say "Stopped; a retry is harmless"
call DELETE "/api/v3/servers/$id?shutdown_reason=match_over"; echo
call DELETE "/api/v3/servers/$id"; echo
