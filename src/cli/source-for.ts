import { CommandError, exitCode } from "./exit-code.ts";
import type { Act } from "./with-gateway.ts";

/** The source asked for, or the only one there is. */
export async function sourceFor({ clients, signal }: Act, asked: string): Promise<string> {
  if (asked !== "") return asked;
  const { sources } = await clients.ingest.listSources({}, { signal });
  const [only, ...more] = sources;
  if (only !== undefined && more.length === 0) return only.name;
  const names = sources.map(({ name }) => name).join(", ");
  throw new CommandError(
    exitCode.usage,
    only === undefined ? "there is no source: set KM_SOURCES" : `say which source with --source: ${names}`,
  );
}
