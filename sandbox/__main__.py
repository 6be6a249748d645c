"""`python -m sandbox`: init, register, key, company, serve."""

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from sandbox.accounts import SUBSCRIPTIONS, Accounts, parse_account
from sandbox.catalogue import FILE_IDS, IDENTITY_KINDS, PARTICIPANT_KINDS
from sandbox.exchange import Exchange
from sandbox.founding import found
from sandbox.gateway.founding import PORT, found_gateway
from sandbox.gateway.service import register_company
from sandbox.hktime import Clock
from sandbox.keydesk import turn_key
from sandbox.layout import SandboxError
from sandbox.platforms import PLATFORMS
from sandbox.settings import ENVIRONMENTS


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    args = _parser().parse_args(arguments)
    try:
        return int(args.run(args))
    except SandboxError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _init_arguments(commands.add_parser("init", help="make a sandbox"))
    _register_arguments(commands.add_parser("register", help="register an account"))
    _key_arguments(commands.add_parser("key", help="register, renew or revoke a key"))
    _company_arguments(commands.add_parser("company", help="register one at FINI"))
    _serve_arguments(commands.add_parser("serve", help="run until SIGINT or SIGTERM"))
    return parser


def _state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, default=Path("var/sandbox"))


def _init_arguments(parser: argparse.ArgumentParser) -> None:
    _state(parser)
    parser.add_argument("--port", type=int, default=18801)
    parser.add_argument("--control-port", type=int, default=18880)
    parser.add_argument("--smtp-port", type=int, default=18825)
    parser.add_argument("--gateway-port", type=int, default=PORT)
    choices = ("loopback", "ports", "auto")
    parser.add_argument("--addresses", choices=choices, default="auto")
    parser.add_argument("--block", type=int, default=0, help="127.BLOCK.1.131 …")
    parser.set_defaults(run=_init)


def _init(args: argparse.Namespace) -> int:
    config = found(
        args.state,
        port=args.port,
        control_port=args.control_port,
        smtp_port=args.smtp_port,
        addresses=args.addresses,
        block=args.block,
    )
    found_gateway(args.state, port=args.gateway_port)
    control = config["control"]
    sys.stdout.write(f"Console: {control['url']}/?token={control['token']}\n")
    return 0


def _register_arguments(parser: argparse.ArgumentParser) -> None:
    _state(parser)
    parser.add_argument("--login", required=True)
    parser.add_argument("--participant", required=True)
    parser.add_argument("--kind", choices=PARTICIPANT_KINDS, default="EP")
    parser.add_argument("--platform", choices=list(PLATFORMS), default="ECP")
    parser.add_argument("--public-key", type=Path, action="append", default=[])
    parser.add_argument(
        "--identity",
        nargs="+",
        action="extend",
        default=[],
        metavar="KIND:CODE",
        help=f"KIND is one of {', '.join(IDENTITY_KINDS)}",
    )
    parser.add_argument("--file-id", nargs="+", action="extend", choices=list(FILE_IDS))
    parser.add_argument(
        "--subscription", nargs="+", action="extend", choices=SUBSCRIPTIONS
    )
    parser.add_argument("--remote-ip", nargs="+", action="extend")
    parser.add_argument("--no-consent", action="store_true")
    parser.add_argument("--encryption-password", default=None)
    parser.add_argument("--encryption", action="store_true", help="enabled at ECP")
    parser.set_defaults(run=_register)


def _register(args: argparse.Namespace) -> int:
    file_ids = list(FILE_IDS) if args.platform == "ECP" else []
    account = parse_account(
        {
            "login": args.login,
            "participant": args.participant,
            "kind": args.kind,
            "platform": args.platform,
            "public_keys": [_text(path) for path in args.public_key],
            "identities": [tuple(text.split(":", 1)) for text in args.identity],
            "file_ids": args.file_id or file_ids,
            "subscriptions": args.subscription or list(SUBSCRIPTIONS),
            "remote_ips": args.remote_ip or ["127.0.0.1"],
            "consent": not args.no_consent,
            "encryption_enabled": args.encryption,
            "encryption_password": args.encryption_password,
        }
    )
    Accounts(args.state).save(account)
    sys.stdout.write(f"Registered {account.login}\n")
    return 0


def _key_arguments(parser: argparse.ArgumentParser) -> None:
    _state(parser)
    parser.add_argument("action", choices=("register", "renew", "revoke"))
    parser.add_argument("--login", required=True)
    parser.add_argument("--public-key", type=Path, help="to register or renew")
    parser.add_argument("--fingerprint", help="of the key to revoke; else all")
    parser.set_defaults(run=_key)


def _key(args: argparse.Namespace) -> int:
    wanted = {"login": args.login, "action": args.action}
    if args.action == "revoke":
        wanted["fingerprint"] = args.fingerprint
    elif args.public_key is None:
        raise SandboxError(f"To {args.action}, name the --public-key.")
    else:
        wanted["public_key"] = _text(args.public_key)
    accounts = Accounts(args.state)
    turn_key(accounts, wanted)
    day = Clock(args.state).today()
    sys.stdout.write(json.dumps(accounts.get(args.login).slots(day).view()) + "\n")
    return 0


def _company_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Fields as JSON on stdin, while the sandbox does not run."
    _state(parser)
    parser.set_defaults(run=_company)


def _company(args: argparse.Namespace) -> int:
    try:
        wanted = json.load(sys.stdin)
    except ValueError as exc:
        raise SandboxError(f"The company is no JSON: {exc}.") from None
    company = register_company(args.state, wanted)
    sys.stdout.write(json.dumps(company.view()) + "\n")
    return 0


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise SandboxError(f"The public key cannot be read: {exc}.") from None


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    _state(parser)
    parser.add_argument("--environment", choices=ENVIRONMENTS, default=None)
    parser.add_argument("--answer-seconds", type=float, default=None)
    parser.add_argument("--keep-content", action="store_true", default=None)
    # A switch without a value is None unless it is given: settings.json then counts.
    wanted = os.environ.get("SANDBOX_DAILY_SCRIPT", "") not in ("", "0")
    parser.add_argument("--daily-script", action="store_true", default=wanted or None)
    parser.add_argument("--days-back", type=int, default=None)
    parser.set_defaults(run=lambda args: asyncio.run(_serve(args)))


async def _serve(args: argparse.Namespace) -> int:
    exchange = Exchange(
        args.state,
        environment=args.environment,
        answer_seconds=args.answer_seconds,
        keep_content=args.keep_content,
        daily_script=args.daily_script,
        daily_script_days_back=args.days_back,
    )
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    await exchange.start()
    hosts = " ".join(f"{h.name}={h.address}:{h.port}" for h in exchange.hosts)
    sys.stdout.write(f"sandbox ready {hosts} {exchange.config['control']['url']}\n")
    sys.stdout.flush()
    await stopping.wait()
    await exchange.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
