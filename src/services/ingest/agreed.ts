import type { FileRecord } from "../../domain/mod.ts";
import type { ListedFile } from "../../ports/mod.ts";

/**
 * Files that a plan found to be as they are served, in path order: under the same classifier and configuration, the
 * same objects need no second look.
 */
export class Agreed {
  readonly #listed: ListedFile[] = [];
  readonly #records: FileRecord[] = [];

  /** In path order. */
  add(listed: ListedFile, record: FileRecord): void {
    this.#listed.push(listed);
    this.#records.push(record);
  }

  /** In path order. */
  get records(): readonly FileRecord[] {
    return this.#records;
  }

  /** The record that a listed file was found to agree with. Files are asked for in path order. */
  asked(): (listed: ListedFile) => FileRecord | undefined {
    let at = 0;
    return (listed) => {
      for (let one = this.#listed[at]; one !== undefined && one !== listed && one.path < listed.path; ) {
        at += 1;
        one = this.#listed[at];
      }
      return this.#listed[at] === listed ? this.#records[at] : undefined;
    };
  }
}
