/** The way in and out, and what is shown where something is missing, refused or gone. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { RunsPage } from "./pages/runs_page.mjs";
import { SignInPage } from "./pages/sign_in_page.mjs";
import { openBrowser } from "./support/browser.mjs";
import { startServer } from "./support/server.mjs";

let server;
let browser;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.remove();
});

const inWindow = (t, body) => browser.inWindow(t, {}, body);
const signIn = async (page) => {
  await page.goto(server.url);
  await new SignInPage(page).withKey(server.key);
  await page.getByRole("heading", { name: "No runs yet" }).waitFor();
};

test("a stranger is led to the sign-in and back to where they wanted to go", (t) =>
  inWindow(t, async (page) => {
    await page.goto(`${server.url}/?state=FAILED`);
    const signing = new SignInPage(page);
    await signing.heading().waitFor();
    await signing.withKey(server.key);
    await page.waitForURL(`${server.url}/?state=FAILED`);
    await page.getByText("No run matches these filters.").waitFor();
  }));

test("a wrong key is refused in words", (t) =>
  inWindow(t, async (page) => {
    await page.goto(`${server.url}/sign-in`);
    const signing = new SignInPage(page);
    await signing.withKey("dagy_sk_wrong");
    assert.match(await signing.problem.innerText(), /Not signed in[\s\S]*Request id/);
    await signing.withPassword("owner@localhost", "wrong");
    await signing.problem.getByText("Not signed in").waitFor();
    assert.match(page.url(), /sign-in/);
  }));

test("a link that was used is refused; a new one works", (t) =>
  inWindow(t, async (page, window) => {
    const link = server.signInLink();
    await page.goto(link);
    await page.getByRole("heading", { name: "No runs yet" }).waitFor();
    await window.clearCookies();
    const answer = await page.goto(link);
    assert.equal(answer.status(), 401);
  }));

test("an empty store says how to fill it", (t) =>
  inWindow(t, async (page) => {
    await signIn(page);
    await page.getByText("dagy import airflow").waitFor();
    assert.equal(await new RunsPage(page).rows.count(), 0);
  }));

test("signing out ends the session", (t) =>
  inWindow(t, async (page) => {
    await signIn(page);
    await page.getByRole("button", { name: "Sign out" }).click();
    await new SignInPage(page).heading().waitFor();
    await page.goto(server.url);
    await new SignInPage(page).heading().waitFor();
  }));

test("a session that ends while the page is open leads to the sign-in", (t) =>
  inWindow(t, async (page, window) => {
    await signIn(page);
    await window.clearCookies();
    await page.getByRole("button", { name: "Refresh" }).click();
    await new SignInPage(page).heading().waitFor();
  }));

test("an address without a page, a run that is not there, and links without their date", (t) =>
  inWindow(t, async (page) => {
    await signIn(page);
    await page.goto(`${server.url}/no/such/page`);
    await page.getByRole("heading", { name: "Nothing here" }).waitFor();
    await page.goto(`${server.url}/dags/gone/runs/2026-11-19/r1`);
    assert.match(await page.getByRole("alert").innerText(), /could not be read[\s\S]*Request id/);
    await page.goto(`${server.url}/find?dag=gone&run=r1`);
    await page.getByRole("heading", { name: "No such run" }).waitFor();
    await page.goto(`${server.url}/dags/gone/runs/yesterday/r1`);
    await page.getByRole("alert").waitFor();
  }));

test("what the server refuses is shown with its request id; trying again works", (t) =>
  inWindow(t, async (page) => {
    await signIn(page);
    const problem = { code: "storage_failed", detail: "a chunk is damaged", request_id: "r-77" };
    await page.route("**/api/v1/runs?*", (route) =>
      route.fulfill({ status: 500, contentType: "application/problem+json", json: problem }),
    );
    await page.goto(`${server.url}/?dag=x`);
    const alert = page.getByRole("alert");
    assert.match(await alert.innerText(), /a chunk is damaged[\s\S]*r-77/);
    await page.unroute("**/api/v1/runs?*");
    await alert.getByRole("button", { name: "Try again" }).click();
    await page.getByText("No run matches these filters.").waitFor();
  }));

test("a server that is gone is said, and what was read stays", (t) =>
  inWindow(t, async (page) => {
    await signIn(page);
    await page.route("**/api/v1/runs?*", (route) => route.abort());
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("The server does not answer.").waitFor();
  }));
