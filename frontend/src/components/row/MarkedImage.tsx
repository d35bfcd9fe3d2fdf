import { useState } from "react";
import { mediaUrl } from "@/api/http";
import classes from "./MarkedImage.module.css";
import type { Mark } from "./marks";

interface Props {
  sha256: string;
  alt: string;
  marks: readonly Mark[];
}

/** An image with boxes and points over it. They are drawn in its own pixels, so that they stay in place at any size. */
export function MarkedImage({ sha256, alt, marks }: Props) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  return (
    <figure className={classes.figure}>
      <a href={mediaUrl(sha256)} target="_blank" rel="noreferrer" title="Open at full size">
        <img
          src={mediaUrl(sha256)}
          alt={alt}
          onLoad={({ currentTarget: image }) =>
            setSize({ width: image.naturalWidth, height: image.naturalHeight })
          }
        />
      </a>
      {size && marks.length > 0 && (
        <svg
          className={classes.marks}
          viewBox={`0 0 ${size.width} ${size.height}`}
          aria-hidden
          data-testid="marks"
        >
          {marks.map((mark) => (
            <MarkShape key={`${mark.at.join()} ${mark.label}`} mark={mark} unit={size.width / 320} />
          ))}
        </svg>
      )}
    </figure>
  );
}

function MarkShape({ mark: { at, label, gold }, unit }: { mark: Mark; unit: number }) {
  const [x = 0, y = 0, right = 0, bottom = 0] = at;
  const kind = gold ? classes.gold : classes.other;
  if (at.length === 2) {
    return (
      <g className={kind}>
        <circle cx={x} cy={y} r={5 * unit} strokeWidth={1.6 * unit} />
        <title>{label}</title>
      </g>
    );
  }
  return (
    <g className={kind}>
      <rect x={x} y={y} width={right - x} height={bottom - y} strokeWidth={1.6 * unit} rx={1.5 * unit} />
      {gold && label !== "gold" && (
        <text x={x} y={y - 3 * unit} fontSize={9 * unit} strokeWidth={2 * unit}>
          {label}
        </text>
      )}
      <title>{label}</title>
    </g>
  );
}
