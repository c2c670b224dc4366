/** Database files of the embedded stores: connections, what goes into columns, what goes wrong, and the folders they lie in. */
export { type Bind, Connection, type Row, type Statement } from "./database.ts";
export { insertRows } from "./insert-rows.ts";
export { openForWriting } from "./open-for-writing.ts";
export { fromPathKey, pathKey } from "./path-key.ts";
export { guarded, prepareFolder, prepareStateFolder } from "./prepare-folder.ts";
export { damaged, type FileOf, sqliteFault } from "./sqlite-fault.ts";
export { parseStatePath, type StatePathConfig } from "./state-path-config.ts";
export { takeSteps } from "./take-steps.ts";
