// The page's own words. Cards and notices come from the server in the viewer's language.

const TEXTS = {
  en: {
    skip: "Skip to the customer card",
    lists: "Customers",
    open: "Open",
    recent: "Recent",
    search: "Search",
    search_for: "Name, number or e-mail",
    card: "Customer card",
    notices: "Messages",
    nothing: "No customer open",
    nothing_more: "As soon as you accept an interaction, the customer's card appears here.",
    dismiss: "Dismiss",
    reconnecting: "Connection lost. Reconnecting…",
    new_customer: "{name} is now open.",
    new_customer_unnamed: "Another customer is now open.",
    show: "Show",
    conflict: "Someone else has changed this field while you were writing. It now reads:",
    conflict_empty: "Someone else has emptied this field while you were writing.",
    load: "Load",
    show_identities: "Show in Identities",
    keep: "Keep mine",
    room: "{count} characters left",
    too_long: "{count} characters too many: this cannot be saved.",
    draft_kept: "What you were writing has been restored.",
    failed: "That did not reach the server. Check the connection and try again.",
    slow: "The server did not answer in time. Check the card before you try again.",
    again: "Try again",
    sign_in: "You are signed out. Sign in again to go on; what you wrote is kept.",
    sign_in_button: "Sign in",
    not_in_teams: "Open this page in Microsoft Teams",
    not_in_teams_more: "The customer card signs you in with Teams and works only there.",
    choose_person: "Who are you?",
    choose_person_more: "Development sign-in: choose one of the people of the stand-in for Entra.",
    consent: "Allow the customer card to sign you in",
    consent_more: "Teams asks you for it once. If it says that an administrator must approve, ask yours.",
    consent_button: "Allow",
    ask_administrator: "Your administrator finds what to do under sign-in in the installation guide.",
    error_token_invalid: "Teams handed over a sign-in that is not for this customer card.",
    error_scope_missing: "The customer card's registration lacks the permission to sign you in.",
    error_not_enabled: "The customer card is not enabled for you. Ask your administrator to add you to the agents.",
    error_tenant_not_allowed: "Your organisation is not set up for this customer card. Ask your administrator.",
    error_keys_unavailable: "Microsoft sign-in does not answer at the moment. Try again in a minute.",
    error_unknown_verb: "The card was made by another version of the service. Reload the page.",
    error_bad_action: "The card was made by another version of the service. Reload the page.",
    error_too_large: "That is too long to be sent.",
    error_other: "Something went wrong on the server. Nothing was changed; try again.",
    reload: "Reload",
    link_refused: "This link was not opened: only https links are.",
  },
  de: {
    skip: "Zur Kundenkarte springen",
    lists: "Kunden",
    open: "Offen",
    recent: "Zuletzt",
    search: "Suchen",
    search_for: "Name, Nummer oder E-Mail",
    card: "Kundenkarte",
    notices: "Meldungen",
    nothing: "Kein Kunde geöffnet",
    nothing_more: "Sobald Sie eine Interaktion annehmen, erscheint hier die Karte des Kunden.",
    dismiss: "Schließen",
    reconnecting: "Verbindung unterbrochen. Wird wiederhergestellt …",
    new_customer: "{name} ist jetzt offen.",
    new_customer_unnamed: "Ein weiterer Kunde ist jetzt offen.",
    show: "Anzeigen",
    conflict: "Jemand anderes hat dieses Feld geändert, während Sie geschrieben haben. Es lautet jetzt:",
    conflict_empty: "Jemand anderes hat dieses Feld geleert, während Sie geschrieben haben.",
    load: "Laden",
    show_identities: "In Identitäten zeigen",
    keep: "Meins behalten",
    room: "Noch {count} Zeichen",
    too_long: "{count} Zeichen zu viel: So lässt sich das nicht speichern.",
    draft_kept: "Was Sie gerade geschrieben haben, ist wieder da.",
    failed: "Das hat den Server nicht erreicht. Prüfen Sie die Verbindung und versuchen Sie es noch einmal.",
    slow: "Der Server hat nicht rechtzeitig geantwortet. Sehen Sie auf der Karte nach, bevor Sie es noch einmal versuchen.",
    again: "Noch einmal",
    sign_in: "Sie sind abgemeldet. Melden Sie sich wieder an; was Sie geschrieben haben, bleibt erhalten.",
    sign_in_button: "Anmelden",
    not_in_teams: "Öffnen Sie diese Seite in Microsoft Teams",
    not_in_teams_more: "Die Kundenkarte meldet Sie über Teams an und funktioniert nur dort.",
    choose_person: "Wer sind Sie?",
    choose_person_more: "Anmeldung für die Entwicklung: Wählen Sie eine Person aus dem Entra-Ersatz.",
    consent: "Erlauben Sie der Kundenkarte, Sie anzumelden",
    consent_more: "Teams fragt Sie einmal danach. Verlangt es die Zustimmung eines Administrators, fragen Sie Ihren.",
    consent_button: "Erlauben",
    ask_administrator: "Ihr Administrator findet unter Anmeldung in der Installationsanleitung, was zu tun ist.",
    error_token_invalid: "Teams hat eine Anmeldung übergeben, die nicht für diese Kundenkarte gilt.",
    error_scope_missing: "Der Registrierung der Kundenkarte fehlt die Berechtigung, Sie anzumelden.",
    error_not_enabled: "Die Kundenkarte ist für Sie nicht freigeschaltet. Ihr Administrator kann Sie zu den Agenten hinzufügen.",
    error_tenant_not_allowed: "Ihre Organisation ist für diese Kundenkarte nicht eingerichtet. Fragen Sie Ihren Administrator.",
    error_keys_unavailable: "Die Microsoft-Anmeldung antwortet gerade nicht. Versuchen Sie es in einer Minute noch einmal.",
    error_unknown_verb: "Die Karte stammt von einer anderen Version des Dienstes. Laden Sie die Seite neu.",
    error_bad_action: "Die Karte stammt von einer anderen Version des Dienstes. Laden Sie die Seite neu.",
    error_too_large: "Das ist zu lang, um gesendet zu werden.",
    error_other: "Auf dem Server ist etwas schiefgegangen. Es wurde nichts geändert; versuchen Sie es noch einmal.",
    reload: "Neu laden",
    link_refused: "Dieser Link wurde nicht geöffnet: Nur https-Links werden geöffnet.",
  },
  es: {
    skip: "Saltar a la ficha del cliente",
    lists: "Clientes",
    open: "Abiertos",
    recent: "Recientes",
    search: "Buscar",
    search_for: "Nombre, número o correo",
    card: "Ficha del cliente",
    notices: "Mensajes",
    nothing: "Ningún cliente abierto",
    nothing_more: "En cuanto acepte una interacción, la ficha del cliente aparecerá aquí.",
    dismiss: "Cerrar",
    reconnecting: "Se ha perdido la conexión. Reconectando…",
    new_customer: "{name} está ahora abierto.",
    new_customer_unnamed: "Hay otro cliente abierto.",
    show: "Mostrar",
    conflict: "Otra persona ha cambiado este campo mientras usted escribía. Ahora dice:",
    conflict_empty: "Otra persona ha vaciado este campo mientras usted escribía.",
    load: "Cargar",
    show_identities: "Ver en Identidades",
    keep: "Conservar lo mío",
    room: "Quedan {count} caracteres",
    too_long: "Sobran {count} caracteres: así no se puede guardar.",
    draft_kept: "Se ha recuperado lo que estaba escribiendo.",
    failed: "No ha llegado al servidor. Compruebe la conexión e inténtelo de nuevo.",
    slow: "El servidor no ha respondido a tiempo. Mire la ficha antes de intentarlo de nuevo.",
    again: "Intentar de nuevo",
    sign_in: "Se ha cerrado su sesión. Vuelva a iniciarla para continuar; lo que ha escrito se conserva.",
    sign_in_button: "Iniciar sesión",
    not_in_teams: "Abra esta página en Microsoft Teams",
    not_in_teams_more: "La ficha del cliente inicia la sesión con Teams y solo funciona allí.",
    choose_person: "¿Quién es usted?",
    choose_person_more: "Inicio de sesión de desarrollo: elija a una de las personas del sustituto de Entra.",
    consent: "Permita que la ficha del cliente inicie su sesión",
    consent_more: "Teams se lo pregunta una vez. Si exige la aprobación de un administrador, pídasela al suyo.",
    consent_button: "Permitir",
    ask_administrator: "Su administrador encontrará qué hacer en la guía de instalación, apartado de inicio de sesión.",
    error_token_invalid: "Teams ha entregado un inicio de sesión que no es para esta ficha del cliente.",
    error_scope_missing: "Al registro de la ficha del cliente le falta el permiso para iniciar su sesión.",
    error_not_enabled: "La ficha del cliente no está activada para usted. Pida a su administrador que le añada a los agentes.",
    error_tenant_not_allowed: "Su organización no está configurada para esta ficha del cliente. Consulte a su administrador.",
    error_keys_unavailable: "El inicio de sesión de Microsoft no responde en este momento. Inténtelo de nuevo en un minuto.",
    error_unknown_verb: "La ficha procede de otra versión del servicio. Recargue la página.",
    error_bad_action: "La ficha procede de otra versión del servicio. Recargue la página.",
    error_too_large: "Es demasiado largo para enviarse.",
    error_other: "Algo ha fallado en el servidor. No se ha cambiado nada; inténtelo de nuevo.",
    reload: "Recargar",
    link_refused: "Este enlace no se ha abierto: solo se abren enlaces https.",
  },
};

/** The first of `wanted` that is offered, else the first that is offered. */
export function chooseLanguage(wanted, offered) {
  const known = offered.filter((language) => language in TEXTS);
  const short = wanted.map((language) => (language || "").slice(0, 2).toLowerCase());
  return short.find((language) => known.includes(language)) ?? known[0] ?? "en";
}

/** A function from a key, and values for its blanks, to the words of `language`. */
export function words(language) {
  const texts = TEXTS[language];
  return (key, values = {}) => texts[key].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** The words for an error code of the server. */
export function errorKey(code) {
  return `error_${code}` in TEXTS.en ? `error_${code}` : "error_other";
}

/** Every element that asks for words has them afterwards. */
export function translate(root, language, say) {
  document.documentElement.lang = language;
  for (const element of root.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  for (const element of root.querySelectorAll("[data-label]")) element.ariaLabel = say(element.dataset.label);
  for (const element of root.querySelectorAll("[data-placeholder]")) {
    element.placeholder = say(element.dataset.placeholder);
  }
}
