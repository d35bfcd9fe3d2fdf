import { Button, NumberInput, SegmentedControl, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useId, useState } from "react";
import { problemOf } from "@/api/problem";
import { ask, isAnswered, questionOptions } from "@/api/questions";
import type { Question } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { ProblemAlert } from "@/components/ProblemAlert";
import { unixSeconds } from "@/lib/format";
import { getAt, type JsonObject, sameJson } from "@/lib/json";
import { useNow } from "@/lib/useNow";
import { completeSpec } from "./completeSpec";
import { PromptAnswer } from "./PromptAnswer";
import classes from "./PromptPreview.module.css";
import { useForm } from "./useForm";

const NO_WORKER_AFTER_S = 5;

type Source = "row" | "text";

/** What the model sees of a prompt: messages, text after the chat template, tokens. A worker answers. */
export function PromptPreview() {
  const { value, locked } = useForm();
  const client = useQueryClient();
  const [source, setSource] = useState<Source>("row");
  const [row, setRow] = useState(0);
  const [text, setText] = useState("");
  const title = useId();
  const asking = useMutation({
    mutationFn: async (spec: JsonObject) =>
      ask({
        spec: await completeSpec(client, spec, { ready: false }),
        row,
        prompt: source === "text" ? text : null,
      }),
    onSuccess: (question) => client.setQueryData(questionOptions(question.id).queryKey, question),
  });
  const question = useQuery({
    ...questionOptions(asking.data?.id ?? 0),
    enabled: asking.data !== undefined,
  });
  const error = asking.error ?? question.error;
  const isWaiting = asking.data !== undefined && !error && !isAnswered(question.data);
  const isOld =
    asking.variables !== undefined &&
    ["model", "dataset"].some((part) => !sameJson(getAt(asking.variables, [part]), value[part]));

  return (
    <section className={classes.preview} aria-labelledby={title} data-testid="prompt-preview">
      <h3 id={title}>What the model sees</h3>
      <form
        className={classes.ask}
        onSubmit={(event) => {
          event.preventDefault();
          asking.mutate(value);
        }}
      >
        <SegmentedControl
          size="xs"
          aria-label="Prompt to look at"
          data={[
            { value: "row", label: "Row of the data" },
            { value: "text", label: "Own text" },
          ]}
          value={source}
          onChange={(next) => setSource(next === "text" ? "text" : "row")}
        />
        {source === "row" && (
          <NumberInput
            aria-label="Row number, from 0"
            w={92}
            min={0}
            allowDecimal={false}
            clampBehavior="strict"
            value={row}
            onChange={(next) => typeof next === "number" && setRow(next)}
            data-testid="preview-row"
          />
        )}
        <Button
          type="submit"
          variant="default"
          leftSection={<Eye size={13} />}
          loading={asking.isPending || isWaiting}
          disabled={locked || (source === "text" && text === "")}
          data-testid="preview-prompt"
        >
          Show
        </Button>
        {question.data?.answer && isOld && (
          <span className="muted">of an earlier model or data set: show it again</span>
        )}
      </form>
      {source === "text" && (
        <Textarea
          aria-label="Prompt text"
          placeholder="Text to put into the prompt template…"
          autosize
          minRows={2}
          maxRows={8}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
      )}
      {error && <ProblemAlert problem={problemOf(error)} />}
      {question.data && isWaiting && <Waiting question={question.data} />}
      {question.data?.state === "failed" && (
        <p className={classes.failed} role="alert">
          {question.data.error ?? "The worker could not say."}
        </p>
      )}
      {question.data?.answer && <PromptAnswer answer={question.data.answer} />}
    </section>
  );
}

function Waiting({ question }: { question: Question }) {
  const now = useNow();
  const waited = now - unixSeconds(question.created_at);
  const nobody = question.state === "waiting" && waited > NO_WORKER_AFTER_S;
  return (
    <p className={classes.waiting} role="status" data-nobody={nobody || undefined}>
      {question.state === "asked" ? (
        "A worker loads the tokenizer…"
      ) : nobody ? (
        <>
          No worker has taken the question: it needs one that serves the queue “
          {question.question.spec.resources.queue}”. <AnchorLink to="/workers">Workers</AnchorLink>
        </>
      ) : (
        "Asking a worker…"
      )}
    </p>
  );
}
