import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { projectFile } from "../../src/runtime/mod.ts";
import { gatewayCommand, temporaryFolder } from "../support/gateway-process.ts";

const test = suite("the smoke test breaks where the gateway does");
const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");
const real = quoted(gatewayCommand());
const realIngest = quoted(gatewayCommand("gateway-ingest"));
const folder = temporaryFolder();

/** How one step is broken: shell code that stands for `gateway` (arguments in `$@`), or for `git`. */
interface Sabotage {
  /** The step that must be named. */
  readonly step: string;
  readonly how: string;
  readonly gateway?: string;
  readonly git?: string;
}

/** Serves truly but for what `before` sets; every other subcommand is the real one. */
const serve = (before: string) => `[ "$1" = serve ] && { ${before}; }\nexec ${real} "$@"`;

/** Serves truly in a child, with a hand on what it wrote; `$child` is its pid. */
const beside = (meddle: string) => `[ "$1" = serve ] || exec ${real} "$@"
${real} "$@" & child=$!
trap 'kill -TERM $child; wait $child; exit 0' TERM
while [ ! -s "$KM_STATE_PATH/serving.json" ] && kill -0 $child; do sleep 0.05; done
${meddle}
wait $child`;
const rewrite = (field: string) =>
  `sed -i 's/"${field}":"[^"]*"/"${field}":"127.0.0.1:1"/' "$KM_STATE_PATH/serving.json"`;

const sabotages: readonly Sabotage[] = [
  { step: "make a repository", how: "Git does not work", git: "exit 1" },
  { step: "start with authentication on", how: "the gateway ends at once", gateway: "exit 1" },
  {
    step: "health is SERVING for the server and each service",
    how: "nobody listens where serving.json says",
    gateway: beside(rewrite("address")),
  },
  { step: "reflection lists the services", how: "reflection is off", gateway: serve("export KM_REFLECTION=off") },
  {
    step: "an ingest without a token is refused",
    how: "authentication is off",
    gateway: serve("unset KM_READER_TOKEN KM_ADMIN_TOKEN"),
  },
  {
    step: "an ingest with the reader's token is refused",
    how: "the reader is a maintainer",
    gateway: serve('swap=$KM_READER_TOKEN; export KM_READER_TOKEN="$KM_ADMIN_TOKEN" KM_ADMIN_TOKEN="$swap"'),
  },
  {
    step: "an ingest with the maintainer's token runs and is watched to its end",
    how: "every run only plans",
    gateway: serve("export KM_INGEST_DRY_RUN=on"),
  },
  {
    step: "a question finds the right lines",
    how: "another question is asked",
    gateway: `case "$*" in *search*) set -- --json --address "$2" search "where do ships wait";; esac\nexec ${real} "$@"`,
  },
  {
    step: "a question finds the right lines",
    how: "the lines are others",
    gateway: `case "$*" in *search*) ${real} "$@" | sed 's/"start":[0-9]*/"start":8/'; exit;; esac\nexec ${real} "$@"`,
  },
  {
    step: "the graph knows what is there",
    how: "it knows of nothing",
    gateway: `case "$*" in *"graph search"*) echo '{"nodes":[]}'; exit;; esac\nexec ${real} "$@"`,
  },
  {
    step: "the coverage report adds up",
    how: "files are in no class",
    gateway: `case "$*" in *"coverage show"*) ${real} "$@" | sed 's/"indexed":2,//'; exit;; esac\nexec ${real} "$@"`,
  },
  {
    step: "the coverage report adds up",
    how: "the export has a file too few",
    gateway: `case "$*" in *"coverage export"*) ${real} "$@" | head -n 2; exit;; esac\nexec ${real} "$@"`,
  },
  {
    step: "the schedules have their next runs",
    how: "the scheduler is off",
    gateway: serve("export KM_SCHEDULER_ENABLED=off"),
  },
  {
    step: "a schedule's run is skipped when nothing is new",
    how: "something is new",
    gateway: `case "$*" in *"schedule run"*) set -- --address "$2" --json ingest start;; esac\nexec ${real} "$@"`,
  },
  {
    step: "/metrics has the run's series",
    how: "nobody listens where the metrics should be",
    gateway: beside(rewrite("metricsAddress")),
  },
  {
    step: "the ledger tells of the run",
    how: "the history is empty",
    gateway: `case "$*" in *audit*) exit 0;; esac\nexec ${real} "$@"`,
  },
  {
    step: "the ledger verifies",
    how: "an entry is missing",
    gateway: `case "$*" in *"audit verify"*) echo '{"firstBadSequence":2}'; exit 1;; esac\nexec ${real} "$@"`,
  },
  {
    step: "SIGTERM ends it cleanly within the budget",
    how: "the exit code is another",
    gateway: beside("trap 'kill -TERM $child; wait $child; exit 7' TERM"),
  },
  {
    step: "SIGTERM ends it cleanly within the budget",
    how: "the signal is ignored",
    gateway: beside("trap '' TERM"),
  },
];

let next = 0;

/** A folder with the scripts that stand for the real programs, first on PATH. */
function stage({ gateway, git }: Partial<Sabotage>): NodeJS.ProcessEnv {
  const bin = join(folder, String(next++));
  mkdirSync(bin);
  const script = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
    return join(bin, name);
  };
  if (git !== undefined) script("git", git);
  return {
    ...process.env,
    PATH: `${bin}:${process.env["PATH"]}`,
    GATEWAY: script("gateway", gateway ?? `exec ${real} "$@"`),
    GATEWAY_INGEST: script("gateway-ingest", `exec ${realIngest} "$@"`),
    KM_SMOKE_BUILT: "1",
    KM_SMOKE_WAIT: gateway?.includes("trap '' TERM") || gateway?.includes('"address"') ? "3" : "30",
  };
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) endGroup(child);
});

/** The script's own children too: a gateway that ignores SIGTERM outlives it. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // all gone already
  }
}

function smoke(env: NodeJS.ProcessEnv): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(projectFile("infra/smoke-test.sh"), { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (bytes: Buffer) => {
    stdout += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  return new Promise((resolve) => {
    // Not "close": a gateway left behind would hold the pipes open.
    child.on("exit", (code) => {
      endGroup(child);
      running.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
}

test("unbroken, it passes", async () => {
  const { code, stdout, stderr } = await smoke(stage({}));
  assert.is(code, 0, stderr);
  assert.match(stdout, "smoke: passed");
  const steps = [...stdout.matchAll(/^smoke: (.*)$/gm)].map(([, name]) => name);
  const broken = new Set(sabotages.map(({ step }) => step));
  assert.equal(
    steps.filter((name) => name !== "passed"),
    [...broken],
    "every step has a sabotage here",
  );
});

for (const sabotage of sabotages) {
  test(`${sabotage.how}: it fails at "${sabotage.step}"`, async () => {
    const { code, stderr } = await smoke(stage(sabotage));
    assert.ok(code !== 0, "it passed");
    assert.match(stderr, `smoke: FAILED at: ${sabotage.step}\n`, stderr);
  });
}

test.run();
