import { Button, SegmentedControl, Slider, Switch } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { ZoomOut } from "lucide-react";
import { useEffect, useState } from "react";
import { formatCount } from "@/lib/format";
import classes from "./OverviewTab.module.css";
import { MAX_SMOOTHING, type OverviewSearch } from "./search";

interface Props {
  search: OverviewSearch;
  onChange: (search: OverviewSearch) => void;
}

export function ChartControls({ search, onChange }: Props) {
  const { from, to } = search;
  return (
    <div className={classes.controls} role="toolbar" aria-label="Charts">
      <Smoothing
        value={search.smooth ?? 0}
        onChange={(smooth) => onChange({ ...search, smooth: smooth || undefined })}
      />
      <SegmentedControl
        size="xs"
        aria-label="X axis"
        data={[
          { value: "step", label: "Step" },
          { value: "time", label: "Wall time" },
        ]}
        value={search.time ? "time" : "step"}
        onChange={(axis) => onChange({ ...search, time: axis === "time" ? true : undefined })}
      />
      <Switch
        label="Log scale"
        checked={search.log ?? false}
        onChange={({ currentTarget }) => onChange({ ...search, log: currentTarget.checked || undefined })}
      />
      {from !== undefined && to !== undefined ? (
        <Button
          variant="light"
          size="compact-xs"
          className={classes.zoom}
          leftSection={<ZoomOut size={13} />}
          onClick={() => onChange({ ...search, from: undefined, to: undefined })}
          data-testid="reset-zoom"
        >
          Steps {formatCount(from)}–{formatCount(to)}: reset zoom
        </Button>
      ) : (
        <span className={`${classes.control} ${classes.zoom}`}>
          Drag to zoom · click a curve to read its rollouts
        </span>
      )}
    </div>
  );
}

function Smoothing({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const [dragged, setDragged] = useState(value);
  const commit = useDebouncedCallback(onChange, 80);
  useEffect(() => setDragged(value), [value]);
  return (
    <span className={classes.control}>
      Smoothing
      <Slider
        thumbLabel="Smoothing"
        className={classes.slider}
        size="sm"
        min={0}
        max={MAX_SMOOTHING}
        step={0.01}
        label={null}
        value={dragged}
        onChange={(next) => {
          setDragged(next);
          commit(next);
        }}
      />
      <span className="num">{dragged.toFixed(2)}</span>
    </span>
  );
}
