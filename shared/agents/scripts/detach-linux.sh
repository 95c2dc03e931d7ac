#!/bin/sh
# Detaches workspaces from the Log Analytics agent for Linux and leaves the agent where it is.
# WORKSPACES holds their ids, in lower case, apart by blanks. It prints one line, its result as JSON;
# its exit code is 0 whenever it has a result.
set -eu

BIN=/opt/microsoft/omsagent/bin/omsadmin.sh
GUID='[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

workspaces() {
  [ -x "$BIN" ] || return 0
  "$BIN" -l 2>/dev/null | tr '[:upper:]' '[:lower:]' | grep -oE "$GUID" | sort -u || true
}

json_list() {
  printf '['
  separator=''
  for item in $1; do
    printf '%s"%s"' "$separator" "$item"
    separator=','
  done
  printf ']'
}

report() {
  printf '{"schema":1,"action":"detach","result":"%s","reason":"%s","before":%s,"after":%s}\n' \
    "$1" "$2" "$(json_list "$before")" "$(json_list "$(workspaces)")"
  exit 0
}

has() {
  printf '%s\n' "$1" | grep -qx "$2"
}

before=$(workspaces)
[ -x "$BIN" ] || report absent ''

found=''
for workspace in $WORKSPACES; do
  if has "$before" "$workspace"; then found="$found $workspace"; fi
done
[ -n "$found" ] || report absent ''

for workspace in $found; do
  "$BIN" -x "$workspace" >/dev/null 2>&1 || true
done

left=$(workspaces)
for workspace in $found; do
  if has "$left" "$workspace"; then report failed stillAttached; fi
done
report detached ''
