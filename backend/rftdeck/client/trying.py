"""What is tried before and beside a training: scores by hand, pre-flights, questions to workers, re-scoring."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rftdeck.client.plumbing import Http, plain
from rftdeck.preflights import (
    PreflightOptions,
    PreflightRead,
    PromptPreviewCreate,
    QuestionAnswer,
    QuestionRead,
)
from rftdeck.rescores import RescoreCreate, RescoreRead
from rftdeck.scoring import (
    CaseCreate,
    CaseRead,
    CustomRewardCreate,
    CustomRewardRead,
    IdealRead,
    IdealRequest,
    ScoreRead,
    ScoreRequest,
)
from rftdeck.spec import RunSpec

if TYPE_CHECKING:
    pass


class TryCalls(Http):
    # ---- pre-flights --------------------------------------------------------------------------------------------

    def preflight(self, spec: RunSpec | Mapping[str, Any], options: PreflightOptions) -> PreflightRead:
        """Queue a pre-flight; wait for it as for a run."""
        return self._post(PreflightRead, "/preflights", {"spec": plain(spec), "options": plain(options)})

    def read_preflight(self, run_id: int) -> PreflightRead:
        return self._get(PreflightRead, f"/preflights/{run_id}")

    # ---- questions to workers -----------------------------------------------------------------------------------

    def ask(self, question: PromptPreviewCreate) -> QuestionRead:
        """Ask a worker what the model sees of a prompt; read it again until it is answered."""
        return self._post(QuestionRead, "/questions", plain(question))

    def question(self, question_id: int) -> QuestionRead:
        return self._get(QuestionRead, f"/questions/{question_id}")

    def claim_question(self, worker: str, queues: Sequence[str]) -> QuestionRead | None:
        body = {"worker": worker, "queues": list(queues)}
        answer = self._request("POST", "/questions/claims", json=body)
        return None if answer.status_code == 204 else QuestionRead.model_validate(answer.json())

    def answer_question(self, question_id: int, answer: QuestionAnswer) -> None:
        self._request("PUT", f"/questions/{question_id}/answer", json=plain(answer))

    # ---- rewards ------------------------------------------------------------------------------------------------

    def score(self, request: ScoreRequest) -> ScoreRead:
        """Score completions of one prompt by hand."""
        return self._post(ScoreRead, "/rewards/score", plain(request))

    def check_ideal(self, request: IdealRequest) -> IdealRead:
        """Whether a perfect answer reaches the maximum of every reward."""
        return self._post(IdealRead, "/rewards/ideal", plain(request))

    def create_custom_reward(self, create: CustomRewardCreate) -> CustomRewardRead:
        """Store a version; it is refused when a case does not get its expected score."""
        return self._post(CustomRewardRead, "/rewards/custom", plain(create))

    def create_case(self, create: CaseCreate) -> CaseRead:
        """Keep a completion whose right score is known."""
        return self._post(CaseRead, "/reward-cases", plain(create))

    # ---- re-scoring ---------------------------------------------------------------------------------------------

    def rescore(self, run_id: int, create: RescoreCreate) -> RescoreRead:
        """Apply other rewards to the recorded rollouts of a run; read it again until its job has ended."""
        return self._post(RescoreRead, f"/runs/{run_id}/rescores", plain(create))

    def read_rescore(self, rescore_id: int) -> RescoreRead:
        return self._get(RescoreRead, f"/rescores/{rescore_id}")
