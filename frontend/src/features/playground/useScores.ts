import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { type Problem, problemOf } from "@/api/problem";
import { type ScoreBody, scoreOptions } from "@/api/scoring";
import type { ScoreRead } from "@/api/types";

const SCORE_AFTER_MS = 300;
const NOTHING: ScoreBody = { samples: [], rewards: [], draft_scope: "sample" };

export interface Scores {
  scores: ScoreRead | undefined;
  problem: Problem | null;
  /** The scores belong to what stood there a moment ago. */
  isBusy: boolean;
  again: () => void;
}

/** Scores that follow what is being typed. The body keeps its identity while nothing changes; null asks nothing. */
export function useScores(body: ScoreBody | null): Scores {
  const [asked] = useDebouncedValue(body, SCORE_AFTER_MS);
  const { data, error, isFetching, refetch } = useQuery({
    ...scoreOptions(asked ?? NOTHING),
    enabled: asked !== null,
  });
  return {
    scores: asked === null ? undefined : data,
    problem: asked === null || error === null ? null : problemOf(error),
    isBusy: isFetching || asked !== body,
    again: () => void refetch(),
  };
}
