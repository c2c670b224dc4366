import { asObject, asText, jsonObject, keyLines } from "./json-text.ts";
import { type Manifest, ManifestDraft } from "./manifest.ts";

/** packages.lock.json of NuGet: what each framework's project asks for itself. */
export function nugetLock(text: string): Manifest {
  const draft = new ManifestDraft();
  const lineOf = keyLines(text);
  for (const [framework, packages] of Object.entries(asObject(jsonObject(text)?.["dependencies"]) ?? {})) {
    for (const [name, entry] of Object.entries(asObject(packages) ?? {})) {
      const { type, resolved } = asObject(entry) ?? {};
      if (type === "Direct") draft.depend("nuget", name, asText(resolved), lineOf(framework, name));
    }
  }
  return draft.done();
}
