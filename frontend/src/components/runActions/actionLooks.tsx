import { CirclePause, CirclePlay, CircleStop, CircleX, type LucideIcon } from "lucide-react";
import type { RunAction } from "@/api/runs";

interface ActionLook {
  label: string;
  help: string;
  icon: LucideIcon;
}

export const ACTION_LOOKS: Record<RunAction, ActionLook> = {
  pause: {
    label: "Pause",
    help: "End after the current step with a checkpoint, ready to resume.",
    icon: CirclePause,
  },
  resume: {
    label: "Resume",
    help: "Queue the run again; it goes on from its last checkpoint.",
    icon: CirclePlay,
  },
  stop: {
    label: "Stop",
    help: "End after the current step with a checkpoint; the run is then completed.",
    icon: CircleStop,
  },
  cancel: { label: "Cancel", help: "End at once, without a checkpoint.", icon: CircleX },
};
