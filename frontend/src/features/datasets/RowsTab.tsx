import { ActionIcon, Button, NumberInput, Select, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback, useHotkeys } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight, FlaskConical, SearchX } from "lucide-react";
import { useState } from "react";
import { rowsOptions } from "@/api/datasets";
import { mediaUrl } from "@/api/http";
import type { DatasetRow, DatasetVersion } from "@/api/types";
import { EmptyState } from "@/components/EmptyState";
import { ButtonLink } from "@/components/links";
import { QueryState } from "@/components/QueryState";
import { RowView } from "@/components/row/RowView";
import { formatCount } from "@/lib/format";
import classes from "./RowsTab.module.css";
import { pageOf, promptOf } from "./rows";

const route = getRouteApi("/datasets/$datasetId");
const PAGE = 50;

/** Any page of a split, and one row of it large. */
export function RowsTab({ version }: { version: DatasetVersion }) {
  const { split: asked, offset = 0, row: open, q } = route.useSearch();
  const navigate = route.useNavigate();
  const stats = version.splits.find(({ split }) => split === asked) ?? version.splits[0];
  const split = stats?.split ?? "train";
  const total = stats?.rows ?? 0;
  const page = useQuery(rowsOptions(version.id, split, offset, PAGE, q));
  const chosen = useQuery({
    ...rowsOptions(version.id, split, open ?? 0, 1),
    enabled: open !== undefined && total > 0,
  });

  const goTo = (change: { split?: string; offset?: number; row?: number; q?: string }) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const show = (place: number) => {
    if (place < 0 || place >= total) return;
    goTo({ row: place, ...(q ? {} : { offset: pageOf(place, PAGE) }) });
  };
  useHotkeys([
    ["j", () => show((open ?? -1) + 1)],
    ["k", () => show((open ?? 1) - 1)],
    ["Escape", () => goTo({ row: undefined })],
  ]);

  return (
    <>
      <div className={classes.tools}>
        <Select
          aria-label="Split"
          size="xs"
          w={170}
          allowDeselect={false}
          data={version.splits.map(({ split: name, rows }) => ({
            value: name,
            label: `${name} · ${formatCount(rows)}`,
          }))}
          value={split}
          onChange={(next) => next && goTo({ split: next, offset: undefined, row: undefined })}
          data-testid="split"
        />
        <SearchInput
          key={q ?? ""}
          initial={q ?? ""}
          onSearch={(text) => goTo({ q: text || undefined, offset: undefined })}
        />
        {!q && (
          <span className={classes.pager}>
            <Tooltip label="Previous page">
              <ActionIcon
                aria-label="Previous page"
                disabled={offset === 0}
                onClick={() => goTo({ offset: Math.max(0, offset - PAGE) || undefined })}
              >
                <ChevronLeft size={15} />
              </ActionIcon>
            </Tooltip>
            <NumberInput
              aria-label="First row of the page"
              size="xs"
              w={96}
              hideControls
              min={0}
              max={Math.max(0, total - 1)}
              thousandSeparator=","
              value={offset}
              onBlur={({ currentTarget }) =>
                goTo({ offset: pageOf(Number(currentTarget.value.replaceAll(",", "")) || 0, 1) || undefined })
              }
              data-testid="offset"
            />
            <span className="muted">of {formatCount(total)}</span>
            <Tooltip label="Next page">
              <ActionIcon
                aria-label="Next page"
                disabled={offset + PAGE >= total}
                onClick={() => goTo({ offset: offset + PAGE })}
                data-testid="next-page"
              >
                <ChevronRight size={15} />
              </ActionIcon>
            </Tooltip>
          </span>
        )}
        <span className={classes.hint}>j and k open the next and the previous row</span>
      </div>
      <div className={classes.columns} data-open={open !== undefined || undefined}>
        <QueryState query={page}>
          {({ items, next_offset }) => (
            <div>
              <ul className={classes.list} aria-label={`Rows of ${split}`}>
                {items.map((row, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: ids need not be unique, places are
                  <li key={`${row.id} ${offset + i}`}>
                    <RowLine
                      row={row}
                      place={q ? null : offset + i}
                      isOpen={!q && open === offset + i}
                      onOpen={() => !q && goTo({ row: offset + i })}
                    />
                  </li>
                ))}
              </ul>
              {items.length === 0 && (
                <EmptyState icon={<SearchX size={20} />} title={q ? "Nothing found so far" : "No rows here"}>
                  {q ? `No prompt, answer or solution up to here contains “${q}”.` : "This split is empty."}
                </EmptyState>
              )}
              {q && next_offset !== null && (
                <Button variant="default" size="xs" mt="sm" onClick={() => goTo({ offset: next_offset })}>
                  Search on from row {formatCount(next_offset)}
                </Button>
              )}
            </div>
          )}
        </QueryState>
        {open !== undefined && (
          <aside className={classes.detail} aria-label={`Row ${open}`}>
            <div className={classes.detailHead}>
              <h2>Row {formatCount(open)}</h2>
              <ActionIcon aria-label="Previous row" disabled={open === 0} onClick={() => show(open - 1)}>
                <ChevronLeft size={15} />
              </ActionIcon>
              <ActionIcon
                aria-label="Next row"
                disabled={open >= total - 1}
                onClick={() => show(open + 1)}
                data-testid="next-row"
              >
                <ChevronRight size={15} />
              </ActionIcon>
              <ButtonLink
                to="/playground"
                search={{ version: version.id, split, row: open }}
                variant="default"
                size="compact-xs"
                leftSection={<FlaskConical size={12} />}
                ml="auto"
                data-testid="try-rewards"
              >
                Try rewards on this row
              </ButtonLink>
            </div>
            <QueryState query={chosen}>
              {({ items: [row] }) =>
                row ? <RowView row={row} /> : <p className="muted">There is no such row.</p>
              }
            </QueryState>
          </aside>
        )}
      </div>
    </>
  );
}

function SearchInput({ initial, onSearch }: { initial: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(initial);
  const search = useDebouncedCallback(onSearch, 400);
  return (
    <TextInput
      aria-label="Search in prompts, answers and solutions"
      placeholder="Search in prompts and answers"
      size="xs"
      w={240}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        search(currentTarget.value.trim());
      }}
      data-testid="search-rows"
    />
  );
}

interface LineProps {
  row: DatasetRow;
  /** Null among search results, which do not know theirs. */
  place: number | null;
  isOpen: boolean;
  onOpen: () => void;
}

function RowLine({ row, place, isOpen, onOpen }: LineProps) {
  const thumbnail = row.images[0] ?? row.videos[0]?.frames[0];
  return (
    <button
      type="button"
      className={classes.line}
      aria-pressed={isOpen}
      disabled={place === null}
      onClick={onOpen}
      data-testid="row-line"
    >
      <span className={classes.place}>{place === null ? row.id : formatCount(place)}</span>
      {thumbnail && <img src={mediaUrl(thumbnail)} alt="" loading="lazy" />}
      <span className={classes.prompt}>{promptOf(row)}</span>
      <span className={classes.gold}>{row.answer ?? "no gold"}</span>
      {row.answer_type && <span className={classes.type}>{row.answer_type}</span>}
    </button>
  );
}
