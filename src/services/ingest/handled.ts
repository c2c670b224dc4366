import type { ArtifactType, FileFacts } from "../../domain/mod.ts";
import type { Fields } from "../../ports/mod.ts";

/** Subsystems that a log line names; a monorepo has thousands. */
const mostNamed = 10;

/** Which files a run has written, touched or removed, for its log lines: by artifact type, and in which subsystems. */
export class Handled {
  readonly #types = new Map<ArtifactType, number>();
  readonly #subsystems = new Map<string, number>();

  add({ artifactType, subsystem }: Pick<FileFacts, "artifactType" | "subsystem">): void {
    this.#types.set(artifactType, (this.#types.get(artifactType) ?? 0) + 1);
    if (subsystem !== "") this.#subsystems.set(subsystem, (this.#subsystems.get(subsystem) ?? 0) + 1);
  }

  /** Those with the most files are named, and how many the others are is said. Nothing of a run that handled nothing. */
  fields(): Fields {
    if (this.#types.size === 0) return {};
    const subsystems = [...this.#subsystems].sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1));
    const more = subsystems.length - mostNamed;
    return {
      artifacts: Object.fromEntries(this.#types),
      subsystems: subsystems.slice(0, mostNamed).map(([name]) => name),
      ...(more > 0 ? { more_subsystems: more } : {}),
    };
  }
}
