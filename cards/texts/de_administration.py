"""German, formal. The same keys and blanks as English; a test compares them."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, str]] = {
    # The pages
    "admin.name": "Verwaltung",
    "admin.overview": "Übersicht",
    "admin.pushes": "Nicht eingetragen",
    "admin.crms": "CRM-Systeme",
    "admin.agents": "Agenten",
    "admin.events": "Ereignisse",
    "admin.settings": "Einstellungen",
    "admin.refresh": "Aktualisieren",
    "admin.back": "Zurück",
    "admin.unnamed": "ohne Namen",
    # What wants somebody
    "admin.well": "Im Moment ist nichts zu tun.",
    "admin.needs": "Das braucht jemanden",
    "admin.issue.paused": "{crm}: Es wird nichts eingetragen: {reason}. Es warten: {count}.",
    "admin.issue.mapping": (
        "{crm}: Die Zuordnung passt nicht. Befunde, die aufhalten: {count}. Alles wartet, nichts geht verloren."
    ),
    "admin.issue.mapping.do": "Beheben Sie, was unter „CRM-Systeme“ steht; dann geht von selbst hinaus, was wartet.",
    "admin.issue.not_checked": "{crm}: Die Zuordnung ließ sich nicht prüfen: {reason}.",
    "admin.issue.pushes": "{crm}: {reason}. Nicht eingetragen: {count}.",
    "admin.issue.agents": "Agenten ohne Teams-Benutzer: {count}. Offene Interaktionen, die auf sie warten: {name}.",
    "admin.issue.agents.do": "Ordnen Sie sie unter „Agenten“ zu; was wartet, wird sofort zugestellt.",
    "admin.issue.events_failed": "Ereignisse, die nicht zu verstehen waren: {count}.",
    "admin.issue.events_failed.do": (
        "„Ereignisse“ zeigt, was jeweils falsch ist. Nach einem Update lassen Sie sie noch einmal lesen."
    ),
    "admin.issue.events_unknown": "Ereignisse einer Art, die diese Version nicht kennt: {count}.",
    "admin.issue.events_unknown.do": (
        "Nichts geht verloren. Senden Sie nur, was docs/interfaces.md aufführt, oder installieren Sie eine "
        "neuere Version."
    ),
    "admin.issue.refused": "{name}: Anfragen, die mit {reason} abgelehnt wurden: {count}.",
    "admin.issue.refused.do.401": (
        "Das Geheimnis des Contact Centers oder seine Uhr stimmt nicht: Vergleichen Sie beides."
    ),
    "admin.issue.refused.do.429": (
        "Es sendet mehr, als intake.rate erlaubt: Erhöhen Sie den Wert, oder lassen Sie es weniger auf einmal senden."
    ),
    "admin.issue.refused.do.503": "Die Datenbank hat nicht geantwortet. Das Contact Center sendet noch einmal.",
    "admin.issue.refused.do": (
        "Die Antwort nennt den falschen Teil des Ereignisses; docs/interfaces.md sagt, was erwartet wird."
    ),
    "admin.issue.jobs": "Aufgegebene Arbeiten in der Warteschlange {name}: {count}.",
    "admin.issue.jobs.do": (
        "Das Protokoll sagt, warum (jobs.dead, mit der Korrelations-ID). Melden Sie es, wenn es wiederkommt."
    ),
    "admin.issue.not_installed": "Noch niemand hat die App in Teams.",
    "admin.issue.not_installed.do": (
        "Laden Sie das Paket hoch und lassen Sie es durch eine Setup-Richtlinie installieren: "
        "docs/install.md, Schritt 5."
    ),
    "admin.count.installed": "Benutzer mit der App: {count}",
    "admin.count.events": "Ereignisse, die noch zu verstehen sind: {count}",
    "admin.count.jobs": "Fällige Arbeiten: {count}",
    # Why, and what to do
    "admin.reason.unavailable": "es ist nicht erreichbar",
    "admin.reason.timeout": "es braucht zu lange für eine Antwort",
    "admin.reason.rate_limited": "es hat zu viele Aufrufe bekommen",
    "admin.reason.auth": "es lehnt unsere Anmeldung ab",
    "admin.reason.forbidden": "der Integrationsbenutzer darf das nicht",
    "admin.reason.not_found": "den Datensatz gibt es nicht mehr",
    "admin.reason.rejected": "es nimmt die Werte nicht an",
    "admin.reason.disabled": "es nimmt zurzeit von niemandem etwas an",
    "admin.reason.schema": "ein zugeordnetes Feld fehlt oder nimmt den Wert nicht an",
    "admin.reason.mapping": "die Zuordnung passt nicht",
    "admin.reason.conflict": "jemand anderes ändert den Datensatz gerade",
    "admin.reason.protocol": "seine Antwort ist nicht lesbar",
    "admin.reason.administrator": "ein Administrator hat es angehalten",
    "admin.reason.unknown": "es meldet einen Fehler",
    "admin.do.unavailable": (
        "Nichts zu tun: Es wird von selbst erneut versucht. Hält es an, sehen Sie auf die Statusseite des CRM "
        "und auf seine url in den Einstellungen."
    ),
    "admin.do.timeout": (
        "Nichts zu tun: Es wird von selbst erneut versucht. Hält es an, erhöhen Sie sein timeout in den Einstellungen."
    ),
    "admin.do.rate_limited": (
        "Es geht von selbst weiter. Kommt es oft vor, senken Sie seine rate in den Einstellungen, oder bitten "
        "Sie den CRM-Administrator um mehr Aufrufe."
    ),
    "admin.do.auth": "Prüfen Sie Client-ID, Geheimnis und Integrationsbenutzer; customer-card doctor probiert sie aus.",
    "admin.do.forbidden": (
        "Geben Sie dem Integrationsbenutzer das Recht, dies zu lesen und zu schreiben; dann „Erneut versuchen“."
    ),
    "admin.do.not_found": (
        "Er wurde im CRM gelöscht oder zusammengeführt. Der Agent verknüpft auf der Karte einen anderen Datensatz."
    ),
    "admin.do.rejected": (
        "Eine Regel des CRM lehnt die Werte ab: Lesen Sie, was es meldet, beheben Sie Datensatz oder Regel; "
        "dann „Erneut versuchen“."
    ),
    "admin.do.disabled": (
        "Seine API ist abgeschaltet oder sein Speicher voll: Der CRM-Administrator weiß es. Es wird von "
        "selbst erneut versucht."
    ),
    "admin.do.schema": "Prüfen Sie die Zuordnung unter „CRM-Systeme“: Sie nennt das Feld. Dann „Erneut versuchen“.",
    "admin.do.mapping": (
        "Beheben Sie, was die Prüfung unter „CRM-Systeme“ nennt; dann geht von selbst hinaus, was wartet."
    ),
    "admin.do.conflict": "Es wird von selbst erneut versucht; ist es gescheitert, später „Erneut versuchen“.",
    "admin.do.protocol": (
        "„Erneut versuchen“. Kommt es wieder, melden Sie es mit der Korrelations-ID aus dem Protokoll."
    ),
    "admin.do.administrator": "„Fortsetzen“ lässt hinaus, was wartet.",
    "admin.do.unknown": "„Erneut versuchen“. Kommt es wieder, melden Sie es mit der Korrelations-ID aus dem Protokoll.",
    # Pushes
    "admin.pushes.none": "Alles, was einzutragen war, ist eingetragen.",
    "admin.pushes.all": "Alle CRMs",
    "admin.push.failed": "Nicht eingetragen: {reason}.",
    "admin.push.waits": "Noch nicht eingetragen: {reason}.",
    "admin.withdrawal.failed": "Nicht gelöscht: {reason}.",
    "admin.withdrawal.waits": "Noch nicht gelöscht: {reason}.",
    "admin.push.next": "Nächster Versuch {when}.",
    "admin.push.says": "{crm} meldet: {detail}",
    "admin.push.about": "{agent} · {when} · Versuche bisher: {count}",
    "admin.push.not_connected": (
        "{crm} ist nicht mehr verbunden: Verbinden Sie es wieder, oder lassen Sie den Agenten den Datensatz trennen."
    ),
    "admin.push.retry": "Erneut versuchen",
    "admin.push.retry.do": "{name} erneut versuchen",
    "admin.push.retry_all": "Alle von {crm} erneut versuchen",
    "admin.push.card": "Karte öffnen",
    "admin.push.card.do": "Die Karte zu {name} öffnen",
    # CRMs
    "admin.crms.none": (
        "Kein CRM ist verbunden: Karten zeigen keine Datensätze. Ergänzen Sie eine Tabelle crm.NAME in den "
        "Einstellungen."
    ),
    "admin.crm.connected": "Verbunden",
    "admin.crm.paused": "Steht still: {reason}.",
    "admin.crm.paused.until": "Wartet bis {when}: {reason}.",
    "admin.crm.queue": "Unterwegs: {sending} · wartend: {retrying} · gescheitert: {failed}",
    "admin.crm.limits": "Höchstens {count} Aufrufe gleichzeitig",
    "admin.crm.limits.rate": "Höchstens {count} Aufrufe gleichzeitig und {rate} Einträge je Sekunde",
    "admin.crm.last": "Letzter Fehler: {reason}.",
    "admin.crm.fits": "Die Zuordnung passt. Geprüft {when}.",
    "admin.crm.unfit": "Die Zuordnung passt nicht: Einträge warten. Geprüft {when}.",
    "admin.crm.unchecked": "Die Zuordnung ist noch nicht geprüft.",
    "admin.crm.not_checked": "Die Zuordnung ließ sich {when} nicht prüfen: {reason}.",
    "admin.crm.checking": "Die Zuordnung wird geprüft …",
    "admin.crm.stops": "Hält Einträge auf",
    "admin.crm.hint": "Hält keine Einträge auf",
    "admin.crm.to_do": "Was zu tun ist: {text}",
    "admin.crm.check": "Zuordnung prüfen",
    "admin.crm.check.do": "Die Zuordnung von {crm} prüfen",
    "admin.crm.pause": "Eintragen anhalten",
    "admin.crm.pause.do": "Vorerst nichts in {crm} eintragen; nichts geht verloren",
    "admin.crm.resume": "Fortsetzen",
    "admin.crm.resume.do": "In {crm} eintragen, was wartet",
    "admin.crm.previews": "Vorschau …",
    "admin.crm.previews.do": "Sehen, was in {crm} eingetragen würde",
    "admin.preview": "Sehen, was {crm} erfahren würde",
    "admin.preview.more": "Wählen Sie eine Interaktion. Es wird nichts eingetragen.",
    "admin.preview.none": "Keine Interaktion der letzten Zeit ist mit einem Datensatz von {crm} verknüpft.",
    "admin.preview.ref": "Kennung einer Interaktion im Contact Center",
    "admin.preview.show": "Vorschau",
    "admin.preview.show.do": "Vorschau von {name}",
    "admin.preview.of": "Interaktion {name}: Das würde in {crm} eingetragen. Es wurde nichts eingetragen.",
    "admin.preview.owner": "Im Namen von {name}",
    "admin.preview.integration": "Im Namen des Integrationsbenutzers",
    "admin.preview.cut": "Gekürzt oder ohne brauchbaren Wert: {text}",
    "admin.preview.empty": "leer",
    "admin.preview.no_interaction": (
        "Diese Interaktion gibt es nicht, oder sie ist mit keinem Datensatz von {crm} verknüpft."
    ),
    "admin.preview.busy": "Gerade sehen andere Vorschauen an. Versuchen Sie es gleich noch einmal.",
    "admin.preview.failed": "{crm} gibt keine Auskunft: {reason}.",
    # Agents
    "admin.agents.unmatched": "Ohne Teams-Benutzer",
    "admin.agents.all_matched": "Jeder Agent des Contact Centers ist ein Teams-Benutzer.",
    "admin.agents.nobody": "Das Contact Center hat noch keinen Agenten genannt.",
    "admin.agents.waits": "Es warten: {count} offene, {legs} insgesamt, seit {when}",
    "admin.agents.waits.none": "Es wartet nichts.",
    "admin.agents.match": "Zuordnen …",
    "admin.agents.match.do": "{name} einem Teams-Benutzer zuordnen",
    "admin.agents.is": "Das ist {name}",
    "admin.agents.is.do": "{agent} ist {name}",
    "admin.agents.user": "E-Mail-Adresse oder Objekt-ID des Teams-Benutzers",
    "admin.agents.user.placeholder": "elinor@contoso.de",
    "admin.agents.save": "Zuordnen",
    "admin.agents.cancel": "Abbrechen",
    "admin.agents.by_hand": "Von Hand zugeordnet",
    "admin.agents.count": "Agenten, die Teams-Benutzer sind: {count}",
    "admin.agents.matched": "ist {name}, seit {when}",
    "admin.agents.no_app": "hat die App nicht installiert: Karten stehen nur im Bereich",
    "admin.agents.unmatch": "Zurücknehmen",
    "admin.agents.unmatch.do": "Zurücknehmen, dass {agent} {name} ist",
    # Events
    "admin.events.day": "Die letzten 24 Stunden",
    "admin.events.none": "In dieser Zeit ist kein Ereignis gekommen.",
    "admin.events.stored": "gespeichert {count}",
    "admin.events.done": "verstanden {count}",
    "admin.events.new": "wartend {count}",
    "admin.events.unknown": "unbekannt {count}",
    "admin.events.failed": "gescheitert {count}",
    "admin.events.refused": "Abgelehnt, seit der Dienst läuft",
    "admin.events.refused.row": "{name}: {count} mit {reason}",
    "admin.events.bad": "Nicht verstanden",
    "admin.events.bad.failed": "Ereignis {name}: Etwas ist falsch bei {reason}",
    "admin.events.bad.unknown": "Ereignis {name}: von unbekannter Art",
    "admin.events.replay": "Noch einmal lesen",
    "admin.events.replay.do": "Ereignis {name} noch einmal lesen",
    "admin.events.replay_all": "Alle gescheiterten noch einmal lesen",
    # Settings
    "admin.settings.where": (
        "So gelten sie jetzt. Sie stehen in customer-card.toml oder in der Umgebung und ändern sich mit dem "
        "nächsten Start: So kann sich hier niemand selbst Rechte geben. Eine geänderte Zuordnungsdatei wird "
        "von selbst übernommen; das Eintragen in ein CRM halten Sie unter „CRM-Systeme“ an und setzen es dort "
        "fort."
    ),
    "admin.settings.empty": "niemand, nichts",
    # Notices
    "notice.admins_only": "Das dürfen nur Administratoren.",
    "notice.push_gone": "Das wartet nicht mehr: Es ist eingetragen oder zurückgenommen.",
    "notice.nothing_to_retry": "Dort ist nichts gescheitert, und nichts wartet.",
    "notice.check_queued": "Die Zuordnung wird geprüft.",
    "notice.crm_paused": "In {crm} wird nichts eingetragen, bis jemand „Fortsetzen“ drückt.",
    "notice.crm_resumed": "In {crm} wird wieder eingetragen.",
    "notice.agent_matched": "Zugeordnet. Was gewartet hat, wird jetzt zugestellt.",
    "notice.agent_unmatched": "Zurückgenommen: Was für diesen Agenten kommt, wartet.",
    "notice.agent_gone": "Diesen Agenten gibt es nicht mehr.",
    "notice.user_empty": "Bitte nennen Sie zuerst einen Teams-Benutzer.",
    "notice.user_unknown": (
        "{user} ist hier noch nicht bekannt. Der Benutzer öffnet zuerst den Bereich oder installiert die App."
    ),
    "notice.user_ambiguous": "Mehrere Teams-Benutzer haben {user}. Nennen Sie einen mit seiner Objekt-ID.",
    "notice.event_gone": "Dieses Ereignis gibt es nicht mehr.",
    "notice.replay_queued": "Es wird noch einmal gelesen.",
    "notice.nothing_to_replay": "Kein Ereignis ist gescheitert.",
    "notice.preview_nothing": "Bitte wählen Sie eine Interaktion, oder geben Sie ihre Kennung ein.",
}
