import { type Command, Option } from "commander";
import { type Hit, SearchMode, SearchResponse, SearchView } from "../../gen/knowledge/v1/search_service.ts";
import { ArtifactType } from "../../gen/knowledge/v1/types.ts";
import { several, whole } from "./arguments.ts";
import { exitCode } from "./exit-code.ts";
import { wireValue } from "./wire-value.ts";
import { type Act, withGateway } from "./with-gateway.ts";

interface SearchFlags {
  readonly limit: number;
  readonly mode: string;
  readonly source: string[];
  readonly type: string[];
  readonly language: string[];
  readonly path: string[];
  readonly glob: string[];
  readonly subsystem: string[];
  readonly tag: string[];
  readonly profile: string;
  readonly explain?: boolean;
  readonly full?: boolean;
}

export function addSearchCommand(program: Command): void {
  program
    .command("search")
    .description("find passages for a question, a symbol, a path, a phrase or a whole bug report")
    .argument("<query...>", "what to look for")
    .option("-n, --limit <count>", "how many passages, at most 50", whole, 5)
    .addOption(new Option("--mode <mode>", "how to look").choices(["hybrid", "lexical", "semantic"]).default("hybrid"))
    .option("--source <name>", "only in this source (repeatable)", several, [])
    .option("--type <type>", "only code, test, doc, proto, config or other (repeatable)", several, [])
    .option("--language <name>", "only this language (repeatable)", several, [])
    .option("--path <prefix>", "only below this path (repeatable)", several, [])
    .option("--glob <glob>", "only paths that match (repeatable)", several, [])
    .option("--subsystem <name>", "only in this subsystem (repeatable)", several, [])
    .option("--tag <tag>", "only with this tag (repeatable)", several, [])
    .option("--profile <name>", "weight set: default, analysis, operations, docs-heavy", "default")
    .option("--explain", "say why each passage ranks where it does")
    .option("--full", "print whole passages instead of snippets")
    .action(withGateway<[string[], SearchFlags]>(search));
}

async function search({ clients, output, signal }: Act, words: string[], flags: SearchFlags) {
  const response = await clients.search.search(
    {
      query: words.join(" "),
      pageSize: flags.limit,
      mode: wireValue(SearchMode, "SEARCH_MODE", flags.mode),
      profile: flags.profile,
      view: flags.full || output.json ? SearchView.SEARCH_VIEW_FULL : SearchView.SEARCH_VIEW_BASIC,
      explain: flags.explain ?? false,
      filter: {
        sources: flags.source,
        artifactTypes: flags.type.map((type) => wireValue(ArtifactType, "ARTIFACT_TYPE", type)),
        languages: flags.language,
        pathPrefixes: flags.path,
        pathGlobs: flags.glob,
        subsystems: flags.subsystem,
        tags: flags.tag,
      },
    },
    { signal },
  );
  if (output.json) {
    output.out(JSON.stringify(SearchResponse.toJSON(response)));
    return exitCode.ok;
  }
  for (const warning of response.warnings) output.err(`note: ${warning}`);
  if (response.hits.length === 0) output.err("nothing found");
  for (const [i, hit] of response.hits.entries()) output.out(hitText(hit, i + 1));
  return exitCode.ok;
}

function hitText(hit: Hit, rank: number): string {
  const where = `${hit.artifact?.path}:${hit.lines?.start}-${hit.lines?.end}`;
  const symbol = hit.symbol?.qualifiedName ? `  ${hit.symbol.qualifiedName}` : "";
  const body = (hit.content || hit.snippet?.text || "").trimEnd();
  const indented = body.split("\n").map((line) => `    ${line}`);
  const why = hit.explanation?.signals.map(
    (s) =>
      `    ${s.contribution >= 0 ? "+" : ""}${s.contribution.toFixed(3)}  ${s.name} (${s.value.toFixed(3)} × ${s.weight})`,
  );
  return [
    `${rank}. ${where}${symbol}  (${hit.artifact?.source}, ${hit.score.toFixed(3)})`,
    ...indented,
    ...(why ?? []),
    "",
  ].join("\n");
}
