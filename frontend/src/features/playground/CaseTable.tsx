import { ActionIcon, TextInput, Tooltip } from "@mantine/core";
import { X } from "lucide-react";
import type { FieldProblem } from "@/api/problem";
import type { RewardScore } from "@/api/types";
import { problemsBelow } from "@/components/rewards/library";
import { Traceback } from "@/components/Traceback";
import { formatNumber } from "@/lib/format";
import classes from "./CaseTable.module.css";
import { type CaseDraft, expectedOf, splitReason } from "./customDraft";
import { differs } from "./scores";

interface Props {
  cases: readonly CaseDraft[];
  /** What the code as it stands gives each case; undefined while that is unknown. */
  got: readonly (RewardScore | undefined)[];
  errors: readonly FieldProblem[];
  onChange: (cases: CaseDraft[]) => void;
}

/** Completions whose right score is known: a version is stored only when it gives each of them. */
export function CaseTable({ cases, got, errors, onChange }: Props) {
  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label="Cases">
        <thead>
          <tr>
            <th scope="col">Completion</th>
            <th scope="col">Gold</th>
            <th scope="col">Expected</th>
            <th scope="col">Now</th>
            <th scope="col">Note</th>
            <th scope="col">
              <span className="visually-hidden">Remove</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {cases.map((item, i) => (
            <CaseRow
              // biome-ignore lint/suspicious/noArrayIndexKey: the place of a case is its path in an error
              key={i}
              index={i}
              item={item}
              got={got[i]}
              errors={problemsBelow(errors, `cases.${i}`)}
              onChange={(next) => onChange(cases.with(i, next))}
              onRemove={() => onChange(cases.toSpliced(i, 1))}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  index: number;
  item: CaseDraft;
  got: RewardScore | undefined;
  errors: readonly FieldProblem[];
  onChange: (item: CaseDraft) => void;
  onRemove: () => void;
}

function CaseRow({ index, item, got, errors, onChange, onRemove }: RowProps) {
  const expected = expectedOf(item.expected);
  const passes = got !== undefined && expected !== undefined && !differs(expected, got.score);
  return (
    <>
      <tr data-testid="case-row">
        <td className={classes.completion}>
          <div className={classes.text}>{item.sample.completion || "(empty)"}</div>
        </td>
        <td className={classes.gold}>{item.sample.answer ?? <span className="muted">none</span>}</td>
        <td>
          <TextInput
            aria-label={`Expected score of case ${index + 1}`}
            w={84}
            placeholder="undecided"
            inputMode="decimal"
            value={item.expected}
            error={expected === undefined}
            onChange={({ currentTarget }) => onChange({ ...item, expected: currentTarget.value })}
            data-testid="case-expected"
          />
        </td>
        <td className={classes.got} data-passes={got === undefined ? undefined : passes}>
          {got === undefined ? "–" : got.score === null ? "none" : formatNumber(got.score)}
        </td>
        <td>
          <TextInput
            aria-label={`Note on case ${index + 1}`}
            value={item.note}
            onChange={({ currentTarget }) => onChange({ ...item, note: currentTarget.value })}
          />
        </td>
        <td>
          <Tooltip label="Remove">
            <ActionIcon aria-label={`Remove case ${index + 1}`} size="sm" onClick={onRemove}>
              <X size={14} />
            </ActionIcon>
          </Tooltip>
        </td>
      </tr>
      {errors.map(({ path, reason }) => (
        <tr key={`${path} ${reason}`} className={classes.errorRow}>
          <td colSpan={6} role="alert" data-testid="case-error">
            <CaseError reason={reason} />
          </td>
        </tr>
      ))}
    </>
  );
}

export function CaseError({ reason }: { reason: string }) {
  const { told, traceback } = splitReason(reason);
  return (
    <>
      {told}
      {traceback && <Traceback text={traceback} />}
    </>
  );
}
