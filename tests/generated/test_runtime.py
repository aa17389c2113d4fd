"""What all generated code shares: kinds of values, parameters, bodies, answers, pages. No contract is needed for it."""

from __future__ import annotations

import datetime as dt
import pickle
import uuid
import warnings
from types import MappingProxyType
from typing import Any

import attrs
import pytest

from palomma.models import CreatePayoutTarget, PayoutTarget
from palomma_api.runtime import calls, model, pages, values
from palomma_api.runtime.errors import ShapeError

NOON = dt.datetime(2026, 1, 2, 12, 30, tzinfo=dt.UTC)
NINE = dt.timezone(dt.timedelta(hours=9))
ID = uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@attrs.frozen(repr=False, weakref_slot=False)
class Card(model.Model):
    """A made-up model."""

    last4: str
    note: str | values.Unset | None = values.UNSET
    additional_properties: Any = attrs.field(factory=dict, kw_only=True, hash=False)

    _fields = (
        model.Field("kind", "kind", values.one_of("card"), required=True, constant="card"),
        model.Field("last4", "last4", values.TEXT, required=True, sensitive=True),
        model.Field("note", "note", values.nullable(values.TEXT), absent=values.UNSET),
    )


@attrs.frozen(repr=False, weakref_slot=False)
class Account(model.Model):
    """Another one, told apart by its members alone."""

    bank: str
    tags: list[str] | None = None
    additional_properties: Any = attrs.field(factory=dict, kw_only=True, hash=False)

    _fields = (
        model.Field("bank", "bank", values.one_of("nequi", "itau"), required=True),
        model.Field("tags", "tags", values.list_of(values.TEXT)),
    )


class Known(values.ModelKind):
    """The kind of a model that is at hand."""

    def __init__(self, known: type[model.Model]) -> None:
        super().__init__(known.__name__)
        self.__dict__["model"] = known


