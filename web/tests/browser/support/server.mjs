/** The real binary on a free port and a folder of its own, with what a test brings in. */
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const kRoot = resolve(import.meta.dirname, "../../../..");
const kBinary = process.env.DAGY_BINARY ?? join(kRoot, "build/dagy");
export const kExample = join(kRoot, "examples/orders-daily/airflow");

/** @param {{airflow?: string, ndjson?: object[], settings?: Record<string, string>}} wanted */
export async function startServer(wanted = {}) {
  const folder = mkdtempSync(join(tmpdir(), "dagy-browser-"));
  try {
    return await startIn(folder, wanted);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder, { airflow, ndjson, settings = {} }) {
  const env = {
    PATH: process.env.PATH,
    TZ: "UTC",
    DAGY_LOCAL_DIR: join(folder, "data"),
    DAGY_RATE_LIMIT_PER_MINUTE: "0",
    ...settings,
  };
  const run = (...words) => {
    const { status, stdout, stderr } = spawnSync(kBinary, words, { env, encoding: "utf8" });
    if (status !== 0) throw new Error(`dagy ${words.join(" ")} ended ${status}: ${stderr}`);
    return stdout;
  };
  if (airflow) run("import", "airflow", airflow);
  if (ndjson) {
    const file = join(folder, "records.ndjson");
    writeFileSync(file, ndjson.map((line) => `${JSON.stringify(line)}\n`).join(""));
    run("ingest", file);
  }

  const server = spawn(kBinary, ["serve", "--port", "0"], { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((done) => server.once("exit", done));
  let said = "";
  server.stderr.on("data", (bytes) => {
    said += bytes;
  });
  const url = await new Promise((done, fail) => {
    createInterface(server.stdout).on("line", (line) => {
      const found = /^listening on (\S+)/.exec(line);
      if (found) done(found[1]);
    });
    server.once("exit", (code, signal) => fail(new Error(`dagy serve ended by ${code ?? signal}: ${said}`)));
  });
  return {
    url,
    /** The API key of the first start; it stands on standard error before the port is open. */
    key: /API key\s+(\S+)/.exec(said)?.[1],
    /** Records that come in while the server runs. */
    ingest(records) {
      const file = join(folder, `more-${randomUUID()}.ndjson`);
      writeFileSync(file, records.map((line) => `${JSON.stringify(line)}\n`).join(""));
      run("ingest", file);
    },
    signInLink: () => run("link", "--url", url).trim(),
    async stop() {
      server.kill("SIGTERM");
      await ended;
    },
    async remove() {
      await this.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
