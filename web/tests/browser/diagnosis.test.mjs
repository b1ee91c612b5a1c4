/** The main road: a failed run is found in the list, diagnosed as one watches, and its proof opened. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { LogsPage } from "./pages/logs_page.mjs";
import { RunPage } from "./pages/run_page.mjs";
import { RunsPage } from "./pages/runs_page.mjs";
import { openBrowser } from "./support/browser.mjs";
import { kExample, startServer } from "./support/server.mjs";

const kFailed = "manual__2026-11-19T02:00:00+00:00";
const kGood = "manual__2026-11-17T02:00:00+00:00";
const kRunAddress = `/dags/orders_daily/runs/2026-11-19/${encodeURIComponent(kFailed)}`;

let server;
let browser;
before(async () => {
  server = await startServer({ airflow: kExample });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const signedIn = (t, body, options = {}) =>
  browser.inWindow(t, options, async (page, window) => {
    await page.goto(server.signInLink());
    await body(page, window);
  });

test("the one-use link signs in and shows the runs, newest first", (t) =>
  signedIn(t, async (page) => {
    const runs = new RunsPage(page);
    await runs.row(kFailed).waitFor();
    assert.equal(await runs.rows.count(), 6);
    assert.match(await runs.rows.first().innerText(), /Failed[\s\S]*orders_daily[\s\S]*2026-11-19T02/);
    assert.match(await runs.row(kGood).innerText(), /Succeeded/);
  }));

test("filters live in the address and come back with it", (t) =>
  signedIn(t, async (page) => {
    const runs = new RunsPage(page);
    await runs.filterState("Failed");
    await page.waitForURL(/state=FAILED/);
    await page.getByText("2 runs match").waitFor();
    await page.reload();
    await page.getByText("2 runs match").waitFor();
    await runs.filterDag("no_such_dag");
    await page.getByText("No run matches these filters.").waitFor();
    await page.getByRole("link", { name: "Show all runs" }).click();
    await page.getByText("6 runs").waitFor();
  }));

test("a failed run is diagnosed while one watches; the list then shows its cause", (t) =>
  signedIn(t, async (page) => {
    const runs = new RunsPage(page);
    await runs.open(kFailed);
    const run = new RunPage(page);
    await run.diagnosed();
    assert.match(await run.narrative.innerText(), /Only fetch_orders failed by itself/);
    assert.match(await run.verdict.innerText(), /NETWORK_CONNECTION_REFUSED/);
    assert.match(await run.verdict.innerText(), /Severity \w+/);
    assert.match(await run.verdict.innerText(), /Priority P[1-4]/);
    await page.getByRole("link", { name: "Runs", exact: true }).first().click();
    await runs.row(kFailed).getByText("NETWORK_CONNECTION_REFUSED").waitFor();
  }));

test("the narrative is told before the verdict is there", (t) =>
  signedIn(t, async (page) => {
    // The server's own stream, but with its diagnosis held back: what a reader sees in the middle of a long one.
    await page.route("**/dag-failure-diagnosis/runs/*/events", async (route) => {
      const answer = await route.fetch();
      const told = (await answer.text()).split("\n\n").filter((event) => event.includes("event: text_delta"));
      await route.fulfill({ response: answer, body: `retry: 60000\n\n${told.join("\n\n")}\n\n` });
    });
    await page.goto(server.url + kRunAddress);
    const run = new RunPage(page);
    await run.narrative.getByText("Only fetch_orders failed by itself").waitFor();
    await page.getByRole("heading", { name: "Looking for the cause…" }).waitFor();
    await run.status.getByText("Connection lost, trying again…").waitFor();
    assert.equal(await run.role("fetch_orders"), "");
  }));

test("root cause, victims and healthy tasks are told apart in word, shape and border", (t) =>
  signedIn(t, async (page) => {
    await page.goto(server.url + kRunAddress);
    const run = new RunPage(page);
    await run.diagnosed();
    await run.task("fetch_orders").filter({ hasText: "Root cause" }).waitFor();
    assert.equal(await run.role("fetch_orders"), "root_cause");
    for (const victim of ["clean_orders", "join_customers", "load_warehouse", "refresh_dashboard", "mail_report"]) {
      assert.equal(await run.role(victim), "victim", victim);
    }
    assert.equal(await run.role("fetch_customers"), "healthy");
    assert.match(await run.task("clean_orders").textContent(), /clean_orders.*Upstream failed, Victim/);
    const looks = await page
      .locator("button.task-node")
      .evaluateAll((nodes) =>
        nodes.map(
          (node) =>
            `${getComputedStyle(node).borderTopStyle} ${getComputedStyle(node).borderTopWidth} ${node.querySelector("svg").innerHTML}`,
        ),
      );
    assert.equal(new Set(looks).size, 3, "three roles look three ways without colour");
    assert.equal(await page.locator(".react-flow__edge.edge-lit").count(), 4, "the cascade is lit");
    await run.task("fetch_orders").click();
    await page.waitForURL(/task=fetch_orders/);
    assert.equal(await run.attempts.count(), 2);
  }));

test("each line of evidence ends with a link; one of a log opens that line", (t) =>
  signedIn(t, async (page) => {
    await page.goto(server.url + kRunAddress);
    const run = new RunPage(page);
    await run.diagnosed();
    const lines = await run.evidence.all();
    assert.ok(lines.length >= 3);
    for (const line of lines) assert.ok((await run.refs(line).count()) > 0, await line.innerText());

    await run.refs(lines[0]).first().click();
    const log = new LogsPage(page);
    await log.marked.waitFor();
    assert.match(await log.marked.innerText(), /ERROR/);
    await log.details.getByText("[Errno 111] Connection refused").waitFor();
    assert.ok(await log.marked.isVisible());
    await page.goBack();
    await run.diagnosed();

    await page.locator('a.ref[data-ref="c1"]').first().click();
    assert.ok(await page.locator("#source-c1").isVisible());
    assert.match(await page.locator("#source-c1").innerText(), /orders_api/);
  }));

test("what changed stands with before and after", (t) =>
  signedIn(t, async (page) => {
    await page.goto(server.url + kRunAddress);
    await new RunPage(page).diagnosed();
    const changes = page.getByRole("region", { name: "What changed before" });
    assert.match(await changes.innerText(), /connection[\s\S]*orders_api/);
    assert.ok((await changes.locator("del").count()) > 0 && (await changes.locator("ins").count()) > 0);
  }));

test("a command is copied, and the page says so", (t) =>
  signedIn(
    t,
    async (page) => {
      await page.goto(server.url + kRunAddress);
      await new RunPage(page).diagnosed();
      const command = page.locator(".command").first();
      await command.getByRole("button", { name: "Copy command" }).click();
      await command.getByText("Copied").waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await command.locator("pre").innerText());
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("every rule that fired is shown to those who ask", (t) =>
  signedIn(t, async (page) => {
    await page.goto(server.url + kRunAddress);
    await new RunPage(page).diagnosed();
    await page.getByText("How it was decided").click();
    const rules = page.getByRole("region", { name: "Rules that fired" }).locator("tbody tr");
    await rules.first().waitFor();
    assert.match(await rules.first().innerText(), /NETWORK_CONNECTION_REFUSED\s+0\.\d\d\s+0\.\d\d/);
  }));

test("without a language model the page says so, and the diagnosis stands", (t) =>
  signedIn(t, async (page) => {
    await page.goto(server.url + kRunAddress);
    const run = new RunPage(page);
    await run.diagnosed();
    const verdict = await run.verdict.innerText();
    await page.getByText("In a language model's words").click();
    await page.getByText("There are no words of a model: no language model is set up (DAGY_LLM_URL).").waitFor();
    assert.equal(await run.verdict.innerText(), verdict);
  }));

test("the cited records are read again, and the page says that they still hold", (t) =>
  signedIn(t, async (page) => {
    await page.goto(server.url + kRunAddress);
    await new RunPage(page).diagnosed();
    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText(/\d+ records read again: each is what was cited, byte by byte\./).waitFor();
  }));

test("a link to the run is copied without what was picked on the page", (t) =>
  signedIn(
    t,
    async (page) => {
      await page.goto(`${server.url}${kRunAddress}?task=fetch_orders`);
      await page.getByRole("button", { name: "Copy link to this run" }).click();
      await page.getByText("Copied").waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), server.url + kRunAddress);
    },
    { permissions: ["clipboard-read", "clipboard-write"] },
  ));

test("diagnosing again tells a new story with the same end", (t) =>
  signedIn(t, async (page) => {
    await page.goto(server.url + kRunAddress);
    const run = new RunPage(page);
    await run.diagnosed();
    const verdict = await run.verdict.innerText();
    const asked = page.waitForRequest((request) => request.method() === "POST" && request.url().includes("force=true"));
    await page.getByRole("button", { name: "Diagnose again" }).click();
    await asked;
    await run.diagnosed();
    assert.equal(await run.verdict.innerText(), verdict);
  }));

test("a run that succeeded is shown without a diagnosis", (t) =>
  signedIn(t, async (page) => {
    await page.goto(`${server.url}/dags/orders_daily/runs/2026-11-17/${encodeURIComponent(kGood)}`);
    const run = new RunPage(page);
    await run.attempts.first().waitFor();
    assert.equal(await run.attempts.count(), 7);
    assert.equal(await run.narrative.count(), 0);
  }));

test("the keyboard alone leads from the list to the line that failed", (t) =>
  signedIn(t, async (page) => {
    const runs = new RunsPage(page);
    await runs.row(kFailed).waitFor();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the page");
    await page.keyboard.press("Enter");
    await tabTo(page, () => document.activeElement?.classList.contains("run-link"));
    await page.keyboard.press("Enter");

    const run = new RunPage(page);
    await run.diagnosed();
    await run.task("fetch_orders").filter({ hasText: "Root cause" }).waitFor();
    await tabTo(page, () => document.activeElement?.hasAttribute("data-task"));
    assert.equal(await run.focusedTask(), "fetch_orders", "the graph is entered at the root cause");
    await page.keyboard.press("ArrowRight");
    await page.locator('button[data-task="clean_orders"]:focus').waitFor();
    await page.keyboard.press("ArrowLeft");
    await page.locator('button[data-task="fetch_orders"]:focus').waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/task=fetch_orders/);

    await tabTo(
      page,
      () => document.activeElement?.closest("ul.evidence") && document.activeElement.classList.contains("ref"),
    );
    await page.keyboard.press("Enter");
    await new LogsPage(page).marked.waitFor();
  }));

/** Tabs until `reached`, which runs in the page; a walk of more than 120 stops is none. */
async function tabTo(page, reached) {
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(reached)) return;
  }
  assert.fail("not reached by keyboard");
}
