import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { parse } from "yaml";
import { projectFile } from "../../src/runtime/mod.ts";
import { type GatewayProcess, runCommand, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";
import { findPrometheus } from "./find-prometheus.ts";
import { askedNames, offeredNames } from "./metric-names.ts";

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface UnitTest {
  readonly alert_rule_test: { readonly alertname: string; readonly exp_alerts?: readonly unknown[] }[];
}

const read = (path: string) => readFileSync(projectFile(path), "utf8");
const rulesFile = "infra/prometheus/rules.yaml";
const rules = (parse(read(rulesFile)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const alerts = rules.filter(({ alert }) => alert !== undefined);
const units = (parse(read("infra/prometheus/rules.test.yaml")) as { tests: UnitTest[] }).tests;
const names = alerts.map(({ alert = "" }) => alert).sort();

const test = suite("alert rules");

test("each has a section in docs/alerts.md, and each section is of one", () => {
  const sections = [...read("docs/alerts.md").matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
  assert.equal(sections.sort(), names);
  for (const { alert = "", annotations } of alerts) {
    assert.is(annotations?.["runbook"], `docs/alerts.md#${alert.toLowerCase()}`);
  }
});

test("each says how urgent it is, and what to look at", () => {
  for (const { alert, labels, annotations } of alerts) {
    assert.ok(["page", "ticket"].includes(labels?.["severity"] ?? ""), alert);
    assert.ok(annotations?.["summary"], alert);
    assert.ok(annotations?.["look"], alert);
  }
});

test("each is seen to fire by a unit test", () => {
  const fired = units.flatMap(({ alert_rule_test: cases }) => cases).filter((one) => one.exp_alerts?.length);
  assert.equal([...new Set(fired.map(({ alertname }) => alertname))].sort(), names);
});

const tools = findPrometheus();
if (tools === undefined) test.skip("promtool", () => {});
else {
  const promtool = (...args: string[]) => spawnSync(tools.promtool, args, { encoding: "utf8" });

  test("promtool finds nothing wrong with the configuration and the rules", () => {
    const config = promtool("check", "config", projectFile("infra/prometheus/prometheus.yaml"));
    assert.is(config.status, 0, config.stdout + config.stderr);
    const checked = promtool("check", "rules", "--lint=all", "--lint-fatal", projectFile(rulesFile));
    assert.is(checked.status, 0, checked.stdout + checked.stderr);
  });

  test("promtool's unit tests hold", () => {
    const { status, stdout, stderr } = promtool("test", "rules", projectFile("infra/prometheus/rules.test.yaml"));
    assert.is(status, 0, stdout + stderr);
  });
}

const repo = makeRepo({ "tide.md": "# Tide\n\nIt rises.\n" });
let gateway: GatewayProcess;
test.before(async () => {
  gateway = await startGatewayProcess({ sources: { harbour: repo.root } });
});
test.after(async () => {
  await gateway.stop();
  repo.remove();
});

test("each asks for metrics that a gateway has", async () => {
  const offered = offeredNames(await gateway.metrics());
  const asked = rules.flatMap(({ expr }) => askedNames(expr));
  assert.ok(asked.length > alerts.length);
  assert.equal(
    asked.filter((name) => !offered.has(name)),
    [],
  );
});

test("each gateway command to look with is one that there is", async () => {
  const commands = new Set(
    alerts
      .map(({ annotations }) => annotations?.["look"] ?? "")
      .filter((look) => look.startsWith("gateway "))
      .map((look) => look.replaceAll(/\{\{ \$labels\.source \}\}/g, "harbour")),
  );
  assert.ok(commands.size > 4);
  const place = { statePath: gateway.statePath, sources: { harbour: repo.root } };
  for (const command of commands) {
    const { code, stderr } = await runCommand(command.split(" ").slice(1), place);
    // 1 is an answer too: nothing was indexed here yet.
    assert.ok(code === 0 || code === 1, `${command} ended with ${code}: ${stderr}`);
  }
});

test.run();