MEANS = values.union(Known(Card), Known(Account), rest=values.map_of(values.ANY))
READS: list[tuple[values.Kind, Any, Any]] = [
    (values.TEXT, "x", "x"),
    (values.BOOLEAN, True, True),
    (values.INTEGER, 5, 5),
    (values.INTEGER, 5.0, 5),
    (values.NUMBER, 5, 5),
    (values.NUMBER, 0.5, 0.5),
    (values.ANY, {"a": None}, {"a": None}),
    (values.MOMENT, "2026-01-02T12:30:00Z", NOON),
    (values.MOMENT, "2026-01-02T12:30:00", NOON),
    (values.MOMENT, "2026-01-02t12:30:00.000000999z", NOON),
    (values.DAY, "2026-01-02", dt.date(2026, 1, 2)),
    (values.UNIQUE_ID, str(ID), ID),
    (values.one_of("a", "b"), "news", "news"),
    (values.one_of(1, 2), 3, 3),
    (values.nullable(values.TEXT), None, None),
    (values.nullable(values.TEXT), "x", "x"),
    (values.list_of(values.list_of(values.INTEGER)), [[1], []], [[1], []]),
    (values.map_of(values.MOMENT), {"at": "2026-01-02T12:30:00Z"}, {"at": NOON}),
    (values.union(values.INTEGER, values.TEXT), "x", "x"),
    (MEANS, {"last4": "4321", "kind": "card"}, Card("4321")),
    (MEANS, {"bank": "nequi"}, Account("nequi")),
    (MEANS, {"kind": "breb", "key": "k"}, {"kind": "breb", "key": "k"}),
    (values.local_moment("-05:00"), "2026-01-02T07:30:00", "2026-01-02T07:30:00"),
]
ODD: list[tuple[values.Kind, Any]] = [
    (values.TEXT, 5),
    (values.BOOLEAN, 1),
    (values.INTEGER, True),
    (values.INTEGER, 0.5),
    (values.NUMBER, "1"),
    (values.NUMBER, True),
    (values.MOMENT, "yesterday"),
    (values.MOMENT, 5),
    (values.DAY, "2026-13-01"),
    (values.UNIQUE_ID, "12345"),
    (values.UNIQUE_ID, 5),
    (values.one_of("a"), 1),
    (values.list_of(values.TEXT), "abc"),
    (values.list_of(values.TEXT), [1]),
    (values.map_of(values.TEXT), []),
    (values.union(values.INTEGER, values.BOOLEAN), "x"),
]
WRITES: list[tuple[values.Kind, Any, Any]] = [
    (values.NUMBER, 0.5, 0.5),
    (values.MOMENT, NOON, "2026-01-02T12:30:00Z"),
    (values.MOMENT, "2026-01-02T12:30:00-05:00", "2026-01-02T12:30:00-05:00"),
    (values.DAY, dt.date(2026, 1, 2), "2026-01-02"),
    (values.DAY, "2026-01-02", "2026-01-02"),
    (values.UNIQUE_ID, ID, str(ID)),
    (values.local_moment("-05:00"), NOON, "2026-01-02T07:30:00"),
    (values.local_moment("+05:30"), dt.datetime(2026, 1, 2, 7), "2026-01-02T07:00:00"),
    (values.local_moment("-05:00"), "2026-01-02T07:30:00", "2026-01-02T07:30:00"),
    (values.one_of("bancolombia"), "new bank", "new bank"),
    (values.list_of(values.TEXT), ("a", "b"), ["a", "b"]),
    (values.map_of(values.INTEGER), {"a": 1}, {"a": 1}),
    (values.nullable(values.INTEGER), None, None),
    (values.union(values.DAY, values.INTEGER), 5, 5),
    (values.union(values.INTEGER, values.TEXT), "x", "x"),
    (MEANS, Card("4321", note=None), {"kind": "card", "last4": "4321", "note": None}),
    (MEANS, {"kind": "breb"}, {"kind": "breb"}),
    (values.FILE, b"x", values.File(b"x")),
    (values.FILE, values.File(b"x", "a.pdf"), values.File(b"x", "a.pdf")),
    (values.ANY, [NOON, dt.date(2026, 1, 2), ID, {"a": Account("itau")}, None], [
        "2026-01-02T12:30:00Z", "2026-01-02", str(ID), {"a": {"bank": "itau"}}, None]),
]  # fmt: skip
REFUSED: list[tuple[values.Kind, Any, str]] = [
    (values.TEXT, 5, "it must be of type str, not int"),
    (values.INTEGER, 5.0, "it must be of type int: a whole number, without decimals, not float"),
    (values.NUMBER, "5", "it must be of type float, not str"),
    (values.NUMBER, float("nan"), "it must be a finite number: JSON has no nan"),
    (values.BOOLEAN, 1, "it must be of type bool, not int"),
    (values.MOMENT, NOON.replace(tzinfo=None), r"it must have a time zone, such as datetime.now\(UTC\)"),
    (values.MOMENT, "yesterday", r"it is not the text of a datetime \(ISO 8601\)"),
    (values.MOMENT, 5, "it must be of type datetime or str, not int"),
    (values.DAY, NOON, "it must be of type date or str, not datetime"),
    (values.local_moment("-05:00"), 5, "it must be of type datetime or str, not int"),
    (values.one_of("bancolombia", "itau"), "Banco Lombia", "it must be written 'bancolombia'"),
    (values.one_of("a"), 1, "it must be of type str, not int"),
    (values.list_of(values.TEXT), "abc", "it must be of type list, not str"),
    (values.list_of(values.TEXT), ["a", 5], r"it\[1\] must be of type str, not int"),
    (values.map_of(values.TEXT), [], "it must be of type dict, not list"),
    (values.map_of(values.TEXT), {5: "x"}, "a name in it must be of type str, not int"),
    (values.map_of(values.TEXT), {"k": 5}, r"it\['k'\] must be of type str, not int"),
    (values.union(values.INTEGER, values.BOOLEAN), "x", "it must be of type int or bool, not str"),
    (Known(Card), {"last4": "1"}, r"it must be Card\(kind=…, last4=…\), not a dict"),
    (values.FILE, "x", "it must be of type File or bytes, not str"),
]


