import { isRecord } from "@/lib/json";
import type { components } from "./schema.gen";

/** An RFC 9457 problem document. Status 0 means that no answer came. */
export type Problem = Omit<components["schemas"]["Problem"], "type">;
export type FieldProblem = components["schemas"]["FieldProblem"];

export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.title}: ${problem.detail}`);
    this.name = "ProblemError";
    this.problem = problem;
  }
}

function parseField(value: unknown): FieldProblem[] {
  if (!isRecord(value)) return [];
  const { path, reason, fix } = value;
  if (typeof path !== "string" || typeof reason !== "string") return [];
  return [{ path, reason, fix: typeof fix === "string" ? fix : null }];
}

/** Reads whatever an error answer carries; a proxy's HTML page must not hide the status. */
export function parseProblem(body: unknown, status: number): Problem {
  const titles: Record<number, string> = {
    401: "Not signed in",
    404: "Not found",
    502: "Server unavailable",
  };
  const fallback = titles[status] ?? `The server answered ${status}`;
  if (!isRecord(body)) {
    return {
      title: fallback,
      status,
      detail: typeof body === "string" ? body.slice(0, 300) : "",
      errors: [],
    };
  }
  return {
    title: typeof body.title === "string" ? body.title : fallback,
    status,
    detail: typeof body.detail === "string" ? body.detail : "",
    errors: Array.isArray(body.errors) ? body.errors.flatMap(parseField) : [],
  };
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { title: "Something went wrong", status: 0, detail: String(error), errors: [] };
}
