import type { ArtifactType } from "../artifact.ts";
import { type GraphNode, nodeId } from "./node.ts";
import { baseOf } from "./path-index.ts";

/** What a file's node says of it beside its path, as `FileRecord` has it. */
export interface Standing {
  readonly artifactType: ArtifactType;
  /** Lower-case language name, "" when unknown. */
  readonly language: string;
  /** "" for none. */
  readonly subsystem: string;
  readonly tags: readonly string[];
  /** Commit that last changed it, "" outside Git. */
  readonly commit: string;
  /** When it last changed, Unix ms; 0 when unknown. */
  readonly updatedAt: number;
}

/** Attributes of a file node: `artifact_type`, `language`, `subsystem`, `tags` (by line break), `commit`, `updated_at`. */
export function fileNode(source: string, path: string, standing: Standing): GraphNode {
  const { artifactType, language, subsystem, tags, commit, updatedAt } = standing;
  const attributes = Object.entries({
    artifact_type: artifactType,
    language,
    subsystem,
    tags: tags.join("\n"),
    commit,
    updated_at: updatedAt === 0 ? "" : String(updatedAt),
  }).filter(([, value]) => value !== "");
  return {
    nodeId: nodeId(source, "file", path),
    source,
    kind: "file",
    name: baseOf(path),
    path,
    lines: undefined,
    symbol: undefined,
    attributes: Object.fromEntries(attributes),
  };
}

/** What a file node says, as it was put. */
export function standingOf({ attributes }: Pick<GraphNode, "attributes">): Standing {
  const tags = attributes["tags"] ?? "";
  return {
    artifactType: (attributes["artifact_type"] ?? "other") as ArtifactType,
    language: attributes["language"] ?? "",
    subsystem: attributes["subsystem"] ?? "",
    tags: tags === "" ? [] : tags.split("\n"),
    commit: attributes["commit"] ?? "",
    updatedAt: Number(attributes["updated_at"] ?? 0),
  };
}
