/** Help of a field; what stands between backticks is code. */
export function HelpText({ text }: { text: string }) {
  return text.split("`").map((part, i) =>
    i % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity but their place
      <code key={i} className="mono">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
