"""The tables. A migration is frozen once it was released; a change is a new function below it.

Written as SQL, because STRICT, WITHOUT ROWID and CHECK together are more than sqlite-utils' `create` can say;
sqlite-utils runs each function in a transaction and remembers that it ran.

`answer.off_route` marks what was answered and then left the route when the interview closed: it stays in the record and
is counted and exported as not asked.

`started` and `ended` are by the clock of whoever asked, for people to read; `created` and `touched` are by the
server's, because a terminal without the right time must not decide when its words are purged.

`heard` knows every message that came in by its provider's id, and what was replied; `correspondent` is where somebody
who texts stands: in which survey and episode, what was asked beside it (`survey`: which one; `another`: does somebody
else want to answer), what was said before the consent (`held`), and how many messages came in the hour that began at
`hour`. `message` is the outbox (see outbox): `asks` names the question it asks, `handed` is when the carrier had it.

`call` is where a telephone call stands: `state` is a sealed `calling.Call`, `step` the step that was last answered, and
`survey` and `episode` name the interview it leads, so that two calls of one number at once are told apart. `live`: it
was not hung up yet. `abroad` has what lies at a provider under the name `reference` and has to be brought home as the
blob `uid`; or, once that blob is not wanted any more, only to be deleted there.

`doubt.id` is what staff say to settle it: a number is never given twice (AUTOINCREMENT), though a doubt goes when its
answer is replaced.

`form` is a form as it was printed, `page` the log of every page that came in, and what waits of it (see filing): it is
known by its file (a keyed hash) and its `place` there; `code` is the hash of its sheet's serial, which is that of the
response's code; `copy` says which of several copies of one sheet it belongs to, 0 if to none. `blob.page` is the page
that brought a blob.

`canary` holds one sealed word, by which the store knows the keys it was made with.

Sealed columns hold AES-GCM (see keyring): `turn.input` and `turn.said` (what was understood and said), `answer.sealed`
(free text), `response.sealed_code`, `message.number`, `message.text`, `correspondent.held`, `call.state`,
`abroad.reference`, `page.name` (files can be named after people), `page.serial`, `page.content` and `page.held`.
`digest` and `party` columns are keyed hashes of what names a person or an interview.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sqlite_utils import Database, Migrations

from kiosk.errors import StoreError

migrations = Migrations("kiosk")
KNOWN = {"m001_core", "m002_correspondence", "m003_calls", "m004_sheets"}

TABLES = """
CREATE TABLE canary (
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE definition (
    id INTEGER PRIMARY KEY,
    survey TEXT NOT NULL,
    version TEXT NOT NULL,
    body TEXT NOT NULL,
    first_asked INTEGER NOT NULL,
    UNIQUE (survey, version)
) STRICT;

CREATE TABLE response (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    definition INTEGER NOT NULL REFERENCES definition,
    mode TEXT NOT NULL,
    site TEXT,
    locale TEXT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'counted', 'superseded', 'excluded', 'withdrawn')),
    disposition TEXT CHECK (disposition IN ('complete', 'partial', 'break_off', 'refusal')),
    trial INTEGER NOT NULL CHECK (trial IN (0, 1)),
    review INTEGER NOT NULL CHECK (review IN (0, 1)),
    consent INTEGER CHECK (consent IN (0, 1)),
    reopened TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    silences INTEGER NOT NULL DEFAULT 0,
    assisted TEXT CHECK (assisted IN ('no', 'read_aloud', 'typed')),
    started INTEGER,
    ended INTEGER,
    created INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    code_digest BLOB UNIQUE,
    sealed_code BLOB,
    purged INTEGER NOT NULL DEFAULT 0 CHECK (purged IN (0, 1))
) STRICT;
CREATE INDEX response_definition ON response (definition, id);
CREATE INDEX response_unpurged ON response (created) WHERE purged = 0;

