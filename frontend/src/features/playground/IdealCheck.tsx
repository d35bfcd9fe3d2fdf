import { Button, Tooltip } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { problemOf } from "@/api/problem";
import { checkIdeal, type RewardSpec } from "@/api/scoring";
import type { IdealRead, SampleIn } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { formatNumber } from "@/lib/format";
import classes from "./IdealCheck.module.css";

interface Props {
  sample: SampleIn | undefined;
  rewards: readonly RewardSpec[];
  onExample: (completion: string) => void;
}

/** Asks for a perfect completion of this gold, and says whether it reaches the maximum of every reward. */
export function IdealCheck({ sample, rewards, onExample }: Props) {
  const check = useMutation({
    mutationFn: (asked: SampleIn) =>
      checkIdeal({ rewards: [...rewards], split: "train", samples: [{ ...asked, completion: "" }] }),
    onSuccess: ({ example }) => example !== null && onExample(example),
  });
  const missing =
    !sample || sample.answer === null
      ? "It is made from the gold: give one first"
      : rewards.length === 0
        ? "It is tried on the rewards: add one first"
        : null;
  return (
    <>
      <Tooltip label={missing ?? "Fill in a perfect answer and see whether it reaches every maximum"}>
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<Sparkles size={12} />}
          loading={check.isPending}
          aria-disabled={missing !== null}
          data-disabled={missing !== null || undefined}
          data-testid="ideal-completion"
          onClick={() => missing === null && sample && check.mutate(sample)}
        >
          Ideal completion
        </Button>
      </Tooltip>
      {check.isError && (
        <div className={classes.wide}>
          <ProblemAlert problem={problemOf(check.error)} />
        </div>
      )}
      {check.data && <Verdict ideal={check.data} />}
    </>
  );
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
