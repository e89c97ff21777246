"""Signing in to Entra as an application. Tokens are kept and shared by `connectors.tokens`."""

from __future__ import annotations

import logging
import re
import threading
import time
from typing import Any

import msal
import requests
from msal.exceptions import MsalError

from connectors.dynamics.settings import DynamicsSettings
from connectors.errors import CrmAuthFailed, CrmError, CrmRateLimited, CrmUnavailable
from connectors.http import Token, TokenCache, new_session

PUBLIC_CLOUD = "https://login.microsoftonline.com/"
RENEW_BEFORE_SECONDS = 300
THROTTLED = "AADSTS90055"
_PASSING = ("temporarily_unavailable", "server_error")
_NUMBER = re.compile(r"AADSTS\d+")


class DynamicsAuth:
    """One application at one authority. `tokens` signs the calls in."""

    def __init__(self, settings: DynamicsSettings) -> None:
        self._settings = settings
        self._session = new_session(settings.http)
        # At DEBUG it logs whole answers of the token endpoint.
        logging.getLogger("msal.token_cache").setLevel(logging.INFO)
        self._lock = threading.Lock()
        self._application: Any = None
        self.tokens = TokenCache(settings.name, self._sign_in)

    def close(self) -> None:
        """Connections are given back. Twice is fine."""
        self._session.close()

    def _sign_in(self) -> Token:
        try:
            answer = self._ask()
        except (requests.RequestException, OSError):
            failure: CrmError = CrmUnavailable(self._settings.name, "sign_in", code="connection")
        except (MsalError, ValueError) as error:
            failure = self._authority_failure(error)
        else:
            if "access_token" in answer:
                lifetime = max(0, int(answer.get("expires_in", 0)) - RENEW_BEFORE_SECONDS)
                return Token(answer["access_token"], time.monotonic() + lifetime)
            failure = self._refusal(answer)
        # Raised out here, so that no traceback carries what msal says: it may hold the request.
        raise failure

    def _ask(self) -> dict[str, Any]:
        with self._lock:
            if self._application is None:
                self._application = self._new_application()
            # msal would hand out the token of its own cache, also after Dataverse has refused it.
            self._application.remove_tokens_for_client()
        answer: dict[str, Any] = self._application.acquire_token_for_client([f"{self._settings.base_url}/.default"])
        return answer

    def _new_application(self) -> Any:
        """Asks the authority for its metadata. Raises what msal and requests raise."""
        settings = self._settings
        return msal.ConfidentialClientApplication(
            settings.client_id,
            client_credential=settings.client_credential,
            authority=settings.authority or PUBLIC_CLOUD + settings.tenant_id,
            instance_discovery=False if settings.authority else None,
            http_client=self._session,
        )

    def _authority_failure(self, error: Exception) -> CrmError:
        """msal says with a ValueError that the tenant is unknown, and with an MsalError that the server failed."""
        if isinstance(error, MsalError):
            return CrmUnavailable(self._settings.name, "sign_in", code="authority")
        return CrmAuthFailed(self._settings.name, "sign_in", code="authority", detail="Unknown tenant or authority.")

    def _refusal(self, answer: dict[str, Any]) -> CrmError:
        number = _NUMBER.search(str(answer.get("error_description", "")))
        error = str(answer.get("error", ""))
        code = number[0] if number else error
        kind: type[CrmError] = CrmUnavailable if error in _PASSING else CrmAuthFailed
        return (CrmRateLimited if code == THROTTLED else kind)(
            self._settings.name,
            "sign_in",
            code=code,
            request_id=str(answer.get("correlation_id") or ""),
            detail=str(answer.get("error_description", "")),
        )