CREATE TABLE answer (
    response INTEGER NOT NULL REFERENCES response,
    question TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('given', 'pending', 'missing')),
    missing TEXT,
    chosen TEXT NOT NULL DEFAULT '',
    sealed BLOB,
    via TEXT,
    checked_by TEXT NOT NULL DEFAULT '',
    off_route INTEGER NOT NULL DEFAULT 0 CHECK (off_route IN (0, 1)),
    PRIMARY KEY (response, question)
) STRICT, WITHOUT ROWID;

CREATE TABLE turn (
    id INTEGER PRIMARY KEY,
    key_digest BLOB NOT NULL UNIQUE,
    response INTEGER NOT NULL REFERENCES response,
    mode TEXT NOT NULL,
    via TEXT NOT NULL,
    at INTEGER NOT NULL,
    received INTEGER NOT NULL,
    input BLOB,
    said BLOB,
    reply TEXT
) STRICT;
CREATE INDEX turn_response ON turn (response);

CREATE TABLE address (
    kind TEXT NOT NULL CHECK (kind IN ('party', 'code', 'serial', 'session')),
    digest BLOB NOT NULL,
    survey TEXT NOT NULL,
    episode INTEGER NOT NULL,
    response INTEGER NOT NULL REFERENCES response,
    PRIMARY KEY (kind, digest, survey, episode)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_response ON address (response);

CREATE TABLE counter (
    survey TEXT NOT NULL,
    question TEXT NOT NULL,
    value TEXT NOT NULL,
    mode TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (survey, question, value, mode)
) STRICT, WITHOUT ROWID;

CREATE TABLE blob (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    response INTEGER REFERENCES response,
    size INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX blob_response ON blob (response);

CREATE TABLE doubt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    response INTEGER NOT NULL REFERENCES response,
    question TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('mark', 'text', 'voice')),
    reason TEXT NOT NULL,
    evidence INTEGER REFERENCES blob,
    reading BLOB,
    opened INTEGER NOT NULL,
    settled INTEGER,
    settled_by TEXT
) STRICT;
CREATE INDEX doubt_open ON doubt (opened) WHERE settled IS NULL;
CREATE INDEX doubt_response ON doubt (response);
CREATE INDEX doubt_evidence ON doubt (evidence);
"""


CORRESPONDENCE = """
CREATE TABLE stop (
    party BLOB PRIMARY KEY,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE correspondent (
    mode TEXT NOT NULL,
    party BLOB NOT NULL,
    survey TEXT NOT NULL,
    episode INTEGER NOT NULL,
    asking TEXT NOT NULL CHECK (asking IN ('', 'survey', 'another')),
    locale TEXT NOT NULL,
    held BLOB,
    hour INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    PRIMARY KEY (mode, party)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    mode TEXT NOT NULL,
    transport TEXT NOT NULL,
    party BLOB,
    response INTEGER REFERENCES response,
    asks TEXT NOT NULL,
    number BLOB,
    text BLOB,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'delivered', 'failed', 'stopped')),
    attempts INTEGER NOT NULL,
    due INTEGER NOT NULL,
    created INTEGER NOT NULL,
    handed INTEGER,
    reference TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX message_due ON message (transport, due) WHERE state IN ('waiting', 'sending');
CREATE INDEX message_response ON message (response, handed);
CREATE INDEX message_party ON message (party) WHERE party IS NOT NULL;

