"""A whole session of python3-websockets. Arguments: URL, origin, hello, event."""
import asyncio
import json
import sys

import websockets


async def main(url, origin, hello, event):
    async with websockets.connect(url, origin=origin, subprotocols=["linkbridge.v1"], open_timeout=60) as ws:
        print("subprotocol", ws.subprotocol)
        await ws.send(hello)
        print(json.loads(await ws.recv())["type"])
        await ws.send([event[:50], event[50:100], event[100:]])
        while (frame := json.loads(await ws.recv()))["type"] != "ack":
            pass
        print("ack", frame["ack"])
        await (await ws.ping())
        print("pong")
        await ws.send(json.dumps({"type": "refresh", "ticket": "none"}))
        try:
            while True:
                frame = json.loads(await ws.recv())
                if frame["type"] == "bye":
                    print("bye", frame["code"], str(frame["reconnect"]).lower())
        except websockets.exceptions.ConnectionClosed as e:
            print("closed", e.rcvd.code)


asyncio.run(main(*sys.argv[1:]))