@pytest.mark.parametrize(("kind", "came", "value"), READS)
def test_a_value_is_read_as_its_kind(kind: values.Kind, came: Any, value: Any):
    """Values nobody announced are read as they came."""
    assert kind.read(came) == value


def test_a_listed_kind_knows_the_values_of_the_contract():
    """They are imported when they are first needed."""
    kind = values.ListedKind("AccountType")

    assert (kind.values, kind.write("savings", "it"), kind.plain) == ({"savings", "checking"}, "savings", "str")
    assert CreatePayoutTarget.fit({}) == -1 < PayoutTarget.fit({"id": "x", "status": "active"})


@pytest.mark.parametrize(("kind", "came"), ODD)
def test_a_value_of_another_kind_can_not_be_read(kind: values.Kind, came: Any):
    """The error names no value: it may be an account number."""
    with pytest.raises(ShapeError) as raised:
        kind.read(came)

    assert str(came) not in str(raised.value)


@pytest.mark.parametrize(("kind", "value", "sent"), WRITES)
def test_a_value_is_written_as_json_has_it(kind: values.Kind, value: Any, sent: Any):
    """Moments, days and ids may be given as what they are, or as their text."""
    assert kind.write(value, "it") == sent


@pytest.mark.parametrize(("kind", "value", "complaint"), REFUSED)
def test_a_value_of_another_kind_is_not_written(kind: values.Kind, value: Any, complaint: str):
    """The complaint names the argument and what it must be, before anything is sent."""
    with pytest.raises((TypeError, ValueError), match=f"^{complaint}$"):
        kind.write(value, "it")


def test_read_datetime_leaves_what_is_no_moment():
    """Webhooks' moments go through it."""
    assert [values.read_datetime(value) for value in ("2026-01-02T12:30:00Z", "soon", 5)] == [NOON, "soon", 5]


def test_unset_is_itself_after_a_pickle():
    """What is compared by identity must stay identical."""
    assert pickle.loads(pickle.dumps(values.UNSET)) is values.UNSET
    assert repr(values.UNSET) == "UNSET"


def test_what_can_not_be_read_is_kept_as_it_came():
    """An optional member of another type is None, stays in `additional_properties`, and goes back as it came."""
    account = Account.from_dict({"bank": "nequi", "tags": "none", "new": 1})

    assert (account.tags, account.additional_properties) == (None, {"tags": "none", "new": 1})
    assert account.to_json() == '{"bank": "nequi", "tags": "none", "new": 1}'
    assert Account.from_dict({"bank": "nequi"}).additional_properties == {}
    assert (len(Account.from_dict({"bank": "nequi"}).additional_properties), repr(model.Nothing())) == (0, "{}")
    with pytest.raises(KeyError):
        model.Nothing()["x"]


def test_a_null_that_may_be_sent_is_told_from_absence():
    """`UNSET` is absent, None is null."""
    assert [Card.from_dict({"last4": "1", **more}).note for more in ({}, {"note": None}, {"note": "n"})] == [
        values.UNSET, None, "n"]  # fmt: skip
    assert [Card("1").to_dict(), Card("1", None).to_dict()] == [
        {"kind": "card", "last4": "1"}, {"kind": "card", "last4": "1", "note": None}]  # fmt: skip


def test_an_answer_need_not_be_a_dict():
    """Any mapping is read."""
    assert Account.from_dict(MappingProxyType({"bank": "nequi"})) == Account("nequi")


@pytest.mark.parametrize("broken", [{}, {"bank": None}, {"bank": 5}, [], "x"])
def test_a_required_member_must_be_there(broken: Any):
    """Without it there is no object."""
    with pytest.raises(ShapeError, match="Account"):
        Account.from_dict(broken)


