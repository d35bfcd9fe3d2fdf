import { Kbd, Modal } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import classes from "./KeyboardHelp.module.css";

const KEYS = [
  [["←", "→"], "step before, step after"],
  [["k", "j"], "group before, group after"],
  [["f"], "follow the newest step, or stop following"],
  [["r"], "raw text, or thoughts and answer told apart"],
  [["?"], "this help"],
] as const;

interface Props {
  opened: boolean;
  onToggle: (opened: boolean) => void;
}

export function KeyboardHelp({ opened, onToggle }: Props) {
  useHotkeys([["shift+?", () => onToggle(!opened)]]);
  return (
    <Modal opened={opened} onClose={() => onToggle(false)} title="Keyboard" size="sm">
      <dl className={classes.keys}>
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
