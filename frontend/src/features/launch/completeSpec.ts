import type { QueryClient } from "@tanstack/react-query";
import { validationOptions } from "@/api/catalog";
import { ProblemError } from "@/api/problem";
import type { RunSpec } from "@/api/types";
import type { JsonObject } from "@/lib/json";

/**
 * What the server makes of a spec: with every default filled in. Throws a ProblemError when it is none, and, where it
 * has to be ready for a worker, when a finding is an error.
 */
export async function completeSpec(
  client: QueryClient,
  value: JsonObject,
  { ready }: { ready: boolean },
): Promise<RunSpec> {
  const { ok, spec, findings } = await client.fetchQuery(validationOptions(value));
  if (spec && (ok || !ready)) return spec;
  throw new ProblemError({
    title: "The spec has errors",
    status: 422,
    detail: "",
    errors: findings.filter(({ level }) => level === "error"),
  });
}
