import { expect, test } from "vitest";
import { asProblem, ProblemError, wayOut } from "./problem";

const answer = (status: number, requestId: string | null = null) => ({ status, headers: { get: () => requestId } });

test("a problem of the server is taken as it is", () => {
  const problem = ProblemError.of(answer(422), {
    code: "invalid_input",
    detail: "`date` is no date",
    request_id: "r1",
    errors: [{ parameter: "date", message: "must be YYYY-MM-DD" }, { message: "and more" }],
  });
  expect(problem).toMatchObject({ status: 422, code: "invalid_input", message: "`date` is no date", requestId: "r1" });
  expect(problem.faults).toEqual(["date must be YYYY-MM-DD", "and more"]);
});

test("an answer of something in between still says what is known", () => {
  expect(ProblemError.of(answer(502, "r2"), "<html>Bad gateway</html>")).toMatchObject({
    status: 502,
    code: "unknown",
    requestId: "r2",
  });
  expect(ProblemError.of(answer(500), undefined).message).toContain("500");
});

test("each kind has its way out", () => {
  expect(wayOut(ProblemError.unreachable())).toContain("dagy serve");
  expect(wayOut(ProblemError.of(answer(500), {}))).toContain("request id");
  expect(wayOut(ProblemError.of(answer(409), {}))).toBeNull();
  expect(wayOut(asProblem(new TypeError("x")))).toContain("Reload");
});
