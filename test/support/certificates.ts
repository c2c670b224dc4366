import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Paths of a certificate and its key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** An authority in a temporary folder, whose certificates are good for `localhost` and 127.0.0.1. */
export interface Authority extends Pair {
  issue(name: string, days?: number): Pair;
  remove(): void;
}

export function haveOpenssl(): boolean {
  return spawnSync("openssl", ["version"]).status === 0;
}

export function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  const openssl = (...args: string[]) => void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...curve,
    "-keyout",
    "ca.key",
    "-out",
    "ca.crt",
    "-days",
    "30",
    "-subj",
    "/CN=Test authority",
  );
  const cert = join(folder, "ca.crt");
  const key = join(folder, "ca.key");
  return {
    cert,
    key,
    issue(name, days = 30) {
      const extensions = join(folder, `${name}.ext`);
      writeFileSync(extensions, "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
      openssl("req", ...curve, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`);
      const signing = ["x509", "-req", "-in", `${name}.csr`, "-CA", cert, "-CAkey", key, "-CAcreateserial"];
      openssl(...signing, "-out", `${name}.crt`, "-days", String(days), "-extfile", extensions);
      return { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A certificate that vouches for itself, good for `localhost` and 127.0.0.1, in a temporary folder. */
export function makeSelfSigned(): Pair & { remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "certificate-"));
  const args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=gateway";
  const names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "own.key", "-out", "own.crt"];
  execFileSync("openssl", [...args.split(" "), ...names], { cwd: folder, stdio: "pipe" });
  return {
    cert: join(folder, "own.crt"),
    key: join(folder, "own.key"),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
