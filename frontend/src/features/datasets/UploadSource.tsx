import { Button, FileButton } from "@mantine/core";
import { FileUp, X } from "lucide-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import type { Source } from "@/api/datasets";
import { type Problem, problemOf } from "@/api/problem";
import type { Upload } from "@/api/types";
import { uploadFile } from "@/api/uploads";
import { ProblemAlert } from "@/components/ProblemAlert";
import { ProgressBar } from "@/components/ProgressBar";
import { formatMiB } from "@/lib/format";
import classes from "./UploadSource.module.css";

const ACCEPTED = ".jsonl,.json,.csv,.tsv,.parquet,.zip,.gz";

interface Props {
  chosen: boolean;
  onChange: (source: Source | undefined) => void;
}

/** A file by drag and drop or by a dialog, with progress and a way back. */
export function UploadSource({ chosen, onChange }: Props) {
  const [sending, setSending] = useState<{ name: string; size: number; fraction: number } | null>(null);
  const [sent, setSent] = useState<Upload | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [over, setOver] = useState(false);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const send = (file: File) => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    setProblem(null);
    setSent(null);
    onChange(undefined);
    setSending({ name: file.name, size: file.size, fraction: 0 });
    uploadFile(
      file,
      (fraction) => setSending({ name: file.name, size: file.size, fraction }),
      controller.signal,
    )
      .then((upload) => {
        setSent(upload);
        onChange({ kind: "upload", upload_id: upload.id });
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted) setProblem(problemOf(error));
      })
      .finally(() => {
        if (abort.current === controller) setSending(null);
      });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) send(file);
  };

  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button in it does the same by keyboard */}
      <div
        className={classes.zone}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {sending ? (
          <div className={classes.sending}>
            <span>
              Sending {sending.name}, {formatMiB(sending.size)}
            </span>
            <ProgressBar fraction={sending.fraction} label={`Sending ${sending.name}`} />
            <Button
              variant="default"
              size="compact-xs"
              leftSection={<X size={12} />}
              onClick={() => {
                abort.current?.abort();
                setSending(null);
              }}
            >
              Cancel
            </Button>
          </div>
        ) : (
          <>
            <FileUp size={22} aria-hidden />
            {sent && chosen ? (
              <span data-testid="uploaded">
                <strong>{sent.filename}</strong> <span className="muted">{formatMiB(sent.size_bytes)}</span>
              </span>
            ) : (
              <span>Drop a file here: JSON Lines, CSV, Parquet, or a zip of these with their images</span>
            )}
            <FileButton
              accept={ACCEPTED}
              onChange={(file) => file && send(file)}
              inputProps={{ "aria-label": "File to upload" }}
            >
              {(props) => (
                <Button {...props} variant="default" size="xs">
                  {sent && chosen ? "Choose another file" : "Choose a file"}
                </Button>
              )}
            </FileButton>
          </>
        )}
      </div>
      {problem && <ProblemAlert problem={problem} />}
    </>
  );
}
