import type { LineRange } from "../artifact.ts";
import { edgeKey, firstEvidence } from "./edge-union.ts";
import type { Confidence, EdgeKind, Evidence, GraphEdge, GraphNode } from "./node.ts";

interface Said {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  confidence: Confidence;
  readonly evidence: Evidence[];
}

/** Places held of one edge before they are sorted and cut: the first lines come first anyway. */
const mostHeld = 50;

/** Gathers what one file contributes: each node and each edge once. */
export class ContributionBuilder {
  readonly #path: string;
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges = new Map<string, Said>();

  constructor(path: string) {
    this.#path = path;
  }

  node(node: GraphNode): string {
    if (!this.#nodes.has(node.nodeId)) this.#nodes.set(node.nodeId, node);
    return node.nodeId;
  }

  /** Exact wins over possible. Nothing points at itself: that would make what only calls itself look used. */
  edge(kind: EdgeKind, from: string, to: string, confidence: Confidence, lines?: LineRange): void {
    if (from === to) return;
    const key = edgeKey({ kind, from, to });
    const evidence = lines === undefined ? undefined : { path: this.#path, lines };
    const known = this.#edges.get(key);
    if (known === undefined) {
      this.#edges.set(key, { from, to, kind, confidence, evidence: evidence === undefined ? [] : [evidence] });
      return;
    }
    // The places of an exact edge are those that make it exact.
    if (confidence === "exact" && known.confidence === "possible") {
      known.confidence = confidence;
      known.evidence.length = 0;
    } else if (confidence !== known.confidence) return;
    if (evidence !== undefined && known.evidence.length < mostHeld) known.evidence.push(evidence);
  }

  build(): { readonly nodes: readonly GraphNode[]; readonly edges: readonly GraphEdge[] } {
    const edges = [...this.#edges.values()].map((said) => ({ ...said, evidence: firstEvidence(said.evidence) }));
    return { nodes: [...this.#nodes.values()], edges };
  }
}
