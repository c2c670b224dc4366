import { type At, invalid, openPage, type PageScope, sealPage } from "../../domain/mod.ts";

/** Where a page starts: the batch of candidates and the place in it, and the generations that all pages read. */
export interface PagePosition {
  readonly at: readonly At[];
  readonly batch: number;
  readonly index: number;
  /** Whether the pages before were ranked without the graph: then so are those that follow, in one order with them. */
  readonly graphless: boolean;
}

/** Short keys: a token names every source searched. */
interface Packed {
  readonly g: readonly (readonly [string, number])[];
  readonly b: number;
  readonly i: number;
  readonly w?: 1;
}

export async function toPageToken(key: Uint8Array, scope: PageScope, position: PagePosition): Promise<string> {
  const packed: Packed = {
    g: position.at.map(({ source, generation }) => [source, generation]),
    b: position.batch,
    i: position.index,
    ...(position.graphless && { w: 1 }),
  };
  return sealPage(key, scope, packed);
}

/** @throws Fault invalid for a token that is not of this request and principal. */
export async function parsePageToken(key: Uint8Array, scope: PageScope, token: string): Promise<PagePosition> {
  const { g, b, i, w } = (await openPage(key, scope, token)) as Packed;
  if (!Array.isArray(g) || !Number.isSafeInteger(b) || !Number.isSafeInteger(i)) {
    throw invalid("page_token", "not one of this request; leave it empty to start at the first page");
  }
  return { at: g.map(([source, generation]) => ({ source, generation })), batch: b, index: i, graphless: w === 1 };
}
