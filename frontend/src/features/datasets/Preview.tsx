import { Select } from "@mantine/core";
import type { MappingIn } from "@/api/datasets";
import type { Preview as PreviewRead } from "@/api/types";
import { RowView } from "@/components/row/RowView";
import { plural } from "@/lib/format";
import classes from "./Preview.module.css";

const COLUMNS = [
  ["prompt", "Prompt"],
  ["answer", "Gold answer"],
  ["images", "Images"],
  ["videos", "Videos"],
  ["audios", "Audio"],
  ["options", "Options"],
  ["objects", "Objects"],
  ["solution", "Solution"],
  ["split", "Split"],
  ["id", "Id"],
  ["source", "Source"],
  ["difficulty", "Difficulty"],
] as const;
/** Fields that are always shown; the others when the format uses them or on demand. */
const MAIN = new Set(["prompt", "answer", "images", "split"]);
const SHOWN = 3;

interface Props {
  preview: PreviewRead;
  /** Shown while the next one is being read. */
  isOld: boolean;
  onMap: (mapping: MappingIn) => void;
}

/** What the records are, which column becomes what, and the first rows. */
export function Preview({ preview, isOld, onMap }: Props) {
  const { formats, columns, mapping, rows, problems, files } = preview;
  return (
    <div className={classes.preview} data-old={isOld || undefined}>
      {mapping && (
        <>
          <div className={classes.format}>
            <Select
              label="Format of the records"
              allowDeselect={false}
              data={formats.map(({ format, title }) => ({ value: format, label: title }))}
              value={mapping.format}
              onChange={(next) => {
                const found = formats.find(({ format }) => format === next);
                if (found) onMap({ format: found.format });
              }}
              data-testid="format"
            />
            <p className="muted">{formats.find(({ format }) => format === mapping.format)?.reason}</p>
          </div>
          <Mapping preview={preview} mapping={mapping} onMap={onMap} />
          <details className={classes.columns}>
            <summary>{plural(columns.length, "column")} found</summary>
            <table>
              <tbody>
                {columns.map(({ name, type, example }) => (
                  <tr key={name}>
                    <th scope="row" className="mono">
                      {name}
                    </th>
                    <td>{type}</td>
                    <td className={classes.example}>{example}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
      {files.length > 1 && (
        <details className={classes.columns}>
          <summary>{plural(files.length, "file")}</summary>
          <ul>
            {files.map((file) => (
              <li key={file} className="mono">
                {file}
              </li>
            ))}
          </ul>
        </details>
      )}
      {problems.length > 0 && (
        <section className={classes.problems} aria-label="Broken records" data-testid="preview-problems">
          <h3>{plural(problems.length, "record")} cannot be read</h3>
          <ul>
            {problems.slice(0, 8).map(({ line, file, reason }) => (
              <li key={`${file} ${line} ${reason}`}>
                {line !== null && <span className="mono">line {line}: </span>}
                {reason}
              </li>
            ))}
          </ul>
        </section>
      )}
      {rows.length === 0 ? (
        <p className={classes.none}>
          No record becomes a row under this mapping: name the column of the prompt.
        </p>
      ) : (
        <div className={classes.rows} data-testid="preview-rows">
          {rows.slice(0, SHOWN).map((row) => (
            <div key={row.id} className={classes.row}>
              <RowView row={row} />
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function Mapping({
  preview,
  mapping,
  onMap,
}: {
  preview: PreviewRead;
  mapping: MappingIn;
  onMap: Props["onMap"];
}) {
  const names = preview.columns.map(({ name }) => name);
  const used = COLUMNS.filter(([field]) => MAIN.has(field) || mapping[field]);
  const rest = COLUMNS.filter(([field]) => !MAIN.has(field) && !mapping[field]);
  const select = ([field, label]: (typeof COLUMNS)[number]) => {
    const value = mapping[field] ?? null;
    return (
      <Select
        key={field}
        label={label}
        size="xs"
        clearable
        searchable
        placeholder="none"
        data={value && !names.includes(value) ? [...names, value] : names}
        value={value}
        onChange={(next) => onMap({ ...mapping, [field]: next })}
        data-testid={`map-${field}`}
      />
    );
  };
  return (
    <>
      <div className={classes.mapping}>{used.map(select)}</div>
      {rest.length > 0 && (
        <details className={classes.columns}>
          <summary>More fields</summary>
          <div className={classes.mapping}>{rest.map(select)}</div>
        </details>
      )}
    </>
  );
}
