import { clsx } from "clsx";
import type { PresetList } from "@/api/types";
import { type Field, titleOf } from "@/lib/schema";
import { AlgorithmFields } from "./AlgorithmFields";
import { DatasetFields } from "./DatasetFields";
import { sectionFindings } from "./findings";
import { ObjectFields } from "./ObjectFields";
import { RewardsEditor } from "./RewardsEditor";
import classes from "./SpecForm.module.css";
import { useForm } from "./useForm";

export interface Section {
  id: string;
  title: string;
  help: string | null;
  /** Paths at the root of the spec that belong here. */
  paths: string[];
  field: Field | null;
}

const RUN_SECTION = "run";

/** Plain fields of the root stand together; every other field is a section of its own. */
export function sectionsOf(fields: readonly Field[]): Section[] {
  const isSection = ({ name, node }: Field) =>
    node.kind === "object" || node.kind === "optional" || name === "rewards";
  const loose = fields.filter((field) => !isSection(field));
  return [
    { id: RUN_SECTION, title: "Run", help: null, paths: loose.map(({ name }) => name), field: null },
    ...fields.filter(isSection).map((field) => ({
      id: field.name,
      title: titleOf(field.name),
      help: field.help,
      paths: [field.name],
      field,
    })),
  ];
}

interface Props {
  fields: readonly Field[];
  /** Fields of one entry of the rewards list. */
  rewardFields: readonly Field[];
  presets: PresetList;
}

export function SpecForm({ fields, rewardFields, presets }: Props) {
  const sections = sectionsOf(fields);
  return (
    <>
      {sections.map((section) => (
        <section
          key={section.id}
          id={`section-${section.id}`}
          className={classes.section}
          aria-labelledby={`title-${section.id}`}
        >
          <h2 id={`title-${section.id}`}>{section.title}</h2>
          {section.help && <p className={classes.help}>{section.help}</p>}
          <SectionBody section={section} fields={fields} rewardFields={rewardFields} presets={presets} />
        </section>
      ))}
    </>
  );
}

function SectionBody({ section, fields, rewardFields, presets }: Props & { section: Section }) {
  const { field } = section;
  if (field === null) {
    return <ObjectFields fields={fields.filter(({ name }) => section.paths.includes(name))} path={[]} />;
  }
  if (field.name === "rewards") return <RewardsEditor fields={rewardFields} />;
  if (field.node.kind !== "object") return null;
  if (field.name === "dataset") return <DatasetFields fields={field.node.fields} />;
  if (field.name === "algorithm") return <AlgorithmFields fields={field.node.fields} presets={presets} />;
  return <ObjectFields fields={field.node.fields} path={[field.name]} />;
}

/** The sections as links, with a mark at those that have findings. */
export function SectionNav({ fields }: { fields: readonly Field[] }) {
  const { findings } = useForm();
  return (
    <nav className={classes.nav} aria-label="Sections of the spec">
      {sectionsOf(fields).map(({ id, title, paths }) => {
        const { count, isError } = sectionFindings(findings, paths);
        return (
          <button
            key={id}
            type="button"
            onClick={() => document.getElementById(`section-${id}`)?.scrollIntoView({ behavior: "smooth" })}
          >
            {title}
            {count > 0 && (
              <span className={clsx(classes.count, isError && classes.isError)}>
                {count}
                <span className="visually-hidden"> findings</span>
              </span>
            )}
          </button>
        );
      })}
    </nav>
  );
}