CREATE TABLE heard (
    key_digest BLOB PRIMARY KEY,
    message INTEGER REFERENCES message
) STRICT, WITHOUT ROWID;
"""

CALLS = """
CREATE TABLE call (
    key_digest BLOB PRIMARY KEY,
    party BLOB,
    survey TEXT NOT NULL,
    episode INTEGER NOT NULL,
    step INTEGER NOT NULL,
    state BLOB,
    live INTEGER NOT NULL CHECK (live IN (0, 1)),
    touched INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX call_party ON call (party, survey) WHERE live = 1;
CREATE INDEX call_touched ON call (touched);

CREATE TABLE abroad (
    uid TEXT PRIMARY KEY,
    transport TEXT NOT NULL,
    reference BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
"""

SHEETS = """
CREATE TABLE form (
    id TEXT PRIMARY KEY,
    definition INTEGER NOT NULL REFERENCES definition,
    locale TEXT NOT NULL,
    pages INTEGER NOT NULL,
    asks TEXT NOT NULL,
    body TEXT NOT NULL,
    printed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE page (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file BLOB NOT NULL,
    place INTEGER NOT NULL,
    name BLOB,
    form TEXT NOT NULL,
    code BLOB,
    serial BLOB,
    number INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    content BLOB,
    state TEXT NOT NULL CHECK (state IN ('filed', 'waiting', 'repeated', 'conflict', 'blank', 'foreign', 'unknown_form',
        'unreadable', 'refused', 'dismissed')),
    reason TEXT NOT NULL,
    held BLOB,
    response INTEGER REFERENCES response,
    at INTEGER NOT NULL,
    settled INTEGER,
    settled_by TEXT,
    UNIQUE (file, place)
) STRICT;
CREATE INDEX page_sheet ON page (code, form) WHERE code IS NOT NULL;
CREATE INDEX page_response ON page (response) WHERE response IS NOT NULL;
CREATE INDEX page_open ON page (at) WHERE state NOT IN ('filed', 'dismissed');

ALTER TABLE blob ADD COLUMN page INTEGER REFERENCES page;
CREATE INDEX blob_page ON blob (page) WHERE page IS NOT NULL;
"""


def _make(db: Database, tables: str) -> None:
    for statement in tables.split(";\n"):
        if statement.strip():
            db.execute(statement)


@migrations()
def m001_core(db: Database) -> None:
    """Surveys as asked, responses, answers, turns, addresses, counters, blobs and doubts."""
    _make(db, TABLES)


@migrations()
def m002_correspondence(db: Database) -> None:
    """Who said STOPP, where a conversation by messages stands, what came in, and what has to go out."""
    _make(db, CORRESPONDENCE)


@migrations()
def m003_calls(db: Database) -> None:
    """Where telephone calls stand, and recordings that a provider still has."""
    _make(db, CALLS)


@migrations()
def m004_sheets(db: Database) -> None:
    """Forms as they were printed, and pages that were scanned."""
    _make(db, SHEETS)


def migrate(file: Path) -> None:
    """Bring the store up to this version, making it if it is not there. The caller holds the write lock.

    Raises StoreError for a store of a newer version, a disk that cannot be written, or a file that is no store."""
    try:
        database = Database(file)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            refuse_newer((migration.name for migration in migrations.applied(database)), file)
            migrations.apply(database)
        finally:
            database.close()
    except sqlite3.Error as error:
        raise explained(error, file) from None


def refuse_newer(applied: Iterable[str], file: Path) -> None:
    """Raises StoreError when a migration that is not known here was applied."""
    if newer := set(applied) - KNOWN:
        raise StoreError(
            "store.newer",
            f"The store {file} was written by a newer version of the kiosk ({', '.join(sorted(newer))})."
            " Install that version; nothing was changed.",
        )


def explained(error: sqlite3.Error, file: Path) -> StoreError:
    """What SQLite's error means to the person who runs the office. SQLite's own words quote no values."""
    text = str(error)
    if "no such table: _sqlite_migrations" in text:
        return StoreError("store.none", f"{file} is empty: no answer was stored yet. `kiosk start` makes it whole.")
    if "full" in text:
        return StoreError("store.full", f"The disk that holds {file} is full. Make room; what was confirmed is safe.")
    if "readonly" in text or "unable to open" in text:
        return StoreError("store.read_only", f"{file} cannot be written. Give this user write access to its folder.")
    if "not a database" in text or "malformed" in text:
        return StoreError("store.damaged", f"{file} is damaged or no store. Put it back from your backup.")
    if "locked" in text or "busy" in text:
        return StoreError("store.busy", f"Another program holds {file} open for writing. Close it.")
    return StoreError("store.failed", f"The store {file} could not be used: {text}.")
