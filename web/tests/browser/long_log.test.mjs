/** A log longer than a browser can scroll: links, hits and ends beyond the first window. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LogsPage } from "./pages/logs_page.mjs";
import { openBrowser } from "./support/browser.mjs";
import { startServer } from "./support/server.mjs";

const kLines = 502_000;
const kNeedle = 501_234;
const kName = { dag_id: "endless", run_id: "endless-1" };
const kLog = `/dags/${kName.dag_id}/runs/2026-11-20/${kName.run_id}/logs/talk`;
const kTimes = { started_at: "2026-11-20T04:00:00Z", ended_at: "2026-11-20T05:00:00Z" };

function endlessRun() {
  const lines = [
    { kind: "run", ...kName, state: "SUCCEEDED", logical_date: kTimes.started_at, ...kTimes },
    { kind: "task", ...kName, task_id: "talk", state: "SUCCEEDED", ...kTimes },
  ];
  for (let row = 0; row < kLines; row++)
    lines.push({ kind: "log", ...kName, task_id: "talk", message: row === kNeedle ? "a needle" : `hay ${row}` });
  return lines;
}

let server;
let browser;
before(async () => {
  server = await startServer({ ndjson: endlessRun() });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const onLog = (t, query, body) =>
  browser.inWindow(t, {}, async (page) => {
    await page.goto(server.signInLink());
    await page.goto(server.url + kLog + query);
    await body(page, new LogsPage(page));
  });

test("the end of a window is reached, and the next one turned to", (t) =>
  onLog(t, "", async (page, log) => {
    await page.getByText("502,000 lines").waitFor();
    await page.locator(".log-box").evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await log.line(499_999).waitFor();
    await page.getByRole("button", { name: "Later lines" }).click();
    await log.line(500_000).waitFor();
    assert.ok(await page.getByRole("button", { name: "Later lines" }).isDisabled());
  }));

test("a link to a row of the second window opens there", (t) =>
  onLog(t, `?row=${kLines - 1}`, async (_page, log) => {
    await log.marked.waitFor();
    assert.match(await log.marked.innerText(), /hay 501999/);
  }));

test("a hit in the other window is jumped to", (t) =>
  onLog(t, "", async (page, log) => {
    await log.line(0).waitFor();
    await page.getByLabel("Find").fill("needle");
    await page.getByLabel("Find").press("Enter");
    await page.getByText("1 of 1").waitFor();
    await log.marked.waitFor();
    assert.match(await log.marked.innerText(), /501234[\s\S]*a needle/);
    assert.ok((await log.lines.count()) < 300, "few of the lines exist");
  }));
