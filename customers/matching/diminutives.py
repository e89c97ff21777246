"""First names and what their bearers are called: Edward is Eddie, Wilhelm is Willi, Francisco is Paco.

English from the package `nicknames` (Apache-2.0, after genealogical tables); the other languages are our own list.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from nicknames import name_triplets

from customers.matching.folding import fold

_OWN = """
alexander alex sascha xander sandro|alexandra alex sandra sascha|andreas andi andy|angelika geli
anna anne anni anja|antonia toni|anton toni|barbara babsi bärbel|bernhard bernd|brigitte gitta gitti
charlotte lotte lotti charly|christian chris christel|christina christine tina christl|christoph chris stoffel
dieter didi|dorothea doro thea|eduard edi|elisabeth lisa liesl else elli|sissi betti lisbeth elsbeth|ernst erni
ferdinand ferdi|franz franzl|franziska franzi|friedrich fritz frieder fred|gabriele gabi|georg schorsch jörg
gerhard gerd|gertrud trude gerti|gottfried friedel|günther günter|hans hansi|heinrich heinz heiner hinnerk
helene leni|helmut helli|hermann mandi|hildegard hilde|ignaz nazi|jakob jockel köbi|joachim jochen achim
johann hans johannes hannes|johanna hanna hanne|josef sepp jupp beppo pepi|josefine fini josi|julia jule julchen
karl carl kalle|karoline caro lina|katharina kathi katja käthe kati|klaus niklas nikolaus|konrad conny kurt
kornelia nele conny|leonhard leo hartl|ludwig lutz wiggerl|magdalena lena leni magda|manfred manni
margarete grete gretel gretchen greta margit|maria mia marie mitzi|martin tino|matthias matze hias
maximilian max maxi|michael michi michel mike|monika moni|peter pit petz|philipp lipp|reinhard reini|renate nati
richard richie|robert robbi|rudolf rudi rolf|sabine bine sabrina|sebastian basti wastl|siegfried sigi|sophie sofie
stefan steffen steff|stefanie steffi|susanne susi sanne|theodor theo teo|theresa resi|thomas tom tommi|ulrich uli
ulrike uli rike|ursula uschi ulla|valentin valtin|veronika vroni|viktoria vicki|waltraud traudl|walter walli
werner wernie|wilhelm willi willy helm|wilhelmine minna mina|wolfgang wolf wolfi|zacharias zach|alberto beto
alejandro ale jandro álex|alfonso poncho|antonio toño toni|beatriz bea|carmen menchu|concepción concha conchita
consuelo chelo|cristina cris tina|dolores lola|eduardo edu lalo|enrique quique kike|ernesto neto|federico fede
fernando fer nando|francisco paco pancho curro fran kiko|gabriel gabi|gregorio goyo|guadalupe lupe
guillermo guille memo|ignacio nacho|isabel isa chabela|jesús chus chuy|joaquín quino|jorge coque|josé pepe
josefa pepa|juan juanito|leticia leti|lourdes lurdes|luis lucho|manuel manolo|maría mari maruja|mariano nano
mercedes merche|miguel migue|montserrat montse|patricia patri|pedro perico|pilar piluca|rafael rafa|ramón moncho
ricardo richi|roberto beto|rosario charo|salvador salva|santiago santi yago|sergio checo|teresa tere|vicente chente
giovanni gianni|giuseppe beppe peppe pino|francesco franco checco|luigi gigi|salvatore turi|domenico mimmo
alessandro sandro ale|antonio tonino|vincenzo enzo|lorenzo renzo enzo|caterina rina|giuseppina pina
johannes jan johan hans|cornelis kees cor|wilhelmus wim willem|hendrik henk|gerardus gerard|jacobus koos jaap
pieter piet|adriaan ad|jean jeannot|françois fanfan|stéphane steph|benoît ben|frédéric fred|nicolas nico
sébastien seb|véronique véro|aleksandr sasha|mikhail misha|ivan vanya|dmitri dima|nikolai kolya|ekaterina katya
anastasia nastya|natalia natasha|maria masha|małgorzata gosia|katarzyna kasia|krzysztof krzysiek|stanisław staszek
jan janek|mehmet memo|ibrahim ibo|mohammed mohamed muhammad
"""
_OTHERS = frozenset({("alexandria", "alexander")})
"""Of the package's, but a sister and a brother: by it Sandra would be a short form of Alexander."""
_NONE: frozenset[str] = frozenset()


def related(word: str) -> frozenset[str]:
    """Other names that the bearer of the folded name `word` goes by; both ways, and brothers of one long form."""
    return _table().get(word, _NONE)


def is_short_for(word: str, other: str) -> bool:
    """True where one of the folded names is a form of the other: Pat of Patrick, but not of Patri, a Patricia."""
    forms = _forms()
    return other in forms.get(word, _NONE) or word in forms.get(other, _NONE)


@cache
def _forms() -> dict[str, frozenset[str]]:
    """Long names and what their bearers are called; read once from the package's own table, which takes 20 ms."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for long, short in [*_english(), *_own()]:
        if long != short:
            found[long].add(short)
    return {long: frozenset(shorts) for long, shorts in found.items()}


@cache
def _table() -> dict[str, frozenset[str]]:
    table: defaultdict[str, set[str]] = defaultdict(set)
    for long, shorts in _forms().items():
        for short in shorts:
            table[long].add(short)
            table[short] |= {long, *shorts} - {short}
    return {word: frozenset(others) for word, others in table.items()}


def _own() -> list[tuple[str, str]]:
    lines = [line.split() for part in _OWN.strip().splitlines() for line in part.split("|")]
    return [(fold(line[0]), fold(short)) for line in lines for short in line[1:]]


def _english() -> list[tuple[str, str]]:
    found = [(fold(one.name1), fold(one.name2)) for one in name_triplets() if one.relationship == "has_nickname"]
    return [pair for pair in found if pair not in _OTHERS]
