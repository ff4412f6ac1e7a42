"""An OpenID provider as Authlib's documentation builds one: its mixins as tables, its grants, its endpoints, on Flask.

python server.py FOLDER, with what to register on standard input. It prints one line of JSON once it listens.
"""

from __future__ import annotations

import json
import sys
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.integrations.sqla_oauth2 import (
    OAuth2AuthorizationCodeMixin,
    OAuth2ClientMixin,
    OAuth2TokenMixin,
    create_bearer_token_validator,
    create_query_client_func,
    create_revocation_endpoint,
    create_save_token_func,
)
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core import UserInfo, UserInfoEndpoint
from authlib.oidc.core.grants import OpenIDCode, OpenIDToken
from flask import Flask, jsonify, redirect, request, session
from joserfc.jwk import RSAKey
from sqlalchemy import Column, Integer, create_engine
from sqlalchemy.orm import DeclarativeBase, scoped_session, sessionmaker
from werkzeug.serving import make_server

NAMES = {"ada": "Ada"}
PASSWORD = "correct horse"

LOGIN = """<!doctype html><title>Log in</title><form method="post"><input name="username" aria-label="User name">
<input name="password" type="password" aria-label="Password"><button>Sign in</button></form>"""
CONSENT = """<!doctype html><title>Allow</title><form method="post">
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>"""

application = Flask(__name__)
application.config |= {"SECRET_KEY": "a key of the test", "OAUTH2_REFRESH_TOKEN_GENERATOR": True}
key = RSAKey.generate_key(2048, {"kid": "of the test", "use": "sig", "alg": "RS256"})
issuer = ""


class Table(DeclarativeBase):
    """What the tables have in common."""


class Client(Table, OAuth2ClientMixin):
    """A client."""

    __tablename__ = "client"
    id = Column(Integer, primary_key=True)


class Code(Table, OAuth2AuthorizationCodeMixin):
    """An authorization code."""

    __tablename__ = "code"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer)


class Token(Table, OAuth2TokenMixin):
    """An access token with its refresh token."""

    __tablename__ = "token"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer)

    def get_user(self) -> Person:
        """Say whose it is."""
        return Person()

    def get_client(self) -> Client:
        """Say which client it was issued to."""
        return db.query(Client).filter_by(client_id=self.client_id).one()


class Person:
    """Ada, the only account."""

    id = 1

    def get_user_id(self) -> int:
        """Tell Authlib who this is."""
        return self.id


db = scoped_session(sessionmaker(create_engine(f"sqlite:///{sys.argv[1]}/authlib.db")))


@application.teardown_appcontext
def _release(_: object) -> None:
    db.remove()


def claims_of(scope: str) -> UserInfo:
    """Say who Ada is, as far as the scope goes."""
    return UserInfo(sub="ada", name="Ada", email="ada@example.org").filter(scope)


