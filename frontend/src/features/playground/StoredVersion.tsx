import { Button } from "@mantine/core";
import { PencilLine } from "lucide-react";
import { useMemo } from "react";
import type { CustomReward } from "@/api/types";
import { CopyAction } from "@/components/CopyAction";
import { HelpText } from "@/components/HelpText";
import { ButtonLink } from "@/components/links";
import { Ago } from "@/components/Moment";
import { newReward } from "@/components/rewards/library";
import { CodeEditor } from "./CodeEditor";
import classes from "./CustomPane.module.css";
import { LiveScores } from "./LiveScores";
import { type SampleDraft, samplesOf } from "./sample";
import { useScores } from "./useScores";

interface Props {
  version: CustomReward;
  sample: SampleDraft;
  onEdit: () => void;
}

/** A stored version as it is: it never changes, a change is another version. */
export function StoredVersion({ version, sample, onEdit }: Props) {
  const { reference, name, kind, scope, params, n_cases, created_at, doc, source } = version;
  const body = useMemo(() => {
    const samples = samplesOf(sample);
    if (samples === null || samples.every(({ completion }) => completion === "")) return null;
    const rewards = [newReward({ name: reference, params })];
    return { samples, rewards, draft_scope: "sample" as const };
  }, [sample, reference, params]);
  const { scores, problem } = useScores(body);
  return (
    <div className={classes.card} data-testid="stored-version">
      <div className={classes.heading}>
        <span className={classes.reference}>
          <code className="mono">{reference}</code>
          <CopyAction text={reference} what="reference" />
        </span>
        <span className={classes.right}>
          <ButtonLink
            to="/playground"
            search={{ tab: "cases", reward: `custom/${name}` }}
            variant="default"
            size="compact-xs"
          >
            Cases
          </ButtonLink>
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<PencilLine size={12} />}
            onClick={onEdit}
            data-testid="custom-edit"
          >
            Write a new version
          </Button>
        </span>
      </div>
      {doc && (
        <p className={classes.doc}>
          <HelpText text={doc} />
        </p>
      )}
      <dl className={classes.facts}>
        <div>
          <dt>Kind</dt>
          <dd>{kind}</dd>
        </div>
        <div>
          <dt>Sees</dt>
          <dd>{scope === "group" ? "all completions of a prompt" : "one completion"}</dd>
        </div>
        <div>
          <dt>Params</dt>
          <dd className="mono">{Object.keys(params).join(", ") || "none"}</dd>
        </div>
        <div>
          <dt>Cases</dt>
          <dd className="num">{n_cases}</dd>
        </div>
        <div>
          <dt>Stored</dt>
          <dd>
            <Ago time={created_at} />
          </dd>
        </div>
      </dl>
      <LiveScores scores={scores} problem={problem} />
      <CodeEditor label={`Code of ${reference}`} text={source} wrongLine={null} />
    </div>
  );
}
