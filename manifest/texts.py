"""What the app package says, in three languages (P-14)."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "tab": "Customers",
        "short": "The customer's card beside the call: who, what was before, the CRM records.",
        "full": "While you handle a call, e-mail, chat or social message, the customer's card stands in Teams: "
        "who it is, "
        "what happened before, and the records in Salesforce and Dynamics 365.\n\n"
        "- Link CRM records to the interaction with one click; after wrap-up it is written to each of them, once.\n"
        "- Write down notes, outcome and tags while you talk.\n"
        "- Bring the cards of one person together, and take them apart again.\n\n"
        "The app works for agents whom your administrator has enabled, together with your contact centre.",
        "find": "Find customer",
        "find_what": "Find a customer and post a short card, without numbers or addresses",
        "find_by": "Customer",
        "find_by_what": "Name, number or e-mail address, or a part of it",
    },
    "de": {
        "tab": "Kunden",
        "short": "Die Kundenkarte beim Anruf: wer es ist, was vorher war, die CRM-Einträge.",
        "full": "Während Sie einen Anruf, eine E-Mail, einen Chat oder eine Social-Media-Nachricht bearbeiten, "
        "steht die Karte "
        "der Kundin oder des Kunden in Teams: wer es ist, was vorher war und die Einträge in Salesforce und "
        "Dynamics 365.\n\n"
        "- Verknüpfen Sie CRM-Einträge mit einem Klick; nach der Nachbearbeitung wird die Interaktion in jeden davon "
        "geschrieben, genau einmal.\n"
        "- Halten Sie Notizen, Ergebnis und Stichwörter fest, während Sie sprechen.\n"
        "- Führen Sie die Karten einer Person zusammen und trennen Sie sie wieder.\n\n"
        "Die App arbeitet mit Ihrem Contact Center zusammen, für alle, die Ihre Administration dafür "
        "freigeschaltet hat.",
        "find": "Kunden finden",
        "find_what": "Kundin oder Kunden finden und eine kurze Karte senden, ohne Nummern und Adressen",
        "find_by": "Kundin oder Kunde",
        "find_by_what": "Name, Nummer oder E-Mail-Adresse, ganz oder teilweise",
    },
    "es": {
        "tab": "Clientes",
        "short": "La ficha del cliente junto a la llamada: quién es, qué hubo antes y el CRM.",
        "full": "Mientras atiende una llamada, un correo, un chat o un mensaje de redes sociales, la ficha del "
        "cliente está en "
        "Teams: quién es, qué ocurrió antes y los registros de Salesforce y Dynamics 365.\n\n"
        "- Vincule registros del CRM a la interacción con un clic; después del cierre se escribe en cada uno, "
        "una sola vez.\n"
        "- Anote observaciones, resultado y etiquetas mientras habla.\n"
        "- Reúna las fichas de una misma persona y vuelva a separarlas.\n\n"
        "La aplicación funciona con su centro de contacto, para los agentes que su administrador haya activado.",
        "find": "Buscar cliente",
        "find_what": "Buscar un cliente y publicar una ficha breve, sin números ni direcciones",
        "find_by": "Cliente",
        "find_by_what": "Nombre, número o correo, entero o en parte",
    },
}
