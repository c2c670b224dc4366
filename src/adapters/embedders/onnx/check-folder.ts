import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { aborted, Fault } from "../../../domain/mod.ts";

/** What a model folder must hold. */
const files = ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model.onnx"];

/**
 * Sixteen hex digits that name the model's content: a folder that is exchanged under the same path is another model.
 * @throws Fault precondition, naming the setting, when a file is missing
 */
export async function checkFolder(folder: string, setting: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) {
    hash.update(`${file}:`);
    try {
      for await (const chunk of createReadStream(join(folder, file), { signal })) hash.update(chunk as Uint8Array);
    } catch (cause) {
      if (signal.aborted) throw aborted(signal);
      throw new Fault("precondition", `${setting}: the folder lacks a readable ${file}`, {
        cause,
        reason: "MODEL_MISSING",
      });
    }
  }
  return hash.digest("hex").slice(0, 16);
}
