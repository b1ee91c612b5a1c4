/** An organization's own rules: checked, tried on past runs, saved, guarded. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "./support/browser.mjs";
import { kExample, startServer } from "./support/server.mjs";

const kRun = `/dags/orders_daily/runs/2026-11-19/${encodeURIComponent("manual__2026-11-19T02:00:00+00:00")}`;
const kRule = `- id: shop.feed
  code: CUSTOM_SHOP_FEED
  family: service
  meaning: the shop's feed is off
  transience: TRANSIENT
  match: 'Connection refused'
  yes: ["[Errno 111] Connection refused"]
  title: "the shop's feed is off"
`;

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

const onRules = (t, body) =>
  browser.inWindow(t, {}, async (page) => {
    await page.goto(server.signInLink());
    await page.goto(`${server.url}/guidance`);
    await body(page, page.getByLabel("Rules, as YAML"));
  });
const check = (page) => page.getByRole("button", { name: "Check and try" }).click();

test("every fault stands with its line, and leads to it", (t) =>
  onRules(t, async (page, editor) => {
    await editor.fill("- id: a\n  code: BAD CODE\n  match: 'x'\n- id: a\n  bogus: 1\n");
    await check(page);
    const faults = page.locator(".faults li");
    await faults.first().waitFor();
    assert.ok((await faults.count()) >= 3);
    assert.ok((await page.locator(".editor-faulty").count()) >= 2);
    await faults.filter({ hasText: "bogus" }).getByRole("button", { name: "Line 5" }).click();
    const picked = await editor.evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
    assert.equal(picked, "  bogus: 1");
    assert.ok(await page.getByRole("button", { name: "Save", exact: true }).isDisabled());
  }));

test("the example is a good rule", (t) =>
  onRules(t, async (page) => {
    await page.getByRole("button", { name: "Start from an example" }).click();
    await check(page);
    await page.getByRole("heading", { name: "1 rule, no fault" }).waitFor();
  }));

test("unsaved changes are asked about before the page is left", (t) =>
  onRules(t, async (page, editor) => {
    await editor.fill("# mine\n");
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    const asked = page.getByRole("dialog", { name: "Leave without saving?" });
    await asked.waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await editor.inputValue(), "# mine\n");
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await asked.getByRole("button", { name: "Leave" }).click();
    await page.locator("table.runs").waitFor();
  }));

test("a rule is tried on past diagnoses, saved, and then counts", (t) =>
  onRules(t, async (page, editor) => {
    await page.goto(server.url + kRun);
    await page.locator(".narrative-status[data-status=done]").waitFor();
    await page.goto(`${server.url}/guidance`);
    await editor.fill(kRule);
    await check(page);
    const change = page.locator("#trial-title ~ section tbody tr, section:has(#trial-title) tbody tr").first();
    await change.waitFor();
    assert.match(await change.innerText(), /orders_daily[\s\S]*CUSTOM_SHOP_FEED/);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved: version 1 counts").waitFor();
    await page.reload();
    assert.equal(await editor.inputValue(), kRule);

    await page.goto(server.url + kRun);
    await page.getByRole("region", { name: "the shop's feed is off" }).waitFor();
  }));
