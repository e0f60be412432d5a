#!/bin/sh
# sh samples/curl/v2.sh
#
# API version 2 over the same servers and builds, as its SDK speaks it: nulls, versions as texts. Needs a ready build.
. "$(dirname "$0")/lib.sh"

say "Builds"
call GET /v2/builds/builds; echo

say "A start"
started=$(call POST /v2/servers/start \
  '{"name":"duel","region":"us-east","compute_size":"small","version_tag":"default","version":null,"startup_args":null,"ttl":null}')
echo "$started"
id=$(echo "$started" | field instance_id)
until_status running "/v2/servers/$id"

say "All servers; there are no pages"
call GET /v2/servers/; echo

say "Stopped"
call DELETE "/v2/servers/$id"; echo
