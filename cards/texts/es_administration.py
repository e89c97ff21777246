"""Spanish, formal. The same keys and blanks as English; a test compares them."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, str]] = {
    # The pages
    "admin.name": "Administración",
    "admin.overview": "Resumen",
    "admin.pushes": "Sin anotar",
    "admin.crms": "CRM",
    "admin.agents": "Agentes",
    "admin.events": "Eventos",
    "admin.settings": "Ajustes",
    "admin.refresh": "Actualizar",
    "admin.back": "Volver",
    "admin.unnamed": "sin nombre",
    # What wants somebody
    "admin.well": "Por ahora no hay nada que hacer.",
    "admin.needs": "Requiere atención",
    "admin.issue.paused": "{crm}: no se anota nada: {reason}. En espera: {count}.",
    "admin.issue.mapping": (
        "{crm}: la asignación no encaja. Hallazgos que la detienen: {count}. Todo espera, no se pierde nada."
    ),
    "admin.issue.mapping.do": "Corrija lo que figura en «CRM»; lo que espera saldrá entonces por sí solo.",
    "admin.issue.not_checked": "{crm}: no se pudo comprobar la asignación: {reason}.",
    "admin.issue.pushes": "{crm}: {reason}. Sin anotar: {count}.",
    "admin.issue.agents": "Agentes sin usuario de Teams: {count}. Interacciones abiertas que los esperan: {name}.",
    "admin.issue.agents.do": "Asígnelos en «Agentes»; lo que espera se entrega enseguida.",
    "admin.issue.events_failed": "Eventos que no se pudieron entender: {count}.",
    "admin.issue.events_failed.do": (
        "«Eventos» muestra qué falla en cada uno. Tras una actualización, haga que se lean de nuevo."
    ),
    "admin.issue.events_unknown": "Eventos de un tipo que esta versión no conoce: {count}.",
    "admin.issue.events_unknown.do": (
        "No se pierde nada. Envíe solo lo que enumera docs/interfaces.md o instale una versión más nueva."
    ),
    "admin.issue.refused": "{name}: peticiones rechazadas con {reason}: {count}.",
    "admin.issue.refused.do.401": "El secreto del centro de contacto o su reloj no es correcto: compare ambos.",
    "admin.issue.refused.do.429": (
        "Envía más de lo que permite intake.rate: aumente el valor o haga que envíe menos a la vez."
    ),
    "admin.issue.refused.do.503": "La base de datos no respondió. El centro de contacto vuelve a enviar.",
    "admin.issue.refused.do": (
        "La respuesta indica qué parte del evento es incorrecta; docs/interfaces.md dice qué se espera."
    ),
    "admin.issue.jobs": "Trabajos abandonados en la cola {name}: {count}.",
    "admin.issue.jobs.do": "El registro dice por qué (jobs.dead, con el id. de correlación). Avise si se repite.",
    "admin.issue.not_installed": "Nadie tiene aún la aplicación en Teams.",
    "admin.issue.not_installed.do": (
        "Suba el paquete y haga que una directiva de configuración lo instale: docs/install.md, paso 5."
    ),
    "admin.count.installed": "Usuarios con la aplicación: {count}",
    "admin.count.events": "Eventos pendientes de entender: {count}",
    "admin.count.jobs": "Trabajos pendientes ahora: {count}",
    # Why, and what to do
    "admin.reason.unavailable": "no se puede acceder a él",
    "admin.reason.timeout": "tarda demasiado en responder",
    "admin.reason.rate_limited": "ha recibido demasiadas llamadas",
    "admin.reason.auth": "rechaza nuestro inicio de sesión",
    "admin.reason.forbidden": "el usuario de integración no tiene permiso",
    "admin.reason.not_found": "el registro ya no existe",
    "admin.reason.rejected": "no acepta los valores",
    "admin.reason.disabled": "por ahora no acepta nada de nadie",
    "admin.reason.schema": "falta un campo asignado o no admite el valor",
    "admin.reason.mapping": "la asignación no encaja",
    "admin.reason.conflict": "otra persona está cambiando el registro",
    "admin.reason.protocol": "su respuesta no se puede leer",
    "admin.reason.administrator": "un administrador lo ha detenido",
    "admin.reason.unknown": "comunica un error",
    "admin.do.unavailable": (
        "No hay que hacer nada: se reintenta solo. Si persiste, mire la página de estado del CRM y su url en "
        "los ajustes."
    ),
    "admin.do.timeout": "No hay que hacer nada: se reintenta solo. Si persiste, aumente su timeout en los ajustes.",
    "admin.do.rate_limited": (
        "Continúa solo. Si ocurre a menudo, reduzca su rate en los ajustes o pida más llamadas al "
        "administrador del CRM."
    ),
    "admin.do.auth": (
        "Compruebe el id. de cliente, el secreto y el usuario de integración; customer-card doctor los prueba."
    ),
    "admin.do.forbidden": "Dé al usuario de integración permiso para leer y escribir esto y después «Reintentar».",
    "admin.do.not_found": "Se borró o se fusionó en el CRM. El agente vincula otro registro en la ficha.",
    "admin.do.rejected": (
        "Una regla del CRM rechaza los valores: lea lo que dice, corrija el registro o la regla y después «Reintentar»."
    ),
    "admin.do.disabled": (
        "Su API está desactivada o su almacenamiento lleno: lo sabe el administrador del CRM. Se reintenta solo."
    ),
    "admin.do.schema": "Compruebe la asignación en «CRM»: nombra el campo. Después, «Reintentar».",
    "admin.do.mapping": "Corrija lo que indica la comprobación en «CRM»; lo que espera saldrá entonces por sí solo.",
    "admin.do.conflict": "Se reintenta solo; si ha fallado, «Reintentar» pasado un rato.",
    "admin.do.protocol": "«Reintentar». Si se repite, avise con el id. de correlación del registro.",
    "admin.do.administrator": "«Continuar» deja salir lo que espera.",
    "admin.do.unknown": "«Reintentar». Si se repite, avise con el id. de correlación del registro.",
    # Pushes
    "admin.pushes.none": "Todo lo que había que anotar está anotado.",
    "admin.pushes.all": "Todos los CRM",
    "admin.push.failed": "Sin anotar: {reason}.",
    "admin.push.waits": "Aún sin anotar: {reason}.",
    "admin.withdrawal.failed": "Sin borrar: {reason}.",
    "admin.withdrawal.waits": "Aún sin borrar: {reason}.",
    "admin.push.next": "Próximo intento {when}.",
    "admin.push.says": "{crm} dice: {detail}",
    "admin.push.about": "{agent} · {when} · intentos hasta ahora: {count}",
    "admin.push.not_connected": (
        "{crm} ya no está conectado: vuelva a conectarlo o haga que el agente desvincule el registro."
    ),
    "admin.push.retry": "Reintentar",
    "admin.push.retry.do": "Reintentar {name}",
    "admin.push.retry_all": "Reintentar todo lo de {crm}",
    "admin.push.card": "Abrir ficha",
    "admin.push.card.do": "Abrir la ficha de {name}",
    # CRMs
    "admin.crms.none": (
        "No hay ningún CRM conectado: las fichas no muestran registros. Añada una tabla crm.NAME a los ajustes."
    ),
    "admin.crm.connected": "Conectado",
    "admin.crm.paused": "Detenido: {reason}.",
    "admin.crm.paused.until": "Espera hasta {when}: {reason}.",
    "admin.crm.queue": "En camino: {sending} · en espera: {retrying} · fallidos: {failed}",
    "admin.crm.limits": "Como máximo {count} llamadas a la vez",
    "admin.crm.limits.rate": "Como máximo {count} llamadas a la vez y {rate} anotaciones por segundo",
    "admin.crm.last": "Último error: {reason}.",
    "admin.crm.fits": "La asignación encaja. Comprobada {when}.",
    "admin.crm.unfit": "La asignación no encaja: las anotaciones esperan. Comprobada {when}.",
    "admin.crm.unchecked": "La asignación aún no se ha comprobado.",
    "admin.crm.not_checked": "La asignación no se pudo comprobar {when}: {reason}.",
    "admin.crm.checking": "Comprobando la asignación …",
    "admin.crm.stops": "Detiene las anotaciones",
    "admin.crm.hint": "No detiene las anotaciones",
    "admin.crm.to_do": "Qué hacer: {text}",
    "admin.crm.check": "Comprobar asignación",
    "admin.crm.check.do": "Comprobar la asignación de {crm}",
    "admin.crm.pause": "Detener las anotaciones",
    "admin.crm.pause.do": "No anotar nada en {crm} por ahora; no se pierde nada",
    "admin.crm.resume": "Continuar",
    "admin.crm.resume.do": "Anotar en {crm} lo que espera",
    "admin.crm.previews": "Vista previa …",
    "admin.crm.previews.do": "Ver qué se anotaría en {crm}",
    "admin.preview": "Ver qué se anotaría en {crm}",
    "admin.preview.more": "Elija una interacción. No se anota nada.",
    "admin.preview.none": "Ninguna interacción reciente está vinculada a un registro de {crm}.",
    "admin.preview.ref": "Identificador de una interacción en el centro de contacto",
    "admin.preview.show": "Vista previa",
    "admin.preview.show.do": "Vista previa de {name}",
    "admin.preview.of": "Interacción {name}: esto se anotaría en {crm}. No se ha anotado nada.",
    "admin.preview.owner": "En nombre de {name}",
    "admin.preview.integration": "En nombre del usuario de integración",
    "admin.preview.cut": "Recortado o sin un valor útil: {text}",
    "admin.preview.empty": "vacío",
    "admin.preview.no_interaction": "Esa interacción no existe o no está vinculada a ningún registro de {crm}.",
    "admin.preview.busy": "Otras personas están viendo vistas previas. Inténtelo de nuevo en un momento.",
    "admin.preview.failed": "{crm} no informa: {reason}.",
    # Agents
    "admin.agents.unmatched": "Sin usuario de Teams",
    "admin.agents.all_matched": "Cada agente del centro de contacto es un usuario de Teams.",
    "admin.agents.nobody": "El centro de contacto aún no ha nombrado a ningún agente.",
    "admin.agents.waits": "En espera: {count} abiertas, {legs} en total, desde {when}",
    "admin.agents.waits.none": "No hay nada en espera.",
    "admin.agents.match": "Asignar …",
    "admin.agents.match.do": "Asignar {name} a un usuario de Teams",
    "admin.agents.is": "Es {name}",
    "admin.agents.is.do": "{agent} es {name}",
    "admin.agents.user": "Correo o identificador de objeto del usuario de Teams",
    "admin.agents.user.placeholder": "elinor@contoso.es",
    "admin.agents.save": "Asignar",
    "admin.agents.cancel": "Cancelar",
    "admin.agents.by_hand": "Asignados a mano",
    "admin.agents.count": "Agentes que son usuarios de Teams: {count}",
    "admin.agents.matched": "es {name}, desde {when}",
    "admin.agents.no_app": "no ha instalado la aplicación: las fichas solo están en el panel",
    "admin.agents.unmatch": "Deshacer",
    "admin.agents.unmatch.do": "Deshacer que {agent} es {name}",
    # Events
    "admin.events.day": "Las últimas 24 horas",
    "admin.events.none": "En este tiempo no ha llegado ningún evento.",
    "admin.events.stored": "guardados {count}",
    "admin.events.done": "entendidos {count}",
    "admin.events.new": "en espera {count}",
    "admin.events.unknown": "desconocidos {count}",
    "admin.events.failed": "fallidos {count}",
    "admin.events.refused": "Rechazados desde que se inició el servicio",
    "admin.events.refused.row": "{name}: {count} con {reason}",
    "admin.events.bad": "No entendidos",
    "admin.events.bad.failed": "Evento {name}: algo falla en {reason}",
    "admin.events.bad.unknown": "Evento {name}: de un tipo desconocido",
    "admin.events.replay": "Leer de nuevo",
    "admin.events.replay.do": "Leer de nuevo el evento {name}",
    "admin.events.replay_all": "Leer de nuevo todos los fallidos",
    # Settings
    "admin.settings.where": (
        "Así están en vigor. Figuran en customer-card.toml o en el entorno y cambian con el próximo inicio: "
        "así nadie puede darse permisos aquí. Un archivo de asignación modificado se adopta solo; las "
        "anotaciones en un CRM se detienen y continúan en «CRM»."
    ),
    "admin.settings.empty": "nadie, nada",
    # Notices
    "notice.admins_only": "Solo los administradores pueden hacerlo.",
    "notice.push_gone": "Esto ya no está en espera: se ha anotado o se ha retirado.",
    "notice.nothing_to_retry": "Allí no ha fallado nada ni hay nada en espera.",
    "notice.check_queued": "Se está comprobando la asignación.",
    "notice.crm_paused": "No se anota nada en {crm} hasta que alguien pulse «Continuar».",
    "notice.crm_resumed": "Se vuelve a anotar en {crm}.",
    "notice.agent_matched": "Asignado. Lo que esperaba se entrega ahora.",
    "notice.agent_unmatched": "Deshecho: lo que llegue para este agente espera.",
    "notice.agent_gone": "Este agente ya no existe.",
    "notice.user_empty": "Indique primero un usuario de Teams.",
    "notice.user_unknown": "{user} aún no se conoce aquí. El usuario abre primero el panel o instala la aplicación.",
    "notice.user_ambiguous": "Varios usuarios de Teams tienen {user}. Indique uno por su identificador de objeto.",
    "notice.event_gone": "Este evento ya no existe.",
    "notice.replay_queued": "Se está leyendo de nuevo.",
    "notice.nothing_to_replay": "Ningún evento ha fallado.",
    "notice.preview_nothing": "Elija una interacción o escriba su identificador.",
}
