import { Modal } from "@mantine/core";
import { useState } from "react";
import { mediaUrl } from "@/api/http";
import type { Group } from "@/api/types";
import { promptParts } from "./group";
import classes from "./PromptView.module.css";

/** The prompt as the policy saw it, images in their place, and the gold answer. */
export function PromptView({ group }: { group: Group }) {
  const [zoomed, setZoomed] = useState<string | null>(null);
  return (
    <section className={classes.prompt} aria-label="Prompt">
      <div className={classes.messages}>
        {promptParts(group.prompt, group.images).map(({ role, parts }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have no identity but their place
          <div key={i} className={classes.message} data-role={role}>
            <span className={classes.role}>{role}</span>
            <div className={classes.content}>
              {parts.map((part, j) =>
                part.kind === "text" ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
                  <span key={j}>{part.text}</span>
                ) : (
                  <button
                    key={part.sha256}
                    type="button"
                    className={classes.image}
                    aria-label="Enlarge the image"
                    onClick={() => setZoomed(part.sha256)}
                  >
                    <img src={mediaUrl(part.sha256)} alt="Part of the prompt" />
                  </button>
                ),
              )}
            </div>
          </div>
        ))}
      </div>
      <dl className={classes.facts}>
        <div>
          <dt>Gold answer</dt>
          <dd className={classes.gold} data-testid="gold-answer">
            {group.answer ?? <span className="muted">none</span>}
          </dd>
        </div>
        {group.row !== null && (
          <div>
            <dt>Dataset row</dt>
            <dd className="mono">{group.row}</dd>
          </div>
        )}
      </dl>
      <Modal opened={zoomed !== null} onClose={() => setZoomed(null)} title="Image of the prompt" size="auto">
        {zoomed && (
          <img src={mediaUrl(zoomed)} alt="Part of the prompt, enlarged" className={classes.zoomed} />
        )}
      </Modal>
    </section>
  );
}
