import { ActionIcon, Textarea, Tooltip } from "@mantine/core";
import { X } from "lucide-react";
import { formatCount } from "@/lib/format";
import classes from "./SamplePane.module.css";
import { approximateTokens, type CompletionDraft } from "./sample";

interface Props {
  index: number;
  completion: CompletionDraft;
  canRemove: boolean;
  onChange: (completion: CompletionDraft) => void;
  onRemove: () => void;
}

export function CompletionInput({ index, completion, canRemove, onChange, onRemove }: Props) {
  const { text, tokens, rollout } = completion;
  const name = `Completion ${index + 1}`;
  return (
    <div className={classes.completion}>
      <div className={classes.caption}>
        <label htmlFor={`completion-${index}`}>#{index + 1}</label>
        {rollout !== null && <span className={classes.mark}>rollout {rollout}</span>}
        <span className={classes.tokens}>
          {tokens === null ? `≈ ${formatCount(approximateTokens(text))}` : formatCount(tokens)} tok
        </span>
        {canRemove && (
          <Tooltip label="Remove">
            <ActionIcon aria-label={`Remove completion ${index + 1}`} size="xs" onClick={onRemove}>
              <X size={13} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <Textarea
        id={`completion-${index}`}
        aria-label={name}
        data-testid={`completion-${index}`}
        classNames={{ input: classes.text }}
        placeholder="Paste what a model wrote, e.g. <think>3 + 9 = 12</think><answer>12</answer>"
        autosize
        minRows={3}
        maxRows={18}
        spellCheck={false}
        value={text}
        onChange={({ currentTarget }) => onChange({ text: currentTarget.value, tokens: null, rollout: null })}
      />
    </div>
  );
}
