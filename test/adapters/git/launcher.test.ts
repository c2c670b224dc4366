import { Buffer } from "node:buffer";
import { spawn } from "node:child_process";
import process from "node:process";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Launcher } from "../../../src/adapters/git/launcher/launcher.ts";
import type { Child, Command } from "../../../src/adapters/git/launcher/mod.ts";

const launching = suite("programs started by a small process");

/** A script of the shell, which stands on every machine that has Git. */
const shell = (script: string, env: Record<string, string> = {}): Command => ({
  command: "sh",
  args: ["-c", script],
  cwd: process.cwd(),
  env: { PATH: process.env["PATH"] ?? "", ...env },
});

interface Ended {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

function ended(child: Child): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const out: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (bytes) => out.push(bytes));
    child.stderr.on("data", (bytes) => {
      stderr += bytes.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout: Buffer.concat(out), stderr }));
  });
}

async function during(work: (launcher: Launcher) => Promise<void>): Promise<void> {
  const launcher = new Launcher();
  try {
    await work(launcher);
  } finally {
    launcher.close();
  }
}

launching("give what they write, byte for byte, their code, and no environment but their own", () =>
  during(async (launcher) => {
    const { code, stdout, stderr } = await ended(
      launcher.start(shell("printf 'a\\000\\377%s' \"$SAID\"; printf '%s' \"$HOME\" >&2; exit 3", { SAID: "é" })),
    );
    assert.is(code, 3);
    assert.equal([...stdout], [...Buffer.from([0x61, 0, 0xff]), ...Buffer.from("é")]);
    assert.is(stderr, "");
  }),
);

launching("many at once, with megabytes each, are kept apart and whole", () =>
  during(async (launcher) => {
    const letters = ["a", "b", "c", "d"];
    const all = await Promise.all(
      letters.map((letter) => ended(launcher.start(shell(`head -c 3000000 /dev/zero | tr '\\000' ${letter}`)))),
    );
    for (const [at, { stdout }] of all.entries()) {
      assert.is(stdout.length, 3_000_000);
      assert.ok(stdout.every((byte) => byte === letters[at]!.charCodeAt(0)));
    }
  }),
);

launching("what is not there is said as the system says it", () =>
  during(async (launcher) => {
    try {
      await ended(launcher.start({ ...shell(""), command: "no-such-program" }));
      assert.unreachable();
    } catch (error) {
      assert.is((error as NodeJS.ErrnoException).code, "ENOENT");
    }
  }),
);

launching("a program that is stopped ends by the signal", () =>
  during(async (launcher) => {
    const child = launcher.start(shell("exec cat /dev/zero"));
    const over = ended(child);
    child.stdout.on("data", () => child.kill());
    assert.is((await over).code, null);
  }),
);

launching("when the small process is lost, so are its programs; the next one has another", () =>
  during(async (launcher) => {
    const over = ended(launcher.start(shell("echo begun; exec cat")));
    launcher.close();
    try {
      await over;
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, /launcher/);
    }
    assert.is((await ended(launcher.start(shell("echo again")))).stdout.toString(), "again\n");
  }),
);

launching("it ends with the process that it works for, even when that is killed", async () => {
  const url =
    new URL("./launcher-child", import.meta.url).href + import.meta.url.slice(import.meta.url.lastIndexOf("."));
  const parent = spawn(process.execPath, [...process.execArgv, new URL(url).pathname], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const launched = Number(
    await new Promise<string>((resolve) => parent.stdout.once("data", (bytes: Buffer) => resolve(bytes.toString()))),
  );
  assert.ok(isAlive(launched));
  process.kill(parent.pid!, "SIGKILL");
  // Its end of the pipe, which the sleeping program holds too, closes when all of them are gone.
  await new Promise((resolve) => parent.stdout.once("close", resolve));
  while (isAlive(launched)) await new Promise((resolve) => setImmediate(resolve));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

launching.run();
