"""The `bot` command: one function a subcommand, no logic of its own."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.errors import BotError
from bot.settings import load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 on success, 1 with one line on stderr when something on purpose stops it."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except BotError as error:
        print(f"bot: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bot", description="The enquiry and application bot of MobiliseSME.")
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="run the web chat, the Telegram bot and the REST channel")
    serve.set_defaults(run=_serve)

    train = commands.add_parser("train", help="train the model from nlu/ and stories/")
    train.add_argument("--if-needed", action="store_true", help="only when no model fits the data")
    train.set_defaults(run=_train)

    evaluate = commands.add_parser("evaluate", help="measure the model on messages it never saw")
    evaluate.add_argument(
        "--data",
        type=Path,
        nargs="+",
        required=True,
        help="TSV with the columns [lang,] intent, text, entities; or a folder that holds such files",
    )
    evaluate.add_argument("--json", type=Path, help="write the report to this file as JSON, too")
    evaluate.add_argument("--plots", type=Path, help="draw confusions and coverage into this folder as PNG")
    evaluate.add_argument("--today", help="the ISO date from which “next month” is counted; the machine's by default")
    evaluate.add_argument(
        "--calibrate", action="store_true", help="print how true the confidences are, and what each threshold costs"
    )
    evaluate.set_defaults(run=_evaluate)

    chat = commands.add_parser("chat", help="talk to the bot in the terminal")
    chat.add_argument("--language", help="the language to begin in, such as sl or sr_Cyrl")
    chat.add_argument("--jsonl", action="store_true", help="one JSON object a line on stdin, one a line on stdout")
    chat.set_defaults(run=_chat)

    parse = commands.add_parser("parse", help="show what the NLU makes of messages")
    parse.add_argument("--jsonl", action="store_true", required=True, help="one JSON object a line in, one out")
    parse.set_defaults(run=_parse)

    leads = commands.add_parser("leads", help="list or export the leads, and their files").add_subparsers(
        required=True, metavar="what"
    )
    listing = leads.add_parser("list", help="a line each")
    listing.add_argument("--partner", help="only those of this partner organisation (code)")
    listing.set_defaults(run=_leads_list)
    show = leads.add_parser("show", help="one of them, with the verdict in words and the reason of its routing")
    show.add_argument("reference", help="the lead's reference number")
    show.add_argument("--language", default="en", help="the language to read it in, such as sl or sr_Cyrl")
    show.set_defaults(run=_leads_show)
    export = leads.add_parser("export", help="all of them, to stdout or a file")
    export.add_argument("--partner", help="only those of this partner organisation (code)")
    export.add_argument("--format", choices=("csv", "xlsx", "jsonl"), default="csv")
    export.add_argument("--output", type=Path, help="the file to write; xlsx needs one unless stdout is a file")
    export.set_defaults(run=_leads_export)

    attachments = leads.add_parser("attachments", help="the files of a lead; each copy is recorded with it")
    attachments.add_argument("reference", help="the lead's reference number")
    attachments.add_argument("--partner", help="only where the lead lies with this partner organisation (code)")
    attachments.add_argument("--output", type=Path, help="copy them into this folder")
    attachments.set_defaults(run=_leads_attachments)

    answering = leads.add_parser("answer", help="write to whoever sent one of them, in the chat or by e-mail")
    answering.add_argument("reference", help="the lead's reference number")
    answering.add_argument("--text", required=True, help="what to write")
    answering.add_argument("--language", help="the language that it is written in; the lead's by default")
    answering.add_argument("--needs-information", action="store_true", help="the lead waits for an answer from then on")
    answering.add_argument("--partner", help="only where the lead lies with this partner organisation (code)")
    answering.set_defaults(run=_leads_answer)
    transcript = leads.add_parser("transcript", help="what was said in the conversation of one of them")
    transcript.add_argument("reference", help="the lead's reference number")
    transcript.add_argument("--partner", help="only where the lead lies with this partner organisation (code)")
    transcript.set_defaults(run=_leads_transcript)

    routing = commands.add_parser("routing", help="why leads go where they go").add_subparsers(
        required=True, metavar="what"
    )
    explain = routing.add_parser("explain", help="how a lead was routed, and how today's rules see it")
    explain.add_argument("reference", help="the lead's reference number")
    explain.set_defaults(run=_routing_explain)
    table = routing.add_parser("table", help="where companies of each country are routed to, as Markdown")
    table.set_defaults(run=_routing_table)
    replay = routing.add_parser("replay", help="which leads a new routing.yml would move; changes nothing")
    replay.add_argument("--rules", type=Path, required=True, help="the new file")
    replay.set_defaults(run=_routing_replay)

    outbox = commands.add_parser("outbox", help="what was promised and is not delivered").add_subparsers(
        required=True, metavar="what"
    )
    undelivered = outbox.add_parser("list", help="what waits or was given up, a line each")
    undelivered.set_defaults(run=_outbox_list)
    retry = outbox.add_parser("retry", help="send again what was given up")
    retry.add_argument("id", type=int, nargs="+", help="the number that `bot outbox list` shows first")
    retry.set_defaults(run=_outbox_retry)

    privacy = commands.add_parser(
        "privacy", help="people's rights to their data, and how long it is kept"
    ).add_subparsers(required=True, metavar="what")
    copy = privacy.add_parser("export", help="everything stored about somebody, as one HTML file with JSON in it")
    _add_subject(copy)
    copy.add_argument("--output", type=Path, help="the file to write, which must not exist; stdout by default")
    copy.add_argument("--language", help="a language of the bot; by default the one that the person spoke last")
    copy.set_defaults(run=_privacy_export)
    erase = privacy.add_parser("erase", help="erase what is stored about somebody, after showing it")
    _add_subject(erase)
    erase.add_argument("--yes", action="store_true", help="do not ask")
    erase.add_argument(
        "--also-decided",
        action="store_true",
        help="also the leads that their organisations have decided on; without it their erasure is put on record",
    )
    erase.set_defaults(run=_privacy_erase)
    purge = privacy.add_parser("purge", help="erase whatever was kept as long as privacy.yml says")
    purge.add_argument("--dry-run", action="store_true", help="only count")
    purge.set_defaults(run=_privacy_purge)

    database = commands.add_parser("db", help="look after the database").add_subparsers(required=True, metavar="what")
    upgrade = database.add_parser("upgrade", help="bring the tables up to date")
    upgrade.set_defaults(run=_db_upgrade)

    languages = commands.add_parser("languages", help="look after the languages").add_subparsers(
        required=True, metavar="what"
    )
    check = languages.add_parser("check", help="print everything that languages lack, with its path")
    check.add_argument("code", nargs="*", help="only these languages")
    check.set_defaults(run=_languages_check)
    return parser


def _add_subject(command: argparse.ArgumentParser) -> None:
    whose = command.add_mutually_exclusive_group(required=True)
    whose.add_argument("--conversation", help="as it is stored: the channel, a colon, and the sender")
    whose.add_argument("--email", help="all applications with this address, and the chats they came from")
    whose.add_argument("--reference", help="one application or enquiry, without the chat it came from")


def _serve(options: argparse.Namespace) -> int:
    from bot.serving import serve

    asyncio.run(serve(load_settings()))
    return 0


def _train(options: argparse.Namespace) -> int:
    from bot.bootstrap import quieten
    from bot.training import ensure_model, train

    quieten()
    model_dir = load_settings().model_dir
    print(ensure_model(model_dir) if options.if_needed else train(model_dir), file=sys.stderr)
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from bot.bootstrap import load_assistant
    from bot.evaluation import evaluate

    assistant = load_assistant(load_settings())
    return asyncio.run(evaluate(assistant, options.data, options.json, options.plots, options.today, options.calibrate))


def _chat(options: argparse.Namespace) -> int:
    from bot.bootstrap import open_service
    from bot.console import answer_json_lines, chat_answer, talk

    async def run() -> None:
        async with open_service(load_settings()) as service:
            if options.jsonl:
                await answer_json_lines(chat_answer(service.engine.handle))
            else:
                await talk(service.engine.handle, options.language)

    asyncio.run(run())
    return 0


def _parse(options: argparse.Namespace) -> int:
    from bot.bootstrap import load_assistant
    from bot.console import answer_json_lines
    from bot.parsing import parse_answer

    asyncio.run(answer_json_lines(parse_answer(load_assistant(load_settings()))))
    return 0


def _leads_list(options: argparse.Namespace) -> int:
    from bot.exports import list_leads

    asyncio.run(list_leads(load_settings(), options.partner))
    return 0


def _leads_show(options: argparse.Namespace) -> int:
    from bot.lead_page import show

    asyncio.run(show(load_settings(), options.reference.strip().upper(), options.language))
    return 0


def _leads_export(options: argparse.Namespace) -> int:
    from bot.exports import export_leads

    asyncio.run(export_leads(load_settings(), options.partner, options.format, options.output))
    return 0


def _leads_attachments(options: argparse.Namespace) -> int:
    from bot.attachments import copy_attachments, list_attachments

    settings, reference = load_settings(), options.reference.strip().upper()
    if options.output:
        asyncio.run(copy_attachments(settings, reference, options.partner, options.output))
    else:
        asyncio.run(list_attachments(settings, reference, options.partner))
    return 0


def _leads_answer(options: argparse.Namespace) -> int:
    from bot.correspondence import answer_lead

    asyncio.run(
        answer_lead(
            load_settings(),
            options.reference.strip().upper(),
            options.text,
            options.language,
            options.partner,
            needs_information=options.needs_information,
        )
    )
    return 0


def _leads_transcript(options: argparse.Namespace) -> int:
    from bot.correspondence import show_transcript

    asyncio.run(show_transcript(load_settings(), options.reference.strip().upper(), options.partner))
    return 0


def _routing_explain(options: argparse.Namespace) -> int:
    from bot.rerouting import explain

    asyncio.run(explain(load_settings(), options.reference.strip().upper()))
    return 0


def _routing_table(options: argparse.Namespace) -> int:
    from bot.routing_table import print_table

    print_table(load_settings())
    return 0


def _routing_replay(options: argparse.Namespace) -> int:
    from bot.rerouting import replay

    asyncio.run(replay(load_settings(), options.rules))
    return 0


def _outbox_list(options: argparse.Namespace) -> int:
    from bot.outbox import list_undelivered

    asyncio.run(list_undelivered(load_settings()))
    return 0


def _outbox_retry(options: argparse.Namespace) -> int:
    from bot.outbox import retry

    asyncio.run(retry(load_settings(), options.id))
    return 0


def _privacy_export(options: argparse.Namespace) -> int:
    from bot.privacy import export, subject

    asyncio.run(export(load_settings(), subject(options), options.output, options.language))
    return 0


def _privacy_erase(options: argparse.Namespace) -> int:
    from bot.privacy import erase, subject

    asyncio.run(erase(load_settings(), subject(options), yes=options.yes, also_decided=options.also_decided))
    return 0


def _privacy_purge(options: argparse.Namespace) -> int:
    from bot.privacy import purge

    asyncio.run(purge(load_settings(), dry_run=options.dry_run))
    return 0


def _db_upgrade(options: argparse.Namespace) -> int:
    from bot.bootstrap import open_storage

    async def run() -> None:
        async with open_storage(load_settings()) as storage:
            await storage.upgrade()

    asyncio.run(run())
    return 0


def _languages_check(options: argparse.Namespace) -> int:
    from bot.languages import check

    faults = check(options.code or None)
    print("\n".join(faults) if faults else "All languages are complete.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
