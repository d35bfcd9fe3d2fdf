import { ActionIcon, Group, NumberInput, SegmentedControl, Switch, Tooltip } from "@mantine/core";
import { ChevronLeft, ChevronRight, CircleHelp } from "lucide-react";
import { useState } from "react";
import type { RolloutSteps } from "@/api/types";
import { formatFixed, plural } from "@/lib/format";
import { choiceParam } from "@/lib/search";
import { KeyboardHelp } from "./KeyboardHelp";
import classes from "./StepBar.module.css";
import { StepCurve } from "./StepCurve";
import { MODES, type RolloutsSearch } from "./search";

interface Props {
  captured: RolloutSteps;
  step: number | null;
  follows: boolean;
  search: RolloutsSearch;
  onStep: (step: number) => void;
  onFollow: (on: boolean) => void;
  onChange: (search: RolloutsSearch) => void;
}

/** Which step is read: stepper, curve of the captured steps, and the switch that follows the newest one. */
export function StepBar({ captured, step, follows, search, onStep, onFollow, onChange }: Props) {
  const [help, setHelp] = useState(false);
  const at = step === null ? -1 : captured.steps.indexOf(step);
  const before = captured.steps[at - 1];
  const after = captured.steps[at + 1];
  return (
    <div className={classes.bar}>
      <Group gap={4} wrap="nowrap">
        <Tooltip label="Step before (←)">
          <ActionIcon
            variant="default"
            aria-label="Previous captured step"
            disabled={at < 1 || before === undefined}
            onClick={() => before !== undefined && onStep(before)}
          >
            <ChevronLeft size={15} />
          </ActionIcon>
        </Tooltip>
        <NumberInput
          aria-label="Step"
          data-testid="rollout-step"
          value={step ?? ""}
          onChange={(value) => typeof value === "number" && value !== step && onStep(value)}
          hideControls
          min={0}
          allowDecimal={false}
          prefix="step "
          w={104}
          disabled={step === null}
        />
        <Tooltip label="Step after (→)">
          <ActionIcon
            variant="default"
            aria-label="Next captured step"
            disabled={after === undefined}
            onClick={() => after !== undefined && onStep(after)}
          >
            <ChevronRight size={15} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <div className={classes.curve}>
        <StepCurve captured={captured} at={at} onStep={onStep} />
        <span className={classes.note}>
          {at >= 0 && (
            <>
              reward <b className="num">{formatFixed(captured.reward_mean[at], 3)}</b> ·{" "}
              {plural(captured.n_groups[at] ?? 0, "group")}
            </>
          )}
        </span>
      </div>
      <Group gap={14} wrap="nowrap" className={classes.tools}>
        <Switch
          label="Follow newest"
          checked={follows}
          onChange={({ currentTarget }) => onFollow(currentTarget.checked)}
          data-testid="follow-newest"
        />
        <SegmentedControl
          size="xs"
          aria-label="Rollouts of"
          data={[
            { value: "train", label: "Training" },
            { value: "eval", label: "Held-out" },
          ]}
          value={search.mode ?? "train"}
          onChange={(mode) =>
            onChange({ mode: choiceParam(mode, MODES), sort: search.sort, order: search.order })
          }
        />
        <Tooltip label="Keyboard shortcuts (?)">
          <ActionIcon aria-label="Keyboard shortcuts" onClick={() => setHelp(true)}>
            <CircleHelp size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <KeyboardHelp opened={help} onToggle={setHelp} />
    </div>
  );
}
