"""The authorization server that Authlib's documentation builds: its mixins as tables, its grant, public clients, PKCE.

`python application.py WORLD` fills the database and prints the session cookies; gunicorn serves `application`.
"""

from __future__ import annotations

import json
import os
import sys
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.integrations.sqla_oauth2 import (
    OAuth2AuthorizationCodeMixin,
    OAuth2ClientMixin,
    OAuth2TokenMixin,
    create_bearer_token_validator,
    create_query_client_func,
    create_save_token_func,
)
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, abort, jsonify, request, session
from flask_sqlalchemy import SQLAlchemy

application = Flask(__name__)
application.config |= {
    "SECRET_KEY": "a key of the benchmark",
    "SQLALCHEMY_DATABASE_URI": f"sqlite:///{os.environ['BENCH_DATABASE']}",
    "OAUTH2_REFRESH_TOKEN_GENERATOR": True,
}
db = SQLAlchemy(application)


class User(db.Model):
    """A person."""

    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String(40), unique=True)

    def get_user_id(self) -> int:
        """Tell Authlib who this is."""
        return self.id


class Client(db.Model, OAuth2ClientMixin):
    """A client."""

    id = db.Column(db.Integer, primary_key=True)


class Consent(db.Model):
    """What a person allowed a client."""

    user_id = db.Column(db.Integer, db.ForeignKey("user.id"), primary_key=True)
    client_id = db.Column(db.String(48), primary_key=True)
    scope = db.Column(db.Text)


class Code(db.Model, OAuth2AuthorizationCodeMixin):
    """An authorization code."""

    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    user = db.relationship("User")


class Token(db.Model, OAuth2TokenMixin):
    """An access token with its refresh token."""

    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
    user = db.relationship("User")


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    """The code grant over these tables."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("none",)

    def save_authorization_code(self, code, request):
        db.session.add(
            Code(
                code=code,
                client_id=request.client.client_id,
                redirect_uri=request.payload.redirect_uri,
                scope=request.payload.scope,
                user_id=request.user.id,
                code_challenge=request.payload.data.get("code_challenge"),
                code_challenge_method=request.payload.data.get("code_challenge_method"),
            )
        )
        db.session.commit()

    def query_authorization_code(self, code, client):
        found = Code.query.filter_by(code=code, client_id=client.client_id).first()
        return found if found and not found.is_expired() else None

    def delete_authorization_code(self, authorization_code):
        db.session.delete(authorization_code)
        db.session.commit()

    def authenticate_user(self, authorization_code):
        return db.session.get(User, authorization_code.user_id)


server = AuthorizationServer(
    application,
    query_client=create_query_client_func(db.session, Client),
    save_token=create_save_token_func(db.session, Token),
)
server.register_grant(AuthorizationCodeGrant, [CodeChallenge(required=True)])
protector = ResourceProtector()
protector.register_token_validator(create_bearer_token_validator(db.session, Token)())


@application.get("/oauth/authorize")
def authorize():
    """Answer with a code: a session and a consent are there, or it is refused."""
    user = db.session.get(User, session["id"]) if "id" in session else None
    if user is None:
        abort(401)
    grant = server.get_consent_grant(end_user=user)
    consent = db.session.get(Consent, (user.id, grant.client.client_id))
    if consent is None or not set(request.args["scope"].split()) <= set(consent.scope.split()):
        abort(403)
    return server.create_authorization_response(grant_user=user, grant=grant)


@application.post("/oauth/token")
def token():
    """Redeem a code."""
    return server.create_token_response()


@application.get("/me")
@protector()
def me():
    """Show that a token is good."""
    return jsonify(scope=request.args.get("scope"))


def fill(world: dict) -> dict[str, str]:
    """Write everybody into the database; give each session's cookie."""
    serializer = application.session_interface.get_signing_serializer(application)
    cookies = {}
    with application.app_context():
        db.create_all()
        for each in world["clients"]:
            client = Client(client_id=each["client_id"], client_id_issued_at=int(time.time()))
            metadata = {
                "client_name": each["client_id"],
                "redirect_uris": [each["redirect_uri"]],
                "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"],
                "scope": world["scope"],
                "token_endpoint_auth_method": "none",
            }
            client.set_client_metadata(metadata)
            db.session.add(client)
        for number, (sid, visit) in enumerate(world["visits"].items(), 1):
            db.session.add(User(id=number, username=visit["user"]))
            for client_id in visit["clients"]:
                db.session.add(Consent(user_id=number, client_id=client_id, scope=world["scope"]))
            cookies[sid] = f"session={serializer.dumps({'id': number})}"
        db.session.commit()
    return cookies


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        json.dump(fill(json.load(file)), sys.stdout)
