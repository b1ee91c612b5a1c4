/** What came before a run: strip, durations, the page of the DAG. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { etlDate, etlRun, etlRuns, kEtl } from "./support/records_more.mjs";
import { site } from "./support/site.mjs";

const kRuns = kEtl.good + kEtl.failed;
const address = (day) => `/dags/${encodeURIComponent(kEtl.dag)}/runs/${etlDate(day)}/${etlRun(day)}`;

const { signedIn } = site({ ndjson: etlRuns() });

const bars = (page) => page.locator("a.strip-bar");

test("the strip shows every run in order, tells states by shape and word, and marks this one", (t) =>
  signedIn(t, address(kRuns - 1), async (page) => {
    await bars(page).first().waitFor();
    assert.equal(await bars(page).count(), kRuns);
    assert.deepEqual(
      await bars(page).evaluateAll((all) => all.map((bar) => bar.dataset.run)),
      Array.from({ length: kRuns }, (_, day) => etlRun(day)),
    );
    const current = page.locator('a.strip-bar[aria-current="page"]');
    assert.equal(await current.count(), 1);
    assert.match(
      await current.getAttribute("aria-label"),
      /^Failed, 2026-11-22 04:00:01 UTC, 5 min, .*the run of this page$/,
    );
    const shapes = await bars(page).evaluateAll(
      (all) => new Set(all.map((bar) => bar.querySelector("svg").innerHTML)).size,
    );
    assert.equal(shapes, 2, "good and failed look different without colour");
    const heights = await bars(page).evaluateAll((all) =>
      all.map((bar) => bar.querySelector(".strip-column").getBoundingClientRect().height),
    );
    assert.ok(heights[kRuns - 1] > 3 * heights[0], `${heights}`);
  }));

test("the diagnosis puts its onset and its change point between the runs", (t) =>
  signedIn(t, address(kRuns - 1), async (page) => {
    await page.locator(".narrative-status[data-status=done]").waitFor();
    const onset = page.locator(".strip-mark.strip-onset");
    await onset.waitFor();
    assert.match(await onset.getAttribute("aria-label"), /Fails since 2026-11-15 04:00:01 UTC/);
    const next = await onset.evaluate((mark) => mark.closest("li").querySelector("a").dataset.run);
    assert.equal(next, etlRun(kEtl.good), "it stands before the first run that failed");
    await page.locator(".chart-change").waitFor();
    assert.match(await page.locator("svg.chart-svg").getAttribute("aria-label"), /change point 2026-11-1\d/);
  }));

test("arrow keys walk along the strip, Enter opens a run", (t) =>
  signedIn(t, address(kRuns - 1), async (page) => {
    await bars(page).first().waitFor();
    assert.equal(await page.locator('a.strip-bar[tabindex="0"]').count(), 1, "one stop for the tab key");
    await page.locator('a.strip-bar[tabindex="0"]').focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.locator(`a.strip-bar[data-run="${etlRun(kRuns - 3)}"]:focus`).waitFor();
    await page.keyboard.press("Home");
    await page.locator(`a.strip-bar[data-run="${etlRun(0)}"]:focus`).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**${address(0)}`);
    await page
      .locator('a.strip-bar[aria-current="page"]')
      .and(page.locator(`[data-run="${etlRun(0)}"]`))
      .waitFor();
  }));

test("durations can be read as a table, of the run or of one task", (t) =>
  signedIn(t, address(kRuns - 1), async (page) => {
    const chart = page.locator(".durations");
    await chart.getByText("As a table").click();
    const rows = chart.locator("tbody tr");
    assert.equal(await rows.count(), kRuns);
    assert.match(await rows.last().innerText(), /\(this run\)[\s\S]*Failed\s+5 min/);
    await chart.getByRole("combobox").selectOption("extract");
    await page.waitForFunction(() =>
      document.querySelector(".durations tbody tr:last-child")?.innerText.includes("50 s"),
    );
  }));

test("the page of a DAG: figures, causes, tasks, versions; they agree with what was recorded", (t) =>
  signedIn(t, `/dags/${encodeURIComponent(kEtl.dag)}`, async (page) => {
    const figures = page.getByRole("region", { name: "In figures", exact: true });
    await figures.getByText("Success rate").waitFor();
    assert.match(await figures.innerText(), /Success rate\s+63\.6 %\s+Runs\s+22\s+Succeeded\s+14\s+Failed\s+8/);
    assert.equal(await bars(page).count(), kRuns);
    const node = page.locator('button.task-node[data-task="extract"]');
    await node.filter({ hasText: "30 attempts, 16 failed" }).waitFor();
    const tasks = page.getByRole("region", { name: "Tasks in figures" });
    assert.match(await tasks.locator("tbody tr").first().innerText(), /extract\s+30\s+16 53 %\s+8\s+50 s\s+50 s/);
    await tasks.getByRole("button", { name: "Task" }).click();
    assert.equal(await tasks.locator('th[aria-sort="ascending"]').count(), 1);
    await figures.getByRole("combobox").selectOption("7");
    await figures.getByText("2026-11-16 to 2026-11-22").waitFor();
    await page.waitForURL(/days=7/);
    assert.match(await figures.innerText(), /Runs\s+7\s+Succeeded\s+0\s+Failed\s+7/);
  }));

test("a DAG that is not there says so", (t) =>
  signedIn(t, "/dags/no_such_dag", async (page) => {
    await page.getByText("The DAG could not be read.").waitFor();
  }));
