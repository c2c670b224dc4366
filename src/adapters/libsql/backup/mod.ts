/** Copies of a state directory: taken beside a running gateway, put back while none runs. */
export { type BackupOptions, backUp } from "./back-up.ts";
export type { Manifest } from "./manifest.ts";
export { type Restored, type RestoreOptions, restore } from "./restore.ts";
