import type { CaseResult } from "./h2spec-report.ts";

/** The results of one server. */
export interface Results {
  /** What heads its column. */
  readonly server: string;
  readonly cases: readonly CaseResult[];
}

/** Cases that fail on the gateway, each once, in order. `bare` is the last of the results. */
export function failing(results: readonly Results[]): readonly string[] {
  const gateway = results.slice(0, -1).flatMap(({ cases }) => cases);
  return [...new Set(gateway.filter(({ outcome }) => outcome === "failed").map(({ name }) => name))].sort();
}

/** docs/conformance.md. */
export function conformancePage(
  results: readonly Results[],
  reasons: ReadonlyMap<string, string>,
  made: { readonly runtime: string; readonly tool: string },
): string {
  const totals = results.map(({ server, cases }) => {
    const of = (outcome: string) => cases.filter((one) => one.outcome === outcome).length;
    return `| ${server} | ${cases.length} | ${of("passed")} | ${of("failed")} | ${of("skipped")} |`;
  });
  const outcome = ({ cases }: Results, name: string) => cases.find((one) => one.name === name)?.outcome ?? "not run";
  const known = failing(results).map((name) => {
    const columns = results.map((one) => outcome(one, name)).join(" | ");
    return `| ${cell(name)} | ${columns} | ${cell(reasons.get(name) ?? "**not known: to be looked into**")} |`;
  });
  const first = results[0];
  const skipped = (first?.cases ?? []).filter(({ outcome: how }) => how === "skipped").map(({ name }) => `- ${name}`);
  return `# HTTP/2 conformance

Written by \`npm run conformance\`, which runs [h2spec](https://github.com/summerwind/h2spec) (${made.tool}) against the
gateway, in the clear and over TLS, and against the runtime's own HTTP/2 server with nothing on it, so that it shows
whose a failure is. The command fails on a failure that is not listed here with a reason
(\`test/conformance/known-failures.ts\`). Made on ${made.runtime}.

| server | cases | passed | failed | skipped |
|---|---|---|---|---|
${totals.join("\n")}

h2spec speaks HTTP/2, not gRPC: it asks by GET, and the gateway refuses each request at its header. Where that refusal
overtakes the frame that a case waits for, the case fails by chance; the command runs such cases again. What gRPC adds,
and what a hostile peer does beyond these cases, is in \`test/hostile/wire.test.ts\` and \`test/hostile/storms.test.ts\`.

## Known failures

| case | ${results.map(({ server }) => server).join(" | ")} | why |
|---|${results.map(() => "---|").join("")}---|
${known.join("\n")}

## Skipped

By h2spec, since a refusal has no body and these want one of some length:

${skipped.join("\n")}

## Load

\`npm run load\` drives the gateway with [ghz](https://ghz.sh); what it measured is in [benchmarks](benchmarks.md).
`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
