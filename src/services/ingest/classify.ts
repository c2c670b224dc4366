import type { Catalogue, Refusal } from "../../domain/discovery/mod.ts";
import type { ArtifactType } from "../../domain/mod.ts";
import type { ListedFile } from "../../ports/mod.ts";

/** What the catalogue says of a path. */
export interface Placed {
  readonly subsystem: string;
  readonly tags: readonly string[];
}

/** The rules of discovery, as a run uses them. */
export interface Classifier {
  /** Hash of what decides facts and refusals beside the files' content: catalogue, rules, limits. */
  readonly configuration: string;
  place(path: string): Placed;
  /** Subsystems with their owners, for the graph. */
  readonly catalogue: Catalogue;
  languageOf(path: string, head: string): string;
  artifactTypeOf(path: string, language: string, head: string): ArtifactType;
  /** Why a file is not even read; undefined for one that is, though its content may keep it out as a lock file's does. */
  refusal(file: ListedFile): Refusal | undefined;
}
