import { TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { ChartPanel } from "./ChartPanel";
import classes from "./OverviewTab.module.css";
import type { Panel } from "./panels";

interface Props {
  panels: readonly Panel[];
  filter: string;
  onFilter: (filter: string) => void;
}

/** Every metric that has no place above. */
export function AllMetrics({ panels, filter, onFilter }: Props) {
  const wanted = filter.toLowerCase();
  const found = panels.filter(({ id }) => id.toLowerCase().includes(wanted));
  return (
    <section aria-label="All metrics">
      <div className={classes.others}>
        <h2>All metrics</h2>
        <TextInput
          aria-label="Filter metrics"
          placeholder="Filter by key"
          leftSection={<Search size={13} />}
          value={filter}
          onChange={({ currentTarget }) => onFilter(currentTarget.value)}
          w={220}
        />
        <span className="muted num">
          {found.length === panels.length ? panels.length : `${found.length} of ${panels.length}`}
        </span>
      </div>
      {found.length > 0 ? (
        <div className={classes.grid}>
          {found.map((panel) => (
            <ChartPanel key={panel.id} panel={panel} />
          ))}
        </div>
      ) : (
        <p className="muted">No other metric contains “{filter}”.</p>
      )}
    </section>
  );
}
