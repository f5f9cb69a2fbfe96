"""Comms, plots and widgets of the Lua shell, as Jupyter's client sees them."""

import uuid
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from talk import TIMEOUT, iopub_of, outcome, run, wait_for_output

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

ECHO = """
hermit.comm.target("echo", function(comm, message)
  comm:on_message(function(message)
    comm:send(message.data, {metadata = {seen = true}, buffers = message.buffers})
  end)
  comm:on_close(function() print("closed") end)
  comm:send({hello = message.data.name})
end)
"""


def send(client, msg_type, buffers=(), **content):
    """Sends a message of a comm; gives its id."""
    message = client.session.msg(msg_type, content)
    client.session.send(client.shell_channel.socket, message, buffers=list(buffers))
    return message["header"]["msg_id"]


def of_type(messages, msg_type):
    return [message for message in messages if message["msg_type"] == msg_type]


def open_comm(client, target, data=None):
    comm_id = uuid.uuid4().hex
    messages = iopub_of(client, send(client, "comm_open", comm_id=comm_id, target_name=target, data=data or {}))
    return comm_id, messages


@pytest.fixture
def echo(client):
    """A comm to a target that sends back what it gets."""
    assert run(client, ECHO).status == "ok"
    comm_id, messages = open_comm(client, "echo", {"name": "crab"})
    assert [message["content"]["data"] for message in of_type(messages, "comm_msg")] == [{"hello": "crab"}]
    return comm_id


