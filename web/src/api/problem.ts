/** One thing that is wrong with what was sent. */
export interface Fault {
  /** Of the text that is wrong, counted from 1. */
  line: number | null;
  message: string;
  wayOut: string | null;
}

/** What went wrong, as the server's problem+json says it. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId?: string,
    readonly faults: string[] = [],
    readonly errors: Fault[] = [],
  ) {
    super(message);
    this.name = "ProblemError";
  }

  static unreachable(): ProblemError {
    return new ProblemError(0, "unreachable", "The server does not answer.");
  }

  /** `body` is whatever came with the answer: a problem, or something that stood in between. */
  static of(response: { status: number; headers: { get(name: string): string | null } }, body: unknown): ProblemError {
    const problem = (typeof body === "object" && body !== null ? body : {}) as {
      code?: string;
      detail?: string;
      request_id?: string;
      errors?: { parameter?: string; pointer?: string; message: string; line?: number; way_out?: string }[];
    };
    return new ProblemError(
      response.status,
      problem.code ?? "unknown",
      problem.detail ?? `The server answered ${response.status} and did not say why.`,
      problem.request_id ?? response.headers.get("x-request-id") ?? undefined,
      (problem.errors ?? []).map((fault) =>
        [fault.parameter ?? fault.pointer, fault.message].filter(Boolean).join(" "),
      ),
      (problem.errors ?? []).map(({ line, message, way_out }) => ({
        line: line && line > 0 ? line : null,
        message,
        wayOut: way_out || null,
      })),
    );
  }
}

export function asProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError(-1, "page", error instanceof Error ? error.message : String(error));
}

/** What the reader can do about it; null where the message says it all. */
export function wayOut(problem: ProblemError): string | null {
  if (problem.status === 0) return "Is `dagy serve` still running? The page tries again by itself.";
  if (problem.status === 401) return "Sign in again: `dagy link` prints a one-use link.";
  if (problem.code === "cross_origin") return "Open the page at the address that the server printed.";
  if (problem.status === 403) return "Ask an owner of the organization for a key with this permission.";
  if (problem.status === 404) return "Check the address, or look for it among the runs.";
  if (problem.status === 429) return "Wait a moment, then try again.";
  if (problem.status === 507) return "Free space on the server's disk, then try again.";
  if (problem.status >= 500) return "Try again. If it stays, the server's log has more under the request id.";
  if (problem.status === -1) return "Reload the page. If it stays, it is a fault of this page: please report it.";
  return null;
}
