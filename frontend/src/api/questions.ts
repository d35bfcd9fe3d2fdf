import { queryOptions } from "@tanstack/react-query";
import { http, unwrap } from "./http";
import type { components } from "./schema.gen";
import type { Question } from "./types";

export type QuestionBody = components["schemas"]["PromptPreviewCreate-Input"];

const POLL_MS = 400;

/** Asks a worker what the model sees of a prompt. */
export function ask(body: QuestionBody): Promise<Question> {
  return unwrap(http.POST("/api/v1/questions", { body }));
}

/** Asked again until a worker has answered. */
export function questionOptions(questionId: number) {
  return queryOptions({
    queryKey: ["question", questionId],
    queryFn: ({ signal }) =>
      unwrap(
        http.GET("/api/v1/questions/{question_id}", {
          params: { path: { question_id: questionId } },
          signal,
        }),
      ),
    refetchInterval: ({ state: { data, error } }) => (error || isAnswered(data) ? false : POLL_MS),
    retry: 2,
  });
}

export function isAnswered(question: Question | undefined): boolean {
  return question?.state === "answered" || question?.state === "failed";
}
