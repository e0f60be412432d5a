#!/bin/sh
# sh samples/curl/build.sh FILE.zip [EXECUTABLE]
#
# Uploads a server build, waits until it is ready, and shows its log and the list of builds.
. "$(dirname "$0")/lib.sh"
zip=${1:?the ZIP of a server build is needed}
executable=${2:-EchoGameServer}

say "An address to upload to; the executable is named by its path in the ZIP"
upload=$(call POST "/api/v3/builds/upload-url?name=default&executable_path=$executable")
echo "$upload"
build=$(echo "$upload" | field build_id)

say "The upload; the address is the permission, no key goes with it"
curl -sS --fail-with-body -T "$zip" "$(echo "$upload" | field upload_url)"

say "Processing"
call POST "/api/v3/builds/$build/process"
until_status ready "/api/v3/builds/$build"

say "The build, its log, and all builds of that name"
call GET "/api/v3/builds/$build"; echo
call GET "/api/v3/builds/$build/logs"; echo
call GET "/api/v3/builds?name=default"; echo
