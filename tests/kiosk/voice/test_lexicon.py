"""Words that engines say wrong: how a table of them is read, and what ours do to what residents hear."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import ConfigError
from kiosk.voice import lexicon
from tests.kiosk.voice.standins import need_espeak

LOCALES = ("de", "de@easy", "en")
OURS = {locale: lexicon.load(locale) for locale in LOCALES}
FILES = {file.stem: tomllib.loads(file.read_text()) for file in lexicon.OWN.glob("*.toml")}


@pytest.mark.parametrize(
    ("words", "text", "said"),
    [
        ({"werden": "wehrden"}, "Werden sie gut? Sie WERDEN es.", "wehrden sie gut? Sie wehrden es."),
        ({"PIN": "Pinn"}, "PIN, Pin, SPIN, PIN-Nummer", "Pinn, Pin, SPIN, Pinn-Nummer"),
        ({"Art. #": "Artikel"}, "Art. 13, Art.6. Eine Art. Dann", "Artikel 13, Artikel6. Eine Art. Dann"),
        ({"z. B.": "zum Beispiel"}, "z. B. hier, z.B. da", "zum Beispiel hier, zum Beispiel da"),
        ({"Amt": "kurz", "Amt für Ruhe": "lang"}, "Amt für Ruhe, Amt", "lang, kurz"),
        ({"a": "b", "b": "a"}, "a b", "b a"),
        ({}, "Nichts ist falsch.", "Nichts ist falsch."),
    ],
)
def test_whole_words_the_longest_first_by_their_own_case(words: dict[str, str], text: str, said: str) -> None:
    assert lexicon.make("de", words).spoken(text) == said


@pytest.mark.parametrize("locale", ["de", "de@easy"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("So steht es z. B. in Art. 13 Abs. 1 DSGVO.", "So steht es zum Beispiel in Artikel 13 Absatz 1 DSGVO."),
        ("§§ 13, 14", "Paragrafen 13, 14"),
        ("Notruf 110/112", "Nohtruf 1 1 0 und 1 1 2"),
        ("Der Notruf ist die 112.", "Der Nohtruf ist die 1 1 2."),
        ("Notruf: 112", "Nohtruf: 1 1 2"),
        ("Das dauert 1 Minute, danach 21 Minuten.", "Das dauert eine Minute, da-naach 21 Minuten."),
        ("Mo–Fr 8–12 Uhr", "Montag bis Freitag 8 bis 12 Uhr"),
        ("im Bürger-Büro", "im Bürger-Büro"),
        ("Daten·schutz", "Daten-schutz"),
        ("Öff\u00adnungs\u00adzeiten", "Öffnungszeiten"),
        ("alle Besucher*innen und Bürger:innen", "alle Besucher-innen und Bürger-innen"),
        ("eine Zeile\nund\teine zweite\x00", "eine Zeile und eine zweite"),
        ("Mail: daten-schutz@example.org.", "Mail: daten Strich schutz ät example Punkt org."),
        ("[[h@'loU]]", "[ [h@'loU]]"),
    ],
)
def test_what_our_surveys_say_in_german(locale: str, text: str, said: str) -> None:
    assert OURS[locale].spoken(text) == said


def test_easy_language_has_the_words_of_its_language_and_the_operator_the_last_say(tmp_path: Path) -> None:
    for locale, line in (("de", '"Rathaus" = "Raht-Haus"'), ("de@easy", '"Kreis" = "Krais"')):
        (tmp_path / locale).mkdir()
        (tmp_path / locale / "lexicon.toml").write_text(line)
    assert lexicon.load("de", tmp_path).spoken("Rathaus, Kreis, PIN") == "Raht-Haus, Kreis, Pinn"
    assert lexicon.load("de@easy", tmp_path).spoken("Rathaus, Kreis, PIN") == "Raht-Haus, Krais, Pinn"


@pytest.mark.parametrize("text", ["Rathaus", '"Rathaus" = 3', '"" = "leer"', '" #" = "Nummer"', "[words]\na = 'b'"])
def test_a_faulty_lexicon_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lexicon.toml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=lexicon.NAME) as refused:
        lexicon.read(file)
    assert refused.value.code == "voice.lexicon"


@given(st.text(), st.sampled_from(LOCALES))
def test_any_text_can_be_said_in_one_line(text: str, locale: str) -> None:
    assert len(OURS[locale].spoken(text).splitlines()) <= 1


@given(st.lists(st.sampled_from("wir fragen nach Ihrer Meinung und danken Ihnen für die Antwort".split())))
def test_ordinary_words_are_left_alone(words: list[str]) -> None:
    text = " ".join(words)
    assert OURS["de"].spoken(text) == text


def phonemes(voice: str, text: str) -> str:
    argv = ["espeak-ng", "-v", voice, "-q", "-x", "-b", "1", "--stdin"]
    return subprocess.run(argv, input=text, text=True, capture_output=True, check=True, timeout=20).stdout.strip()


@pytest.mark.peers
@pytest.mark.parametrize("language", FILES)
def test_no_line_of_ours_is_in_vain(language: str) -> None:
    """Each makes espeak-ng say something else than it would say by itself."""
    need_espeak()
    voice = {"en": "en-gb"}.get(language, language)
    texts = [written.replace("#", "3") for written in FILES[language]]
    vain = [text for text in texts if phonemes(voice, text) == phonemes(voice, OURS[language].spoken(text))]
    assert vain == []
