"""The scripted model is strict both ways, and what it finds wrong cannot be coped with by anybody."""

import pytest

from agent.finish import Finish
from agent.gateway import Gateway
from agent.provider import Finished, Part, ProviderFault, Request, TextDelta, ToolCallDelta, ToolSpec
from evals.checks import judge
from evals.lines import LinesFault
from evals.scripted import ScriptedModel
from evals.verdict import Weight
from tests.evals.exam import case_of, run

FIND_SLOTS = ToolSpec("find_slots", "Find times.", {"type": "object"})
WITH_TOOLS = Request((), (FIND_SLOTS,), 100)


def model_of(script: str) -> ScriptedModel:
    return ScriptedModel(case_of(script=script).script)


async def parts_of(model: ScriptedModel, request: Request = WITH_TOOLS) -> list[Part]:
    return [part async for part in model.stream(request)]


def words(parts: list[Part]) -> str:
    return "".join(part.text for part in parts if isinstance(part, TextDelta))


async def test_it_says_its_lines_in_order_turn_by_turn() -> None:
    model = model_of("[[{say: One.}, {say: Two.}], [{say: Three.}]]")
    model.lines.begin_turn()
    assert [words(await parts_of(model)), words(await parts_of(model))] == ["One.", "Two."]
    model.lines.begin_turn()
    assert words(await parts_of(model)) == "Three."
    model.lines.end()
    assert model.lines.faults == []


async def test_a_request_without_a_line_is_a_fault() -> None:
    model = model_of("[[{say: One.}]]")
    model.lines.begin_turn()
    await parts_of(model)
    with pytest.raises(LinesFault, match="no line left"):
        await parts_of(model)
    assert len(model.lines.faults) == 1


async def test_a_turn_beyond_the_script_is_a_fault() -> None:
    model = model_of("[[{say: One.}]]")
    model.lines.begin_turn()
    await parts_of(model)
    model.lines.begin_turn()
    with pytest.raises(LinesFault, match="Turn 2"):
        await parts_of(model)


async def test_a_line_that_nobody_asked_for_is_a_fault() -> None:
    model = model_of("[[{say: One.}, {say: Two.}], [{say: Three.}]]")
    model.lines.begin_turn()
    await parts_of(model)
    model.lines.begin_turn()
    await parts_of(model)
    model.lines.end()
    assert model.lines.faults == ["Turn 1: 1 line(s) of the script were never asked for."]


async def test_a_turn_that_was_never_answered_is_a_fault() -> None:
    model = model_of("[[{say: One.}], [{say: Two.}], [{say: Three.}]]")
    model.lines.begin_turn()
    await parts_of(model)
    model.lines.end()
    assert model.lines.faults == ["The script has lines for 2 more turn(s) than were answered."]


async def test_a_tool_that_is_not_on_offer_is_a_fault_even_behind_the_gateway() -> None:
    model = model_of("[[{call: {book_meeting: {slot_id: slot_00001}}}]]")
    model.lines.begin_turn()
    gateway = Gateway(model)
    completion = await gateway.complete(WITH_TOOLS, deadline=gateway.deadline())
    assert completion.finish is Finish.garbage  # the gateway copes; the fault stays
    assert model.lines.faults[0] == "Turn 1: the script calls book_meeting, but offered are: find_slots."


async def test_calls_carry_their_own_ids_and_raw_arguments_where_the_case_gives_them() -> None:
    model = model_of("[[{call: [{tool: find_slots, id: mine, raw: '{oops'}, {tool: find_slots}]}]]")
    model.lines.begin_turn()
    calls = [part for part in await parts_of(model) if isinstance(part, ToolCallDelta)]
    assert [(call.id, call.arguments) for call in calls] == [("mine", "{oops"), ("call_1_1_2", "{}")]


@pytest.mark.parametrize("finish", [f for f in Finish if f not in {Finish.stop, Finish.tool_calls}])
async def test_every_way_to_fail_is_the_one_the_gateway_sees(finish: Finish) -> None:
    model = model_of(f"[[{{fail: {finish.value}}}, {{fail: {finish.value}}}]]")
    model.lines.begin_turn()
    gateway = Gateway(model)
    completion = await gateway.complete(WITH_TOOLS, deadline=gateway.deadline())
    assert completion.finish is finish
    assert model.lines.faults == []


async def test_words_before_a_cut_arrive_and_no_end_does() -> None:
    model = model_of("[[{fail: cut_off, after: 'On Harb'}]]")
    model.lines.begin_turn()
    parts = await parts_of(model)
    assert words(parts) == "On Harb"
    assert not any(isinstance(part, Finished) for part in parts)


async def test_an_outage_is_the_provider_s_and_not_the_script_s() -> None:
    model = model_of("[[{fail: unavailable}]]")
    model.lines.begin_turn()
    with pytest.raises(ProviderFault):
        await parts_of(model)
    assert model.lines.faults == []


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("[[{say: Hi.}]]", "Turn 2: the model was asked once more"),
        ("[[{say: Hi.}, {say: Again.}], [{say: Yes.}]]", "Turn 1: 1 line(s)"),
        ("[[{say: Hi.}], [{say: Yes.}], [{say: And?}]]", "1 more turn(s)"),
    ],
)
def test_a_script_that_does_not_fit_fails_the_case(script: str, told: str) -> None:
    case = case_of(visitor="[Hello, Tell me more]", script=script, must="{replies: 2}")
    [trace] = run(case)
    failed = [v for v in judge(case, trace) if not v.passed and v.weight is Weight.MUST]
    assert any(v.check == "must.house.replay" and told in v.explanation for v in failed), failed
