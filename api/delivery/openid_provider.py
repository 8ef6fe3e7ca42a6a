"""The provider of OpenID Connect at which people of the company sign in: a code with PKCE is exchanged for an account that it signed."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from threading import Lock
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import BadSignatureError, ExpiredTokenError, InvalidClaimError, InvalidKeyIdError, JoseError, MissingClaimError
from joserfc.jwk import KeySet

from api.delivery.limited_requests import NoAnswer, address_in
from api.desk.sign_on_settings import SignOnSettings
from api.refusals import NoKey, OutsideFailure
from engine.phrases import Phrase, phrase
from engine.problems import Kind

NO_PROVIDER: Final = Kind("no-sign-on-address", "CENTWRIGHT_SIGN_ON_ISSUER does not lead to a provider: {because}", "write https://host")
UNREACHABLE: Final = Kind(
    "sign-on-unreachable", "the sign-in of the company does not answer: {because}", "try again in a moment, or tell an administrator"
)
NOT_STARTED: Final = Kind(
    "sign-on-not-begun", "this sign-in was not begun in this browser, or too long ago", "begin it again, in this browser"
)
DECLINED: Final = Kind("sign-on-declined", "the sign-in of the company declined: {because}", "try again, or tell an administrator")
NOT_TRUSTED: Final = Kind(
    "sign-on-not-trusted",
    "what the sign-in of the company answered cannot be trusted: {because}",
    "sign in again; tell an administrator where this goes on",
)
_SCOPES: Final = "openid profile email"
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
"""Signatures with a private key: the provider has it, and nobody else."""
_SECONDS: Final = 8.0
_METADATA_LASTS: Final = 3600.0
_KEYS_READ_AGAIN: Final = 5.0
"""How long after keys were read a signature with an unknown one has them read again."""
_LEEWAY: Final = 60
_ENDPOINTS: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What only the browser knows that began to sign in."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def random(cls) -> Attempt:
        """One which nobody can guess."""
        return cls(state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48))


@dataclass(frozen=True, slots=True)
class _Metadata:
    fields: Mapping[str, object]
    read_at: float

    def text(self, name: str) -> str | None:
        text = self.fields.get(name)
        return text if isinstance(text, str) else None

    def texts(self, name: str) -> tuple[str, ...]:
        texts = self.fields.get(name)
        return tuple(each for each in texts if isinstance(each, str)) if isinstance(texts, list) else ()


@dataclass(frozen=True, slots=True)
class _Keys:
    keys: KeySet
    read_at: float


class OpenIdProvider:
    """Leads people to the provider, and reads what it answers: its addresses and keys are read when they are first needed."""

    def __init__(self, settings: SignOnSettings) -> None:
        self.settings = settings
        self._lock = Lock()
        self._metadata: _Metadata | None = None
        self._keys: _Keys | None = None
        address_in(settings.issuer, NO_PROVIDER)

    def address(self, attempt: Attempt, answer_at: str) -> str:
        """Where a browser signs in that is led to an address of ours then."""
        endpoint = self._described().text("authorization_endpoint")
        assert endpoint is not None
        scope = _SCOPES
        return str(
            prepare_grant_uri(
                endpoint,
                self.settings.registration,
                "code",
                redirect_uri=answer_at,
                scope=scope,
                state=attempt.state,
                nonce=attempt.nonce,
                code_challenge=create_s256_code_challenge(attempt.verifier),
                code_challenge_method="S256",
            )
        )

    def account(self, attempt: Attempt, answer: Mapping[str, str], answer_at: str) -> Mapping[str, object]:
        """What the provider says of who signed in, for the answer with which it led a browser back; refuses what is not from it."""
        if not compare_digest(attempt.state.encode(), answer.get("state", "").encode()):
            raise NoKey((NOT_STARTED.at(None),))
        described, issuer = self._described(), answer.get("iss")
        is_named = described.fields.get("authorization_response_iss_parameter_supported") is True
        if (issuer is not None and issuer != self.settings.issuer) or (issuer is None and is_named):
            raise _untrusted(phrase("it is from another provider"))
        if "error" in answer:
            raise NoKey((DECLINED.at(None, because=_printable(answer.get("error_description") or answer["error"])),))
        tokens = self._exchanged(described, answer.get("code", ""), attempt.verifier, answer_at)
        claims = self._verified(described, tokens, attempt.nonce)
        wanted = (self.settings.person_claim, *((self.settings.role_claim,) if self.settings.roles else ()))
        return claims if all(name in claims for name in wanted) else self._completed(described, tokens, claims)

    def end_address(self, back: str) -> str | None:
        """Where a browser signs out of the provider too, and is led back from; None where it has no such address."""
        endpoint = self._described().text("end_session_endpoint")
        if endpoint is None:
            return None
        query = urlencode({"client_id": self.settings.registration, "post_logout_redirect_uri": back})
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{query}"

    def _described(self) -> _Metadata:
        """What the provider says of itself; it must say that it is the one that was set."""
        with self._lock:
            stored = self._metadata
        if stored is not None and time.monotonic() - stored.read_at < _METADATA_LASTS:
            return stored
        fields = _tree(self._request("GET", get_well_known_url(self.settings.issuer, external=True)))
        read = _Metadata(fields, time.monotonic())
        if read.text("issuer") != self.settings.issuer:
            because = phrase("it calls itself `{text}`", text=_printable(str(fields.get("issuer"))))
            raise OutsideFailure((NO_PROVIDER.at(None, because=because),))
        for name in _ENDPOINTS:
            address_in(read.text(name) or "", NO_PROVIDER)
        with self._lock:
            self._metadata = read
        return read

    def _exchanged(self, described: _Metadata, code: str, verifier: str, answer_at: str) -> Mapping[str, object]:
        """The tokens that the provider gives for a code, once."""
        body = {"code_verifier": verifier, "client_id": self.settings.registration}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        methods = described.texts("token_endpoint_auth_methods_supported") or ("client_secret_basic",)
        if self.settings.secret is not None and "client_secret_basic" in methods:
            pair = f"{quote(self.settings.registration, safe='')}:{quote(self.settings.secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        elif self.settings.secret is not None:
            body["client_secret"] = self.settings.secret
        sent = prepare_token_request("authorization_code", redirect_uri=answer_at, code=code, **body)
        tokens = _tree(self._request("POST", described.text("token_endpoint") or "", str(sent).encode(), headers, takes_refusal=True))
        if "error" in tokens:
            raise NoKey((DECLINED.at(None, because=_printable(str(tokens.get("error_description") or tokens["error"]))),))
        return tokens

    def _verified(self, described: _Metadata, tokens: Mapping[str, object], nonce: str) -> Mapping[str, object]:
        """The account of a token that the provider signed for us, now, for this attempt."""
        text = tokens.get("id_token")
        if not isinstance(text, str):
            raise _untrusted(phrase("it names nobody"))
        try:
            token = self._decoded(described, text)
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": self.settings.issuer},
                    "aud": {"essential": True, "value": self.settings.registration},
                },
                params={"nonce": nonce, "client_id": self.settings.registration, "access_token": tokens.get("access_token")},
            )
            claims.validate(leeway=_LEEWAY)
        except JoseError as fault:
            raise _untrusted(_reason(fault)) from None
        except (ValueError, TypeError, KeyError):
            raise _untrusted(phrase("it cannot be read")) from None
        return dict(claims)

    def _decoded(self, described: _Metadata, text: str) -> jwt.Token:
        """A token whose signature is the provider's; a key that is not known yet is looked for once more."""
        for is_last in (False, True):
            stored = self._known_keys(described, again=is_last)
            try:
                return jwt.decode(text, stored, algorithms=_ALGORITHMS)
            except (InvalidKeyIdError, BadSignatureError):
                if is_last:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def _known_keys(self, described: _Metadata, *, again: bool) -> KeySet:
        with self._lock:
            stored = self._keys
        if stored is not None and (not again or time.monotonic() - stored.read_at < _KEYS_READ_AGAIN):
            return stored.keys
        tree = _tree(self._request("GET", described.text("jwks_uri") or ""))
        try:
            keys = KeySet.import_key_set(tree)  # type: ignore[arg-type]  # it refuses what is no set of keys
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise OutsideFailure((UNREACHABLE.at(None, because=phrase("its keys cannot be read")),)) from None
        with self._lock:
            self._keys = _Keys(keys, time.monotonic())
        return keys

    def _completed(self, described: _Metadata, tokens: Mapping[str, object], claims: Mapping[str, object]) -> Mapping[str, object]:
        """An account with what the provider says of it on request only."""
        endpoint, access = described.text("userinfo_endpoint"), tokens.get("access_token")
        if endpoint is None or not isinstance(access, str) or not access.isascii():
            return claims
        more = _tree(self._request("GET", endpoint, None, {"Authorization": f"Bearer {access}", "Accept": "application/json"}))
        if more.get("sub") != claims.get("sub"):
            raise _untrusted(phrase("it is about another account"))
        return {**more, **claims}

    def _request(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, *, takes_refusal: bool = False
    ) -> bytes:
        address, parts = address_in(url, NO_PROVIDER)
        rest = parts.path[len(address.path) :] + (f"?{parts.query}" if parts.query else "")
        try:
            answer = address.request(method, rest, body, headers or {"Accept": "application/json"}, _SECONDS)
        except NoAnswer as fault:
            raise OutsideFailure((UNREACHABLE.at(None, because=str(fault)),)) from None
        if answer.status != 200 and not (takes_refusal and answer.status in (400, 401)):
            raise OutsideFailure((UNREACHABLE.at(None, because=phrase("status {status}", status=answer.status)),))
        return answer.content


def _tree(content: bytes) -> dict[str, object]:
    try:
        tree = json.loads(content)
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise OutsideFailure((UNREACHABLE.at(None, because=phrase("its answer is not JSON")),))
    return tree


def _untrusted(because: Phrase | str) -> NoKey:
    return NoKey((NOT_TRUSTED.at(None, because=because),))


def _reason(fault: JoseError) -> Phrase:
    """Why a token is not taken, for who looks after the provider."""
    if isinstance(fault, ExpiredTokenError):
        return phrase("it has expired")
    if isinstance(fault, BadSignatureError | InvalidKeyIdError):
        return phrase("its signature is not by a key of the provider")
    if isinstance(fault, InvalidClaimError | MissingClaimError):
        return phrase("its field `{name}` is wrong or missing", name=_printable(fault.claim))
    return phrase("it is not signed as it must be")


def _printable(text: str) -> str:
    return "".join(sign for sign in text[:200] if sign.isprintable())
