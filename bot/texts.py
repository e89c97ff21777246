"""The few sentences that the bot says outside cards, in three languages (P-14)."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "greeting": "Hello! While you handle a call or a message, I show you the customer's card here. "
        "You find all your customers on the Customer Card tab.",
        "help": "I send you a customer's card when you accept a call or a message; use the buttons on it, or "
        "open the "
        "Customer Card tab. Write Open, Recent, or Search and a name, and I show you those customers.",
        "no_access": "Customer Card is not switched on for you. Please ask your administrator.",
        "failed": "That did not work, and nothing was changed. Please try again.",
        "unknown": "This button is not known any more. Open the card again to get the newest one.",
        "found_none": "No customer found. Write a name, number or e-mail address, or a part of it.",
        "found_none_yet": "Write a name, number or e-mail address to find a customer.",
        "find_failed": "The search did not work. Please try again.",
    },
    "de": {
        "greeting": "Hallo! Während Sie einen Anruf oder eine Nachricht bearbeiten, zeige ich Ihnen hier die "
        "Karte der "
        "Kundin oder des Kunden. Alle Ihre Kunden finden Sie auf der Registerkarte Customer Card.",
        "help": "Ich sende Ihnen die Kundenkarte, sobald Sie einen Anruf oder eine Nachricht annehmen. Nutzen "
        "Sie deren "
        "Schaltflächen oder öffnen Sie die Registerkarte Customer Card. Schreiben Sie Offen, Zuletzt oder "
        "Suchen und einen "
        "Namen, dann zeige ich Ihnen diese Kunden.",
        "no_access": "Customer Card ist für Sie nicht eingeschaltet. Bitte wenden Sie sich an Ihre Administration.",
        "failed": "Das hat nicht geklappt, und es wurde nichts geändert. Bitte versuchen Sie es noch einmal.",
        "unknown": "Diese Schaltfläche ist nicht mehr bekannt. Öffnen Sie die Karte neu, um die aktuelle zu erhalten.",
        "found_none": "Niemand gefunden. Schreiben Sie Name, Nummer oder E-Mail-Adresse, ganz oder teilweise.",
        "found_none_yet": "Schreiben Sie einen Namen, eine Nummer oder eine E-Mail-Adresse, um Kunden zu finden.",
        "find_failed": "Die Suche hat nicht geklappt. Bitte versuchen Sie es noch einmal.",
    },
    "es": {
        "greeting": "¡Hola! Mientras atiende una llamada o un mensaje, le muestro aquí la ficha del cliente. "
        "Encontrará todos sus clientes en la pestaña Customer Card.",
        "help": "Le envío la ficha del cliente cuando acepta una llamada o un mensaje; use sus botones o abra "
        "la pestaña "
        "Customer Card. Escriba Abiertos, Recientes o Buscar y un nombre, y le mostraré esos clientes.",
        "no_access": "Customer Card no está activado para usted. Consulte a su administrador.",
        "failed": "No ha funcionado y no se ha cambiado nada. Inténtelo de nuevo.",
        "unknown": "Este botón ya no se reconoce. Vuelva a abrir la ficha para obtener la más reciente.",
        "found_none": "No se ha encontrado ningún cliente. Escriba un nombre, número o correo, o una parte.",
        "found_none_yet": "Escriba un nombre, número o correo para encontrar un cliente.",
        "find_failed": "La búsqueda no ha funcionado. Inténtelo de nuevo.",
    },
}


def text(language: str, key: str) -> str:
    """The sentence in `language`, in English where we do not speak it."""
    return TEXTS.get(language, TEXTS["en"])[key]
