import type { Command } from "commander";
import { ListSourcesResponse, type Source } from "../../gen/knowledge/v1/ingest_service.ts";
import { exitCode } from "./exit-code.ts";
import { stateName } from "./ingest-progress.ts";
import { ago } from "./output.ts";
import { withGateway } from "./with-gateway.ts";

export function addStatusCommand(program: Command): void {
  program
    .command("status")
    .description("what is indexed, how fresh it is, and how the last run ended")
    .action(
      withGateway<[]>(async ({ clients, output, signal, own }) => {
        if (!output.json)
          output.err(own ? "no gateway is running on this state directory" : `gateway at ${clients.address}`);
        let pageToken = "";
        do {
          const page = await clients.ingest.listSources({ pageToken }, { signal });
          if (output.json) output.out(JSON.stringify(ListSourcesResponse.toJSON(page)));
          else for (const source of page.sources) output.out(sourceText(source, new Date()));
          pageToken = page.nextPageToken;
        } while (pageToken !== "");
        return exitCode.ok;
      }),
    );
}

function sourceText(source: Source, now: Date): string {
  const { revision, lastRun } = source;
  const lines = [`${source.name}: ${source.files} files, ${source.chunks} chunks`];
  if (revision) {
    const commit = revision.commit ? ` at commit ${revision.commit.slice(0, 12)}` : "";
    lines.push(
      `  serving generation ${revision.generation}${commit}${revision.dirty ? " with uncommitted changes" : ""}, indexed ${ago(revision.indexedAt, now)}`,
    );
  } else {
    lines.push("  nothing is served yet: run `gateway ingest start`");
  }
  if (source.commitsBehind > 0) lines.push(`  ${source.commitsBehind} commit(s) behind HEAD`);
  if (lastRun)
    lines.push(
      `  last run ${stateName(lastRun.state)} ${ago(lastRun.finishedAt ?? lastRun.startedAt, now)}${lastRun.error ? `: ${lastRun.error.message}` : ""}`,
    );
  for (const warning of source.warnings) lines.push(`  note: ${warning}`);
  return lines.join("\n");
}
