#!/bin/sh
# Removes the Log Analytics agent for Linux that was installed without an extension.
# It downloads nothing and touches the packages omsagent and omsconfig alone: omi and scx stay, since
# Operations Manager may use them. It prints one line, its result as JSON; its exit code is 0 whenever
# it has a result.
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
  printf '{"schema":1,"action":"remove","result":"%s","reason":"%s","before":%s,"after":%s}\n' \
    "$1" "$2" "$(json_list "$before")" "$(json_list "$(workspaces)")"
  exit 0
}

installed() {
  if command -v dpkg >/dev/null 2>&1; then
    dpkg -s "$1" 2>/dev/null | grep -q '^Status: .* installed$'
  else
    rpm -q "$1" >/dev/null 2>&1
  fi
}

purge() {
  if command -v dpkg >/dev/null 2>&1; then
    DEBIAN_FRONTEND=noninteractive dpkg --purge "$1" 2>&1
  else
    rpm -e "$1" 2>&1
  fi
}

before=$(workspaces)

if ! command -v dpkg >/dev/null 2>&1 && ! command -v rpm >/dev/null 2>&1; then
  report failed noPackageManager
fi
installed omsagent || {
  if [ -x "$BIN" ]; then report failed notAPackage; fi
  report absent ''
}

# Operations Manager reads this agent through a workspace directory of its own.
if [ -d /etc/opt/microsoft/omsagent/scom ]; then report refused scomAttached; fi

for package in omsconfig omsagent; do
  installed "$package" || continue
  if ! said=$(purge "$package"); then
    case "$said" in
      *lock*) report failed packageManagerLocked ;;
      *) report failed packageManagerFailed ;;
    esac
  fi
done

if installed omsagent; then report failed stillInstalled; fi
report removed ''
