"""Plots and widgets of the Lua shell, as Jupyter's client sees them."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from comms import of_type, open_comm, send
from talk import iopub_of, run

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


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


def test_a_closed_comm_is_told_to_who_sends_over_it(client):
    run(client, "c = hermit.comm.open('mine', {}) c:close({})")
    assert "closed" in run(client, "c:send({})").reply["evalue"]


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
