import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Authority, haveOpenssl, makeAuthority } from "../support/certificates.ts";
import { runCommand, startGatewayProcess } from "../support/gateway-process.ts";
import { makeRepo } from "../support/git-repo.ts";

const test = suite("the command over TLS");

let authority: Authority;
const repo = makeRepo({ "one.md": "# One\n" });
repo.commit();
test.after(() => {
  authority?.remove();
  repo.remove();
});

if (!haveOpenssl()) {
  console.log("SKIPPED: no openssl to make certificates with");
  test.skip("no openssl to make certificates with", () => {});
} else {
  test("it speaks to a gateway by --ca, and not in the clear; a wrong file stops the start", async () => {
    authority = makeAuthority();
    const { cert, key } = authority.issue("gateway");
    const token = "over-tls-0123456789abcdefghijklmnopqrstu";
    const env = { KM_ADMIN_TOKEN: token, KM_TOKEN: token };
    const served = { ...env, KM_TLS_CERT_FILE: cert, KM_TLS_KEY_FILE: key };
    const gateway = await startGatewayProcess({ sources: { one: repo.root }, env: served });
    try {
      const place = { statePath: gateway.statePath, sources: { one: repo.root } };
      const byCa = ["--address", gateway.address, "--ca", authority.cert];
      const named = await runCommand([...byCa, "status"], { ...place, env });
      assert.is(named.code, 0, named.stderr);
      const plain = await runCommand(["--address", gateway.address, "status"], { ...place, env });
      assert.is(plain.code, 4, plain.stderr);
    } finally {
      await gateway.stop();
    }
    const other = authority.issue("other");
    const wrong = await runCommand(["serve"], {
      sources: { one: repo.root },
      env: { ...served, KM_TLS_KEY_FILE: other.key },
    });
    assert.is(wrong.code, 1);
    assert.match(wrong.stderr + wrong.stdout, /KM_TLS_KEY_FILE: .*is not the key of the certificate/);
  });
}

test.run();
