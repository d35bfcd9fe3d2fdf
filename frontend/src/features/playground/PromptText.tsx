import { mediaUrl } from "@/api/http";
import type { Message } from "@/api/types";
import classes from "./PromptText.module.css";

interface Props {
  messages: readonly Message[];
  /** SHA-256 of each. */
  images: readonly string[];
}

/** What the completions answer to. It may come from anywhere, so it is shown as text. */
export function PromptText({ messages, images }: Props) {
  return (
    <section className={classes.prompt} aria-label="Prompt">
      {images.length > 0 && (
        <div className={classes.images}>
          {images.map((sha256, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same image may stand twice in a prompt
            <a key={i} href={mediaUrl(sha256)} target="_blank" rel="noreferrer">
              <img src={mediaUrl(sha256)} alt={`${i + 1} of the prompt`} />
            </a>
          ))}
        </div>
      )}
      <div className={classes.messages}>
        {messages.map(({ role, content }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages have no identity but their place
          <div key={i} className={classes.message} data-role={role}>
            <span className={classes.role}>{role}</span>
            <div className={classes.content}>{content}</div>
          </div>
        ))}
      </div>
    </section>
  );
}
