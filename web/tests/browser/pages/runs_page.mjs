export class RunsPage {
  constructor(page) {
    this.page = page;
    this.rows = page.locator("table.runs tbody tr");
    this.count = page.getByRole("status").first();
  }

  filterState(word) {
    return this.page.getByRole("button", { name: word, exact: true }).click();
  }

  async filterDag(dag) {
    await this.page.getByLabel("DAG", { exact: true }).fill(dag);
    await this.page.getByLabel("DAG", { exact: true }).press("Enter");
  }

  row(runId) {
    return this.rows.filter({ hasText: runId });
  }

  open(runId) {
    return this.row(runId).getByRole("link").click();
  }
}
