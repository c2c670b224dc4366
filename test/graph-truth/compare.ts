import type { GraphEdge } from "../../src/domain/graph/mod.ts";
import type { LinkedTree } from "../domain/graph/link-tree.ts";
import type { Truth } from "./typescript-truth.ts";

export interface Figures {
  readonly files: number;
  readonly imports: {
    readonly precision: number;
    readonly recall: number;
    readonly ours: number;
    readonly truth: number;
  };
  readonly calls: {
    readonly precision: number;
    readonly recall: number;
    readonly ours: number;
    readonly truth: number;
  };
  /** Of what differs, the first few, to look at. */
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
}

const told = 20;

/** Our exact edges against what the tool says. A call agrees when one of its places is a call of the same thing there. */
export function compare(linked: LinkedTree, truth: Truth, files: number, wanted: (path: string) => boolean): Figures {
  const place = (id: string) => linked.nodes.get(id);
  const exact = linked.edges.filter(({ confidence }) => confidence === "exact");
  const imports = new Set<string>();
  for (const { kind, from, to } of exact) {
    const [a, b] = [place(from), place(to)];
    if (kind === "imports" && a?.kind === "file" && b?.kind === "file" && wanted(a.path) && wanted(b.path))
      imports.add(`${a.path} > ${b.path}`);
  }
  const agreed = [...imports].filter((one) => truth.imports.has(one)).length;

  const byPlace = new Map<string, Truth["calls"][number][]>();
  for (const call of truth.calls) {
    const key = `${call.path}:${call.line}`;
    byPlace.set(key, [...(byPlace.get(key) ?? []), call]);
  }
  const calls = exact.filter(({ kind, from }) => kind === "calls" && wanted(place(from)?.path ?? ""));
  const agrees = (edge: GraphEdge) => {
    const target = place(edge.to);
    return edge.evidence.some(({ path, lines }) =>
      (byPlace.get(`${path}:${lines.start}`) ?? []).some(({ declared }) =>
        declared.some((at) => {
          const [where, line] = [at.slice(0, at.lastIndexOf(":")), Number(at.slice(at.lastIndexOf(":") + 1))];
          return (
            where === target?.path &&
            target.lines !== undefined &&
            target.lines.start <= line &&
            line <= target.lines.end
          );
        }),
      ),
    );
  };
  const wrong = calls.filter((edge) => !agrees(edge));
  // Each thing called, once for a definition of ours that calls it, as edges are.
  const said = new Set(
    calls.flatMap(({ to, evidence }) => evidence.map(({ path, lines }) => `${path}:${lines.start} ${place(to)?.name}`)),
  );
  const found = truth.calls.filter(({ path, line, name }) => said.has(`${path}:${line} ${name}`));
  return {
    files,
    imports: {
      precision: share(agreed, imports.size),
      recall: share(agreed, truth.imports.size),
      ours: imports.size,
      truth: truth.imports.size,
    },
    calls: {
      precision: share(calls.length - wrong.length, calls.length),
      recall: share(found.length, truth.calls.length),
      ours: calls.length,
      truth: truth.calls.length,
    },
    wrong: [
      ...[...imports].filter((one) => !truth.imports.has(one)).map((one) => `import ${one}`),
      ...wrong.map(({ from, to, evidence }) => `call ${from} > ${to} at ${evidence[0]?.lines.start}`),
    ].slice(0, told),
    missed: [...truth.imports].filter((one) => !imports.has(one)).slice(0, told),
  };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}
