"""The Flask application: the front page in plain language, each survey to read, and /healthz; and what channels add.

Everything is served from here and nothing from elsewhere: no font, no script, no cookie. The pages are for whoever has
a browser at hand (staff, a relative, the data-protection officer); residents answer through the channels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from kiosk.catalogue import Catalogue
from kiosk.channel import resolve
from kiosk.office import Office
from kiosk.survey import Survey
from kiosk.wording import full_notice, options, reach

if TYPE_CHECKING:
    from kiosk.intake import Intake

LARGEST = 1 << 20  # bytes of a request
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def create_app(office: Office, intake: Intake, health: Callable[[], Mapping[str, bool]]) -> Flask:
    """`health`: part -> whether it runs. Channels' blueprints get (office, intake)."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.get("/")
    def front() -> str:
        catalogue = spoken(office)
        host = urlsplit(f"//{request.host}").hostname or ""
        links = [link for channel in office.channels if channel.links for link in resolve(channel.links)(office, host)]
        return page(office, "front.html", catalogue, surveys=office.open_surveys(), in_locale=_in_locale, links=links)

    @app.get("/survey/<name>")
    def survey(name: str) -> ResponseReturnValue:
        found = office.surveys().get(name)
        if found is None or not found.open_on(office.today()):
            abort(404)
        catalogue = office.catalogues[_in_locale(found, spoken(office).locale)]
        asked = [(question, options(found, question, catalogue)) for question in found.questions]
        return page(
            office,
            "survey.html",
            catalogue,
            survey=found,
            notice=full_notice(found, catalogue, office.house),
            questions=asked,
        )

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        parts = dict(health())
        well = all(parts.values())
        return jsonify(status="ok" if well else "ill", parts=parts), 200 if well else 503

    @app.errorhandler(404)
    def not_found(error: Exception) -> ResponseReturnValue:
        return page(office, "not_found.html", spoken(office)), 404

    @app.after_request
    def harden(response: Response) -> Response:
        lasting = response.cache_control.max_age  # of what never changes under its name: a channel's sound
        response.headers.update(HEADERS)
        if lasting:
            response.headers["Cache-Control"] = f"public, max-age={lasting}, immutable"
        return response

    for channel in office.channels:
        if channel.blueprint:
            app.register_blueprint(resolve(channel.blueprint)(office, intake))
    return app


def page(office: Office, template: str, catalogue: Catalogue, **values: Any) -> str:
    """A page in this catalogue's language, for the core and the channels alike."""
    return render_template(
        template,
        say=catalogue.say,
        dict=dict,
        reach=lambda message: reach(message, catalogue, office.house),
        locale=catalogue.locale,
        languages=[(locale, words.say("locale.name")) for locale, words in office.catalogues.items()],
        house=office.house,
        **values,
    )


def spoken(office: Office) -> Catalogue:
    """The language asked for by ?lang=, else the browser's, else German."""
    asked = request.args.get("lang", "")
    if asked in office.catalogues:
        return office.catalogues[asked]
    return office.catalogues[request.accept_languages.best_match(["de", "en"]) or "de"]


def _in_locale(survey: Survey, locale: str) -> str:
    """The locale to show a survey in: the page's, if the survey has it."""
    return locale if locale in survey.locales else survey.locales[0]
