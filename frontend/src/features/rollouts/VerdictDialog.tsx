import { Button, Group, Modal, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "@/api/problem";
import { runOptions } from "@/api/runs";
import { baseName, CASES, casesOptions, createCase, type RewardSpec } from "@/api/scoring";
import type { Rollout } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { Ago } from "@/components/Moment";
import { ProblemAlert } from "@/components/ProblemAlert";
import { formatNumber } from "@/lib/format";
import { choiceParam } from "@/lib/search";
import classes from "./VerdictDialog.module.css";
import { CHOICES, type Choice, expectedScore, judgedBy, likelyChoice } from "./verdict";

interface Props {
  runId: number;
  rollout: Rollout;
  opened: boolean;
  onClose: () => void;
}

/** "The verifier is wrong here": what a reward should have given becomes a regression case of it. */
export function VerdictDialog({ runId, rollout, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="The verifier is wrong here" size="md">
      {opened && <Body runId={runId} rollout={rollout} onClose={onClose} />}
    </Modal>
  );
}

function Body({ runId, rollout, onClose }: Omit<Props, "opened">) {
  const { data: run } = useQuery(runOptions(runId));
  return (
    <>
      <Existing rolloutId={rollout.id} />
      {run && (
        <VerdictForm rollout={rollout} rewards={judgedBy(rollout, run.spec?.rewards)} onClose={onClose} />
      )}
    </>
  );
}

interface FormProps {
  rollout: Rollout;
  rewards: readonly RewardSpec[];
  onClose: () => void;
}

function VerdictForm({ rollout, rewards, onClose }: FormProps) {
  const [name, setName] = useState(rewards[0]?.name ?? "");
  const [picked, setPicked] = useState<Choice | null>(null);
  const [other, setOther] = useState("");
  const [note, setNote] = useState("");
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: createCase,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: CASES });
      notifications.show({ color: "teal", message: `Kept as a regression case of ${baseName(name)}.` });
      onClose();
    },
  });

  const reward = rewards.find((candidate) => candidate.name === name);
  const recorded = rollout.scores[name];
  const choice = picked ?? likelyChoice(recorded);
  const expected = expectedScore(choice, other);
  const problem = save.error ? problemOf(save.error) : null;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (reward && expected !== undefined) {
          save.mutate({ reward, rollout_id: rollout.id, expected, note });
        }
      }}
    >
      <Select
        label="reward"
        data={rewards.map((candidate) => candidate.name)}
        value={name}
        allowDeselect={false}
        onChange={(next) => next && setName(next)}
        description={
          recorded === undefined
            ? "It recorded nothing here."
            : `It gave ${recorded === null ? "no score" : formatNumber(recorded)}.`
        }
        data-testid="verdict-reward"
      />
      <div>
        <span id="verdict-expected" className={classes.label}>
          It should have given
        </span>
        <div className={classes.expected}>
          <SegmentedControl
            size="sm"
            aria-labelledby="verdict-expected"
            data={[
              { value: "0", label: "0" },
              { value: "1", label: "1" },
              { value: "other", label: "another score" },
              { value: "undecided", label: "cannot decide" },
            ]}
            value={choice}
            onChange={(value) => setPicked(choiceParam(value, CHOICES) ?? null)}
            data-testid="verdict-choice"
          />
          {choice === "other" && (
            <TextInput
              aria-label="The score that it should have given"
              w={90}
              inputMode="decimal"
              placeholder="0.5"
              value={other}
              error={other !== "" && expected === undefined}
              onChange={({ currentTarget }) => setOther(currentTarget.value)}
              data-testid="verdict-other"
            />
          )}
        </div>
      </div>
      <Textarea
        label="note"
        placeholder="What did it misread?"
        autosize
        minRows={2}
        maxRows={6}
        maxLength={2000}
        value={note}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
        data-testid="verdict-note"
      />
      {problem && <ProblemAlert problem={problem} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          type="submit"
          loading={save.isPending}
          disabled={!reward || expected === undefined}
          data-testid="save-verdict"
        >
          Keep as a regression case
        </Button>
      </Group>
    </form>
  );
}

/** What was said of this rollout before. */
function Existing({ rolloutId }: { rolloutId: number }) {
  const cases = useQuery(casesOptions({ rollout_id: rolloutId }));
  if (cases.isError) return <ProblemAlert problem={problemOf(cases.error)} />;
  const items = cases.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <ul className={classes.existing} aria-label="Verdicts on this rollout">
      {items.map(({ id, reward, expected, note, created_at }) => (
        <li key={id} data-testid="existing-verdict">
          <AnchorLink to="/playground" search={{ tab: "cases", reward }} size="sm" className="mono">
            {reward}
          </AnchorLink>{" "}
          should give <b>{expected === null ? "no score" : formatNumber(expected)}</b>
          <span className="muted">
            {" "}
            · <Ago time={created_at} />
          </span>
          {note && <p>{note}</p>}
        </li>
      ))}
    </ul>
  );
}
