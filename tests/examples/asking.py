"""What a client asks of a shell besides running cells, with jupyter_client."""

from talk import TIMEOUT, iopub_of, reply_to, run


def asked(client, msg_type, content):
    """The content of the reply to a question on shell."""
    message = client.session.msg(msg_type, content)
    client.shell_channel.send(message)
    return reply_to(client.get_shell_msg, message["header"]["msg_id"])["content"]


def asked_on_control(client, msg_type, content=None):
    """The content of the reply to a question on control."""
    message = client.session.msg(msg_type, content or {})
    client.control_channel.send(message)
    return reply_to(client.get_control_msg, message["header"]["msg_id"])["content"]


def interrupt(client):
    assert asked_on_control(client, "interrupt_request")["status"] == "ok"


def completed(client, code):
    """The matches at the end of the code, by their texts, and what they replace."""
    reply = asked(client, "complete_request", {"code": code, "cursor_pos": len(code)})
    types = {each["text"]: each for each in reply["metadata"].get("_jupyter_types_experimental", [])}
    return {text: types.get(text) for text in reply["matches"]}, (reply["cursor_start"], reply["cursor_end"])


def inspected(client, code, detail=0):
    """The description of what stands at the end of the code; None when there is none."""
    reply = asked(client, "inspect_request", {"code": code, "cursor_pos": len(code), "detail_level": detail})
    return reply["data"] if reply["found"] else None


def remembered(client, **question):
    return asked(client, "history_request", {"output": False, "raw": True, **question})["history"]


def comm(client, msg_type, buffers=(), **content):
    """Sends a message over a comm; what came over comms because of it, as pairs of type and content."""
    message = client.session.msg(msg_type, content)
    client.session.send(client.shell_channel.socket, message, buffers=list(buffers))
    messages = iopub_of(client, message["header"]["msg_id"])
    return [(each["msg_type"], each["content"]) for each in messages if each["msg_type"].startswith("comm_")]


def over_comms(done):
    """The same for a cell that has ended."""
    return [(each["msg_type"], each["content"]) for each in done.messages if each["msg_type"].startswith("comm_")]


def begin(client, code, subshell=None, **metadata):
    """Sends a cell, to a subshell if one is named, and does not wait for it; the id of the request."""
    message = client.session.msg(
        "execute_request",
        {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": True,
         "stop_on_error": False},
        metadata=metadata,
    )
    message["header"]["subshell_id"] = subshell
    client.shell_channel.send(message)
    return message["header"]["msg_id"]


def error_of(client, code):
    """How a cell has failed."""
    done = run(client, code)
    assert done.status == "error", done.reply
    return done.reply


def next_line(client):
    """Answers nothing: the question that a cell has put to the user."""
    return client.get_stdin_msg(timeout=TIMEOUT)["content"]
