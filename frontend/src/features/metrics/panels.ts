/** Which curves stand together in which panel. */

export interface Curve {
  key: string;
  label: string;
  /** Place in the palette; the same metric has the same colour everywhere. */
  color: number;
}

export type Band =
  /** curve ± another metric */
  | { kind: "spread"; by: string; label: string }
  /** between two metrics */
  | { kind: "between"; low: string; high: string; label: string };

export interface Panel {
  id: string;
  title: string;
  unit: string;
  help: string;
  curves: Curve[];
  band: Band | null;
  style: "line" | "markers" | "stack";
  /** A fraction keeps 0 on its axis. */
  fromZero: boolean;
}

type PanelSketch = Omit<Panel, "curves" | "band" | "style" | "fromZero"> &
  Partial<Pick<Panel, "style" | "fromZero">> & {
    curves: (keys: ReadonlySet<string>) => Curve[];
    band?: (keys: ReadonlySet<string>) => Band | null;
  };

const one = (key: string, label: string, color: number) => (keys: ReadonlySet<string>) =>
  keys.has(key) ? [{ key, label, color }] : [];

const several =
  (...curves: Curve[]) =>
  (keys: ReadonlySet<string>) =>
    curves.filter(({ key }) => keys.has(key));

const REWARD_MEAN = /^rewards\/(.+)\/mean$/;
/** Colours 1… for reward functions, in alphabetical order; 0 is the reward itself. */
function rewardCurves(keys: ReadonlySet<string>): Curve[] {
  return [...keys]
    .flatMap((key) => {
      const name = REWARD_MEAN.exec(key)?.[1];
      return name === undefined ? [] : [{ key, label: name }];
    })
    .sort((a, b) => a.label.localeCompare(b.label))
    .map((curve, i) => ({ ...curve, color: 1 + (i % 7) }));
}

function lengthBand(keys: ReadonlySet<string>): Band | null {
  const [low, high] = ["completions/length_p10", "completions/length_p90"];
  if (low && high && keys.has(low) && keys.has(high)) return { kind: "between", low, high, label: "p10–p90" };
  const [min, max] = ["completions/min_length", "completions/max_length"];
  return min && max && keys.has(min) && keys.has(max)
    ? { kind: "between", low: min, high: max, label: "min–max" }
    : null;
}

const SKETCHES: PanelSketch[] = [
  {
    id: "reward",
    title: "Reward",
    unit: "weighted sum",
    help: "Mean reward of the step's completions, with one standard deviation on either side.",
    curves: one("reward", "reward", 0),
    band: (keys) => (keys.has("reward_std") ? { kind: "spread", by: "reward_std", label: "± std" } : null),
  },
  {
    id: "heldout",
    title: "Held-out accuracy",
    unit: "fraction",
    help: "Share of problems, never trained on, that the policy solves.",
    curves: one("eval/heldout/accuracy", "accuracy", 1),
    style: "markers",
    fromZero: true,
  },
  {
    id: "length",
    title: "Response length",
    unit: "tokens",
    help: "Mean length of the step's completions, and how far they spread.",
    curves: several(
      { key: "completions/mean_length", label: "mean", color: 4 },
      { key: "completions/length_p50", label: "median", color: 7 },
    ),
    band: lengthBand,
  },
  {
    id: "rewards",
    title: "Reward functions",
    unit: "raw score",
    help: "Mean score of each reward function, before weights.",
    curves: rewardCurves,
  },
  {
    id: "groups",
    title: "Group signal",
    unit: "fraction of groups",
    help: "Groups whose rewards are all equal have no advantage and teach nothing; and why they are equal.",
    curves: several(
      { key: "groups/zero_std_frac", label: "no signal", color: 7 },
      { key: "groups/all_correct_frac", label: "all right", color: 1 },
      { key: "groups/all_wrong_frac", label: "all wrong", color: 6 },
    ),
    fromZero: true,
  },
  {
    id: "clipped",
    title: "Truncated completions",
    unit: "fraction",
    help: "Completions that reached the maximum length without an end.",
    curves: one("completions/clipped_ratio", "truncated", 2),
    fromZero: true,
  },
  {
    id: "entropy",
    title: "Entropy",
    unit: "nats",
    help: "Mean entropy of the policy at each sampled token.",
    curves: one("entropy", "entropy", 5),
    fromZero: true,
  },
  {
    id: "kl",
    title: "KL to the reference",
    unit: "nats",
    help: "How far the policy has moved from the reference model.",
    curves: one("kl", "kl", 3),
  },
  { id: "loss", title: "Loss", unit: "", help: "Training loss.", curves: one("loss", "loss", 7) },
  {
    id: "grad",
    title: "Gradient norm",
    unit: "L2",
    help: "Norm of the gradient before clipping.",
    curves: one("grad_norm", "grad norm", 2),
    fromZero: true,
  },
  {
    id: "lr",
    title: "Learning rate",
    unit: "",
    help: "Learning rate of the optimiser.",
    curves: one("learning_rate", "learning rate", 7),
    fromZero: true,
  },
  {
    id: "time",
    title: "Time of a step",
    unit: "s",
    help: "Where the time of a step goes.",
    curves: several(
      { key: "time/generate_s", label: "generate", color: 0 },
      { key: "time/reward_s", label: "reward", color: 1 },
      { key: "time/update_s", label: "update", color: 2 },
      { key: "time/other_s", label: "other", color: 7 },
    ),
    style: "stack",
    fromZero: true,
  },
];

/** The panels that this run has metrics for. */
export function mainPanels(keys: ReadonlySet<string>): Panel[] {
  return SKETCHES.map(({ curves, band, style, fromZero, ...rest }) => ({
    ...rest,
    curves: curves(keys),
    band: band?.(keys) ?? null,
    style: style ?? "line",
    fromZero: fromZero ?? false,
  })).filter(({ curves }) => curves.length > 0);
}

/** Every metric that a panel needs to be drawn. */
export function panelKeys({ curves, band }: Panel): string[] {
  const keys = curves.map(({ key }) => key);
  if (band?.kind === "spread") keys.push(band.by);
  if (band?.kind === "between") keys.push(band.low, band.high);
  return keys;
}

const SHOWN_ELSEWHERE = /^rewards\/.+\/mean$/;

/** One panel for each metric that no main panel shows. */
export function otherPanels(keys: ReadonlySet<string>, main: readonly Panel[]): Panel[] {
  const shown = new Set(main.flatMap(panelKeys));
  return [...keys]
    .filter((key) => !shown.has(key) && !SHOWN_ELSEWHERE.test(key))
    .sort((a, b) => a.localeCompare(b))
    .map((key) => ({
      id: key,
      title: key,
      unit: unitOf(key),
      help: key,
      curves: [{ key, label: key, color: stableColor(key) }],
      band: null,
      style: "line",
      fromZero: false,
    }));
}

export function unitOf(key: string): string {
  if (/_ms$/.test(key)) return "ms";
  if (/(_s|step_time)$/.test(key)) return "s";
  if (/(_length|_tokens|length_p\d+)$/.test(key)) return "tokens";
  if (/_bytes$/.test(key)) return "bytes";
  if (/(_frac|_ratio|accuracy)$/.test(key)) return "fraction";
  return "";
}

function stableColor(key: string): number {
  let hash = 0;
  for (const letter of key) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash % 8;
}
