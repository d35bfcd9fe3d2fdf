"""Questions to workers: asked once, answered once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from rftdeck import Client
from rftdeck.errors import RftdeckError

from tests.server.helpers import a_queue, a_spec

ANSWER = {
    "messages": [{"role": "user", "content": "1+1=?"}],
    "text": "<user>1+1=?",
    "tokens": [{"id": 3, "text": "1"}],
    "n_tokens": 1,
    "n_image_tokens": 0,
    "answer": "2",
}


def ask(client: Client, queue: str) -> dict[str, Any]:
    spec = a_spec(queue).model_dump(mode="json")
    return client._json("POST", "/questions", json={"spec": spec, "prompt": "1+1=?"})


def claim(client: Client, queue: str) -> dict[str, Any] | None:
    answer = client._request("POST", "/questions/claims", json={"worker": "test", "queues": [queue]})
    return answer.json() if answer.status_code == 200 else None


def test_a_question_is_claimed_by_one_worker_and_answered_once(client: Client) -> None:
    queue = a_queue()
    assert claim(client, queue) is None
    asked = ask(client, queue)
    with ThreadPoolExecutor(8) as threads:
        won = [found for found in threads.map(lambda _: claim(client, queue), range(8)) if found is not None]
    assert [found["id"] for found in won] == [asked["id"]]
    assert won[0]["question"]["prompt"] == "1+1=?"
    client._request("PUT", f"/questions/{asked['id']}/answer", json={"answer": ANSWER})
    read = client._json("GET", f"/questions/{asked['id']}")
    assert (read["state"], read["answer"]) == ("answered", ANSWER)
    with pytest.raises(RftdeckError, match="answered already"):
        client._request("PUT", f"/questions/{asked['id']}/answer", json={"error": "late"})


def test_a_question_that_failed_says_why(client: Client) -> None:
    queue = a_queue()
    asked = ask(client, queue)
    assert claim(client, queue) is not None
    client._request("PUT", f"/questions/{asked['id']}/answer", json={"error": "model.name: nothing there"})
    read = client._json("GET", f"/questions/{asked['id']}")
    assert (read["state"], read["error"]) == ("failed", "model.name: nothing there")


@pytest.mark.parametrize("body", [{}, {"answer": ANSWER, "error": "both"}])
def test_a_bad_answer_is_refused(client: Client, body: dict[str, Any]) -> None:
    asked = ask(client, a_queue())
    with pytest.raises(RftdeckError, match="give an answer or an error"):
        client._request("PUT", f"/questions/{asked['id']}/answer", json=body)


def test_a_question_that_is_not_there(client: Client) -> None:
    with pytest.raises(RftdeckError, match="no question 999999"):
        client._json("GET", "/questions/999999")


def test_a_question_about_a_data_set_that_is_not_there_is_refused_at_once(client: Client) -> None:
    spec = a_spec(a_queue(), dataset={"name": "dataset:nowhere"}).model_dump(mode="json")
    with pytest.raises(RftdeckError, match="nowhere"):
        client._json("POST", "/questions", json={"spec": spec})