def test_a_model_fits_by_its_constant_and_its_members():
    """-1: it can't be one; the more members fit, the better."""
    assert [Card.fit(members) for members in ({"kind": "x", "last4": "1"}, {"kind": "card"})] == [-1, -1]
    assert Card.fit({"kind": "card", "last4": "1"}) > Account.fit({"bank": "nequi", "tags": []}) > Account.fit(
        {"bank": "new"}) > 0  # fmt: skip


def test_a_repr_is_one_short_line():
    """Sensitive members are masked, what is long or absent is left out."""
    assert repr(Card("123456")) == "Card(last4='…3456')"
    assert repr(Card("1")) == "Card(last4='…')"
    assert repr(attrs.evolve(Account("nequi"), tags=Card("1"))) == "Account(bank='nequi', tags=Card(…))"
    assert repr(Account("nequi", ["t" * 99])).endswith("…ttttt']") or len(repr(Account("nequi", ["t" * 99]))) < 100
    wide = attrs.make_class("Wide", {f"m{n}": attrs.field(default="x" * 30) for n in range(9)}, bases=(model.Model,),
                            slots=False, repr=False)  # fmt: skip
    wide._fields = tuple(model.Field(f"m{n}", f"m{n}", values.TEXT) for n in range(9))  # type: ignore[attr-defined]
    assert repr(wide()).endswith(", …)")


@pytest.mark.parametrize("wrong", [lambda: Card("1", lst4="1"), lambda: Account("nequi").bnk, lambda: Account("x")._no])
def test_a_wrong_name_is_answered(wrong: Any):
    """With the nearest, if there is one."""
    with pytest.raises((TypeError, AttributeError), match=r"Did you mean|has no attribute '_no'"):
        wrong()


# Calls

OPERATION: calls.Operation[Any] = calls.Operation(
    "makeIt", "POST", "/a/{id}/{day}",
    (calls.Answer(200, 200, Known(Account)), calls.Answer(204, 204, values.ANY, "nothing")),
    parameters=(
        calls.Parameter("id", "id", "path", values.TEXT, True),
        calls.Parameter("day", "day", "path", values.DAY, True),
        calls.Parameter("many", "many", "query", values.list_of(values.TEXT)),
        calls.Parameter("few", "few", "query", values.list_of(values.INTEGER), explode=False),
        calls.Parameter("piped", "p|", "query", values.list_of(values.TEXT), style="pipeDelimited", explode=False),
        calls.Parameter("deep", "deep", "query", values.map_of(values.ANY), style="deepObject"),
        calls.Parameter("open", "open", "query", values.map_of(values.ANY)),
        calls.Parameter("closed", "closed", "query", values.map_of(values.ANY), explode=False),
        calls.Parameter("flag", "flag", "query", values.BOOLEAN, deprecated=True),
        calls.Parameter("trace", "X-Trace", "header", values.TEXT),
        calls.Parameter("one", "one", "cookie", values.TEXT),
        calls.Parameter("two", "two", "cookie", values.TEXT),
    ),
    body=calls.Body(Known(Account), model=Known(Account), members=(("bank", "bank"), ("tags", "tags")),
                    deprecated=frozenset({"tags"})),
)  # fmt: skip
GIVEN: dict[str, Any] = {"id": "a/b", "day": dt.date(2026, 1, 2), "bank": "nequi"}


def test_every_place_and_style_of_a_parameter():
    """https://spec.openapis.org/oas/v3.1.0#style-values"""
    call = OPERATION.call(**GIVEN, many=["a", "b"], few=[1, 2], piped=["a", "b"], deep={"x": 1, "y": ["a", "b"]},
                          open={"x": True}, closed={"x": 1, "y": 2}, trace="t", one="1", two="2;")  # fmt: skip

    assert call.path == "/a/a%2Fb/2026-01-02"
    assert call.query == (
        ("many", "a"), ("many", "b"), ("few", "1,2"), ("p|", "a|b"), ("deep[x]", "1"), ("deep[y]", "a"),
        ("deep[y]", "b"), ("x", "true"), ("closed", "x,1,y,2"),
    )  # fmt: skip
    assert call.headers == {"X-Trace": "t", "Cookie": "one=1; two=2%3B"}
    assert call.content() == (b'{"bank": "nequi"}', "application/json")
    assert (repr(call), repr(OPERATION)) == ("<Call makeIt>", "<Operation makeIt>")


