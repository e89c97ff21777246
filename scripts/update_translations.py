"""`make translations`: every language's catalogue has exactly the entries of the English one, in its order.

What was translated stays; what is new is empty, what has other English words is marked *fuzzy* and is English until
somebody looks at it and takes the mark away. Says how many of both there are.
"""

from __future__ import annotations

from io import BytesIO
from typing import IO

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from translations import CATALOGUES, LANGUAGES, SOURCE, path, read


def save(file: IO[bytes], catalogue: Catalog) -> None:
    """`catalogue` is in `file`: a line for each sentence, without dates and names that change with every run."""
    written = BytesIO()
    write_po(written, catalogue, width=0, omit_header=True, ignore_obsolete=True)
    language = f'"Language: {catalogue.locale}\\n"\n' if catalogue.locale else ""
    plurals = f'"Plural-Forms: {catalogue.plural_forms}\\n"\n' if catalogue.locale else ""
    comment = catalogue.header_comment.strip()
    head = f'{comment}\nmsgid ""\nmsgstr ""\n{language}{plurals}"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    file.write(head.encode() + written.getvalue().rstrip() + b"\n")


def updated(name: str, language: str) -> Catalog:
    """The catalogue of `language` with the entries of the English one, by their keys."""
    english, known = read(name, SOURCE), {message.context: message for message in read(name, language)}
    fresh = Catalog(locale=language, header_comment=read(name, language).header_comment, fuzzy=False)
    for message in english:
        if not message.id:
            continue
        before = known.get(message.context)
        kept = before is not None and isinstance(before.id, str) == isinstance(message.id, str)
        flags = set(before.flags if before and kept else message.flags)
        if before is not None and kept and before.id != message.id and any(before.string):
            flags.add("fuzzy")
        said = before.string if before is not None and kept else ("" if isinstance(message.id, str) else ("", ""))
        fresh.add(message.id, said, auto_comments=message.auto_comments, flags=flags, context=message.context)
    return fresh


def main() -> None:
    """Writes the catalogues and says what is left to translate."""
    for name in CATALOGUES:
        for language in LANGUAGES[1:]:
            catalogue = updated(name, language)
            with path(name, language).open("wb") as file:
                save(file, catalogue)
            entries = [message for message in catalogue if message.id]
            left = [message for message in entries if message.fuzzy or not all(message.string or [""])]
            print(f"{path(name, language)}: {len(entries)} sentences, {len(left)} to translate")
            for message in left:
                print(f"  {message.context}")


if __name__ == "__main__":
    main()