@pytest.mark.parametrize("size", [1, 1000, 16_000_000])
def test_data_and_buffers_come_back_as_they_were_sent(client, echo, size):
    data = {"a": [1, 2.5, None, True, "ü\n\"🦀\0"], "empty": [], "object": {}, "deep": {"b": [[1], []]}}
    buffers = [bytes(range(256)) * (size // 256) + bytes(size % 256), b"", b"\xff\x00"]
    sent = send(client, "comm_msg", buffers, comm_id=echo, data=data)
    (answer,) = of_type(iopub_of(client, sent), "comm_msg")
    assert answer["content"] == {"comm_id": echo, "data": data}
    assert answer["metadata"] == {"seen": True}
    assert [bytes(buffer) for buffer in answer["buffers"]] == buffers


def test_a_comm_is_answered_while_a_cell_spins(client, echo):
    cell = client.execute("print('spinning') while not stop do end")
    wait_for_output(client, cell, "spinning")
    for number in range(20):
        sent = send(client, "comm_msg", comm_id=echo, data={"number": number})
        (answer,) = of_type(iopub_of(client, sent), "comm_msg")
        assert answer["content"]["data"] == {"number": number}
    client.execute("-- thread\nstop = true")
    assert outcome(client, cell).status == "ok"


def test_what_a_handler_prints_belongs_to_its_message(client, echo):
    messages = iopub_of(client, send(client, "comm_close", comm_id=echo, data={}))
    assert [message["content"]["text"] for message in of_type(messages, "stream")] == ["closed\n"]
    assert run(client, "print('mine')").stdout == "mine\n"


def test_a_failing_handler_shows_its_error_and_hurts_nobody(client):
    run(client, "hermit.comm.target('bad', function()\n  error('not today')\nend)")
    comm_id, messages = open_comm(client, "bad")
    (error,) = of_type(messages, "error")
    assert "not today" in error["content"]["evalue"]
    assert "error('not today')" in "".join(error["content"]["traceback"])
    assert [message["content"]["comm_id"] for message in of_type(messages, "comm_close")] == [comm_id]
    assert run(client, "6 * 7").result == "42"


def test_an_interrupt_ends_a_handler(client, manager):
    run(client, "hermit.comm.target('spin', function() print('spinning') while true do end end)")
    sent = send(client, "comm_open", comm_id=uuid.uuid4().hex, target_name="spin", data={})
    wait_for_output(client, sent, "spinning")
    manager.interrupt_kernel()
    (error,) = of_type(iopub_of(client, sent), "error")
    assert error["content"]["ename"] == "KernelInterrupt"


def test_a_comm_opened_by_lua_is_known_until_it_is_closed(client):
    opened = run(client, "c = hermit.comm.open('mine', {x = 1}, {metadata = {v = 2}, buffers = {'\\0b'}}) return c.id")
    (message,) = of_type(opened.messages, "comm_open")
    comm_id = message["content"]["comm_id"]
    assert opened.result == f'"{comm_id}"'
    assert message["content"] == {"comm_id": comm_id, "target_name": "mine", "data": {"x": 1}}
    assert (message["metadata"], [bytes(each) for each in message["buffers"]]) == ({"v": 2}, [b"\0b"])
    assert client.comm_info(reply=True, timeout=TIMEOUT)["content"]["comms"] == {comm_id: {"target_name": "mine"}}
    assert len(of_type(run(client, "c:close({bye = true})").messages, "comm_close")) == 1
    assert client.comm_info(reply=True, timeout=TIMEOUT)["content"]["comms"] == {}
    assert "closed" in run(client, "c:send({})").reply["evalue"]


def test_a_slider_and_a_button_call_back(client):
    made = run(
        client,
        "w = require 'hermit.widgets'\n"
        "s = w.IntSlider {value = 3, max = 10}\n"
        "s:observe(function(change) print(change.old, change.new, s.value) end)\n"
        "b = w.Button {description = 'Press'}\n"
        "b:on_click(function(button) print('pressed', button.description) end)\n"
        "return s",
    )
    opens = {each["content"]["data"]["state"]["_model_name"]: each for each in of_type(made.messages, "comm_open")}
    slider, button = opens["IntSliderModel"], opens["ButtonModel"]
    assert slider["metadata"]["version"] == "2.1.0"
    (shown,) = made.of_type("execute_result")
    view = shown["data"]["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == slider["content"]["comm_id"]
    update = {"method": "update", "state": {"value": 7}, "buffer_paths": []}
    messages = iopub_of(client, send(client, "comm_msg", comm_id=view["model_id"], data=update))
    (echo,) = of_type(messages, "comm_msg")
    assert echo["content"]["data"] == {"method": "echo_update", "state": {"value": 7}, "buffer_paths": []}
    assert [each["content"]["text"] for each in of_type(messages, "stream")] == ["3\t7\t7\n"]
    click = {"method": "custom", "content": {"event": "click"}}
    messages = iopub_of(client, send(client, "comm_msg", comm_id=button["content"]["comm_id"], data=click))
    assert [each["content"]["text"] for each in of_type(messages, "stream")] == ["pressed\tPress\n"]
    ask = {"method": "request_state"}
    (state,) = of_type(iopub_of(client, send(client, "comm_msg", comm_id=view["model_id"], data=ask)), "comm_msg")
    assert state["content"]["data"]["state"]["value"] == 7
    (sent,) = of_type(run(client, "s.value = 9").messages, "comm_msg")
    assert sent["content"]["data"] == {"method": "update", "state": {"value": 9}, "buffer_paths": []}


def test_a_client_that_comes_later_gets_all_widgets(client):
    run(client, "hermit.widgets.VBox {hermit.widgets.Label {value = 'one'}, hermit.widgets.HTML {value = 'two'}}")
    comm_id, _ = open_comm(client, "jupyter.widget.control")
    sent = send(client, "comm_msg", comm_id=comm_id, data={"method": "request_states"})
    (answer,) = of_type(iopub_of(client, sent), "comm_msg")
    states = answer["content"]["data"]["states"]
    values = {each["model_name"]: each["state"].get("value") for each in states.values()}
    assert (values["LabelModel"], values["HTMLModel"]) == ("one", "two")
    (box,) = [each["state"] for each in states.values() if each["model_name"] == "VBoxModel"]
    assert {child.removeprefix("IPY_MODEL_") for child in box["children"]} <= set(states)


def test_a_plot_is_a_specification_with_a_text_beside_it(client):
    (shown,) = run(client, "hermit.plot.bar {x = {'a', 'b'}, y = {1, 2}, title = 'Two'}").of_type("execute_result")
    spec = shown["data"]["application/vnd.vegalite.v5+json"]
    assert spec["data"]["values"] == [{"x": "a", "y": 1}, {"x": "b", "y": 2}]
    assert (spec["mark"]["type"], spec["title"]) == ("bar", "Two")
    assert shown["data"]["text/plain"] == '<bar plot "Two", 2 rows>'


@pytest.fixture(scope="module")
def executed():
    """Executes an example; gives the outputs of its cells by their ids."""

    def execute(name):
        notebook = nbformat.read(EXAMPLES / f"{name}.ipynb", as_version=4)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(not cell.outputs for cell in cells), "examples are stored without outputs"
        NotebookClient(notebook, kernel_name="hermit-lua", timeout=120).execute()
        nbformat.validate(notebook)
        return {cell.id: cell.outputs for cell in cells}

    return execute


def test_the_example_of_plots_and_displays_runs(executed):
    outputs = executed("plots-and-displays-lua")
    for cell in ("bars", "points", "layers", "histogram"):
        assert "application/vnd.vegalite.v5+json" in outputs[cell][0].data
    assert outputs["progress"][0].data["text/markdown"] == "**all done**"
    kinds = ("text/markdown", "text/latex", "image/svg+xml", "application/json")
    assert [set(output.data) for output in outputs["forms"]] == [{"text/plain", kind} for kind in kinds]
    assert outputs["clear"][0].text == "starting in 1\n"


def test_the_example_of_widgets_and_comms_runs(executed):
    outputs = executed("widgets-and-comms-lua")
    assert outputs["set"][0].text == "the slider stands at 4\n"
    for cell, text in (("slider", "VBox(2 children)"), ("html", "HBox(2 children)")):
        assert outputs[cell][0].data["text/plain"] == text
        assert "application/vnd.jupyter.widget-view+json" in outputs[cell][0].data
    assert outputs["target"] == []
