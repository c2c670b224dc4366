import { copyFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect } from "node:tls";
import { ChannelCredentials, createChannel, createClientFactory } from "nice-grpc";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HealthDefinition } from "../../gen/grpc/health/v1/health.ts";
import { SearchServiceDefinition } from "../../gen/knowledge/v1/search_service.ts";
import { Fault } from "../../src/domain/mod.ts";
import { openTls, type TlsFiles, tlsLookMs } from "../../src/edge/tls.ts";
import { type Authority, haveOpenssl, makeAuthority, type Pair } from "../support/certificates.ts";
import { HandTimers, metadata, Recorder, readerToken, startEdge, systemClock } from "../support/edge-harness.ts";

const test = suite("edge: TLS from files");
const isLook = (ms: number) => ms === tlsLookMs;

let authority: Authority;
let strangers: Authority;
let first: Pair;
let second: Pair;
const folder = mkdtempSync(join(tmpdir(), "tls-"));
const files: TlsFiles = {
  certFile: join(folder, "tls.crt"),
  keyFile: join(folder, "tls.key"),
  clientCaFile: undefined,
};
let swaps = 0;

/** As an operator renews them: the files change under their names. */
function put({ cert, key }: Pair): void {
  swaps += 1;
  for (const [from, to] of [
    [cert, files.certFile],
    [key, files.keyFile],
  ] as const) {
    copyFileSync(from, to);
    utimesSync(to, new Date(), new Date(1_700_000_000_000 + swaps * 10_000));
  }
}

function open(of: TlsFiles = files) {
  const timers = new HandTimers();
  const telemetry = new Recorder();
  return { tls: openTls(of, { timers, clock: systemClock, log: telemetry.log }), timers, telemetry };
}

/** The certificate's name that a new connection is shown, or the error's code. */
function shownTo(port: number, options: ConnectionOptions = {}): Promise<string> {
  return new Promise((resolve) => {
    const ca = readFileSync(authority.cert);
    const socket = connect({ host: "127.0.0.1", port, ca, servername: "localhost", ALPNProtocols: ["h2"], ...options });
    socket.on("secureConnect", () => {
      const name = String(socket.getPeerCertificate().subject["CN"]);
      // A server that wants a certificate says so once TLS 1.3's handshake is over for the client.
      const timer = setTimeout(() => end(name), 300);
      socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "error", timer));
      socket.on("close", () => end("closed", timer));
    });
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? "error"));
    const end = (what: string, timer?: NodeJS.Timeout) => {
      clearTimeout(timer);
      resolve(what);
      socket.destroy();
    };
  });
}

function refusal(of: TlsFiles): string {
  try {
    open(of).tls.close();
  } catch (error) {
    assert.instance(error, Fault);
    assert.is((error as Fault).code, "precondition");
    return (error as Fault).message;
  }
  return "";
}

