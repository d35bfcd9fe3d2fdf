import classes from "./Traceback.module.css";

export function Traceback({ text }: { text: string }) {
  return (
    <details className={classes.details}>
      <summary>Traceback</summary>
      <pre className={classes.text}>{text}</pre>
    </details>
  );
}
