import { Button, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { problemOf } from "@/api/problem";
import { checkIdeal, type RewardSpec } from "@/api/scoring";
import type { IdealRead, SampleIn } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { formatNumber } from "@/lib/format";
import classes from "./IdealCheck.module.css";

interface Asked {
  sample: SampleIn;
  rewards: readonly RewardSpec[];
}

/** Asks for a perfect completion of the gold, and whether it reaches the maximum of every reward. */
export function useIdealCheck(onExample: (completion: string) => void) {
  return useMutation({
    mutationFn: ({ sample, rewards }: Asked) =>
      checkIdeal({ rewards: [...rewards], split: "train", samples: [{ ...sample, completion: "" }] }),
    onSuccess: ({ example }) => example !== null && onExample(example),
  });
}

type Check = ReturnType<typeof useIdealCheck>;

interface Props {
  check: Check;
  sample: SampleIn | undefined;
  rewards: readonly RewardSpec[];
}

export function IdealButton({ check, sample, rewards }: Props) {
  const missing =
    !sample || sample.answer === null
      ? "It is made from the gold: give one first"
      : rewards.length > 0
        ? null
        : "It is tried on the rewards: add one first";
  return (
    <Tooltip label={missing ?? "Fill in a perfect answer and see whether it reaches every maximum"}>
      <Button
        variant="default"
        size="compact-xs"
        leftSection={<Sparkles size={12} />}
        loading={check.isPending}
        aria-disabled={missing !== null}
        data-disabled={missing !== null || undefined}
        data-testid="ideal-completion"
        onClick={() => missing === null && sample && check.mutate({ sample, rewards })}
      >
        Ideal completion
      </Button>
    </Tooltip>
  );
}

/** What the check said, as long as it is about this gold and these rewards. */
export function IdealVerdict({ check, sample, rewards }: Props) {
  const asked = check.variables;
  if (asked?.rewards !== rewards || asked.sample.answer !== sample?.answer) return null;
  if (check.isError) return <ProblemAlert problem={problemOf(check.error)} />;
  return check.data ? <Verdict ideal={check.data} /> : null;
}

function Verdict({ ideal: { passed, failures } }: { ideal: IdealRead }) {
  return (
    <div className={classes.verdict} data-passed={passed} role="status" data-testid="ideal-verdict">
      {passed ? (
        "A perfect answer reaches the maximum of every reward."
      ) : (
        <>
          A perfect answer does not reach the maximum:
          <ul>
            {failures.map(({ reward, score, maximum, reason }) => (
              <li key={reward}>
                <code className="mono">{reward}</code> {score === null ? "none" : formatNumber(score)} of{" "}
                {formatNumber(maximum)}: {reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
