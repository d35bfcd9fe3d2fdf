import { Button, CopyButton, Select, Switch, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, Copy, Download, Search } from "lucide-react";
import { fetchWholeLog, type LogTail, logsKey } from "@/api/logs";
import { problemOf } from "@/api/problem";
import { formatCount } from "@/lib/format";
import { choiceParam } from "@/lib/search";
import classes from "./LogsTab.module.css";
import { follows, type LogsSearch, STREAMS } from "./search";

interface Props {
  runId: number;
  runName: string;
  tail: LogTail;
  nFound: number;
  search: LogsSearch;
  onChange: (search: LogsSearch) => void;
}

export function LogTools({ runId, runName, tail, nFound, search, onChange }: Props) {
  const client = useQueryClient();
  const whole = useMutation({
    mutationFn: () => fetchWholeLog(runId),
    onError: (error) =>
      notifications.show({ color: "red", title: "Could not read the log", message: problemOf(error).detail }),
  });
  const loadAll = () =>
    whole.mutate(undefined, { onSuccess: (log) => client.setQueryData(logsKey(runId), log) });
  const save = () => whole.mutate(undefined, { onSuccess: (log) => download(toText(log), `${runName}.log`) });

  return (
    <div className={classes.tools} role="toolbar" aria-label="Log">
      <TextInput
        aria-label="Search the log"
        placeholder="Find in the log"
        leftSection={<Search size={13} />}
        value={search.find ?? ""}
        onChange={({ currentTarget }) => onChange({ ...search, find: currentTarget.value || undefined })}
        w={230}
      />
      <Select
        aria-label="Stream"
        placeholder="All streams"
        data={STREAMS}
        value={search.stream ?? null}
        onChange={(stream) => onChange({ ...search, stream: choiceParam(stream, STREAMS) })}
        clearable
        w={130}
      />
      <span className="muted num">
        {nFound === tail.lines.length
          ? `${formatCount(nFound)} lines`
          : `${formatCount(nFound)} of ${formatCount(tail.lines.length)} lines`}
      </span>
      {!tail.fromStart && (
        <Button variant="default" loading={whole.isPending} onClick={loadAll}>
          Load older lines
        </Button>
      )}
      <span className={classes.right}>
        <Switch
          label="Follow"
          checked={follows(search)}
          onChange={({ currentTarget }) =>
            onChange({ ...search, still: currentTarget.checked ? undefined : true })
          }
          data-testid="follow-log"
        />
        <CopyButton value={toText(tail)}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <Check size={13} /> : <Copy size={13} />}
              onClick={copy}
            >
              {copied ? "Copied" : "Copy"}
            </Button>
          )}
        </CopyButton>
        <Button
          variant="default"
          leftSection={<Download size={13} />}
          loading={whole.isPending}
          onClick={save}
        >
          Download
        </Button>
      </span>
    </div>
  );
}

function toText({ lines }: LogTail): string {
  return lines.map(({ text }) => `${text}\n`).join("");
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
