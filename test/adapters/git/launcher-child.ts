/** Has the small process run a program without end, prints the program's process number, and stays. */
import process from "node:process";
import { Launcher } from "../../../src/adapters/git/launcher/launcher.ts";

const child = new Launcher().start({
  command: "sh",
  args: ["-c", "echo $$; exec sleep 600"],
  cwd: process.cwd(),
  env: { PATH: process.env["PATH"] ?? "" },
});
child.stdout.on("data", (bytes) => process.stdout.write(bytes));
