/** The public names of the generated OpenAPI types. */
import type { components, operations } from "./schema.gen";

type Schemas = components["schemas"];

export type Run = Schemas["RunRead"];
export type RunDetail = Schemas["RunDetail"];
export type RunPage = Schemas["RunPage"];
export type RunState = Schemas["RunState"];
export type RunUpdate = Schemas["RunUpdate"];
export type RunSpec = Schemas["RunSpec-Output"];
export type Request = Schemas["Request"];
export type Outcome = Schemas["Outcome"];
export type Attempt = Schemas["AttemptRead"];
export type Checkpoint = Schemas["CheckpointRead"];
export type Worker = Schemas["WorkerRead"];
export type LogLine = Schemas["LogLine"];
export type LogPage = Schemas["LogPage"];
export type Metric = Schemas["MetricRead"];
export type MetricList = Schemas["MetricList"];
export type Series = Schemas["Series"];
export type SeriesList = Schemas["SeriesList"];
export type Message = Schemas["Message"];
export type Group = Schemas["GroupRead"];
export type GroupPage = Schemas["GroupPage"];
export type Rollout = Schemas["RolloutRead"];
export type RolloutDetail = Schemas["RolloutDetail"];
export type RolloutSteps = Schemas["RolloutSteps"];
export type Finding = Schemas["Finding"];
export type Difference = Schemas["Difference"];
export type Validation = Schemas["ValidationRead"];
export type PresetList = Schemas["PresetList"];
export type AlgorithmPreset = Schemas["AlgorithmPreset"];
export type RewardInfo = Schemas["RewardInfo"];
export type NameInfo = Schemas["NameInfo"];
export type RewardList = Schemas["RewardList"];
export type Recipe = Schemas["Recipe"];
export type RecipeList = Schemas["RecipeList"];
export type Job = Schemas["JobRead"];
export type DatasetRow = Schemas["DatasetRow"];
export type Objects = Schemas["Objects"];
export type Mapping = Schemas["Mapping-Output"];
export type SplitOptions = Schemas["SplitOptions-Output"];
export type PreviewRequest = Schemas["PreviewRequest"];
export type Preview = Schemas["PreviewRead"];
export type DatasetCreate = Schemas["DatasetCreate"];
export type Upload = Schemas["UploadRead"];
export type DataFinding = Schemas["DataFinding"];
export type SplitStats = Schemas["SplitStats"];
export type Histogram = Schemas["Histogram"];
export type DatasetVersion = Schemas["DatasetVersionRead"];
export type Dataset = Schemas["DatasetRead"];
export type DatasetDetail = Schemas["DatasetDetail"];
export type RowPage = Schemas["RowPage"];
export type GeneratorInfo = Schemas["GeneratorInfo"];
export type SampleIn = Schemas["SampleIn-Output"];
export type ScoreRequest = Schemas["ScoreRequest"];
export type RewardScore = Schemas["RewardScore"];
export type SampleScore = Schemas["SampleScore"];
export type ScoreRead = Schemas["ScoreRead"];
export type IdealRead = Schemas["IdealRead"];
export type IdealFailure = Schemas["IdealFailure"];
export type CustomReward = Schemas["CustomRewardRead"];
export type CustomRewardCreate = Schemas["CustomRewardCreate"];
export type Case = Schemas["CaseRead"];
export type CaseRun = Schemas["CaseRunRead"];
export type Rescore = Schemas["RescoreRead"];
export type RescoreCreate = Schemas["RescoreCreate-Output"];
export type RescoreResult = Schemas["RescoreResult"];
export type RescoredRollout = Schemas["RescoredRollout"];
export type Preflight = Schemas["PreflightRead"];
export type PreflightOptions = Schemas["PreflightOptions-Output"];
export type PreflightResult = Schemas["PreflightResult"];
export type PromptPreview = Schemas["PromptPreview"];
export type Question = Schemas["QuestionRead"];

type GroupQuery = NonNullable<operations["listGroups"]["parameters"]["query"]>;
export type Mode = NonNullable<GroupQuery["mode"]>;
export type GroupSort = NonNullable<GroupQuery["sort"]>;

type RunQuery = NonNullable<operations["listRuns"]["parameters"]["query"]>;
export type RunSort = NonNullable<RunQuery["sort"]>;

export type StreamedEvent = Schemas["StreamedEvent"];
export type AnyEvent = StreamedEvent["event"];

/** Event types that have a schema of their own; UnknownEvent has any string for a type and drops out. */
type KnownType = AnyEvent extends infer E
  ? E extends { type: infer T extends string }
    ? string extends T
      ? never
      : T
    : never
  : never;
export type EventOf<T extends KnownType> = Extract<AnyEvent, { type: T }>;
export type KnownEvent = EventOf<KnownType>;
