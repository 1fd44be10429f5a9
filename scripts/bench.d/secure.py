"""TLS in front of an aggregator that speaks plain TCP, and a token for it, so that an agent's TLS can be measured."""

import base64
import hashlib
import json
import os
import socket
import ssl
import struct
import subprocess
import threading
import zlib

CERTIFICATES = """
openssl ecparam -name prime256v1 -genkey -noout -out ca.key
openssl req -x509 -new -key ca.key -subj /CN=bench -days 30 -out ca.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign
openssl ecparam -name prime256v1 -genkey -noout -out server.key
openssl req -new -key server.key -subj /CN=server -out server.csr
printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth\\n' >extensions
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -extfile extensions -out server.pem
cat server.pem ca.pem >chain.pem
openssl x509 -in ca.pem -pubkey -noout | openssl pkey -pubin -outform der -out ca.der
"""


class SecureRelay:
    """Accepts TLS on a free port of 127.0.0.1 and passes everything on; `token` is the file for an agent of this host."""

    def __init__(self, folder, port, host):
        os.makedirs(folder)
        subprocess.run(["sh", "-ec", CERTIFICATES], cwd=folder, check=True, stderr=subprocess.DEVNULL)
        self.target = port
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(f"{folder}/chain.pem", f"{folder}/server.key")
        self.door = socket.create_server(("127.0.0.1", 0))
        with open(f"{folder}/ca.der", "rb") as key:
            pin = hashlib.sha256(key.read()).digest()
        self.token = f"{folder}/token"
        with open(os.open(self.token, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(token(f"127.0.0.1:{self.door.getsockname()[1]}", pin, host) + "\n")
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                agent = self.context.wrap_socket(self.door.accept()[0], server_side=True)
                aggregator = socket.create_connection(("127.0.0.1", self.target))
            except ssl.SSLError:
                continue
            except OSError:
                return
            for source, sink in (agent, aggregator), (aggregator, agent):
                threading.Thread(target=pump, args=(source, sink), daemon=True).start()


def pump(source, sink):
    try:
        while data := source.recv(1 << 16):
            sink.sendall(data)
    except OSError:
        pass
    for end in source, sink:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def token(address, pin, host):
    """As `bayplan token create` prints it: base64url of a JSON object and its CRC-32."""
    members = {"at": [address], "pin": text(pin), "host": host, "id": "abcdefghij", "secret": text(bytes(32))}
    payload = json.dumps(members, separators=(",", ":")).encode()
    return "bayplan1." + text(payload + struct.pack(">I", zlib.crc32(payload)))


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
