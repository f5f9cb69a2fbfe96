"""Messages of comms, as a client sends them and finds them among others."""

import uuid

from talk import iopub_of


def send(client, msg_type, buffers=(), **content):
    """Sends a message of a comm; gives its id."""
    message = client.session.msg(msg_type, content)
    client.session.send(client.shell_channel.socket, message, buffers=list(buffers))
    return message["header"]["msg_id"]


def of_type(messages, msg_type):
    return [message for message in messages if message["msg_type"] == msg_type]


def open_comm(client, target, data=None):
    comm_id = uuid.uuid4().hex
    return comm_id, iopub_of(client, send(client, "comm_open", comm_id=comm_id, target_name=target, data=data or {}))
