import type { Buffer } from "node:buffer";
import type { Command } from "./child.ts";

/** What the launcher is told. */
export type Order =
  | { readonly kind: "start"; readonly id: number; readonly command: Command }
  | { readonly kind: "kill"; readonly id: number };

/** What it tells of the programs it started. */
export type News =
  | { readonly kind: "stdout" | "stderr"; readonly id: number; readonly bytes: Buffer }
  | { readonly kind: "error"; readonly id: number; readonly message: string; readonly code: string }
  | { readonly kind: "close"; readonly id: number; readonly code: number | null };
