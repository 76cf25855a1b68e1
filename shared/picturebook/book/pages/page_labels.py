"""The texts of a book page that are not the story's: labels, and why a picture is missing. Pure.

A book in another language gets English labels, marked as English.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageLabels:
    """The labels of a book page in one language. The page fills in `{…}`."""

    language: str
    kind: str
    cast: str
    page: str
    page_alt: str
    page_alt_with: str
    portrait_alt: str
    figure_alt: str
    missing: str
    end: str
    colophon: str
    sketched: str
    provenance: str
    production: str


_ENGLISH = PageLabels(
    language="en",
    kind="A picture book",
    cast="Who you will meet",
    page="Page {number}",
    page_alt="Illustration of page {number}",
    page_alt_with="Illustration of page {number}, with {names}",
    portrait_alt="Portrait of {name}",
    figure_alt="{name}, from head to toe",
    missing="This picture is still missing",
    end="The end",
    colophon="{drawn} of {total} pictures, drawn by {model}.",
    sketched="{drawn} of {total} pictures, sketched on this machine by the local image service; nothing was charged.",
    provenance="All pictures in this book were made by a machine.",
    production="How this book was made",
)

_ALL = {
    labels.language: labels
    for labels in (
        _ENGLISH,
        PageLabels(
            language="de",
            kind="Ein Bilderbuch",
            cast="Wer dir hier begegnet",
            page="Seite {number}",
            page_alt="Bild zu Seite {number}",
            page_alt_with="Bild zu Seite {number}, mit {names}",
            portrait_alt="Bildnis von {name}",
            figure_alt="{name}, von Kopf bis Fuß",
            missing="Dieses Bild fehlt noch",
            end="Ende",
            colophon="{drawn} von {total} Bildern, gezeichnet von {model}.",
            sketched="{drawn} von {total} Bildern, auf diesem Rechner vom lokalen Bilddienst skizziert; "
            "nichts wurde berechnet.",
            provenance="Alle Bilder in diesem Buch hat eine Maschine gemacht.",
            production="Wie dieses Buch entstand",
        ),
        PageLabels(
            language="fr",
            kind="Un livre d’images",  # noqa: RUF001  French is set with this apostrophe
            cast="Qui tu vas rencontrer",
            page="Page {number}",
            page_alt="Illustration de la page {number}",
            page_alt_with="Illustration de la page {number}, avec {names}",
            portrait_alt="Portrait de {name}",
            figure_alt="{name}, de la tête aux pieds",
            missing="Cette image manque encore",
            end="Fin",
            colophon="{drawn} images sur {total}, dessinées par {model}.",
            sketched="{drawn} images sur {total}, esquissées sur cette machine par le service local ; "
            "rien n’a été facturé.",  # noqa: RUF001  as above
            provenance="Toutes les images de ce livre ont été faites par une machine.",
            production="Comment ce livre a été fait",
        ),
        PageLabels(
            language="es",
            kind="Un libro ilustrado",
            cast="A quién vas a conocer",
            page="Página {number}",
            page_alt="Ilustración de la página {number}",
            page_alt_with="Ilustración de la página {number}, con {names}",
            portrait_alt="Retrato de {name}",
            figure_alt="{name}, de pies a cabeza",
            missing="Esta imagen aún falta",
            end="Fin",
            colophon="{drawn} de {total} imágenes, dibujadas por {model}.",
            sketched="{drawn} de {total} imágenes, bosquejadas en este equipo por el servicio local; no se cobró nada.",
            provenance="Todas las imágenes de este libro las hizo una máquina.",
            production="Cómo se hizo este libro",
        ),
    )
}

# By the reasons of `pictures/outcomes.py` and of a manifest; in English, like all explanations of failures. Any other
# reason has its own explanation (`sheet_not_drawn` names the character).
_WHY = {
    "refused_by_moderation": "The image service's safety check refused what this picture asks for. "
    "Gentler words for it usually help.",
    "refused_by_provider": "The image service did not take the request for this picture.",
    "unusable_picture": "What the image service sent for this picture could not be used.",
    "outcome_unknown": "The image service's answer was lost on the way. "
    "The picture may have been charged, so it was not bought again.",
    "provider_unavailable": "The image service kept failing, so this picture was given up.",
    "not_begun": "This picture was not begun before the story ended.",
    "refused_input": "The request for this picture was not valid.",
    "superseded": "A newer version of the story took its place.",
}


def labels_for(language: str) -> PageLabels:
    """Return the labels for a language tag such as `de` or `pt-BR`; English ones for an unsupported language."""
    return _ALL.get(language.split("-", maxsplit=1)[0].lower(), _ENGLISH)


def why_missing(reason: str | None, explanation: str | None = None) -> str:
    """Return a sentence that explains to the book's maker why a picture is missing."""
    return _WHY.get(reason or "") or explanation or "No reason is known."
