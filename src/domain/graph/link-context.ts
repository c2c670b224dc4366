import { artifactTypeOf, languageOf } from "../discovery/mod.ts";
import type { Pace } from "../pace.ts";
import type { ContributionBuilder } from "./contribution.ts";
import type { GraphFacts } from "./facts.ts";
import type { Standing } from "./file-node.ts";
import type { FileView } from "./file-view.ts";
import type { Context } from "./names/mod.ts";

/** A file with what is known of it before it is linked. */
export interface FileToLink {
  readonly path: string;
  readonly facts: GraphFacts;
  readonly standing: Standing;
}

/** One file while it is linked. */
export interface Linking {
  readonly file: FileToLink;
  readonly view: FileView;
  readonly context: Context;
  readonly builder: ContributionBuilder;
  readonly pace: Pace;
  /** Node ids of the file itself and of where it belongs: its subsystem, else its source. */
  readonly fileId: string;
  readonly homeId: string;
}

/** The definition that a place stands in, or the file. */
export function nodeAt({ view, fileId }: Linking, at: number): string {
  return view.definitions[at]?.id ?? fileId;
}

const judged = new Map<string, boolean>();

/** By its name alone, so that it is known without its content. */
export function isTestPath(path: string): boolean {
  const known = judged.get(path);
  if (known !== undefined) return known;
  if (judged.size > 50_000) judged.clear();
  const test = artifactTypeOf(path, languageOf(path, ""), "") === "test";
  judged.set(path, test);
  return test;
}
