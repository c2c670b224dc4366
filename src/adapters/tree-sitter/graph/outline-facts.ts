import type { Definition } from "../../../domain/graph/mod.ts";
import type { Outline } from "../outline.ts";

/** Definitions as an outline has them, for formats whose names are open to all. */
export function outlineDefinitions(outline: Outline): Definition[] {
  const visible = new Map<number, number>();
  const found: Definition[] = [];
  for (const [index, definition] of outline.definitions.entries()) {
    const { name, qualifiedName, kind, start, end, parent } = definition;
    if (definition.hidden) continue;
    visible.set(index, found.length);
    const lines = { start: start + 1, end: Math.max(start, end) + 1 };
    found.push({ name, qualifiedName, kind, lines, parent: visible.get(parent) ?? -1, exported: true, test: false });
  }
  return found;
}
