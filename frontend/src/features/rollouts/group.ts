/** What can be read off a group of rollouts. */
import type { Group, Message, Rollout } from "@/api/types";
import type { Order } from "./search";

export type Verdict = "all right" | "all wrong" | "mixed";

const NEARLY = 1e-9;

/** All equal rewards have no advantage, so the group moves nothing. */
export function hasNoSignal({ reward_std }: Pick<Group, "reward_std">): boolean {
  return reward_std !== null && reward_std < NEARLY;
}

/**
 * Whether all completions of the group are right, by the reward functions that judge the outcome; by the reward
 * itself when the run has none of them.
 */
export function verdictOf(rollouts: readonly Rollout[], outcomeRewards: ReadonlySet<string>): Verdict {
  const marks = rollouts.map((rollout) => {
    const scores = Object.entries(rollout.scores).filter(([name]) => outcomeRewards.has(name));
    const values = scores.length > 0 ? scores.map(([, score]) => score) : [rollout.reward];
    if (values.some((value) => value === null)) return null;
    return Math.min(...values.map((value) => value ?? 0));
  });
  if (marks.length > 0 && marks.every((mark) => mark !== null && mark >= 1 - NEARLY)) return "all right";
  if (marks.length > 0 && marks.every((mark) => mark !== null && mark <= NEARLY)) return "all wrong";
  return "mixed";
}

/** Best first for rewards and advantages, longest first for lengths; what has no value comes last. */
export function ordered(rollouts: readonly Rollout[], order: Order): Rollout[] {
  if (order === "index") return rollouts.toSorted((a, b) => a.index - b.index);
  const value = (rollout: Rollout) => rollout[order] ?? -Infinity;
  return rollouts.toSorted((a, b) => value(b) - value(a) || a.index - b.index);
}

const IMAGE_MARK = "<image>";

export type PromptPart = { kind: "text"; text: string } | { kind: "image"; sha256: string };

/** Each message with its images in place; images that no mark asks for come after the last message. */
export function promptParts(
  prompt: readonly Message[],
  images: readonly string[],
): { role: string; parts: PromptPart[] }[] {
  const waiting = [...images];
  const messages = prompt.map(({ role, content }) => {
    const parts: PromptPart[] = [];
    for (const [i, text] of content.split(IMAGE_MARK).entries()) {
      const sha256 = i > 0 ? waiting.shift() : undefined;
      if (i > 0) parts.push(sha256 ? { kind: "image", sha256 } : { kind: "text", text: IMAGE_MARK });
      if (text) parts.push({ kind: "text", text });
    }
    return { role, parts };
  });
  const rest: PromptPart[] = waiting.map((sha256) => ({ kind: "image", sha256 }));
  if (rest.length > 0) {
    const last = messages.at(-1);
    if (last) last.parts.push(...rest);
    else messages.push({ role: "user", parts: rest });
  }
  return messages;
}

/** One line that tells prompts apart: what the user said last. */
export function promptExcerpt(prompt: readonly Message[]): string {
  const message = prompt.findLast(({ role }) => role === "user") ?? prompt.at(-1);
  return (message?.content ?? "").replaceAll(IMAGE_MARK, " ").replace(/\s+/g, " ").trim();
}
