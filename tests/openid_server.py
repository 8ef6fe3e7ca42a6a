"""A provider of OpenID Connect on loopback, made of authlib's own server: people sign in with a form, and its tokens can be spoilt."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, list_to_scope, scope_to_list
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from werkzeug.serving import make_server

REGISTRATION = "centwright"
SECRET = "a secret of the provider: 1/2+3"


@dataclass
class Registered(ClientMixin):
    """This program, as the provider knows it."""

    answer_at: str

    def get_client_id(self) -> str:
        """Its id."""
        return REGISTRATION

    def get_default_redirect_uri(self) -> str:
        """Where its answers go."""
        return self.answer_at

    def get_allowed_scope(self, scope: str) -> str:
        """All that it requests."""
        return str(list_to_scope(scope_to_list(scope)))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Whether answers may go there."""
        return redirect_uri == self.answer_at

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether it is the one that it was given."""
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """It sends its secret in a header."""
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        """It requests codes."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """It exchanges codes."""
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    """A code that was given for one exchange."""

    code: str
    user: str
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        """Where the code was sent."""
        return self.redirect_uri

    def get_scope(self) -> str:
        """For what it is."""
        return self.scope

    def get_nonce(self) -> str | None:
        """What its token repeats."""
        return self.nonce

    def get_auth_time(self) -> int:
        """When the person signed in."""
        return self.auth_time

    def get_acr(self) -> None:
        """Nothing is said of how."""

    def get_amr(self) -> None:
        """Nothing is said of how."""


@dataclass
class OpenIdServer:
    """The running provider: its accounts, and what is spoilt of its next tokens."""

    accounts: dict[str, dict[str, object]]
    answer_at: str = ""
    spoil: Callable[[dict[str, Any], dict[str, Any]], None] = field(default=lambda _header, _claims: None)
    """Changes the header and the claims of a token before it is signed."""
    signed_by: Any = None
    """Another key in place of its own."""
    only_on_request: tuple[str, ...] = ()
    """What tokens leave out, and the account says on request."""
    codes: dict[str, Code] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    named: str | None = None
    """What it calls itself in place of its address."""
    port: int = 0
    keys: KeySet = field(default_factory=lambda: KeySet([RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})]))

    @property
    def issuer(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def renew_keys(self) -> None:
        """Signs with another key from now on, as providers do now and then."""
        self.keys = KeySet([RSAKey.generate_key(2048, {"kid": f"key-{time.time_ns()}", "use": "sig"})])

    def metadata(self) -> Mapping[str, object]:
        """What it says of itself."""
        return {
            "issuer": self.named or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/account",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }


@contextmanager
def openid_server(accounts: dict[str, dict[str, object]]) -> Iterator[OpenIdServer]:
    """The provider with some accounts, running; each signs in with its name."""
    state = OpenIdServer(accounts)
    server = make_server("127.0.0.1", 0, _application(state), threaded=True)
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _application(state: OpenIdServer) -> Flask:
    app = Flask("provider")
    server = AuthorizationServer(
        app,
        query_client=lambda name: Registered(state.answer_at) if name == REGISTRATION else None,
        save_token=lambda token, sent: state.tokens.update({token["access_token"]: sent.user}),
    )

    server.register_grant(_exchange(state), [_signed(state)(require_nonce=True), CodeChallenge(required=True)])
    _add_pages(app, server, state)
    return app


def _exchange(state: OpenIdServer) -> type[AuthorizationCodeGrant]:
    class Exchange(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

        def save_authorization_code(self, code: str, sent: Any) -> None:
            payload = sent.payload
            state.codes[code] = Code(
                code=code,
                user=sent.user,
                redirect_uri=payload.redirect_uri,
                scope=payload.scope,
                nonce=payload.data.get("nonce"),
                code_challenge=payload.data.get("code_challenge"),
                code_challenge_method=payload.data.get("code_challenge_method"),
            )

        def query_authorization_code(self, code: str, _registered: Registered) -> Code | None:
            return state.codes.get(code)

        def delete_authorization_code(self, code: Code) -> None:
            del state.codes[code.code]

        def authenticate_user(self, code: Code) -> str:
            return code.user

    return Exchange


def _signed(state: OpenIdServer) -> type[OpenIDCode]:
    class Signed(OpenIDCode):
        def exists_nonce(self, nonce: str, _sent: Any) -> bool:
            return any(code.nonce == nonce for code in state.codes.values())

        def resolve_client_private_key(self, _registered: Registered) -> Any:
            return state.keys.keys[0]

        def get_client_claims(self, _registered: Registered) -> dict[str, object]:
            return {"iss": state.issuer}

        def get_client_algorithm(self, _registered: Registered) -> str:
            return "RS256"

        def generate_user_info(self, user: str, _scope: str) -> UserInfo:
            given = {name: text for name, text in state.accounts[user].items() if name not in state.only_on_request}
            return UserInfo(sub=f"id-{user}", **given)

        def encode_id_token(self, token: Any, sent: Any) -> str:
            key = state.keys.keys[0]
            plain = jwt.decode(super().encode_id_token(token, sent), key)
            header, claims = {**plain.header, "kid": key.kid}, dict(plain.claims)
            state.spoil(header, claims)
            signer = state.signed_by or key
            algorithm = header["alg"]
            signed_by = OctKey.import_key("a" * 32) if algorithm.startswith(("HS", "none")) and not state.signed_by else signer
            return str(jwt.encode(header, claims, signed_by, algorithms=[algorithm]))

    return Signed


def _add_pages(app: Flask, server: AuthorizationServer, state: OpenIdServer) -> None:
    @app.route("/.well-known/openid-configuration")
    def describe() -> Response:
        return jsonify(state.metadata())

    @app.route("/keys")
    def show_keys() -> Response:
        return jsonify(state.keys.as_dict(private=False))

    @app.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Any:
        if request.method == "GET":
            return (
                '<!doctype html><html lang="en"><title>Provider</title><main><h1>Provider</h1><form method="post">'
                '<label>Account <input name="account"></label><button>Go on</button></form></main></html>'
            )
        account = request.form.get("account", "")
        if account not in state.accounts:
            return redirect(f"{state.answer_at}?error=access_denied&error_description=Nobody&state={request.args['state']}")
        grant = server.get_consent_grant(end_user=account)
        return server.create_authorization_response(grant=grant, grant_user=account)

    @app.route("/token", methods=["POST"])
    def exchange() -> Any:
        return server.create_token_response()

    @app.route("/account")
    def account() -> Any:
        user = state.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        return (jsonify({"sub": f"id-{user}", **state.accounts[user]}), 200) if user else (jsonify({}), 401)

    @app.route("/end")
    def end() -> Any:
        return redirect(request.args["post_logout_redirect_uri"])
