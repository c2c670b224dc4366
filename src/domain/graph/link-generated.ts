import { mostCandidates } from "./candidates.ts";
import type { Mention } from "./facts.ts";
import type { Linking } from "./link-context.ts";
import { bindingOf, type Meaning } from "./names/mod.ts";
import type { Confidence } from "./node.ts";
import { baseOf, withoutExtension } from "./path-index.ts";

interface Target {
  readonly id: string;
  readonly path: string;
  readonly confidence: Confidence;
}

/** What generators put around a service's name. */
const around =
  /^(?:New|Unimplemented|Unsafe|Register)?(.+?)(?:Definition|Implementation|Client|Server|Servicer|Stub|Grpc|Base)+$/;
/** What generators put behind a file's name. */
const behind = /(?:_pb2_grpc|_pb2|_grpc_pb|_grpc|_pb|\.pb|_connect|\.grpc|_services)+$/;

/** Names in a contract that generated code may call so: `listSources` and `list_sources` are the RPC `ListSources`. */
export function contractNames(name: string): readonly string[] {
  const known = made.get(name);
  if (known !== undefined) return known;
  if (made.size > mostMade) made.clear();
  const names = makeContractNames(name);
  made.set(name, names);
  return names;
}

const made = new Map<string, readonly string[]>();
const mostMade = 20_000;

function makeContractNames(name: string): readonly string[] {
  const camel = name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const upper = camel.charAt(0).toUpperCase() + camel.slice(1);
  const service = around.exec(upper)?.[1];
  return [...new Set([name, upper, ...(service === undefined ? [] : [service])])];
}

/** The other way round: how code may call what a contract names. */
export function generatedNames(name: string): readonly string[] {
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  const snake = name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
  const suffixes = ["Definition", "Implementation", "Client", "Server", "Servicer", "Stub", "Grpc", "Base"];
  const prefixes = ["New", "Unimplemented", "Unsafe", "Register"];
  const dressed = suffixes.flatMap((suffix) =>
    [name, ...prefixes.map((prefix) => prefix + name)].map((n) => n + suffix),
  );
  return [...new Set([name, lower, snake, ...dressed, ...dressed.map((n) => n.charAt(0).toLowerCase() + n.slice(1))])];
}

/**
 * Messages, services and RPCs that a name in code may stand for: exact when it comes from the module that was generated
 * from their file, possible when nothing says where it comes from.
 */
export async function linkGenerated(
  { view, context }: Linking,
  { name, qualifier, from }: Mention,
  meaning: Meaning | undefined,
): Promise<readonly Target[]> {
  if (view.family === undefined || view.family === "proto" || !context.ground.paths.hasEnding("proto")) return [];
  const exact: Target[] = [];
  const possible: Target[] = [];
  for (const asked of contractNames(name)) {
    const files = (await context.lookups.definers(asked)).filter((path) => path.endsWith(".proto"));
    if (files.length === 0) continue;
    const stems = originStems(view.family === "go" ? "" : qualifier, name, from, view, meaning);
    if (meaning !== undefined && stems.size === 0) return [];
    for (const path of files.slice(0, mostCandidates + 1)) {
      const other = await context.lookups.view(path);
      const generated = stems.has(withoutExtension(baseOf(path)));
      for (const n of other?.byName.get(asked) ?? []) {
        const { id, kind } = other!.definitions[n]!;
        if (asked !== name && kind === "message") continue;
        if (generated) exact.push({ id, path, confidence: "exact" });
        else possible.push({ id, path, confidence: "possible" });
      }
    }
    if (exact.length + possible.length > 0) break;
  }
  if (exact.length > 0) return exact;
  return meaning === undefined && possible.length <= mostCandidates ? possible : [];
}

/** Names of the files that a name comes from, without what generators add. */
function originStems(
  qualifier: string,
  name: string,
  from: number,
  view: Linking["view"],
  meaning: Meaning | undefined,
): ReadonlySet<string> {
  const stems = new Set<string>();
  const add = (path: string) => stems.add(withoutExtension(baseOf(path)).replace(behind, ""));
  if (meaning?.kind === "defined") for (const found of meaning.found) add(found.view.path);
  const binding = bindingOf(view, qualifier === "" ? name : qualifier.split(/[.:?]/)[0]!, from);
  if (binding !== undefined) {
    // `from gen import greeter_pb2` names the module last; `./gen/greeter_pb.js` in the specifier.
    add(
      binding.fact.specifier.replace(/^.*\.(?=\w+$)(?<!\.(?:js|ts|mjs|cjs)$)/, (text) =>
        text.includes("/") ? text : "",
      ),
    );
    stems.add(binding.imported.replace(behind, ""));
  }
  return stems;
}
