import type { Problem } from "@/api/problem";
import type { Finding } from "@/api/types";
import type { Path } from "@/lib/json";

export type FindingsByPath = ReadonlyMap<string, readonly Finding[]>;

/** `rewards[0].name` and `rewards.0.name` are the same field. */
export function normalPath(path: string): string {
  return path.replaceAll(/\[(\d+)\]/g, ".$1").replace(/^(body|spec)\./, "");
}

export function byPath(findings: readonly Finding[]): FindingsByPath {
  const found = new Map<string, Finding[]>();
  for (const finding of findings) {
    const path = normalPath(finding.path);
    found.set(path, [...(found.get(path) ?? []), finding]);
  }
  return found;
}

export function findingsAt(findings: FindingsByPath, path: Path): readonly Finding[] {
  return findings.get(path.join(".")) ?? [];
}

/** How the finding begins that a perfect answer does not reach the maximum. */
const IDEAL = "a perfect answer";

export function idealFinding(findings: readonly Finding[]): Finding | undefined {
  return findings.find(({ path, reason }) => path === "rewards" && reason.startsWith(IDEAL));
}

/** The fields that the server refused, as findings. */
export function problemFindings(problem: Problem | null): Finding[] {
  return (problem?.errors ?? []).map(({ path, reason, fix }) => ({
    level: "error",
    path: normalPath(path),
    reason,
    fix: fix ?? "",
  }));
}

/** How many findings lie in a section, and the worst level among them. */
export function sectionFindings(findings: FindingsByPath, paths: readonly string[]) {
  const inside = [...findings.entries()]
    .filter(([path]) => paths.some((section) => path === section || path.startsWith(`${section}.`)))
    .flatMap(([, list]) => list);
  return { count: inside.length, isError: inside.some(({ level }) => level === "error") };
}

export function fieldId(path: Path): string {
  return `field-${path.join("-")}`;
}

/** Brings the field of a finding into sight; its section when it has no field of its own. */
export function showField(path: string): void {
  const parts = normalPath(path).split(".");
  for (let length = parts.length; length > 0; length--) {
    const element = document.getElementById(fieldId(parts.slice(0, length)));
    if (!element) continue;
    element.scrollIntoView({ block: "center", behavior: "smooth" });
    element.focus({ preventScroll: true });
    return;
  }
}
