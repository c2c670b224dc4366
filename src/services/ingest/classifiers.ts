import { manifestPaths } from "../../domain/discovery/mod.ts";
import type { ListedFile, PartialListing, Source } from "../../ports/mod.ts";
import type { Rules } from "./ingest-settings.ts";
import { type OpenedClassifier, openClassifier } from "./open-classifier.ts";
import { placeOf, workedIn } from "./served-records.ts";
import { settingsKey } from "./settings-key.ts";

interface Kept {
  /** What it was made from: the settings, the files in order as far as rules look at them, the manifests' content. */
  readonly settings: string;
  readonly files: readonly ListedFile[];
  readonly manifests: ReadonlySet<string>;
  readonly classifier: OpenedClassifier;
}

/** Paths of all sources together whose rules are kept, a few hundred bytes each. */
const mostKept = 150_000;
/** Of a source that is indexed from nothing, which is when memory is needed for other things. */
const mostKeptAnew = 50_000;

/** The rules of each source's last run, which serve the next as long as nothing they were made from differs. */
export class Classifiers {
  readonly #kept = new Map<string, Kept>();

  /** `anew`: whatever is kept is not believed. */
  async open(
    source: Source,
    files: readonly ListedFile[],
    rules: Rules,
    anew: boolean,
    signal: AbortSignal,
  ): Promise<OpenedClassifier> {
    const settings = settingsKey(source, rules);
    const kept = this.#kept.get(source.name);
    this.#kept.delete(source.name);
    const serves = !anew && kept?.settings === settings && sameGround(kept, files);
    const classifier = serves ? kept.classifier : await openClassifier(source, files, rules, signal);
    const manifests = serves ? kept.manifests : new Set(manifestPaths(files.map(({ path }) => path)));
    // A manifest that could not be read may be by the next run.
    const few = files.length <= (anew ? mostKeptAnew : mostKept);
    if (classifier.complete && few) this.#kept.set(source.name, { settings, files, manifests, classifier });
    let count = 0;
    // The one used last goes last.
    for (const [name, one] of [...this.#kept].reverse()) {
      count += one.files.length;
      if (count > mostKept) this.#kept.delete(name);
    }
    return classifier;
  }

  /**
   * The kept rules, if they would be the same for a listing that differs in some files alone. No manifest may be among
   * those; and one that came or went must leave a neighbour of its part in its folder, since parts are made of folders.
   */
  standing(source: Source, rules: Rules, { files, absent }: PartialListing): OpenedClassifier | undefined {
    const kept = this.#kept.get(source.name);
    if (kept?.settings !== settingsKey(source, rules)) return undefined;
    const { classifier } = kept;
    const named = new Set([...absent, ...files.map(({ path }) => path)]);
    if (manifestPaths(named).length > 0) return undefined;
    const allows = (file: ListedFile | undefined) => file !== undefined && classifier.refusal(file) === undefined;
    const moved = [
      ...files.filter((file) => allows(file) !== allows(fileAt(kept.files, file.path))).map(({ path }) => path),
      ...absent.filter((path) => allows(fileAt(kept.files, path))),
    ];
    const stay = ({ path }: ListedFile) => !named.has(path);
    return moved.every((path) =>
      neighbours(kept.files, path).some((one) => stay(one) && allows(one) && together(one.path, path)),
    )
      ? classifier
      : undefined;

    function together(one: string, other: string): boolean {
      return classifier.catalogue.of(one).subsystem === classifier.catalogue.of(other).subsystem;
    }
  }

  /** What a listing that differs in some files alone leaves for the next, under the same rules. */
  moved(source: string, { files, absent }: PartialListing): void {
    const kept = this.#kept.get(source);
    if (kept === undefined) return;
    const changes = new Map<string, ListedFile | undefined>(absent.map((path) => [path, undefined]));
    for (const file of files) changes.set(file.path, file);
    this.#kept.set(source, { ...kept, files: workedIn(kept.files, changes) });
  }
}

function fileAt(files: readonly ListedFile[], path: string): ListedFile | undefined {
  const file = files[placeOf(path, files)];
  return file?.path === path ? file : undefined;
}

/** Files looked at for a neighbour, to either side: below a folder of folders there may be none near. */
const lookedAround = 500;

/** Files near a path that lie in the same folder. */
function neighbours(files: readonly ListedFile[], path: string): readonly ListedFile[] {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const at = placeOf(path, files);
  return files
    .slice(Math.max(0, at - lookedAround), at + lookedAround)
    .filter((one) => one.path.startsWith(folder) && !one.path.includes("/", folder.length));
}

/** The same paths with the same standing, and manifests whose content is known to be the same. */
function sameGround({ files: before, manifests, classifier }: Kept, now: readonly ListedFile[]): boolean {
  if (before === now) return true;
  if (before.length !== now.length) return false;
  return now.every((file, n) => {
    const former = before[n]!;
    if (file === former) return true;
    if (file.path !== former.path || file.kind !== former.kind || file.refusal !== former.refusal) return false;
    if (file.size === former.size && file.contentId === former.contentId && file.contentId !== "") return true;
    if (manifests.has(file.path)) return false;
    // Folders are made of the files that may be read, which size has a say in.
    return (classifier.refusal(file) === undefined) === (classifier.refusal(former) === undefined);
  });
}
