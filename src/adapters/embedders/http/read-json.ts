import { malformed } from "./http-failure.ts";

/** Reads an answer's body up to `limit` bytes and parses it. @throws ExchangeError when it is larger, or no JSON. */
export async function readJson(response: Response, limit: number, what: string): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  if (reader !== undefined) {
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        size += value.byteLength;
        if (size > limit) throw malformed(what, `answered more than the ${limit} bytes that were to be expected`);
        chunks.push(value);
      }
    } finally {
      // Lets go of the connection when reading ended early.
      await reader.cancel().catch(() => {});
    }
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  } catch {
    // A proxy's page in between is over in a moment, a wrong URL is not; few attempts tell.
    throw malformed(what, "answered what is not JSON", true);
  }
}
