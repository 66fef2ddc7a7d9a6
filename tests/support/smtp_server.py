"""An SMTP server on loopback that does what tests ask for; it says what happens in lines that begin with '> '.

usage: smtp_server.py [--tls | --starttls] [--cert FILE --key FILE] [--login USER PASSWORD] [--token USER TOKEN] [--size N]
                      [--spool FOLDER]

Recipients: later@ is answered with 451, never@ with 550. A message that contains "drop after the dot" is taken, and the
connection is closed without an answer, once. What is taken is written into the spool: a line with the recipients, then
the message, into files that are named by their order.
"""

import argparse
import asyncio
import base64
import email
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("--tls", action="store_true")
options.add_argument("--starttls", action="store_true")
options.add_argument("--cert")
options.add_argument("--key")
options.add_argument("--login", nargs=2)
options.add_argument("--token", nargs=2)
options.add_argument("--size", type=int)
options.add_argument("--spool", type=pathlib.Path)
options = options.parse_args()


def say(*words):
    print(">", *words, flush=True)


class Handler:
    dropped = False
    taken = 0

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("later@"):
            return "451 4.3.0 try again later"
        if address.startswith("never@"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = email.message_from_bytes(envelope.content)["Message-ID"]
        if options.spool:
            Handler.taken += 1
            draft = options.spool / "draft"
            draft.write_bytes(",".join(envelope.rcpt_tos).encode() + b"\n" + envelope.content)
            draft.rename(options.spool / f"{Handler.taken:06}.eml")
        say("message", name, ",".join(envelope.rcpt_tos), len(envelope.content))
        if b"drop after the dot" in envelope.content and not Handler.dropped:
            Handler.dropped = True
            server.transport.abort()
        return "250 2.0.0 taken"

    async def auth_XOAUTH2(self, server, args):
        user, token = options.token or ("", "")
        if base64.b64decode(args[1]).decode() == f"user={user}\1auth=Bearer {token}\1\1":
            say("token accepted")
            return AuthResult(success=True)
        await server.push("334 " + base64.b64encode(b'{"status":"400"}').decode())
        await server._reader.readline()
        return AuthResult(success=False, handled=False)


class Server(SMTP):
    def connection_made(self, transport):
        # After STARTTLS it is called again for the same connection.
        if not self.transport:
            say("connected")
        super().connection_made(transport)


def check(server, session, envelope, mechanism, data):
    given = [data.login.decode(), data.password.decode()]
    good = options.login is not None and given == options.login
    if good:
        say("login accepted", mechanism)
    return AuthResult(success=good, handled=False)


async def main():
    context = None
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
    auth = bool(options.login or options.token)

    def make():
        return Server(
            Handler(),
            hostname="mx.example",
            data_size_limit=options.size or 33554432,
            tls_context=context if options.starttls else None,
            authenticator=check,
            auth_required=auth,
            # Of a connection that was encrypted from its first byte, the library knows nothing.
            auth_require_tls=options.starttls,
            loop=asyncio.get_running_loop(),
        )

    server = await asyncio.get_running_loop().create_server(
        make, "127.0.0.1", 0, ssl=context if options.tls else None
    )
    say("port", server.sockets[0].getsockname()[1])
    await server.serve_forever()


asyncio.run(main())
