import type { EdgeKind, NodeKind } from "../../../domain/graph/mod.ts";
import type { LineRange } from "../../../domain/mod.ts";
import type { EdgeDirection } from "../../../ports/mod.ts";

/** What every question says of where it reads. */
export interface Asked {
  readonly minGeneration: ReadonlyMap<string, number>;
}

/** A page of a list. */
export interface AskedPage extends Asked {
  readonly pageSize: number;
  readonly pageToken: string;
  /** What a page token is bound to: the request without its page. */
  readonly pageArgs: unknown;
}

export interface NodeAsk extends AskedPage {
  readonly nodeId: string;
  readonly direction: EdgeDirection;
  readonly edgeKinds: readonly EdgeKind[];
}

export interface SearchAsk extends AskedPage {
  readonly words: readonly string[];
  readonly kinds: readonly NodeKind[];
  readonly sources: readonly string[];
}

export interface TraverseAsk extends Asked {
  readonly nodeIds: readonly string[];
  readonly direction: EdgeDirection;
  readonly edgeKinds: readonly EdgeKind[];
  /** Kinds walked to and shown; empty: all. */
  readonly nodeKinds: readonly NodeKind[];
  readonly maxDepth: number;
  readonly maxNodes: number;
}

export interface PathAsk extends Asked {
  readonly from: string;
  readonly to: string;
  readonly direction: EdgeDirection;
  readonly edgeKinds: readonly EdgeKind[];
  readonly maxDepth: number;
}

export type ImpactTarget =
  | { readonly nodeId: string }
  | { readonly source: string; readonly path: string; readonly lines: LineRange | undefined };

export interface ImpactAsk extends AskedPage {
  readonly target: ImpactTarget;
  readonly maxDepth: number;
  readonly exactOnly: boolean;
}

export interface SubsystemsAsk extends AskedPage {
  readonly sources: readonly string[];
}

export interface SubsystemAsk extends AskedPage {
  readonly source: string;
  readonly name: string;
}
