"""The spellings in which a server may send back what it was sent, each a function of the text."""

from __future__ import annotations

import html
import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, unquote

Spell = Callable[[str], str]


def _json(text: str) -> str:
    return "".join(f"\\u{ord(character):04x}" for character in text)


def _html(text: str) -> str:
    return "".join(f"&#{ord(character)};" for character in text)


def _url(text: str) -> str:
    return "".join(f"%{ord(character):02X}" for character in text)


def _groups(separator: str, size: int = 3) -> Spell:
    """Groups of so many digits, counted from the end, as thousands are."""
    return lambda text: separator.join(re.findall(rf"\w{{1,{size}}}(?=(?:\w{{{size}}})*$)", text))


ESCAPED: dict[str, Spell] = {
    "as it is": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON, slashes escaped (PHP)": lambda text: text.replace("/", "\\/"),
    "JSON, plus escaped (.NET)": lambda text: text.replace("+", "\\u002B").replace("=", "\\u003d"),
    "JSON, all escaped": _json,
    "JSON, all escaped, upper case": lambda text: _json(text).upper().replace("\\U", "\\u"),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text.replace("/", "\\/")))[3:-3],
    "JSON in JSON, all escaped": lambda text: _json(text).replace("\\", "\\\\"),
    "URL": lambda text: quote(text, safe=""),
    "URL, lower case": lambda text: quote(text, safe="").lower(),
    "URL, all escaped": _url,
    "URL in URL": lambda text: quote(quote(text, safe=""), safe=""),
    "URL in URL in URL": lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
    "URL in JSON": lambda text: json.dumps({"u": quote(text, safe="")})[7:-2],
    "HTML": html.escape,
    "HTML, decimal": _html,
    "HTML, padded": lambda text: "".join(f"&#0{ord(character)};" for character in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(character):x};" for character in text),
    "HTML, hexadecimal, upper case": lambda text: "".join(f"&#X{ord(character):X};" for character in text),
    "HTML in HTML": lambda text: html.escape(_html(text)),
    "HTML in JSON": lambda text: json.dumps(_html(text))[1:-1],
}
HEXADECIMAL: dict[str, Spell] = {"hexadecimal": lambda text: text.encode().hex()}
SEPARATED: dict[str, Spell] = {
    "dots": _groups("."),
    "commas": _groups(","),
    "spaces": _groups(" "),
    "apostrophes": _groups("'"),
    "hard spaces": _groups("\xa0"),
    "underscores": _groups("_"),
    "groups of four": _groups(" ", 4),
    "a dash": lambda text: f"{text[:-4]}-{text[-4:]}",
    "dashes, as Bancolombia writes it": lambda text: f"{text[:3]}-{text[3:-2]}-{text[-2:]}",
    "dots and a check digit": lambda text: f"{_groups('.')(text[:-1])}-{text[-1]}",
    "a line end": lambda text: f"{text[:4]}\n{text[4:]}",
    "an escaped line end": lambda text: f"{text[:4]}\\n{text[4:]}",
    "JSON with hard spaces": _groups("\\u00a0"),
    "URL with spaces": _groups("%20"),
    "HTML with hard spaces": _groups("&nbsp;"),
    "an amount's sign": lambda text: f"${text}",
    "a currency": lambda text: f"COP {text}",
}
BASE64: dict[str, Callable[[str], bytes]] = {
    "base64": lambda text: b64encode(text.encode()),
    "base64 for URLs": lambda text: urlsafe_b64encode(text.encode()),
    "base64 of Basic": lambda text: b64encode(f":{text}".encode()),
    "base64 of Basic with a user": lambda text: b64encode(f"us:{text}".encode()),
    "base64 of Basic with a longer user": lambda text: b64encode(f"user:{text}".encode()),
    "base64 of a header": lambda text: b64encode(f"Bearer {text} and more".encode()),
}


def plain(text: str) -> str:
    """Return a text with all escapes undone, also one upon the other; in lower case, without what separates digits."""
    for _ in range(6):
        text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
        text = unquote(html.unescape(text)).replace("\\/", "/")
    return re.sub(r"(?<=\d)(?:\\+[nt]|\\+xa0|[\s.,'·_\-])+(?=\d)", "", text).lower()


def shows(text: str, secret: str, spelled: str) -> bool:
    """Whether a text shows a secret, as it was spelled or in any way that `plain` reads."""
    return spelled in text or secret.lower() in plain(text)
