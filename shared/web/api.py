"""JSON doors: the blueprint all API routes stand on, strict about what comes in, and the page that explains them."""

from typing import Any

from apispec import APISpec
from flask import Flask, Request, Response, jsonify, render_template
from flask_smorest import Api, Blueprint
from marshmallow import Schema, fields
from webargs.flaskparser import FlaskParser

from shared.web.access import public_api
from shared.web.bodies import strict_json


class ProblemSchema(Schema):
    """An RFC 9457 problem document."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class _StrictParser(FlaskParser):
    """Reads JSON bodies through `strict_json`."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body; a body that isn't an object (or list, for `many`) is the schema's to refuse."""
        return strict_json(req)


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """The blueprint of one service's `/api/<service>/v1`: `api = ApiBlueprint("submissions")`."""

    ARGUMENTS_PARSER = _StrictParser()

    def __init__(self, service: str, import_name: str, description: str = "") -> None:
        super().__init__(f"api_{service}", import_name, url_prefix=f"/api/{service}/v1", description=description)
        self.service = service

    def arguments(self, schema: type[Schema] | Schema, **options: Any) -> Any:
        """See flask-smorest. A class is made a schema here, once; webargs would do it for every request."""
        return super().arguments(schema if isinstance(schema, Schema) else schema(), **options)


class _ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest, with errors answered by shared.web.problems."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Nothing to do: `register_problems` answers for pages and API alike."""


def mount_api(app: Flask, blueprint: ApiBlueprint) -> None:
    """Serve `blueprint`, its OpenAPI 3.1 document at `openapi.json` and a page for people at `docs`."""
    app.config.update(
        API_TITLE=f"Mitsprache: {blueprint.service}",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
    )
    api = _ProblemApi(app, spec_kwargs={"servers": [{"url": app.extensions["settings"].base_url}]})
    api.spec.components.security_scheme("staff", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    api.register_blueprint(blueprint)
    spec: APISpec = api.spec
    _describe_problems(spec)

    @public_api
    def openapi_document() -> Response:
        return jsonify(spec.to_dict())

    @public_api
    def api_docs() -> str:
        return render_template("shared/api_docs.html", document=spec.to_dict(), service=blueprint.service)

    prefix = blueprint.url_prefix
    app.add_url_rule(f"{prefix}/openapi.json", view_func=openapi_document)
    app.add_url_rule(f"{prefix}/docs", view_func=api_docs)


def _describe_problems(spec: APISpec) -> None:
    # flask-smorest describes errors as plain JSON, and a paging of its own that we don't use.
    spec.components.schemas.pop("PaginationMetadata", None)
    spec.components.headers.pop("PAGINATION", None)
    for response in spec.components.responses.values():
        content = response.get("content", {})
        if "application/json" in content:
            content["application/problem+json"] = content.pop("application/json")


def page_of(rows: list[Any], next_url: str | None) -> dict[str, Any]:
    """The shape of every list: `{"data": […], "next": <url or null>}`."""
    return {"data": rows, "next": next_url}
