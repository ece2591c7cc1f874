"""A stage elsewhere: a product that is up, reached by HTTP like anybody's, with its own worker at work."""

import time
from datetime import datetime

import httpx
from pydantic import JsonValue

from makegood.stories.stage import ApiResponse, headers_for

# A worker looks at its queue every half second; this long and nothing will come of it.
PATIENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.05


class NeverSettles(Exception):
    """The product that is up keeps having something to do, or no worker does it."""

    def __init__(self) -> None:
        super().__init__(f"the shop was not quiet within {PATIENCE_SECONDS:.0f} s; is its worker running?")


class RemoteStage:
    """Plays on the shop at `address`, with a token of all scopes; its clock must be movable."""

    def __init__(self, *, address: str, token: str) -> None:
        self._http = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self._anyone = httpx.Client(base_url=address, timeout=30)

    def call(
        self, method: str, path: str, *, body: JsonValue = None, raw: str | None = None, by: str = "shop"
    ) -> ApiResponse:
        headers = {"Content-Type": "application/json", **headers_for(by)}
        client = self._anyone if by == "anyone" else self._http
        answer = client.request(method, path, headers=headers, content=raw, json=body)
        return ApiResponse.of(answer.status_code, answer.content)

    def move_clock(self, to: datetime) -> None:
        self._http.put("/v1/clock", json={"frozen_at": to.isoformat()}).raise_for_status()

    def settle(self) -> None:
        """Sweep, and wait for the worker, until neither has anything left to do.

        Raises:
            NeverSettles: it goes on and on.
        """
        gives_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < gives_up_at:
            said = self._http.post("/v1/sweep").raise_for_status().json()
            if said["handled"] == 0 and said["jobs_waiting"] == 0:
                return
            time.sleep(LOOK_EVERY_SECONDS)
        raise NeverSettles

    def next_due(self) -> datetime | None:
        said = self._http.get("/v1/clock").raise_for_status().json()["next_due_at"]
        return datetime.fromisoformat(said) if said else None
