#!/usr/bin/env bash
# Starts a gateway with authentication on over a small real repository and walks through its main job.
# Fails at the first step that does not hold, naming it.
#
#   infra/smoke-test.sh [--backends]
#   infra/smoke-test.sh --address HOST:PORT [--metrics HOST:PORT] [--question TEXT]
#                       [--tls] [--ca FILE] [--cert FILE --key FILE]
#
# With --backends the gateway has its graph on a Neo4j that is started for it (infra/test-neo4j; Java 17, and the jars
# that infra/dev/get-neo4j.mjs fetches), its quotas in a Redis where there is a redis-server (infra/dev/get-redis.mjs),
# and its index in Qdrant where KM_QDRANT_URL names one (and KM_QDRANT_API_KEY its key).
#
# The second form asks a gateway that runs already: it plans an ingest and changes nothing. KM_READER_TOKEN and
# KM_ADMIN_TOKEN hold its tokens, neither of them for one without authentication, KM_METRICS_TOKEN that of its
# metrics if it has one; --question is something that one of
# its sources answers; without --metrics its metrics are not looked at. A gateway with TLS is asked by what the commands
# take: --tls trusts what this machine trusts, --ca the authorities in a file, --cert and --key show a certificate.
#
# GATEWAY, GATEWAY_INGEST  the commands under test (default: what was built)
# KM_SMOKE_BUILT=1         don't install and build first
# KM_SMOKE_WAIT            seconds to wait for health, and for the end after SIGTERM (default 30)
set -euo pipefail
from=$PWD
cd "$(dirname "$0")/.."
usage() { sed -n '5,7s/^# *//p' infra/smoke-test.sh >&2 && exit 2; }
address='' metrics='' question='how does it work' backends='' tls=()
while [ $# -gt 0 ]; do
  if [ "$1" = --backends ]; then backends=1 && shift && continue; fi
  if [ "$1" = --tls ]; then tls+=(--tls) && shift && continue; fi
  [ $# -ge 2 ] || usage
  case $1 in
    --ca | --cert | --key) # named from where we were called
      case $2 in /*) tls+=("$1" "$2") ;; *) tls+=("$1" "$from/$2") ;; esac ;;
    --address) address=$2 ;;
    --metrics) metrics=$2 ;;
    --question) question=$2 ;;
    *) usage ;;
  esac
  shift 2
done
running=$address # not ours to start and stop
[ -n "$running" ] || [ -z "$metrics${tls[*]-}" ] || usage
[ -z "$running" ] || [ -z "$backends" ] || usage
built=${KM_SMOKE_BUILT:-}
wait=${KM_SMOKE_WAIT:-30}
reader=${KM_READER_TOKEN:-}
maintainer=${KM_ADMIN_TOKEN:-}
metrics_token=${KM_METRICS_TOKEN:-}
qdrant=${backends:+${KM_QDRANT_URL:-}} qdrant_key=${KM_QDRANT_API_KEY:-}
unset "${!KM_@}" # a developer's own settings are not what is tested
[ -n "$built" ] || node infra/dev/prepare.mjs >&2

GATEWAY=${GATEWAY:-node dist/src/cli/gateway.js}
GATEWAY_INGEST=${GATEWAY_INGEST:-node dist/src/cli/gateway-ingest.js}
probe="node infra/smoke/probe.mjs"
work=$(mktemp -d)
pid='' neo4j_pid='' redis_pid=''
step="set up"
finish() {
  local status=$?
  if [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; then kill -9 "$pid" 2>/dev/null || true; fi
  for server in $neo4j_pid $redis_pid; do kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; done
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

if [ -z "$running" ]; then
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

  if [ -n "$backends" ]; then
    begin "start the backends"
    [ -d .tools/neo4j/lib ] || { echo "smoke: no Neo4j: run node infra/dev/get-neo4j.mjs first" >&2 && false; }
    # Its standard input is held open by us: it ends when we do.
    mkfifo "$work/neo4j.in"
    node infra/test-neo4j/start.mjs --home "$work/neo4j" <"$work/neo4j.in" >"$work/neo4j.json" 2>"$work/neo4j.log" &
    neo4j_pid=$!
    exec 9>"$work/neo4j.in"
    for _ in $(seq 1200); do
      [ -s "$work/neo4j.json" ] && break
      kill -0 "$neo4j_pid" 2>/dev/null || { tail -n 20 "$work/neo4j.log" >&2 && false; }
      sleep 0.1
    done
    { read -r uri && read -r user && read -r password; } < <($probe values "$work/neo4j.json" uri user password)
    export KM_GRAPH_STORE=neo4j KM_NEO4J_URI=$uri KM_NEO4J_USER=$user KM_NEO4J_PASSWORD=$password
    redis=$(command -v "$PWD/.tools/redis/usr/bin/redis-server" || command -v redis-server || true)
    if [ -n "$redis" ]; then
      port=$($probe port)
      LD_LIBRARY_PATH=$(printf '%s:' .tools/redis/usr/lib/*-linux-gnu)${LD_LIBRARY_PATH:-} "$redis" \
        --port "$port" --bind 127.0.0.1 --save '' --dir "$work" --daemonize no >"$work/redis.log" 2>&1 &
      redis_pid=$!
      for _ in $(seq 100); do
        grep -qs 'Ready to accept' "$work/redis.log" && break
        sleep 0.1
      done
      export KM_REDIS_URL=redis://127.0.0.1:$port
    else
      echo "smoke: (no redis-server at hand: quotas stay in memory)"
    fi
    if [ -n "$qdrant" ]; then
      export KM_CHUNK_INDEX=qdrant KM_QDRANT_URL=$qdrant KM_QDRANT_PREFIX=smoke_$$
      [ -z "$qdrant_key" ] || export KM_QDRANT_API_KEY=$qdrant_key
    else
      echo "smoke: (no KM_QDRANT_URL given: the index is the embedded one)"
    fi

    begin "a graph without its schema is refused, and migrated by the command"
    export KM_STATE_PATH="$work/state" KM_SOURCES="harbour=$work/repo"
    $GATEWAY graph migrate --dry-run >"$work/out"
    [ "$(grep -c '' "$work/out")" -gt 0 ]
    $GATEWAY graph migrate >"$work/out"
    must_equal "$($GATEWAY graph migrate --dry-run)" ""
  fi

  begin "start with authentication on"
  reader=$(secret)
  maintainer=$(secret)
  export KM_STATE_PATH="$work/state" KM_SOURCES="harbour=$work/repo"
  KM_READER_TOKEN=$reader KM_ADMIN_TOKEN=$maintainer KM_GRPC_ADDRESS=127.0.0.1:0 KM_METRICS_ADDRESS=127.0.0.1:0 \
    KM_INGEST_ON_START=off KM_RATE_LIMIT_MANAGE_REQUESTS=300 $GATEWAY serve >"$work/gateway.log" 2>&1 &
  pid=$!
  for _ in $(seq 600); do
    [ -f "$work/state/serving.json" ] && break
    alive || { echo "smoke: the gateway has ended" >&2 && false; }
    sleep 0.1
  done
  { read -r address && read -r metrics; } < <($probe values "$work/state/serving.json" address metricsAddress)
fi

begin "health is SERVING for the server and each service"
services="SearchService GraphService IngestService AuditService"
# shellcheck disable=SC2046,SC2086 # one argument a service
$probe ${tls[@]+"${tls[@]}"} health "$address" "$wait" "" $(printf 'knowledge.v1.%s ' $services)

begin "reflection lists the services"
KM_TOKEN=$reader $probe ${tls[@]+"${tls[@]}"} reflect "$address" >"$work/services"
for service in $services; do
  grep -qx "knowledge.v1.$service" "$work/services" || { echo "smoke: $service is not listed" >&2 && false; }
done

order=rebuild
[ -z "$running" ] || order="start --dry-run"
if [ -n "$reader$maintainer" ]; then
  begin "an ingest without a token is refused"
  status=0
  # shellcheck disable=SC2086 # words
  env -u KM_TOKEN $GATEWAY_INGEST --address "$address" ${tls[@]+"${tls[@]}"} $order >"$work/out" 2>&1 || status=$?
  must_equal "$status" 3
  grep -q UNAUTHENTICATED "$work/out"

  begin "an ingest with the reader's token is refused"
  status=0
  # shellcheck disable=SC2086 # words
  KM_TOKEN=$reader $GATEWAY_INGEST --address "$address" ${tls[@]+"${tls[@]}"} $order >"$work/out" 2>&1 || status=$?
  must_equal "$status" 3
  grep -q PERMISSION_DENIED "$work/out"
else
  echo "smoke: (no tokens given: nothing is refused)"
fi

# JSON of a command, a document a line; the first is kept for `values`.
ask() { KM_TOKEN=$1 $GATEWAY --address "$address" ${tls[@]+"${tls[@]}"} --json "${@:2}" >"$work/all.json" && head -n 1 "$work/all.json" >"$work/one.json"; }
values() { $probe values "$work/one.json" "$@"; }

if [ -z "$running" ]; then
  begin "an ingest with the maintainer's token runs and is watched to its end"
  KM_TOKEN=$maintainer $GATEWAY_INGEST --address "$address" ${tls[@]+"${tls[@]}"} --json rebuild >"$work/ingest.json"
  tail -n 1 "$work/ingest.json" >"$work/run.json"
  run=$($probe values "$work/run.json" run.state run.files.added)
  must_equal "$run" "$(printf 'INGEST_RUN_STATE_SUCCEEDED\n2')"

  begin "a question finds the right lines"
  ask "$reader" search "how high is the tide"
  { read -r path && read -r start && read -r end; } < <(
    values hits.0.artifact.path hits.0.lines.start hits.0.lines.end
  )
  must_equal "$path" src/tide.ts
  [ "$start" -le 7 ] # tideHeight is declared on line 7
  [ "$end" -ge 7 ]
  source=harbour

  begin "the graph knows what is there"
  ask "$reader" graph search tideHeight
  grep -q 'src/tide.ts' "$work/all.json"
  # A Neo4j that has just started plans each kind of question once, which may take it longer than a call's deadline.
  for _ in 1 2 3; do
    [ -n "$backends" ] || break
    KM_TOKEN=$maintainer $GATEWAY --address "$address" ${tls[@]+"${tls[@]}"} lifecycle --source "$source" >"$work/out" 2>&1 && break
  done
else
  begin "an ingest is planned"
  ask "$maintainer" status
  source=$(values sources.0.name)
  KM_TOKEN=$maintainer $GATEWAY_INGEST --address "$address" ${tls[@]+"${tls[@]}"} --json start --dry-run "$source" >"$work/ingest.json"
  tail -n 1 "$work/ingest.json" >"$work/run.json"
  must_equal "$($probe values "$work/run.json" run.state)" INGEST_RUN_STATE_PLANNED

  begin "a question is answered"
  ask "$reader" search "$question"
  { read -r start && read -r end; } < <(values hits.0.lines.start hits.0.lines.end)
  [ "$start" -ge 1 ]
  [ "$end" -ge "$start" ]
fi

begin "the coverage report adds up"
ask "$maintainer" coverage show --source "$source"
{ read -r tracked && read -r indexed && read -r partial && read -r skipped && read -r excluded; } < <(
  values report.summary.{tracked,indexed,partial,skipped,excluded}=0
)
[ "$tracked" -gt 0 ]
must_equal "$((indexed + partial + skipped + excluded))" "$tracked"
KM_TOKEN=$maintainer $GATEWAY --address "$address" ${tls[@]+"${tls[@]}"} coverage export --source "$source" --format csv >"$work/coverage.csv"
must_equal "$(grep -c '' "$work/coverage.csv")" "$((tracked + 1))"

begin "the schedules have their next runs"
ask "$maintainer" schedule list
cat "$work/all.json" >"$work/schedules"
for schedule in ingest coverage; do
  grep -Eq "\"name\": ?\"$schedule\".*\"nextRunAt\": ?\"2" "$work/schedules" ||
    { echo "smoke: no schedule '$schedule' with a next run" >&2 && false; }
done

if [ -z "$running" ]; then
  begin "a schedule's run is skipped when nothing is new"
  ask "$maintainer" schedule run ingest
  must_equal "$(values run.state)" INGEST_RUN_STATE_SKIPPED
fi

if [ -n "$metrics" ]; then
  begin "/metrics has the run's series"
  KM_METRICS_TOKEN=$metrics_token $probe metrics "$metrics" >"$work/metrics"
  has() { grep -Eq "$1" "$work/metrics" || { echo "smoke: /metrics has no $1" >&2 && false; }; }
  if [ -z "$running" ]; then
    has '^km_ingest_runs_total\{source="harbour",state="succeeded"\} 1$'
    has '^km_ingest_runs_total\{source="harbour",state="skipped"\} 0$' # a tick is no run
    has '^km_index_commits_behind\{source="harbour"\} 0$'
  fi
  has '^km_ingest_duration_seconds_count\{stage="[a-z]+"\} [1-9]'
  has '^km_search_requests_total\{.*\} [1-9]'
  has "^km_coverage_files\{source=\"$source\",class=\"indexed\"\} $indexed\$"
  has '^km_ledger_intact 1$'
  [ -z "$backends" ] || has '^km_backend_duration_seconds_count\{backend="neo4j",operation="[a-z-]+"\} [1-9]'
  [ -z "$redis_pid" ] || has '^km_quota_limiter_failures_total 0$'
  [ -z "$qdrant" ] || has '^km_backend_duration_seconds_count\{backend="qdrant",operation="[a-z-]+"\} [1-9]'
  [ -z "$reader$maintainer" ] || has '^grpc_server_handled_total\{.*grpc_code="PERMISSION_DENIED".*\} [1-9]'
else
  echo "smoke: (no --metrics given: /metrics is not looked at)"
fi

begin "the ledger tells of the run"
KM_TOKEN=$maintainer $GATEWAY --address "$address" ${tls[@]+"${tls[@]}"} audit history --kind ingest-run --source "$source" >"$work/history"
outcome=succeeded
[ -z "$running" ] || outcome=planned
grep -q "ingest-run  *$outcome" "$work/history"

begin "the ledger verifies"
ask "$maintainer" audit verify
must_equal "$(values intact)" true
[ "$(values entriesChecked)" -gt 0 ]

if [ -n "$running" ]; then
  echo "smoke: passed"
  exit 0
fi

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
