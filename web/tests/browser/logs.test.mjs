/** The log viewer: long logs, filters, links to lines, and lines that would like to be more than text. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { LogsPage } from "./pages/logs_page.mjs";
import { RunPage } from "./pages/run_page.mjs";
import { RunsPage } from "./pages/runs_page.mjs";
import { hostileRun, kHostile, kLong, kWide, longRun, manyRuns, wideRun } from "./support/records.mjs";
import { site } from "./support/site.mjs";

const kDate = "2026-11-20";
const address = (dag, run) => `/dags/${encodeURIComponent(dag)}/runs/${kDate}/${encodeURIComponent(run)}`;
const kLongLog = `${address(kLong.dag, kLong.run)}/logs/talk`;

const { signedIn } = site({ ndjson: [...hostileRun(), ...longRun(), ...wideRun(), ...manyRuns(70)] });

test("a link to a line deep in a long log scrolls to it; few of the lines exist", (t) =>
  signedIn(t, `${kLongLog}?row=${kLong.errorRow}`, async (page) => {
    const log = new LogsPage(page);
    await log.marked.waitFor();
    assert.match(await log.marked.innerText(), /4321[\s\S]*ERROR[\s\S]*the needle/);
    const [box, line] = await Promise.all([page.locator(".log-box").boundingBox(), log.marked.boundingBox()]);
    assert.ok(line.y >= box.y && line.y + line.height <= box.y + box.height, "the line is on the screen");
    assert.ok((await log.lines.count()) < 200);
  }));

test("scrolling reads on, page by page", (t) =>
  signedIn(t, kLongLog, async (page) => {
    const log = new LogsPage(page);
    await log.line(0).waitFor();
    await page.locator(".log-box").evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await log.line(kLong.lines - 1).waitFor();
    assert.match(await log.line(kLong.lines - 1).innerText(), /hay 4999/);
  }));

test("level and words filter on the server; a hit opens in its context", (t) =>
  signedIn(t, kLongLog, async (page) => {
    const log = new LogsPage(page);
    await log.line(0).waitFor();
    await log.level("ERROR");
    await page.getByText("1 line matches").waitFor();
    assert.deepEqual(await log.messages(), ["the needle"]);
    await log.level("");
    await log.keyword("HAY 499");
    await page.waitForURL(/keyword=HAY/);
    await page.getByText("11 lines match").waitFor();
    await log.line(499).getByRole("button").click();
    await log.details.getByRole("link", { name: "Show in context" }).click();
    await page.getByText("5,000 lines").waitFor();
    await log.line(500).waitFor();
    assert.match(await log.marked.innerText(), /hay 499/);
  }));

test("filters that match nothing say so and can be dropped", (t) =>
  signedIn(t, `${kLongLog}?keyword=nowhere&level=CRITICAL`, async (page) => {
    await page.getByText("No line matches these filters.").waitFor();
    await page.getByRole("button", { name: "Show all lines" }).click();
    await new LogsPage(page).line(0).waitFor();
  }));

test("wrap can be switched off, and a marked line's address shared", (t) =>
  signedIn(t, kLongLog, async (page) => {
    const log = new LogsPage(page);
    await log.line(3).getByRole("button").click();
    await page.waitForURL(/row=3/);
    assert.equal(await log.marked.getAttribute("aria-current"), "location");
    await page.getByLabel("Wrap").uncheck();
    assert.equal(
      await log
        .line(3)
        .locator(".log-message")
        .evaluate((line) => getComputedStyle(line).whiteSpace),
      "pre",
    );
  }));

test("the whole log is downloaded as NDJSON", (t) =>
  signedIn(t, `${kLongLog}?keyword=needle`, async (page) => {
    await page.getByText("1 line matches").waitFor();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download NDJSON" }).click(),
    ]);
    const lines = readFileSync(await file.path(), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(file.suggestedFilename(), "long_long-1_talk_1.ndjson");
    assert.deepEqual(
      lines.map((line) => [line._row, line.message]),
      [[kLong.errorRow, "the needle"]],
    );
  }));

test("log lines are text whatever they hold; names are names", (t) =>
  signedIn(t, address(kHostile.dag, kHostile.run), async (page) => {
    const run = new RunPage(page);
    await run.diagnosed();
    assert.match(await page.getByRole("heading", { level: 1 }).innerText(), /eu\/sales "q" %41 ü/);
    await run.attempts.filter({ hasText: "load <b>all</b>" }).getByRole("link").click();
    const log = new LogsPage(page);
    await log.line(2).waitFor();
    assert.match(await log.line(0).innerText(), /<img src=x onerror="document\.title='pwned'"><script>/);
    assert.equal(await log.line(1).locator(".log-message").textContent(), "red plain [e1] **stars**");
    assert.equal(await log.line(1).locator(".ansi-red.ansi-bold").innerText(), "red");
    assert.match(await page.title(), /^Log of load <b>all<\/b>/);
  }));

test("a mapped task shows how many of its instances failed", (t) =>
  signedIn(t, address(kLong.dag, kLong.run), async (page) => {
    const run = new RunPage(page);
    await run.task("each").filter({ hasText: "2/5 failed" }).waitFor();
  }));

test("a thousand tasks: drawn, opened at the root cause, walked by keys", (t) =>
  signedIn(t, address(kWide.dag, kWide.run), async (page) => {
    const run = new RunPage(page);
    await run.task(kWide.failed).waitFor({ timeout: 60_000 });
    await run.diagnosed();
    assert.ok((await page.locator("button.task-node").count()) < 400, "only what is on the screen is drawn");
    await run.task(kWide.failed).focus();
    await page.keyboard.press("ArrowRight");
    await page.locator('button[data-task^="t12"]:focus').waitFor();
    assert.match(await run.focusedTask(), /^t12[123]$/);
    assert.equal(await run.role(await run.focusedTask()), "victim");
    await page.getByRole("button", { name: "Show all 1,000 attempts" }).click();
    assert.equal(await run.attempts.count(), 1000);
  }));

test("older runs come when they are asked for", (t) =>
  signedIn(t, "/?dag=many", async (page) => {
    const runs = new RunsPage(page);
    await page.getByText("70 runs match").waitFor();
    assert.equal(await runs.rows.count(), 50);
    await page.getByRole("button", { name: "Older (20 more runs)" }).click();
    await runs.row("n000").waitFor();
    assert.equal(await runs.rows.count(), 70);
    assert.equal(new Set(await runs.rows.allInnerTexts()).size, 70, "none twice");
  }));