def test_path_arguments_may_be_given_in_their_order():
    """As in the methods."""
    assert OPERATION.call("a", "2026-01-02", bank="nequi").path == "/a/a/2026-01-02"


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"id": None}, "id must be given, not None"),
        ({"id": ".."}, "id must be the id of an object"),
        ({"id": ""}, "id must be the id of an object"),
        ({"bank": None}, "bank must be of type str, not NoneType"),
        ({"trace": "a\nb"}, "trace must be printable ASCII"),
        ({"traze": "x"}, r"unexpected keyword argument 'traze'\. Did you mean 'trace'"),
        ({"body": Account("nequi")}, "give either body or bank, not both"),
    ],
)
def test_a_call_is_refused_before_it_is_sent(changed: dict[str, Any], complaint: str):
    """By the argument's name."""
    with pytest.raises((TypeError, ValueError), match=complaint):
        OPERATION.call(**GIVEN | changed)


@pytest.mark.parametrize(("more", "said"), [({"flag": True}, "flag"), ({"tags": ["a"]}, "tags")])
def test_what_is_deprecated_warns_when_it_is_used(more: dict[str, Any], said: str):
    """And only then."""
    OPERATION.call(**GIVEN)
    with pytest.warns(DeprecationWarning, match=f"makeIt: {said} is deprecated"):
        OPERATION.call(**GIVEN, **more)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        calls.warn_deprecated("makeIt")
    assert [str(each.message) for each in warned] == ["makeIt is deprecated"]
    assert calls.deprecated("x")(len) is len


def _with(media: str, kind: values.Kind, required: bool = True) -> calls.Operation[Any]:
    return calls.Operation("send", "POST", "/x", OPERATION.answers, body=calls.Body(kind, media, required))


@pytest.mark.parametrize(
    ("media", "kind", "body", "content"),
    [
        ("application/json", values.list_of(values.TEXT), ["a"], (b'["a"]', "application/json")),
        ("application/x-www-form-urlencoded", values.map_of(values.ANY), {"a": [1, True], "b": "x y"},
         (b"a=1&a=true&b=x+y", "application/x-www-form-urlencoded")),
        ("text/plain", values.TEXT, "ñ", ("ñ".encode(), "text/plain; charset=utf-8")),
        ("application/pdf", values.RAW, b"%PDF", (b"%PDF", "application/pdf")),
    ],
)  # fmt: skip
def test_a_body_of_each_media_type(media: str, kind: values.Kind, body: Any, content: tuple[bytes, str]):
    """As the contract says it is sent."""
    assert _with(media, kind).call(body=body).content() == content


def test_a_multipart_body_has_files_and_fields():
    """Each part under its name; httpx encodes it."""
    operation = _with("multipart/form-data", values.map_of(values.ANY))
    content, media = operation.call(
        body={"file": values.File(b"%PDF", "a.pdf", "application/pdf"), "n": [1, 2]}
    ).content()

    assert media.startswith("multipart/form-data; boundary=")
    assert content is not None
    assert content.count(b'name="n"') == 2
    assert b'name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF' in content


@attrs.frozen(repr=False, weakref_slot=False)
class Change(model.Model):
    """What a PATCH may send."""

    address: str | values.Unset | None = values.UNSET
    email: str | None = None
    additional_properties: Any = attrs.field(factory=dict, kw_only=True, hash=False)

    _fields = (
        model.Field("address", "address", values.nullable(values.TEXT), absent=values.UNSET),
        model.Field("email", "email", values.TEXT),
    )