class CodeGrant(grants.AuthorizationCodeGrant):
    """The code grant over these tables."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none", "client_secret_basic", "client_secret_post")

    def save_authorization_code(self, code, request):
        sent = request.payload
        db.add(
            Code(
                code=code,
                client_id=request.client.client_id,
                redirect_uri=sent.redirect_uri,
                scope=sent.scope,
                user_id=request.user.id,
                nonce=sent.data.get("nonce"),
                code_challenge=sent.data.get("code_challenge"),
                code_challenge_method=sent.data.get("code_challenge_method"),
            )
        )
        db.commit()

    def query_authorization_code(self, code, client):
        found = db.query(Code).filter_by(code=code, client_id=client.client_id).first()
        return found if found and not found.is_expired() else None

    def delete_authorization_code(self, authorization_code):
        db.delete(authorization_code)
        db.commit()

    def authenticate_user(self, authorization_code):
        return Person()


class RefreshGrant(grants.RefreshTokenGrant):
    """Rotation."""

    INCLUDE_NEW_REFRESH_TOKEN = True
    TOKEN_ENDPOINT_AUTH_METHODS = CodeGrant.TOKEN_ENDPOINT_AUTH_METHODS

    def authenticate_refresh_token(self, refresh_token):
        found = db.query(Token).filter_by(refresh_token=refresh_token).first()
        return found if found and not found.is_revoked() else None

    def authenticate_user(self, refresh_token):
        return Person()

    def revoke_old_credential(self, refresh_token):
        refresh_token.access_token_revoked_at = refresh_token.refresh_token_revoked_at = int(time.time())
        db.commit()


class _Signing:
    def resolve_client_private_key(self, client):
        return key

    def get_client_claims(self, client):
        return {"iss": issuer, "aud": [client.get_client_id()]}

    def get_encode_header(self, client):
        return {"alg": "RS256", "kid": key.kid}

    def generate_user_info(self, user, scope):
        return claims_of(scope)


class WithCode(_Signing, OpenIDCode):
    """An ID token at the login."""

    def exists_nonce(self, nonce, request):
        return db.query(Code).filter_by(client_id=request.payload.client_id, nonce=nonce).first() is not None


class WithRefresh(_Signing, OpenIDToken):
    """An ID token at each refresh."""


class Issuer(IssuerParameter):
    """`iss` in the callback."""

    def get_issuer(self):
        return issuer


class Info(UserInfoEndpoint):
    """Who is logged in."""

    def generate_user_info(self, user, scope):
        return claims_of(scope)


server = AuthorizationServer(application, create_query_client_func(db, Client), create_save_token_func(db, Token))
server.register_grant(CodeGrant, [WithCode(require_nonce=True), CodeChallenge(required=True)])
server.register_grant(RefreshGrant, [WithRefresh()])
server.register_extension(Issuer())
revocation = create_revocation_endpoint(db, Token)
revocation.CLIENT_AUTH_METHODS = list(CodeGrant.TOKEN_ENDPOINT_AUTH_METHODS)
server.register_endpoint(revocation)
protector = ResourceProtector()
protector.register_token_validator(create_bearer_token_validator(db, Token)())
server.register_endpoint(Info(resource_protector=protector))


@application.route("/oauth/authorize", methods=["GET", "POST"])
def authorize():
    """Ask for the password once, and for permission each time."""
    if "user" not in session:
        if request.form.get("username") not in NAMES or request.form.get("password") != PASSWORD:
            return LOGIN
        session["user"] = request.form["username"]
        return redirect(request.url, 303)
    grant = server.get_consent_grant(end_user=Person())
    if "decision" not in request.form:
        return CONSENT
    allowed = Person() if request.form["decision"] == "allow" else None
    return server.create_authorization_response(grant_user=allowed, grant=grant)


@application.post("/oauth/token")
def token():
    """Redeem a code, or renew tokens."""
    return server.create_token_response()


@application.post("/oauth/revoke")
def revoke():
    """End a token."""
    return server.create_endpoint_response("revocation")


@application.get("/oauth/userinfo")
def userinfo():
    """Say who is logged in."""
    return server.create_endpoint_response("userinfo")


@application.get("/oauth/jwks")
def jwks():
    """Publish the key."""
    return jsonify(keys=[key.as_dict(private=False)])


@application.get("/.well-known/oauth-authorization-server")
def metadata():
    """Say where everything is (RFC 8414)."""
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/oauth/authorize",
        token_endpoint=f"{issuer}/oauth/token",
        revocation_endpoint=f"{issuer}/oauth/revoke",
        userinfo_endpoint=f"{issuer}/oauth/userinfo",
        jwks_uri=f"{issuer}/oauth/jwks",
        response_types_supported=["code"],
        code_challenge_methods_supported=["S256"],
        authorization_response_iss_parameter_supported=True,
    )


@application.after_request
def _permit_other_origins(response):
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "authorization"
    return response


def main() -> None:
    """Register, listen, and say where."""
    global issuer
    Table.metadata.create_all(db.get_bind())
    for each in json.load(sys.stdin)["clients"]:
        client = Client(client_id=each.pop("client_id"), client_secret=each.pop("client_secret", ""))
        client.set_client_metadata(each)
        db.add(client)
    db.commit()
    serving = make_server("127.0.0.1", 0, application, threaded=True)
    issuer = f"http://127.0.0.1:{serving.server_port}"
    print(json.dumps({"issuer": issuer}), flush=True)  # noqa: T201
    serving.serve_forever()


if __name__ == "__main__":
    main()
