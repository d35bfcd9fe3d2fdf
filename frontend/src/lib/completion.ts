/** Cuts a completion into thoughts, answer and the rest. It never loses a character of the text. */

export interface Segment {
  kind: "thought" | "answer" | "text";
  text: string;
  /** False when the tag that should open or close the segment is missing. */
  complete: boolean;
}

const TAG = /<(\/?)(think|answer)>/g;
const KIND = { think: "thought", answer: "answer" } as const;

function tagKind(name: string | undefined): "thought" | "answer" {
  return name === "think" ? KIND.think : KIND.answer;
}

/**
 * Malformed input is shown as it is: an unclosed tag runs to the end, a closing tag that nothing opened stays
 * visible as text. Only `</think>` without an opening tag means thoughts up to there, because chat templates
 * of reasoning models put the opening tag into the prompt.
 */
export function parseCompletion(completion: string): Segment[] {
  const segments: Segment[] = [];
  let open: { kind: "thought" | "answer"; from: number } | null = null;
  let done = 0;

  const pushText = (to: number) => {
    if (to > done) segments.push({ kind: "text", text: completion.slice(done, to), complete: true });
  };

  for (const match of completion.matchAll(TAG)) {
    const kind = tagKind(match[2]);
    const closing = match[1] === "/";
    const end = match.index + match[0].length;
    if (open === null && !closing) {
      pushText(match.index);
      open = { kind, from: end };
      done = end;
    } else if (open !== null && closing && open.kind === kind) {
      segments.push({ kind, text: completion.slice(open.from, match.index), complete: true });
      open = null;
      done = end;
    } else if (open === null && closing && kind === "thought" && segments.length === 0 && done === 0) {
      segments.push({ kind, text: completion.slice(0, match.index), complete: false });
      done = end;
    }
  }
  if (open !== null) segments.push({ kind: open.kind, text: completion.slice(open.from), complete: false });
  else pushText(completion.length);
  return segments;
}
