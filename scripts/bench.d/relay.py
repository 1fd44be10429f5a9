"""A TCP relay between an agent and an aggregator that notes each frame's time, direction, type and length."""

import json
import socket
import threading
import time


class Relay:
    """Accepts on a free port of 127.0.0.1 and passes everything on."""

    def __init__(self, port):
        self.target = port
        self.frames = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                agent, _ = self.door.accept()
                aggregator = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            for source, sink, way in (agent, aggregator, "up"), (aggregator, agent, "down"):
                threading.Thread(target=self.pump, args=(source, sink, way), daemon=True).start()

    def pump(self, source, sink, way):
        rest = b""
        try:
            while data := source.recv(1 << 16):
                sink.sendall(data)
                rest += data
                # A frame: its length in four bytes, then so many bytes of JSON.
                while len(rest) >= 4 and len(rest) >= 4 + (length := int.from_bytes(rest[:4], "big")):
                    kind = json.loads(rest[4:4 + length]).get("type")
                    self.frames.append((time.monotonic(), way, kind, 4 + length))
                    rest = rest[4 + length:]
        except OSError:
            pass
        for end in source, sink:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def since(self, began):
        """Bytes up and down after a time, heartbeats apart."""
        frames = [frame for frame in list(self.frames) if frame[0] >= began and frame[2] != "heartbeat"]
        return tuple(sum(size for _, way, _, size in frames if way == one) for one in ("up", "down"))

    def close(self):
        self.door.close()