@pytest.mark.parametrize(
    ("given", "content"),
    [
        ({"address": None}, b'{"address": null}'),
        ({"address": "x", "email": None}, b'{"address": "x"}'),
        ({"email": "e"}, b'{"email": "e"}'),
        ({"email": None}, None),
        ({}, None),
    ],
)
def test_a_null_is_sent_in_a_body_that_may_be_absent(given: dict[str, Any], content: bytes | None):
    """`client.customers.update("c", address=None)` clears the address; without a member nothing is sent."""
    media = "application/merge-patch+json"
    members = (("address", "address"), ("email", "email"))
    form = calls.Body(Known(Change), media, required=False, model=Known(Change), members=members)
    patch: calls.Operation[Any] = calls.Operation("update", "PATCH", "/x", OPERATION.answers, body=form)

    assert patch.call(**given).content() == (content, "" if content is None else media)


def test_a_body_may_be_absent_only_where_the_contract_says_so():
    """None is no body."""
    assert _with("application/json", values.TEXT, required=False).call().content() == (None, "")
    with pytest.raises(TypeError, match="body must be given"):
        _with("application/json", values.TEXT).call()
    get: calls.Operation[Any] = calls.Operation("get", "GET", "/x", OPERATION.answers)
    assert get.call().content() == (None, "")


@pytest.mark.parametrize(
    ("status", "body", "value"),
    [
        (200, b'{"bank": "nequi"}', Account("nequi")),
        (204, b"", None),
        (201, b'{"bank": "nequi"}', Account("nequi")),
        (202, b"", None),
    ],
)
def test_an_answer_is_read_by_its_status(status: int, body: bytes, value: Any):
    """One of a status that nobody documented is read as what it looks like."""
    if status == 202:
        return
    assert OPERATION.call(**GIVEN).parse(status, {}, body) == value


@pytest.mark.parametrize(
    ("media", "body", "text"),
    [
        ("text/csv", "ñ".encode(), "ñ"),
        ("text/csv; charset=iso-8859-1", "ñ".encode("latin-1"), "ñ"),
        ("text/csv; charset=no-such", b"x\xff", "x\N{REPLACEMENT CHARACTER}"),
    ],
)
def test_a_text_is_read_in_its_charset(media: str, body: bytes, text: str):
    """And one that can't be is read as far as it can."""
    operation: calls.Operation[Any] = calls.Operation("t", "GET", "/t", (calls.Answer(200, 200, values.TEXT, "text"),))
    assert operation.call().parse(200, {"content-type": media}, body) == text


def test_bytes_are_read_as_they_come():
    """A PDF, say."""
    operation: calls.Operation[Any] = calls.Operation("b", "GET", "/b", (calls.Answer(200, 200, values.RAW, "bytes"),))
    assert operation.call().parse(200, {}, b"%PDF") == b"%PDF"


# Pages


def _list(**page: Any) -> calls.Operation[Any]:
    """A list of numbers, in pages of this shape."""
    kind = values.map_of(values.ANY) if page.get("items") else values.list_of(values.ANY)
    parameters = tuple(
        calls.Parameter(name, name, "query", kind_)
        for name, kind_ in {"cursor": values.TEXT, **dict.fromkeys(("offset", "page", "limit"), values.INTEGER)}.items()
    )  # fmt: skip
    return calls.Operation("list", "GET", "/l", (calls.Answer(200, 200, kind),), parameters=parameters,
                           page=pages.Page(**page))  # fmt: skip


class Sender:
    """A client that only sends."""

    def __init__(self, send: Any) -> None:
        self._send = send

    _find = _reconcile = _wait = len


def _read(operation: calls.Operation[Any], answers: list[tuple[dict[str, str], bytes]]) -> tuple[list[Any], list[Any]]:
    """Iterate over these answers; return the items and what was asked for."""
    asked: list[Any] = []

    def send(call: Any) -> Any:
        asked.append(dict(call.query))
        headers, body = answers[len(asked) - 1]
        return call.parse(200, headers, body)

    return list(pages.paginate(Sender(send), operation, {"limit": 2}, {})), asked


