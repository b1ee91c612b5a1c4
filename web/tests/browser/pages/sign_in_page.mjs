export class SignInPage {
  constructor(page) {
    this.page = page;
    this.problem = page.getByRole("alert");
  }

  async withKey(key) {
    await this.page.getByLabel("API key or access token").fill(key);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async withPassword(email, password) {
    await this.page.getByLabel("Email and password").check();
    await this.page.getByLabel("Email", { exact: true }).fill(email);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  heading() {
    return this.page.getByRole("heading", { name: "Sign in to dagy" });
  }
}
