"""Made-up people and companies: names as one meets them in the Netherlands and around."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

_FIRST = """
    Jan Piet Kees Joost Daan Sem Lucas Finn Bram Thijs Maarten Willem Hendrik Gerrit Sjoerd Wouter
    Ruben Jeroen Bas Niels Koen Pim Teun Jasper Dirk Maria Anna Sanne Lotte Femke Fleur Julia Emma
    Sophie Eva Iris Anouk Marieke Willemijn Saskia Ingrid Esther Roos Noor Tess Lieke Maud Hanneke
    Truus Wendy José André René Zoë Chloë Noëlle Loïs Anaïs Héloïse François Jérôme Élodie Benoît
    Céline Aurélie Bjørn Søren Jørgen Åse Øyvind Mårten Göran Åsa Håkan Sigrún Þóra Jürgen Günther
    Jörg Käthe Sören Björn Łukasz Paweł Małgorzata Zuzanna Agnieszka Michał Jiří Zdeněk Tomáš Božena
    Ondřej Željko Dušan Šárka Nikolaj Sofía Inés Íñigo Núria Martí João António Conceição Luís
    Giulia Niccolò Matteo Chiara Ayşe Çağla Emre Yusuf Fatima Mohammed Amina Ștefan Ioana Răzvan
    Gergő Zsófia Ágnes Katalin Siobhán Ciarán Aoife Niamh Owen Rhys Fiona Hamish Elisa Jari Päivi
    Väinö Kęstutis Rūta Jānis Līga Tõnu Märt
"""
_LAST = """
    Jansen de_Vries van_den_Berg van_der_Berg Bakker Visser Smit Meijer de_Boer Mulder de_Groot Bos
    Vos Peters Hendriks van_Leeuwen Dekker Brouwer de_Wit Dijkstra Smits de_Graaf van_der_Meer
    Kok Jacobs van_der_Linden de_Haan Vermeulen van_den_Heuvel van_der_Veen van_den_Broek Schouten
    van_Beek Willems van_Vliet van_de_Ven Hoekstra Maas Verhoeven Koster van_Dam Prins Blom
    Huisman Peeters Kuipers van_Veen Kuijpers Post Veenstra Kramer van_den_Brink Scholten Timmermans
    Groen Koning Postma Martens Bosch Bijl ter_Horst in_'t_Veld 't_Hart Oude_Elferink Özdemir
    Yılmaz Şahin Müller Schröder Weiß Köhler Schäfer Groß Lefèvre Dupré Bélanger Gagné D'Hondt
    Peñalver Núñez Ibáñez Gonçalves Magalhães Sørensen Kjær Ångström Lindström Sjöberg Järvinen
    Kowalczyk Wiśniewski Żeleński Dąbrowska Dvořák Novotný Horáková Kovačević Đorđević Petrović
    Szabó Kovács Nagy O'Brien Ó_Súilleabháin Mac_Giolla McKenzie Bianchi D'Angelo Rossi Popescu
    Kalniņš Žukauskas Tamm Þórsdóttir Hansen Olsen Nielsen Moreau Laurent Claes Wouters Goossens
"""
_TRADES = """
    Logistiek Bouw Techniek Zorg Advies Transport Energie Installatie Makelaars Notarissen
    Verzekeringen Accountants Drukkerij Bakkerij Tuinbouw Zuivel Metaal Chemie Textiel Scheepvaart
    Software Media Uitgevers Onderwijs Fysiotherapie Apotheek Catering Schoonmaak Beveiliging
    Architecten Interieur Meubelen Groothandel Fietsen Automotive Recycling Waterbeheer Laboratoria
    Instrumenten Optiek
"""
_HOUSES = """
    Noordzee Van_Dijk De_Gouden_Leeuw Rijnmond Veluwe Waddenland Delta Oranje De_Eenhoorn
    Maasvallei IJsselstein Bataaf Zuiderzee Kennemer Hollandse_Maatschap Brabantse_Kempen
    Twentse Achterhoek Betuwe Westland Peelland Zaanse Gooise Friese_Meren Drentse_Aa Limburgse
    Lübecker Øresund Malmö Göteborg Kraków Łódź Český_Ráj Baltische Ardense Vlaamse Rhône Garonne
    Catalaanse Lissabon Toscaanse Ierse Schotse Hanze Atlas Meridiaan Horizon Kompas Anker Zeester
    Valk Reiger Kievit Albatros Vierkant Driehoek Spiraal Nova Aurora Zenit
"""
FIRST = tuple(_FIRST.split())
TRADES = tuple(_TRADES.split())
# Blanks within a name are underscores above.
LAST = tuple(name.replace("_", " ") for name in _LAST.split())
HOUSES = tuple(name.replace("_", " ") for name in _HOUSES.split())
FORMS = ("BV", "BV", "BV", "NV", "VOF", "Coöperatie", "Stichting")
FIRST_ORGANISATION = "Acme Nederland BV"
NOT_IN_DOMAIN = re.compile(r"[^a-z0-9]+")
NOT_IN_LOCAL = re.compile(r"[^a-z0-9.]+")


class Name(NamedTuple):
    """A person's name, folded for sorting and searching, and as the local part of an address."""

    shown: str
    folded: str
    local: str


def _first_names() -> tuple[tuple[str, str], ...]:
    return tuple((name, fold(name)) for name in FIRST)


def _last_names() -> tuple[tuple[str, str, str], ...]:
    found = []
    for name in LAST:
        folded = fold(name)
        found.append((name, folded, NOT_IN_LOCAL.sub("", folded.replace(" ", "."))))
    return tuple(found)


def people(random: Random) -> Iterator[Name]:
    """Yield people for ever; no two have the same local part.

    Whoever comes second under a name has a number behind it, as at work: `jan.jansen2`.
    """
    firsts, lasts, taken = _first_names(), _last_names(), dict[str, int]()
    draw = random.random
    while True:
        first, folded = firsts[int(draw() * len(firsts))]
        last, folded_last, local_last = lasts[int(draw() * len(lasts))]
        given = NOT_IN_LOCAL.sub("", folded)
        local = f"{given if draw() < 0.85 else given[0]}.{local_last}"
        number = taken[local] = taken.get(local, 0) + 1
        if number > 1:
            local = f"{local}{number}"
        yield Name(f"{first} {last}", f"{folded} {folded_last}", local)


def organisation_names(random: Random, count: int) -> list[str]:
    """Return that many names, each different also as a domain; the first is Acme's."""
    made = [f"{house} {trade}" for house in HOUSES for trade in TRADES]
    random.shuffle(made)
    others = [f"{name} {FORMS[int(random.random() * len(FORMS))]}" for name in made[: count - 1]]
    return [FIRST_ORGANISATION, *others]


def domain(organisation: str) -> str:
    """Return the organisation's domain: its name without the legal form, under `.example`."""
    stem = fold(organisation.rpartition(" ")[0])
    return NOT_IN_DOMAIN.sub("-", stem).strip("-") + ".example"
