import { Button, Group, Modal, Select, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Sparkles } from "lucide-react";
import { useState } from "react";
import { recipesOptions } from "@/api/catalog";
import { problemOf } from "@/api/problem";
import type { Recipe } from "@/api/types";
import { sumText } from "@/components/rewards/library";
import { getAt } from "@/lib/json";
import { applyEdits, isOwnPrompt, recipeEdits, recipeInUse } from "./edits";
import classes from "./RecipePicker.module.css";
import { useForm } from "./useForm";

const PROMPT = ["dataset", "system_prompt"];
const NO_RECIPES: Record<string, Recipe> = {};

/** Rewards and wording of a published system, to start from. */
export function RecipePicker() {
  const { value, edit, initial, version, locked } = useForm();
  const query = useQuery(recipesOptions);
  const recipes = query.data?.recipes ?? NO_RECIPES;
  const [asking, setAsking] = useState<Recipe | null>(null);
  const inUse = recipeInUse(value, recipes);
  const suggested = version?.recipe ?? null;
  const suggestion = suggested === null ? undefined : recipes[suggested];

  const apply = (recipe: Recipe, { keepPrompt = false } = {}) => {
    const edits = recipeEdits(recipe);
    applyEdits(edit, keepPrompt ? edits.filter(([path]) => path[0] === "rewards") : edits);
    setAsking(null);
  };
  const choose = (id: string | null) => {
    const recipe = id === null ? undefined : recipes[id];
    if (!recipe) return;
    if (isOwnPrompt(getAt(value, PROMPT), getAt(initial, PROMPT), recipes)) setAsking(recipe);
    else apply(recipe);
  };

  return (
    <div className={classes.picker}>
      <Select
        label="recipe"
        description="Rewards and a system prompt that suit a task, after a published system."
        placeholder={query.isError ? problemOf(query.error).title : "Rewards of your own; choose a recipe…"}
        data={Object.entries(recipes).map(([id, { title }]) => ({ value: id, label: title }))}
        value={inUse}
        onChange={choose}
        allowDeselect={false}
        searchable
        disabled={locked}
        maxDropdownHeight={380}
        data-testid="recipe"
        renderOption={({ option }) => {
          const recipe = recipes[option.value];
          return (
            <span className={classes.option}>
              <span className={classes.title}>
                <b>{option.label}</b>
                {recipe && <span className="muted">after {recipe.after}</span>}
                {option.value === suggested && <span className={classes.chip}>suits this data set</span>}
              </span>
              {recipe && <span className={classes.sum}>{sumText(recipe.rewards)}</span>}
            </span>
          );
        }}
      />
      {suggestion && inUse !== suggested && (
        <p className={classes.suggestion}>
          <Sparkles size={13} aria-hidden />
          <span>
            “{suggestion.title}” suits this data set:{" "}
            <code className="mono">{sumText(suggestion.rewards)}</code>
          </span>
          <Button
            variant="default"
            size="compact-xs"
            disabled={locked}
            onClick={() => choose(suggested)}
            data-testid="apply-suggested-recipe"
          >
            Apply
          </Button>
        </p>
      )}
      <Modal
        opened={asking !== null}
        onClose={() => setAsking(null)}
        title="Replace your system prompt?"
        size="md"
      >
        {asking && (
          <>
            <Text size="sm">
              The recipe “{asking.title}” brings a system prompt that asks for the format its rewards read.
              Yours would be lost:
            </Text>
            <pre className={classes.prompt}>{String(getAt(value, PROMPT))}</pre>
            <Group justify="flex-end" mt="md" gap="xs">
              <Button variant="default" onClick={() => setAsking(null)}>
                Change nothing
              </Button>
              <Button
                variant="default"
                onClick={() => apply(asking, { keepPrompt: true })}
                data-testid="recipe-keep-prompt"
              >
                Rewards only
              </Button>
              <Button onClick={() => apply(asking)} data-autofocus data-testid="recipe-replace-prompt">
                Replace it
              </Button>
            </Group>
          </>
        )}
      </Modal>
    </div>
  );
}
