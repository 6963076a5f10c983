"""Sends broken frames with python3-autobahn. Arguments: URL, origin, hello, URL of a bridge that does not wait long for a hello. Prints how each connection ended."""
import asyncio
import json
import sys

from autobahn.asyncio.websocket import WebSocketClientFactory, WebSocketClientProtocol

URL, ORIGIN, HELLO, HASTY = sys.argv[1], sys.argv[2], sys.argv[3].encode(), sys.argv[4]
TEXT, BINARY, CONTINUATION = 1, 2, 0


def changed(**fields):
    return json.dumps(json.loads(HELLO) | fields).encode()


# A connection: its name and the frames that it sends, as arguments of sendFrame.
CONNECTIONS = [
    ("no-hello", []),
    ("binary", [(TEXT, HELLO), (BINARY, b"x")]),
    ("binary-hello", [(BINARY, HELLO)]),
    ("oversize", [(TEXT, HELLO), (TEXT, b" " * 65537)]),
    ("oversize-in-fragments", [(TEXT, HELLO), (TEXT, b" " * 40000, False), (CONTINUATION, b" " * 40000)]),
    ("invalid-utf8", [(TEXT, HELLO), (TEXT, b'{"type":"pong","x":"\xff"}')]),
    ("no-json", [(TEXT, HELLO), (TEXT, b"hello")]),
    ("no-object", [(TEXT, HELLO), (TEXT, b"[]")]),
    ("second-hello", [(TEXT, HELLO), (TEXT, HELLO)]),
    ("event-first", [(TEXT, b'{"type":"event","seq":1}')]),
    ("other-version", [(TEXT, changed(v=2))]),
    ("no-ticket", [(TEXT, changed(ticket=""))]),
    ("unknown-type", [(TEXT, HELLO), (TEXT, b'{"type":"dance"}')]),
    ("reserved-bit", [(TEXT, HELLO), (TEXT, b"{}", True, 4)]),
    ("reserved-opcode", [(TEXT, HELLO), (3, b"{}")]),
]


class Client(WebSocketClientProtocol):
    frames = ()
    ended = None

    def onOpen(self):
        for frame in self.frames:
            self.sendFrame(frame[0], frame[1], fin=frame[2] if len(frame) > 2 else True, rsv=frame[3] if len(frame) > 3 else 0)

    def end(self, *words):
        if not self.ended.done():
            self.ended.set_result(words)

    def onMessage(self, payload, isBinary):
        frame = json.loads(payload)
        if frame["type"] == "nack":
            self.end("nack", frame["seq"], frame["code"])
            self.sendClose(1000)

    def onClose(self, wasClean, code, reason):
        self.end(self.remoteCloseCode)


async def main():
    loop = asyncio.get_running_loop()
    for name, frames in CONNECTIONS:
        ended = loop.create_future()
        factory = WebSocketClientFactory(URL if frames else HASTY, origin=ORIGIN, protocols=["linkbridge.v1"])
        factory.protocol = type("One", (Client,), {"frames": frames, "ended": ended})
        await loop.create_connection(factory, factory.host, factory.port)
        print(name, *await asyncio.wait_for(ended, 60))


asyncio.run(main())
