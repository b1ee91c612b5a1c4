export class RunPage {
  constructor(page) {
    this.page = page;
    this.narrative = page.getByRole("log", { name: "Narrative of the diagnosis" });
    this.status = page.locator(".narrative-status");
    this.verdict = page.locator("section.verdict");
    this.evidence = page.getByRole("list", { name: "Evidence" }).getByRole("listitem");
    this.attempts = page.locator("table.attempts tbody tr");
    this.problem = page.getByRole("alert");
  }

  /** Until the stream has ended. */
  async diagnosed() {
    await this.page.locator(".narrative-status[data-status=done]").waitFor();
  }

  task(id) {
    return this.page.locator(`button.task-node[data-task="${id}"]`);
  }

  role(id) {
    return this.task(id).getAttribute("data-role");
  }

  /** Reference links of one line of evidence. */
  refs(line) {
    return line.locator("a.ref");
  }

  focusedTask() {
    return this.page.evaluate(() => document.activeElement?.getAttribute("data-task"));
  }
}
