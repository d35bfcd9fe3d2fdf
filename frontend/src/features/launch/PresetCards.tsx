import { Link } from "@tanstack/react-router";
import type { PresetList } from "@/api/types";
import classes from "./PresetCards.module.css";
import type { LaunchSearch } from "./search";

interface Props {
  presets: PresetList;
  search: LaunchSearch;
}

/** Complete specs to start from. */
export function PresetCards({ presets, search }: Props) {
  return (
    <nav className={classes.cards} aria-label="Presets">
      {Object.entries(presets.specs).map(([name, { title, summary }]) => (
        <Link
          key={name}
          to="/launch"
          search={{
            preset: name,
            ...(search.dataset ? { dataset: search.dataset } : {}),
            ...(search.view ? { view: search.view } : {}),
          }}
          className={classes.card}
          aria-current={search.preset === name ? "true" : undefined}
          data-testid={`preset-${name}`}
        >
          <b>{title}</b>
          <span>{summary}</span>
        </Link>
      ))}
    </nav>
  );
}