if (!haveOpenssl()) {
  console.log("SKIPPED: no openssl to make certificates with");
  test.skip("no openssl to make certificates with", () => {});
} else {
  test.before(() => {
    authority = makeAuthority();
    strangers = makeAuthority();
    first = authority.issue("first");
    second = authority.issue("second");
  });
  test.before.each(() => put(first));
  test.after(() => {
    authority.remove();
    strangers.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test("calls go over TLS 1.2 and 1.3, and over nothing else", async () => {
    const { tls } = open();
    const edge = await startEdge({ credentials: tls.credentials });
    try {
      assert.is(await shownTo(edge.port), "first");
      assert.is(await shownTo(edge.port, { maxVersion: "TLSv1.2" }), "first");
      assert.match(
        await shownTo(edge.port, { minVersion: "TLSv1", maxVersion: "TLSv1.1" }),
        /^(ERR_SSL|ECONNRESET|closed|error)/,
      );
      const trusted = ChannelCredentials.createSsl(readFileSync(authority.cert));
      const channel = createChannel(`localhost:${edge.port}`, trusted);
      assert.is((await createClientFactory().create(HealthDefinition, channel).check({})).status, 1);
      channel.close();
      const plain = createChannel(`127.0.0.1:${edge.port}`);
      const answer = createClientFactory()
        .create(HealthDefinition, plain)
        .check({}, { signal: AbortSignal.timeout(3_000) });
      assert.ok(
        await answer.then(
          () => false,
          () => true,
        ),
      );
      plain.close();
    } finally {
      tls.close();
      await edge.close();
    }
  });

  test("changed files are taken over: new connections get the new certificate, and calls that run go on", async () => {
    const { tls, timers, telemetry } = open();
    let answer = () => {};
    let reached = () => {};
    const inHandler = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const search = () =>
      new Promise((resolve) => {
        answer = () => resolve({});
        reached();
      });
    const edge = await startEdge({ credentials: tls.credentials, search: { search } });
    const trusted = ChannelCredentials.createSsl(readFileSync(authority.cert));
    const channel = createChannel(`localhost:${edge.port}`, trusted);
    try {
      const client = createClientFactory().create(SearchServiceDefinition, channel);
      const running = client.search({ query: "x" }, { metadata: metadata(readerToken) });
      await inHandler;
      put(second);
      timers.fire(isLook);
      assert.is(await shownTo(edge.port), "second");
      answer();
      assert.equal((await running).hits, [], "the call that ran while it changed");
      // Half of a renewal, and then nonsense: the former goes on, and is said so once it stays.
      writeFileSync(files.certFile, "not a certificate");
      timers.fire(isLook);
      assert.is(telemetry.lines.filter(({ level }) => level === "error").length, 0);
      timers.fire(isLook);
      assert.is(telemetry.lines.filter(({ level }) => level === "error").length, 1);
      assert.is(await shownTo(edge.port), "second");
      put(first);
      timers.fire(isLook);
      assert.is(await shownTo(edge.port), "first");
    } finally {
      channel.close();
      tls.close();
      await edge.close();
    }
  });

  test("mutual TLS: a certificate of the authority is let in, and nothing else", async () => {
    const { tls } = open({ ...files, clientCaFile: authority.cert });
    const edge = await startEdge({ credentials: tls.credentials });
    const own = ({ cert, key }: Pair) => ({ cert: readFileSync(cert), key: readFileSync(key) });
    try {
      assert.is(await shownTo(edge.port, own(second)), "first");
      assert.is.not(await shownTo(edge.port), "first");
      assert.is.not(await shownTo(edge.port, own(strangers.issue("stranger"))), "first");
      const { cert, key } = own(second);
      const channel = createChannel(
        `localhost:${edge.port}`,
        ChannelCredentials.createSsl(readFileSync(authority.cert), key, cert),
      );
      assert.is((await createClientFactory().create(HealthDefinition, channel).check({})).status, 1);
      channel.close();
    } finally {
      tls.close();
      await edge.close();
    }
  });

  test("wrong, expired and mismatched files are refused by name, with what to do", () => {
    assert.match(refusal({ ...files, certFile: "/nowhere.crt" }), /^KM_TLS_CERT_FILE: \/nowhere.crt can't be read/);
    assert.match(refusal({ ...files, keyFile: "/nowhere.key" }), /^KM_TLS_KEY_FILE: .*can't be read/);
    assert.match(refusal({ ...files, certFile: files.keyFile }), /^KM_TLS_CERT_FILE: .*holds no certificate in PEM/);
    assert.match(
      refusal({ ...files, keyFile: files.certFile }),
      /^KM_TLS_KEY_FILE: .*holds no unencrypted private key/,
    );
    assert.match(refusal({ ...files, keyFile: second.key }), /^KM_TLS_KEY_FILE: .*is not the key of the certificate/);
    assert.match(
      refusal({ ...files, clientCaFile: second.cert }),
      /^KM_TLS_CLIENT_CA_FILE: .*no certificate authority/,
    );
    assert.match(refusal({ ...files, clientCaFile: "/nowhere.ca" }), /^KM_TLS_CLIENT_CA_FILE: .*can't be read/);
    const late = { ...systemClock, now: () => Date.now() + 31 * 86_400_000 };
    const early = { ...systemClock, now: () => Date.now() - 86_400_000 };
    const parts = { timers: new HandTimers(), log: new Recorder().log };
    assert.throws(() => openTls(files, { ...parts, clock: late }), /^KM_TLS_CERT_FILE: .*expired on .*renew it/);
    assert.throws(() => openTls(files, { ...parts, clock: early }), /is not valid before .*clock/);
  });
}

test.run();
