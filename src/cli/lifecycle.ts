import type { Command } from "commander";
import { GetLifecycleResponse } from "../../gen/knowledge/v1/ingest_service.ts";
import { whole } from "./arguments.ts";
import { exitCode } from "./exit-code.ts";
import { ago, table } from "./output.ts";
import { printable } from "./printable.ts";
import { readLifecycle } from "./read-lifecycle.ts";
import { sourceFor } from "./source-for.ts";
import { type Act, withGateway } from "./with-gateway.ts";

interface Flags {
  readonly source: string;
  readonly limit: number;
}

export function addLifecycleCommand(program: Command): void {
  program
    .command("lifecycle")
    .description(
      "what has grown old: documents older than what they describe, what nothing refers to, what no test reaches",
    )
    .option("--source <name>", "which source (default: the only one)", "")
    .option("-n, --limit <count>", "how many of what nothing refers to", whole, 30)
    .action(
      withGateway<[Flags]>(async (act: Act, { source: asked, limit }) => {
        const { clients, output, signal } = act;
        const report = await readLifecycle(clients, await sourceFor(act, asked), limit, signal);
        if (output.json) output.out(JSON.stringify(GetLifecycleResponse.toJSON(report)));
        else output.out(lifecycleText(report, limit, new Date()));
        return exitCode.ok;
      }),
    );
}

/** Paths shown beside a document; `--json` has them all. */
const mostPaths = 3;

export function lifecycleText(report: GetLifecycleResponse, limit: number, now: Date): string {
  const { revision, staleDocs, subsystemsWithoutTests, removedPaths, orphanNodeIds, nextPageToken } = report;
  const commit = revision?.commit ? ` at commit ${revision.commit.slice(0, 12)}` : "";
  const rows = staleDocs.map(({ path, docUpdatedAt, changedPaths }) => {
    const more = changedPaths.length > mostPaths ? ` and ${changedPaths.length - mostPaths} more` : "";
    return [
      `  ${printable(path)}`,
      ago(docUpdatedAt, now),
      `${changedPaths.slice(0, mostPaths).map(printable).join(", ")}${more}`,
    ];
  });
  const orphans = orphanNodeIds.slice(0, limit);
  const more = orphans.length < orphanNodeIds.length || nextPageToken !== "";
  return [
    `${revision?.source}${commit}`,
    part("documents older than what they describe", staleDocs.length, [
      table([["  document", "written", "what changed since"], ...rows]),
    ]),
    part("subsystems with code and no tests", subsystemsWithoutTests.length, listed(subsystemsWithoutTests)),
    part("files that the last change removed", removedPaths.length, listed(removedPaths)),
    part("symbols and documents that nothing refers to", more ? undefined : orphanNodeIds.length, [
      ...listed(orphans),
      ...(more ? ["  … there are more: -n shows more"] : []),
    ]),
  ].join("\n\n");
}

/** `count` is unknown when there are more. */
function part(title: string, count: number | undefined, lines: readonly string[]): string {
  return count === 0 ? `${title}: none` : [`${title}${count === undefined ? "" : `: ${count}`}`, ...lines].join("\n");
}

function listed(names: readonly string[]): readonly string[] {
  return names.map((name) => `  ${printable(name)}`);
}
