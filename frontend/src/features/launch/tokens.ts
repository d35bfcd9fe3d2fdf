/** The tokens of a prompt, made readable. */
import type { PromptPreview } from "@/api/types";

type Token = PromptPreview["tokens"][number];

export interface TokenRun {
  /** Place of the first among all tokens. */
  at: number;
  id: number;
  text: string;
  /** How often it stands there in a row. */
  times: number;
  special: boolean;
}

/** `<|im_start|>`, `<think>`, `</s>`, `[INST]`: what tokenizers add beside the text. */
const SPECIAL = /^(<\|[^|<>]+\|>|<\/?[\w/:-]+>|\[[A-Z_/]+\])$/;
/** An image is hundreds of equal tokens; so many are shown as one. */
const FOLD_FROM = 4;

export function isSpecial(text: string): boolean {
  return SPECIAL.test(text.trim());
}

/** Every token by itself, save long rows of the same special one. */
export function tokenRuns(tokens: readonly Token[]): TokenRun[] {
  const runs: TokenRun[] = [];
  for (let at = 0; at < tokens.length; ) {
    const token = tokens[at];
    if (!token) break;
    const special = isSpecial(token.text);
    let end = at + 1;
    while (special && tokens[end]?.id === token.id) end++;
    const times = end - at;
    if (times >= FOLD_FROM) runs.push({ ...token, at, times, special });
    else for (let i = at; i < end; i++) runs.push({ ...token, at: i, times: 1, special });
    at = end;
  }
  return runs;
}

export interface TextPart {
  text: string;
  special: boolean;
}

/** The text cut at the special tokens that occur in it. */
export function markSpecial(text: string, tokens: readonly Token[]): TextPart[] {
  const special = new Set(tokens.map((token) => token.text.trim()).filter(isSpecial));
  if (special.size === 0) return text === "" ? [] : [{ text, special: false }];
  const pattern = [...special]
    .toSorted((a, b) => b.length - a.length)
    .map((mark) => mark.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join("|");
  return text
    .split(new RegExp(`(${pattern})`))
    .filter((part) => part !== "")
    .map((part) => ({ text: part, special: special.has(part) }));
}
