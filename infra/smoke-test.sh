#!/usr/bin/env bash
# Starts a gateway with authentication on over a small real repository and walks through its main job.
# Fails at the first step that does not hold, naming it.
#
# GATEWAY, GATEWAY_INGEST  the commands under test (default: what was built)
# KM_SMOKE_BUILT=1         don't install and build first
# KM_SMOKE_WAIT            seconds to wait for health, and for the end after SIGTERM (default 30)
set -euo pipefail
cd "$(dirname "$0")/.."
built=${KM_SMOKE_BUILT:-}
wait=${KM_SMOKE_WAIT:-30}
unset "${!KM_@}" # a developer's own settings are not what is tested
[ -n "$built" ] || node infra/dev/prepare.mjs >&2

GATEWAY=${GATEWAY:-node dist/src/cli/gateway.js}
GATEWAY_INGEST=${GATEWAY_INGEST:-node dist/src/cli/gateway-ingest.js}
probe="node infra/smoke/probe.mjs"
work=$(mktemp -d)
pid=
step="set up"
finish() {
  local status=$?
  if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then kill -9 "$pid" 2>/dev/null || true; fi
  if [ "$status" -ne 0 ]; then
    echo "smoke: FAILED at: $step" >&2
    if [ -f "$work/gateway.log" ]; then tail -n 20 "$work/gateway.log" >&2; fi
  fi
  rm -rf "$work"
  exit "$status"
}
trap finish EXIT
begin() { step=$1 && echo "smoke: $step"; }
must_equal() { [ "$1" = "$2" ] || { echo "smoke: expected '$2', got '$1'" >&2 && return 1; }; }
secret() { head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
alive() { kill -0 "$pid" 2>/dev/null; }

begin "make a repository"
mkdir -p "$work/repo/src" "$work/repo/docs"
cat >"$work/repo/src/tide.ts" <<'CODE'
/** How high the water stands above the chart's zero. */
export interface Tide {
  readonly metres: number;
}

/** The height of the tide at a time of day, by the rule of twelfths. */
export function tideHeight(hour: number, range: number): Tide {
  const twelfths = [0, 1, 3, 6, 9, 11, 12];
  return { metres: (range * (twelfths[hour] ?? 12)) / 12 };
}
CODE
printf '# Harbour\n\nShips wait for the tide; see the rule of twelfths in src/tide.ts.\n' >"$work/repo/docs/harbour.md"
git -C "$work/repo" init -q
git -C "$work/repo" add .
git -C "$work/repo" -c user.name=smoke -c user.email=smoke@example.invalid commit -qm "A harbour"

begin "start with authentication on"
reader=$(secret)
maintainer=$(secret)
export KM_STATE_PATH="$work/state" KM_SOURCES="harbour=$work/repo"
KM_READER_TOKEN=$reader KM_ADMIN_TOKEN=$maintainer KM_GRPC_ADDRESS=127.0.0.1:0 KM_METRICS_ADDRESS=127.0.0.1:0 \
  KM_INGEST_ON_START=off $GATEWAY serve >"$work/gateway.log" 2>&1 &
pid=$!
for _ in $(seq 600); do
  [ -f "$work/state/serving.json" ] && break
  alive || { echo "smoke: the gateway has ended" >&2 && false; }
  sleep 0.1
done
{ read -r address && read -r metrics; } < <($probe values "$work/state/serving.json" address metricsAddress)

begin "health is SERVING for the server and each service"
services="SearchService GraphService IngestService AuditService"
# shellcheck disable=SC2046 # one argument a service
$probe health "$address" "$wait" "" $(printf 'knowledge.v1.%s ' $services)

begin "reflection lists the services"
KM_TOKEN=$reader $probe reflect "$address" >"$work/services"
for service in $services; do
  grep -qx "knowledge.v1.$service" "$work/services" || { echo "smoke: $service is not listed" >&2 && false; }
done

begin "an ingest without a token is refused"
status=0
env -u KM_TOKEN $GATEWAY_INGEST --address "$address" rebuild >"$work/out" 2>&1 || status=$?
must_equal "$status" 3
grep -q UNAUTHENTICATED "$work/out"

begin "an ingest with the reader's token is refused"
status=0
KM_TOKEN=$reader $GATEWAY_INGEST --address "$address" rebuild >"$work/out" 2>&1 || status=$?
must_equal "$status" 3
grep -q PERMISSION_DENIED "$work/out"

begin "an ingest with the maintainer's token runs and is watched to its end"
KM_TOKEN=$maintainer $GATEWAY_INGEST --address "$address" --json rebuild >"$work/ingest.json"
tail -n 1 "$work/ingest.json" >"$work/run.json"
run=$($probe values "$work/run.json" run.state run.files.added)
must_equal "$run" "$(printf 'INGEST_RUN_STATE_SUCCEEDED\n2')"

begin "a question finds the right lines"
KM_TOKEN=$reader $GATEWAY --address "$address" --json search "how high is the tide" >"$work/search.json"
{ read -r path && read -r start && read -r end; } < <(
  $probe values "$work/search.json" hits.0.artifact.path hits.0.lines.start hits.0.lines.end
)
must_equal "$path" src/tide.ts
[ "$start" -le 7 ] && [ "$end" -ge 7 ] # tideHeight is declared on line 7

begin "/metrics has the run's series"
$probe metrics "$metrics" >"$work/metrics"
grep -Eq '^km_ingest_runs_total\{[^}]*source="harbour"[^}]*state="succeeded"[^}]*\} 1$' "$work/metrics" ||
  grep -Eq '^km_ingest_runs_total\{[^}]*state="succeeded"[^}]*source="harbour"[^}]*\} 1$' "$work/metrics"
grep -Eq '^km_ingest_duration_seconds_count\{stage="[a-z]+"\} [1-9]' "$work/metrics"
grep -Eq '^km_search_requests_total\{.*\} [1-9]' "$work/metrics"
grep -Eq '^grpc_server_handled_total\{.*grpc_code="PERMISSION_DENIED".*\} [1-9]' "$work/metrics"

begin "the ledger tells of the run"
KM_TOKEN=$maintainer $GATEWAY --address "$address" audit history >"$work/history"
grep -q "ingest-run  *succeeded" "$work/history"

begin "SIGTERM ends it cleanly within the budget"
kill -TERM "$pid"
for _ in $(seq $((wait * 10))); do
  alive || break
  sleep 0.1
done
if alive; then echo "smoke: still running $wait s after SIGTERM" >&2 && false; fi
status=0
wait "$pid" || status=$?
pid=
must_equal "$status" 0
if [ -e "$work/state/serving.json" ]; then echo "smoke: serving.json was left behind" >&2 && false; fi

echo "smoke: passed"
