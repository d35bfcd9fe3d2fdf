import createClient from "openapi-fetch";
import { ProblemError, parseProblem } from "./problem";
import type { paths } from "./schema.gen";

export const http = createClient<paths>({ baseUrl: window.location.origin, credentials: "same-origin" });

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; every refusal and every failure to reach the server is a ProblemError. */
export async function unwrap<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ProblemError({
      title: "The server does not answer",
      status: 0,
      detail: "Is rftdeck still running? This page tries again by itself.",
      errors: [],
    });
  }
  if (answer.data === undefined) throw new ProblemError(parseProblem(answer.error, answer.response.status));
  return answer.data;
}

export function mediaUrl(sha256: string): string {
  return `/api/v1/media/${encodeURIComponent(sha256)}`;
}