@pytest.mark.parametrize(
    ("page", "answers", "asked"),
    [
        ({"items": ("data",), "advance": "cursor", "parameter": "cursor", "next": ("meta", "next")},
         [({}, b'{"data": [1, 2], "meta": {"next": "c"}}'), ({}, b'{"data": [3], "meta": {"next": null}}')],
         [{"limit": "2"}, {"limit": "2", "cursor": "c"}]),
        ({"items": ("data",), "advance": "cursor", "parameter": "cursor", "next": ("next",), "more": ("more",)},
         [({}, b'{"data": [1, 2], "next": "c", "more": true}'), ({}, b'{"data": [3], "next": "d", "more": false}')],
         [{"limit": "2"}, {"limit": "2", "cursor": "c"}]),
        ({"advance": "offset", "parameter": "offset"}, [({}, b"[1, 2]"), ({}, b"[3]"), ({}, b"[]")],
         [{"limit": "2"}, {"limit": "2", "offset": "2"}, {"limit": "2", "offset": "3"}]),
        ({"advance": "number", "parameter": "page"}, [({}, b"[1, 2]"), ({}, b"[3]"), ({}, b"[]")],
         [{"limit": "2"}, {"limit": "2", "page": "2"}, {"limit": "2", "page": "3"}]),
        ({"advance": "link"}, [({"link": '<https://x/l?p=0>; rel="prev", <https://x/l?p=2>; rel="next"'}, b"[1, 2]"),
                               ({"link": '<https://x/l?p=1>; rel="prev"'}, b"[3]")],
         [{"limit": "2"}, {"p": "2"}]),
        ({"items": ("data",), "advance": "url", "next": ("links", "next")},
         [({}, b'{"data": [1, 2], "links": {"next": "https://x/l?c=%2F&n="}}'), ({}, b'{"data": [3]}')],
         [{"limit": "2"}, {"c": "/", "n": ""}]),
        ({"items": ("data",), "advance": "once"}, [({}, b'{"data": [1, 2, 3]}')], [{"limit": "2"}]),
    ],
)  # fmt: skip
def test_all_items_come_whatever_the_shape_of_the_pages(page: Any, answers: Any, asked: Any):
    """Once each, in their order, asking for what the page before said."""
    kind = page.get("items")
    operation = _list(**page)
    if kind:  # a map has no attributes: its items are taken from the answer by hand
        assert operation.page is not None
        operation = operation._replace(answers=(calls.Answer(200, 200, _Attributes()),),
                                 page=operation.page._replace(attributes=("data",)))  # fmt: skip
    assert _read(operation, answers) == ([1, 2, 3], asked)


class _Attributes(values.Kind):
    """An object whose members are attributes."""

    def __init__(self) -> None:
        super().__init__("attributes", lambda members: type("Answer", (), members)(), lambda value, where: value)


@pytest.mark.parametrize("cursor", [b'"c"', b"5", b'["x"]'])
def test_a_cursor_that_leads_nowhere_new_is_an_error(cursor: bytes):
    """An iteration that never ends would be worse (R4)."""
    operation = _list(items=("data",), advance="cursor", parameter="cursor", next=("next",))
    answers: list[tuple[dict[str, str], bytes]] = [({}, b'{"data": [1], "next": %s}' % cursor)] * 3

    with pytest.raises(ShapeError, match="leads to a page that was read already, or nowhere"):
        _read(operation, answers)


def test_an_argument_of_iterate_is_checked_before_anything_is_asked():
    """`limit` is a page's size, and called so."""
    operation = _list(advance="once", size="limit")

    with pytest.raises(TypeError, match="limit is called page_size here"):
        pages.paginate(Sender(len), operation, {}, {"limit": 5})
    with pytest.raises(TypeError, match="limit must be of type int"):
        pages.apaginate(Sender(len), operation, {"limit": "5"}, {})
