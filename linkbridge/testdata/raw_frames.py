"""Speaks to the socket itself, because no client library sends such frames.

Arguments: host, port, hello. Prints a name and the close code for each connection.
"""
import base64, os, socket, struct, sys
host, port, hello = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode()


def frame(first, payload, mask=True, length=None):
    n = len(payload) if length is None else length
    head = bytes([first])
    m = 0x80 if mask else 0
    if n < 126: head += bytes([m | n])
    elif n < 65536: head += bytes([m | 126]) + struct.pack(">H", n)
    else: head += bytes([m | 127]) + struct.pack(">Q", n)
    if not mask: return head + payload
    key = os.urandom(4)
    return head + key + bytes(c ^ key[i % 4] for i, c in enumerate(payload))


def exact(s, n):
    data = b""
    while len(data) < n:
        more = s.recv(n - len(data))
        if not more: raise EOFError
        data += more
    return data


def run(name, *frames):
    s = socket.create_connection((host, port), 60)
    s.settimeout(60)
    key = base64.b64encode(os.urandom(16)).decode()
    s.sendall(f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: http://{host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: linkbridge.v1\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
    answer = b""
    while b"\r\n\r\n" not in answer: answer += exact(s, 1)
    assert b"101" in answer and b"deflate" not in answer, answer
    for f in frames: s.sendall(f)
    code = None
    try:
        while True:
            first, second = exact(s, 2)
            n = second & 127
            if n == 126: n = struct.unpack(">H", exact(s, 2))[0]
            payload = exact(s, n)
            if first & 15 == 8:
                code = struct.unpack(">H", payload[:2])[0]
                break
    except (EOFError, ConnectionError):
        pass
    print(name, code)
h = frame(0x81, hello)
run("unmasked", frame(0x81, hello, mask=False))
run("reserved-bit", frame(0xC1, hello))
run("reserved-opcode", frame(0x83, b"x"))
run("continuation-first", frame(0x80, b"x"))
run("fragmented-ping", frame(0x09, b"x"))
run("long-ping", h, frame(0x89, b"x" * 126))
run("text-in-fragments", h, frame(0x01, b"{"), frame(0x81, b"}"))
run("announced-60-MiB", h, frame(0x81, b"", length=60 << 20))
run("frame-of-65537", h, frame(0x81, b" " * 65537))
run("fragments-over-the-limit", h, frame(0x01, b" " * 40000), frame(0x80, b" " * 40000))
run("binary", h, frame(0x82, b"x"))
run("invalid-utf8", h, frame(0x81, b'{"type":"\xff"}'))
run("no-json", h, frame(0x81, b"hello"))
run("close-of-the-client", h, frame(0x88, struct.pack(">H", 1001)))
run("bad-close-code", h, frame(0x88, struct.pack(">H", 1005)))
